"""Files as they really come: every one of these was somebody's export."""

import csv
import gzip
from pathlib import Path

import pytest

from goldensix.adapters.importers.lines import Target, read
from goldensix.adapters.importers.look import look
from goldensix.adapters.importers.reading import Reading
from goldensix.adapters.importers.tables import scan
from goldensix.importing.order import CannotImport
from import_builders import HEADER, TALK, bodies, csv_text, imported, lines, plain, written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_any_encoding_gives_the_same_lines(data: Path, source: Path, encoding: str, packed: bool) -> None:
    content = csv_text().encode(encoding)
    imported(data, written(source, gzip.compress(content) if packed else content))
    assert lines(data)["buyer"].to_list() == ["小鱼", "小鱼", "小鱼", "大山", "大山"]
    assert bodies(data) == sorted(row[4] for row in TALK)


def test_a_file_that_becomes_chinese_late_is_still_recognised(source: Path) -> None:
    ascii_rows = "2026-11-10 20:03:01,b1,buyer,hello there\n" * 60_000
    text = "time,buyer,sender,text\n" + ascii_rows + "2026-11-10 20:03:01,小鱼,buyer,在吗\n" * 300
    assert look(written(source, text.encode("gb18030")), "UTC").format.encoding == "gb18030"


def test_the_header_helps_to_tell_how_a_file_of_one_row_is_encoded(source: Path) -> None:
    """Of the row's signs half would be UTF-8, too."""
    path = written(source, "时间,买家,发送方,内容\r\n2026-11-09 08:00:00,1,客服,小\r\n".encode("gb18030"))
    assert look(path, "Asia/Shanghai").format.encoding == "gb18030"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_delimiter_gives_the_same_lines(data: Path, source: Path, delimiter: str) -> None:
    imported(data, written(source, csv_text(delimiter=delimiter)))
    assert bodies(data) == sorted(row[4] for row in TALK)


def test_quotes_commas_and_line_ends_inside_cells(data: Path, source: Path) -> None:
    said = ['a "b" c', "a,b", "a\nb\nc", '"', '他说"好"', ""]
    rows = [(f"2026-11-10 20:03:0{place}", *TALK[0][1:4], text) for place, text in enumerate(said)]
    result = imported(data, written(source, csv_text(rows)))
    assert result.source.lines == 6
    assert bodies(data) == sorted(said)[1:]


def test_quotes_that_stand_bare_inside_a_cell_are_only_characters(data: Path, source: Path) -> None:
    imported(data, written(source, plain(",".join(HEADER), '2026-11-10 20:03:01,小鱼,买家,,他说"便宜"点')))
    assert bodies(data) == ['他说"便宜"点']


def test_a_quote_that_never_closes_loses_its_own_row_only(data: Path, source: Path) -> None:
    good = "2026-11-10 20:03:{:02},小鱼,买家,,第{}句"
    rows = [good.format(second, second) for second in range(59)]
    rows[20] = '2026-11-10 20:03:20,小鱼,买家,,"没有写完'
    result = imported(data, written(source, plain(",".join(HEADER), *rows)), accept_rejects=True)
    assert result.source.lines == 58
    assert [(each.row, each.reason) for each in result.first_rejects] == [(22, "broken")]


def test_rows_with_too_few_or_too_many_cells(data: Path, source: Path) -> None:
    rows = [
        "2026-11-10 20:03:01,小鱼",
        "2026-11-10 20:03:02,小鱼,买家,,好,多,出,来",
        "2026-11-10 20:03:03,小鱼,买家,,在",
    ]
    result = imported(data, written(source, plain(",".join(HEADER), *rows)), accept_rejects=True)
    assert [(each.row, each.reason) for each in result.first_rejects] == [(2, "side"), (3, "too_many_cells")]
    assert bodies(data) == ["在"]


def test_nul_characters_do_not_stop_it(data: Path, source: Path) -> None:
    imported(data, written(source, plain(",".join(HEADER), "2026-11-10 20:03:01,小鱼\0,买家,,在\0吗")))
    assert bodies(data) == ["在吗"]
    assert lines(data)["buyer"].to_list() == ["小鱼"]


