"""However a file writes its times, they are the instants that were meant, or none."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from goldensix.adapters.importers import dates
from goldensix.adapters.importers.columns import together
from goldensix.adapters.importers.look import look
from import_builders import SHOP, TALK, csv_text, guessed, imported, lines, plain, written

AT = 1794312181000
"""2026-11-10 20:03:01 in Shanghai."""


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-10 20:03:01",
        "2026/11/10 20:03:01",
        "2026.11.10 20:03:01",
        "2026年11月10日 20:03:01",
        "2026年11月10日20时03分01秒",
        "2026-11-10T20:03:01",
        "2026-11-10T12:03:01Z",
        "2026-11-10T20:03:01+08:00",
        "2026-11-10 20:03:01 +0800",
        "2026-11-10 20:03:01.000",
        "20261110 20:03:01",
        "20261110200301",
        "11/10/2026 20:03:01",
        "2026/11/10 下午 8:03:01",
        "2026/11/10 8:03:01 PM",
        "Tue Nov 10 12:03:01 +0000 2026",
        "1794312181",
        "1794312181000",
        "1794312181000000",
        "46336.8354282407",
    ],
)
def test_any_form_of_the_time_gives_the_same_instant(data: Path, source: Path, cell: str) -> None:
    imported(data, written(source, csv_text([(cell, *TALK[0][1:])])))
    assert lines(data)["at"].to_list() == [AT]


@pytest.mark.parametrize(
    ("cell", "at"), [("2026/11/10 8:03:02", 1794268982000), ("2026年11月10日 08:03", 1794268980000)]
)
def test_hours_of_one_digit_and_times_without_seconds(data: Path, source: Path, cell: str, at: int) -> None:
    imported(data, written(source, csv_text([(cell, *TALK[0][1:])])))
    assert lines(data)["at"].to_list() == [at]


def test_mixed_forms_of_the_time_are_all_read(data: Path, source: Path) -> None:
    cells = (
        "2026-11-10 20:03:01",
        "2026/11/10 20:03:01",
        "2026-11-10T12:03:01Z",
        "1794312181",
        "2026年11月10日 20:03:01",
    )
    rows = [(cell, *TALK[0][1:4], str(place)) for place, cell in enumerate(cells)]
    assert imported(data, written(source, csv_text(rows))).source.rejected == 0
    assert lines(data)["at"].to_list() == [AT] * 5


def test_a_day_above_twelve_tells_that_days_come_first(data: Path, source: Path) -> None:
    rows = [("01/12/2026 08:00:00", *TALK[0][1:]), ("13/12/2026 08:00:00", *TALK[0][1:])]
    imported(data, written(source, csv_text(rows)))
    days = lines(data).select(pl.from_epoch("at", "ms").dt.date())["at"]
    assert [(day.month, day.day) for day in days] == [(12, 1), (12, 13)]


def test_day_and_time_in_two_columns(data: Path, source: Path) -> None:
    text = plain("日期,时间,买家,发送方,内容", "2026/11/10,20:03:01,小鱼,买家,在吗", "2026/11/10,8:03,小鱼,客服,在")
    imported(data, written(source, text))
    assert lines(data)["at"].to_list() == [1794268980000, AT]


def test_times_without_a_day_ask_for_it(data: Path, source: Path) -> None:
    path = written(source, plain("时间,买家,发送方,内容", "20:03:01,小鱼,买家,在吗"))
    [problem] = look(path, "Asia/Shanghai").problems
    assert problem.code == "no_day"
    reading = guessed(path)
    imported(data, path, reading=replace(reading, day="2026-11-10"))
    assert lines(data)["at"].to_list() == [AT]


def test_days_without_a_time_are_refused(source: Path) -> None:
    path = written(source, plain("时间,买家,发送方,内容", "2026-11-10,小鱼,买家,在吗"))
    assert [each.code for each in look(path, "Asia/Shanghai").problems] == ["no_clock"]


def test_an_hour_that_the_zone_skips_is_an_error_and_one_it_has_twice_is_the_first(data: Path, source: Path) -> None:
    new_york = type(SHOP)(0, "NY", "other", "America/New_York")
    text = plain(
        "time,buyer,sender,text",
        "2026-03-08 02:30:00,b1,buyer,skipped",
        "2026-11-01 01:30:00,b1,buyer,twice",
    )
    result = imported(data, written(source, text), shop=new_york, accept_rejects=True)
    assert result.faults == {"time": 1}
    assert lines(data)["at"].to_list() == [1793511000000]


def test_files_that_write_times_in_their_own_ways_are_read_together(data: Path, source: Path) -> None:
    first = written(source, csv_text(TALK[:1]), "1.csv")
    second = written(source, csv_text([("2026/11/10 20:03:05", *TALK[1][1:])]), "2.csv")
    reading = together([guessed(first), guessed(second)])
    assert imported(data, first, second, reading=reading).source.rejected == 0
    assert lines(data)["at"].to_list() == [AT, AT + 4000]


@pytest.mark.parametrize("number", ["99999999999999999", "9e18", "1e400", "-9223372036854775808"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("shape", dates.NUMBERS)
def test_a_number_that_is_no_time_is_none_in_any_count(number: str, zone: str, shape: str) -> None:
    cells = pl.DataFrame({"time": [number]})
    assert cells.select(dates.parse(pl.col("time"), [shape], zone)).item() is None
    day = pl.lit("12:00:00")
    if shape == "excel":
        assert cells.select(dates.parse_pair(pl.col("time"), [shape], day, ["%H:%M:%S"], zone)).item() is None
