"""Whole imports: from a file to what counts in the archive."""

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from goldensix.adapters.archive.shops import FIRST_ANALYSTS, ArchivedShops
from goldensix.adapters.archive.sources import ArchiveBusy
from goldensix.importing.order import CannotImport
from goldensix.log.columns import CLOSING_WORDS, LINES
from goldensix.metrics.closing import is_closing
from import_builders import HEADER, TALK, archive, bodies, csv_text, guessed, imported, lines, written

_TYPES = {"int8": pl.Int8, "int32": pl.Int32, "int64": pl.Int64, "text": pl.String, "bool": pl.Boolean}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    return written(tmp_path / "in", csv_text())


def test_a_chat_export_becomes_lines_by_day_with_the_words_apart(data: Path, chats: Path) -> None:
    result = imported(data, chats)
    found = lines(data)
    assert result.outcome == "applied"
    assert dict(found.schema) == {name: _TYPES[kind] for name, kind in LINES.items()}
    assert found["by"].to_list() == ["buyer", "agent", "buyer", "buyer", "agent"]
    assert found["buyer"].to_list() == ["小鱼", "小鱼", "小鱼", "大山", "大山"]
    assert found["agent"].to_list() == [None, "南栖:晓", None, None, "南栖:禾"]
    assert found["at"][0] == 1794312181000
    assert result.source.days == ("2026-11-10", "2026-11-11")
    assert bodies(data) == sorted(row[4] for row in TALK)


def test_the_result_counts_what_was_added(data: Path, chats: Path) -> None:
    source = imported(data, chats).source
    assert (source.lines, source.messages, source.buyers, source.agents) == (5, 5, 2, 2)
    assert (source.conversations, source.duplicates, source.rejected) == (None, 0, 0)
    assert (source.first, source.last) == (1794312181000, 1794326409000)
    assert archive(data).sources() == [source]


def test_importing_the_same_file_again_adds_nothing(data: Path, chats: Path) -> None:
    imported(data, chats)
    again = imported(data, chats)
    assert (again.outcome, again.source.duplicates) == ("nothing_new", 5)
    assert lines(data).height == 5
    assert len(archive(data).sources()) == 1


def test_the_same_rows_in_another_encoding_and_shape_add_nothing(data: Path, chats: Path, tmp_path: Path) -> None:
    imported(data, chats)
    again = written(tmp_path / "in", csv_text(delimiter="\t").encode("gb18030"), "again.tsv")
    assert imported(data, again).outcome == "nothing_new"


def test_two_equal_messages_of_one_second_survive_an_overlapping_export(data: Path, tmp_path: Path) -> None:
    twice = [TALK[0], TALK[0], TALK[1]]
    imported(data, written(tmp_path / "in", csv_text(twice)))
    second = imported(data, written(tmp_path / "in", csv_text([*twice, TALK[2]]), "second.csv"))
    assert (second.source.lines, second.source.duplicates) == (1, 3)
    assert lines(data).filter(pl.col("at") == 1794312181000).height == 2
    assert bodies(data) == sorted(["在吗", "在吗", TALK[1][4], TALK[2][4]])


def test_an_export_that_begins_between_two_equal_messages_adds_neither(data: Path, tmp_path: Path) -> None:
    imported(data, written(tmp_path / "in", csv_text([TALK[0], TALK[0]])))
    assert imported(data, written(tmp_path / "in", csv_text([TALK[0]]), "cut.csv")).outcome == "nothing_new"


def test_two_files_of_one_import_that_overlap_count_once(data: Path, tmp_path: Path) -> None:
    first = written(tmp_path / "in", csv_text(TALK[:3]), "1.csv")
    second = written(tmp_path / "in", csv_text(TALK[1:]), "2.csv")
    assert imported(data, first, second).source.lines == 5


def test_a_message_id_is_the_identity(data: Path, tmp_path: Path) -> None:
    rows = [(f"m{number}", *row) for number, row in enumerate(TALK)]
    once = written(tmp_path / "in", csv_text([*rows, rows[0]], ("消息ID", *HEADER)))
    result = imported(data, once)
    assert (result.source.lines, result.source.duplicates, result.source.clashes) == (5, 1, 0)
    assert sorted(lines(data)["line"]) == ["m0", "m1", "m2", "m3", "m4"]