def test_damaged_bytes_stay_in_their_row(data: Path, source: Path) -> None:
    broken = csv_text().encode().replace("急".encode(), b"\xff\xfe")
    imported(data, written(source, broken))
    assert lines(data).height == 5
    assert sum("\ufffd" in text for text in bodies(data)) == 1


def test_a_name_in_another_encoding_than_its_file_is_told_with_its_row(data: Path, source: Path) -> None:
    asked, answered = "2026-11-10 20:03:01,{},买家,,在吗", "2026-11-10 20:03:02,小鱼,客服,{},在的"
    rows = [asked.format("小鱼"), asked, answered, *[answered.format("青禾")] * 5]
    content = plain(",".join(HEADER), *rows).encode().replace(b"{}", "李四".encode("gb18030"))
    result = imported(data, written(source, content), accept_rejects=True)
    found = [(each.row, each.column, each.reason) for each in result.first_rejects]
    assert found == [(3, HEADER[1], "damaged_buyer"), (4, HEADER[3], "damaged_agent")]
    assert set(lines(data)["buyer"]) == {"小鱼"}


def test_blank_rows_and_a_title_above_the_header(data: Path, source: Path) -> None:
    text = "聊天记录导出 2026-11\n\n" + csv_text(TALK[:2]).replace("\r\n", "\n\n")
    result = imported(data, written(source, text))
    assert (result.rows, result.source.lines, result.source.rejected) == (2, 2, 0)


def test_no_header_at_all(data: Path, source: Path) -> None:
    path = written(source, csv_text([row[:3] + row[4:] for row in TALK], ()))
    found = look(path, "Asia/Shanghai")
    assert found.format.header is None
    assert found.reading.columns == {"time": "#1", "side": "#3", "text": "#4"}
    assert [each.code for each in found.problems] == ["no_buyer"]
    imported(data, path, reading=found.reading.told({"buyer": "#2"}))
    assert lines(data).height == 5


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (",".join(HEADER).encode(), "no_rows"),
        ("内容\n在吗\n好的\n".encode(), "one_column"),
        (b"a,b\nx,y\n", "no_time"),
        ("时间,买家,发送方,内容\n昨天,小鱼,买家,在吗\n".encode(), "time_format"),
        ("时间,买家,内容\n2026-11-10 20:03:01,小鱼,在吗\n".encode(), "no_sender"),
        ("时间,发送方,内容\n2026-11-10 20:03:01,买家,在吗\n".encode(), "no_buyer"),
    ],
)
def test_what_stands_in_the_way_is_said(source: Path, data: Path, content: bytes, code: str) -> None:
    path = written(source, content)
    assert code in [each.code for each in look(path, "Asia/Shanghai").problems]
    with pytest.raises(CannotImport, match=r"chats\.csv"):
        imported(data, path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"\x1f\x8b damaged", b"PAR1"])
def test_a_damaged_file_is_named(source: Path, data: Path, content: bytes) -> None:
    with pytest.raises(CannotImport, match=r"chats\.csv"):
        imported(data, written(source, content))


def test_old_line_ends(data: Path, source: Path) -> None:
    imported(data, written(source, csv_text(TALK[:2]).replace("\r\n", "\r")))
    assert lines(data).height == 2


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("time,from,to,text", "{at},小鱼,店:晓,在吗", {"sender": "from", "receiver": "to"}),
        ("timestamp,customer,agent,sender,message", "{at},小鱼,晓,customer,hi", {"side": "sender", "text": "message"}),
        ("created_at,conversation_id,role,content", "{at},c1,user,hi", {"session": "conversation_id", "side": "role"}),
        (
            "消息时间,旺旺,子账号,方向,聊天内容",
            "{at},小鱼,店:晓,接收,在吗",
            {"buyer": "旺旺", "agent": "子账号", "side": "方向"},
        ),
        (
            "发送时间,会话ID,消息ID,发送人,客服昵称,消息",
            "{at},s1,m1,晓,晓,您好",
            {"line": "消息ID", "sender": "发送人"},
        ),
        ("时间,买家,是否客服,内容", "{at},小鱼,否,在吗", {"side": "是否客服"}),
    ],
)
def test_columns_are_recognised(source: Path, header: str, row: str, expected: dict[str, str]) -> None:
    path = written(source, plain(header, row.format(at="2026-11-10 20:03:01")))
    found = look(path, "Asia/Shanghai")
    assert expected.items() <= dict(found.reading.columns).items()
    assert found.problems == ()
    assert [each.fault for each in found.lines] == [None]


