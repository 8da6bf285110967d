"""Spreadsheets, JSON lines and Parquet as they really come."""

import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from goldensix.adapters.importers.look import look
from goldensix.importing.order import CannotImport
from import_builders import HEADER, TALK, bodies, csv_text, imported, lines, plain, written

AT = 1794312181000
"""2026-11-10 20:03:01 in Shanghai."""


def test_a_spreadsheet_with_real_times(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "chats.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("聊天")
    page.write_row(0, 0, ("日期", "时间", "买家", "发送方", "内容"))
    day, clock = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "h:mm:ss"})
    page.write_datetime(1, 0, datetime(2026, 11, 10), day)  # noqa: DTZ001 - spreadsheets know no zone
    page.write_datetime(1, 1, time(20, 3, 1), clock)
    page.write_row(1, 2, ("小鱼", "买家", "在吗"))
    book.close()
    imported(data, path)
    assert lines(data)["at"].to_list() == [AT]


def test_a_spreadsheet_with_instants_and_with_bare_day_numbers(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "chats.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page.write_datetime(1, 0, datetime(2026, 11, 10, 20, 3, 1), instant)  # noqa: DTZ001 - spreadsheets know no zone
    page.write_number(2, 0, 46336.8354282407)
    for row in (1, 2):
        page.write_row(row, 1, ("小鱼", "买家", "", f"第{row}句"))
    book.close()
    imported(data, path)
    assert lines(data)["at"].to_list() == [AT, AT]


def test_json_lines_with_an_unreadable_one(data: Path, source: Path) -> None:
    good = (
        '{"sent_at": "2026-11-10T20:03:01+08:00", "customer": "小鱼", "sender_type": "buyer", "content": "a, \\"b\\""}'
    )
    result = imported(
        data, written(source, plain(good, "not json", good.replace("a,", "c,")), "c.jsonl"), accept_rejects=True
    )
    assert result.faults == {"broken": 1}
    assert bodies(data) == ['a, "b"', 'c, "b"']


@pytest.mark.parametrize(
    "bad",
    [
        '{"time": "2026-11-10T20:03:02+08:00" "text": "no comma"}',
        '{"time": "2026-11-10T20:03:02+08:00", "text": "\\ud83d"}',
    ],
)
def test_json_lines_that_are_broken_between_their_braces_are_not_lost_without_a_word(
    data: Path, source: Path, bad: str
) -> None:
    good = '{"time": "2026-11-10T20:03:01+08:00", "buyer": "小鱼", "side": "buyer", "text": "a"}'
    result = imported(
        data, written(source, plain(good, bad, good.replace(":01", ":09")), "c.jsonl"), accept_rejects=True
    )
    assert (result.rows, result.faults) == (3, {"broken": 1})


def test_parquet_columns_that_are_no_cells_do_not_stop_it(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "chats.parquet"
    told = {"time": "2026-11-10 20:03:01", "买家昵称": "小鱼", "side": "buyer", "text": "a"}
    odd = {"tags": [[1, 2]], "took": [timedelta(seconds=3)], "more": [{"a": 1}]}
    pl.DataFrame({name: [value] for name, value in told.items()} | odd).write_parquet(path)
    assert imported(data, path).source.lines == 1


def test_a_file_may_have_the_longest_name_that_there_is(data: Path, source: Path) -> None:
    path = written(source, csv_text().encode("gbk"), "长" * 83 + ".csv")
    assert imported(data, path).source.lines == len(TALK)


def test_parquet_with_typed_times(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "chats.parquet"
    local = pl.Series("时间", ["2026-11-10 20:03:01"]).str.to_datetime()
    frame = pl.DataFrame({"买家": ["小鱼"], "发送方": ["买家"], "内容": ["在吗"]}).with_columns(local)
    frame.write_parquet(path)
    frame.with_columns(pl.col("时间").dt.replace_time_zone("Asia/Shanghai")).write_parquet(source / "zoned.parquet")
    imported(data, path, source / "zoned.parquet")
    assert lines(data)["at"].to_list() == [AT]


def test_json_may_tell_of_half_a_character(data: Path, source: Path) -> None:
    row = '{"time":"2026-11-10 20:03:01","buyer":"b\\ud83d","agent":"a","side":"buyer","text":"\\ud83d?"}\n'
    assert look(written(source, row * 3, "a.jsonl"), "Asia/Shanghai").names[:2] == ("time", "buyer")
    imported(data, written(source, row * 3, "a.jsonl"), accept_rejects=True)


def _swollen(path: Path) -> bytes:
    """A spreadsheet with a part of 300 MB that packs to 300 KB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (300 << 20))
    return path.read_bytes()


def test_a_spreadsheet_that_unpacks_to_far_more_than_a_log_is_refused(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "bomb.xlsx"
    whole = _swollen(path)
    with pytest.raises(CannotImport, match=r"bomb\.xlsx unpacks to more than 256 MB"):
        imported(data, path)
    forged = whole.replace((300 << 20).to_bytes(4, "little"), (300).to_bytes(4, "little"))
    assert forged != whole
    path.write_bytes(forged)
    with pytest.raises(CannotImport, match=r"bomb\.xlsx is damaged or locked"):
        imported(data, path)


def test_a_spreadsheet_with_a_cell_far_off_its_table_is_refused(data: Path, source: Path) -> None:
    source.mkdir()
    path = source / "far.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for place, row in enumerate((HEADER, *TALK)):
        page.write_row(place, 0, row)
    page.write(1_048_575, 700, "!")
    book.close()
    with pytest.raises(CannotImport, match=r"far\.xlsx spreads 1,048,576 rows over 701 columns"):
        imported(data, path)