def test_an_id_that_repeats_for_other_messages_is_taken_for_no_id(tmp_path: Path) -> None:
    rows = [(str(number % 2), *row) for number, row in enumerate(TALK)]
    assert guessed(written(tmp_path, csv_text(rows, ("消息ID", *HEADER)))).column("line") is None


def test_rows_in_error_are_named_and_kept_and_the_rest_is_imported(data: Path, tmp_path: Path) -> None:
    bad = [("", *TALK[0][1:]), ("soon", *TALK[0][1:]), (*TALK[0][:2], "某人", *TALK[0][3:]), (TALK[0][0], *[""] * 4)]
    path = written(tmp_path / "in", csv_text([*TALK, *bad, (*TALK[0], "one", "two")]))
    result = imported(data, path, accept_rejects=True)
    assert result.outcome == "applied"
    assert result.faults == {"no_time": 1, "time": 1, "side": 2, "too_many_cells": 1}
    assert [(each.row, each.column, each.reason, each.cell) for each in result.first_rejects][:3] == [
        (7, "发送时间", "no_time", ""),
        (8, "发送时间", "time", "soon"),
        (9, "发送方", "side", "某人"),
    ]
    with Path(result.rejects).open(encoding="utf-8-sig") as file:
        kept = list(csv.reader(file))
    assert kept[0] == ["file", "row", "column", "reason", *HEADER]
    assert kept[-1][4:] == [*TALK[0], "one", "two"]
    assert lines(data).height == 5


def test_too_many_rows_in_error_stop_everything(data: Path, tmp_path: Path) -> None:
    good = written(tmp_path / "in", csv_text(), "good.csv")
    bad = written(tmp_path / "in", csv_text([*TALK, ("soon", *TALK[0][1:])]), "bad.csv")
    result = imported(data, good, bad, most_rejected=0.05)
    assert result.outcome == "too_many_rejected"
    assert Path(result.rejects).exists()
    assert archive(data).files() == [] == archive(data).sources()
    assert ArchivedShops(archive(data).folder).all() == []


def test_one_unreadable_file_of_many_stops_all(data: Path, chats: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match=r"empty\.csv is empty"):
        imported(data, chats, written(tmp_path / "in", b"", "empty.csv"))
    assert archive(data).files() == []


def test_a_dry_run_changes_nothing(data: Path, chats: Path) -> None:
    assert imported(data, chats, dry_run=True).source.lines == 5
    assert archive(data).sources() == []
    assert [path for path in archive(data).folder.rglob("*") if path.suffix in (".parquet", ".json")] == []


def test_an_undone_import_is_gone_and_can_come_back(data: Path, chats: Path) -> None:
    source = imported(data, chats).source
    with archive(data).writing():
        assert archive(data).undo(source.id) == source
        assert archive(data).undo(source.id) is None
    assert archive(data).files() == []
    assert not list(archive(data).folder.rglob("*.parquet"))
    assert imported(data, chats).outcome == "applied"


@pytest.mark.parametrize(("choice", "said"), [("keep", "打 13812345678"), ("mask", "打 [phone]"), ("drop", None)])
def test_bodies_are_kept_masked_or_dropped(data: Path, tmp_path: Path, choice: str, said: str | None) -> None:
    path = written(tmp_path / "in", csv_text([(*TALK[0][:4], "打 13812345678")]))
    imported(data, path, bodies=choice)
    assert bodies(data) == ([said] if said else [])
    assert lines(data)["chars"].to_list() == [13]
    assert imported(data, path).outcome == "nothing_new", "the identity is that of what was really said"


def test_an_analysts_shop_has_a_number_no_desk_gives(data: Path, chats: Path) -> None:
    source = imported(data, chats).source
    [shop] = ArchivedShops(archive(data).folder).all()
    assert (shop.id, shop.name, shop.zone, shop.analysts) == (FIRST_ANALYSTS, "南栖", "Asia/Shanghai", True)
    assert lines(data)["shop"].unique().to_list() == [source.shop]