def test_a_sender_column_of_names_tells_buyer_and_agent_apart(data: Path, source: Path) -> None:
    text = plain(
        "时间,买家,发送人,内容",
        "2026-11-10 20:03:01,小鱼,小鱼,在吗",
        "2026-11-10 20:03:05,小鱼,南栖:晓,在的",
        "2026-11-10 20:03:06,小鱼,机器人,推荐",
        "2026-11-10 20:03:07,小鱼,系统消息,已转接",
    )
    imported(data, written(source, text))
    assert lines(data)["by"].to_list() == ["buyer", "agent", "bot_auto", "system"]
    assert lines(data)["agent"].to_list() == [None, "南栖:晓", "机器人", None]


def test_a_person_may_know_the_encoding_better(source: Path) -> None:
    path = written(source, csv_text().encode("gb18030"))
    found = look(path, "Asia/Shanghai", Reading(encoding="utf-8"))
    assert (found.format.encoding, found.reading.encoding) == ("utf-8", "utf-8")
    assert look(path, "Asia/Shanghai", Reading(encoding="gb18030")).reading.column("buyer") == "买家昵称"


def test_a_header_that_is_a_formula_does_not_act_in_the_rejects(data: Path, source: Path) -> None:
    made = imported(
        data,
        written(source, "=time,buyer,sender,text\nnever,b,buyer,hi\n2026-11-10 20:03:01,b,buyer,hi\n", "=a.csv"),
        accept_rejects=True,
        reading=Reading(
            columns={"time": "=time", "buyer": "buyer", "sender": "sender", "text": "text"},
            zone="Asia/Shanghai",
            times=("%Y-%m-%d %H:%M:%S",),
        ),
    )
    rejects = Path(made.rejects).read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(rejects.splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_what_unpacks_to_far_more_than_a_log_is_refused(data: Path, source: Path) -> None:
    row = b"2026-11-10 20:03:01,b,buyer," + b"x" * (1 << 20) + b"\n"
    packed = gzip.compress(b"time,buyer,sender,text\n" + row * 300)
    with pytest.raises(CannotImport, match=r"bomb\.csv\.gz unpacks to more than 256 MB"):
        imported(data, written(source, packed, "bomb.csv.gz"))


def test_a_file_is_read_in_pieces_and_never_whole(source: Path) -> None:
    """Some expressions of Polars wait for the whole column: with one of them a large file takes all memory."""
    events = written(
        source, csv_text([(*row, "文本", "聊天", "5") for row in TALK], (*HEADER, "消息类型", "事件", "评分"))
    )
    seen = look(events, "Asia/Shanghai")
    assert {"what", "kind", "value"} <= set(seen.reading.columns)
    table = scan(events, seen.format, list(seen.names), source, lambda _: None)
    found = read(table, seen.names, seen.reading, Target(1, "taobao", "Asia/Shanghai", "mask"))
    plan = found.show_graph(engine="streaming", plan_stage="physical", raw_output=True, show=False)
    assert "style=filled" not in (plan or "filled")


def test_a_byte_that_is_no_text_far_down_costs_one_character(data: Path, source: Path) -> None:
    """Beyond the head that is looked at, where the strict reading meets it first."""
    fine = "".join(f"2026-11-10 20:03:01,b{number},buyer,{'问' * 20}\n" for number in range(40_000)).encode()
    path = written(source, b"time,buyer,sender,text\n" + fine + b"2026-11-10 20:03:01,b,buyer,a\xffb\n")
    assert imported(data, path).source.lines == 40_001
    assert "a\ufffdb" in bodies(data)