def test_closing_words_are_marked(data: Path, tmp_path: Path) -> None:
    texts = ("好的，谢谢亲~", "谢谢，那什么时候发货", "嗯嗯 好的", "ok thanks!", "不用了谢谢")
    rows = [(f"2026-11-10 20:00:0{place}", "小鱼", "买家", "", text) for place, text in enumerate(texts)]
    imported(data, written(tmp_path / "in", csv_text(rows)))
    assert [bool(flags & CLOSING_WORDS) for flags in lines(data)["flags"]] == [True, False, True, True, False]
    assert [is_closing(text) for text in texts] == [True, False, True, True, False]


def test_events_come_from_a_column_that_names_the_kind_of_row(data: Path, tmp_path: Path) -> None:
    rows = [
        ("2026-11-10 20:00:00", "会话1", "小鱼", "", "消息", "买家", "在吗", ""),
        ("2026-11-10 20:00:01", "会话1", "小鱼", "晓", "分配", "", "", ""),
        ("2026-11-10 20:00:09", "会话1", "小鱼", "晓", "评价", "", "", "满意"),
        ("2026-11-10 20:00:10", "会话1", "小鱼", "", "付款", "", "", "¥1,299.50"),
        ("2026-11-10 20:00:11", "会话1", "小鱼", "", "关闭", "", "", ""),
    ]
    header = ("时间", "会话ID", "买家", "客服", "事件类型", "发送方", "内容", "评分")
    result = imported(data, written(tmp_path / "in", csv_text(rows, header)))
    found = lines(data)
    assert found["what"].to_list() == ["message", "assign", "rating", "paid", "close"]
    assert found["value"].to_list() == [None, None, 4, 129950, None]
    assert found["agent"].to_list() == [None, "晓", "晓", None, None]
    assert found["kind"].to_list() == ["text", "", "", "", ""]
    assert (result.source.conversations, result.source.messages) == (1, 1)


def test_dialogues_get_drawn_times_and_say_so(data: Path, tmp_path: Path) -> None:
    talk = {"id": "d1", "turns": [{"role": "customer", "text": "在吗"}, {"role": "agent", "text": "在的"}]}
    path = written(tmp_path / "in", gzip.compress(json.dumps(talk).encode()), "talk.jsonl.gz")
    result = imported(data, path, seed=7)
    assert "seed 7" in result.source.generated
    assert lines(data)["by"].to_list() == ["buyer", "agent"]
    assert imported(data, path, seed=7).outcome == "nothing_new"


def test_posts_become_conversations_by_their_reply_links(data: Path, tmp_path: Path) -> None:
    header = ["tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id"]
    at = "Tue Oct 31 22:{:02}:47 +0000 2017".format
    rows = [
        ("1", "42", "True", at(10), "My parcel is late", "2", ""),
        ("2", "ShopHelp", "False", at(15), "We are looking", "3", "1"),
        ("3", "42", "True", at(16), "Thanks", "", "2"),
        ("4", "77", "True", at(17), "Mine too", "", "2"),
        ("5", "ShopHelp", "False", at(18), "A good day to all", "", ""),
    ]
    source = imported(data, written(tmp_path / "in", csv_text(rows, header))).source
    found = lines(data)
    assert found["session"].to_list() == ["1", "1", "1", "4"]
    assert found["buyer"].to_list() == ["42", "42", "42", "77"]
    assert (source.left_out, source.rejected) == (1, 0)


def test_a_killed_import_leaves_nothing_that_counts_and_the_next_one_sweeps(data: Path, chats: Path) -> None:
    """It is killed between the first moved file and the manifest."""
    program = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[3].split(os.pathsep)
from goldensix.adapters.archive import sources
from goldensix.metrics.closing import is_closing
from import_builders import imported
sources.write_whole = lambda path, content: os.kill(os.getpid(), signal.SIGKILL) if "sources" in str(path) else None
imported(Path(sys.argv[1]), Path(sys.argv[2]))
"""
    killed = subprocess.run(
        [sys.executable, "-c", program, str(data), str(chats), os.pathsep.join(sys.path)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert list((archive(data).folder / "lines").rglob("*.parquet"))
    assert archive(data).files() == [] == archive(data).sources()
    assert imported(data, chats).source.lines == 5
    assert lines(data).height == 5
    assert len(list((archive(data).folder / "lines").rglob("*.parquet"))) == 2


def test_one_import_at_a_time(data: Path, chats: Path) -> None:
    with archive(data).writing(), pytest.raises(ArchiveBusy):
        imported(data, chats)
