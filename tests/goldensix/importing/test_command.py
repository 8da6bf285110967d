"""`goldensix import` and `goldensix imports` in a folder that never had a desk."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from goldensix.cli import app
from import_builders import TALK, archive, bodies, csv_text, lines, written


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    return written(tmp_path / "in", csv_text().encode("gb18030"), "旺旺.csv")


def run(data: Path, *words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*map(str, words), "--data", str(data)], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


def told(data: Path, *words: object) -> Any:
    sure = ["--yes"] if words[0] == "import" else []
    done = CliRunner().invoke(app, [*map(str, words), *sure, "--json", "--data", str(data)])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_it_shows_what_it_found_and_ends_with_what_it_did(data: Path, chats: Path) -> None:
    output = run(data, "import", chats, "--yes")
    for said in ("gb18030", "买家昵称", "2026-11-10 20:03:01", "taobao", "Imported.", "5, of them 5 messages"):
        assert said in output
    assert lines(data).height == 5
    assert not (data / "postgres").exists()


def test_without_a_terminal_it_says_what_it_found_and_imports_only_with_yes(data: Path, chats: Path) -> None:
    for form in ([], ["--json"]):
        done = CliRunner().invoke(app, ["import", str(chats), *form, "--data", str(data)], env={"COLUMNS": "200"})
        assert done.exit_code == 1
        for found in ("gb18030", "comma-separated", "%Y-%m-%d %H:%M:%S", "Asia/Shanghai", "买家昵称"):
            assert found in done.stderr
        assert "--yes says that what was found out is right (encoding, delimiter, columns, date format" in done.output
    assert lines(data).is_empty()
    told(data, "import", chats, "--dry-run", "--save", "旺旺")
    form = ["--mapping", "旺旺", "--encoding", "gb18030"]
    assert "is right (delimiter)." in run(data, "import", chats, *form, code=1)
    run(data, "import", chats, *form, "--delimiter", ",")
    assert lines(data).height == 5


def test_what_was_imported_is_listed_and_taken_away(data: Path, chats: Path) -> None:
    assert "Nothing was imported yet" in run(data, "imports")
    id = told(data, "import", chats, "--shop", "南栖")["source"]["id"]
    assert "旺旺.csv" in run(data, "imports")
    assert "no import called import-x" in run(data, "imports", "--undo", "import-x", code=1)
    assert "5 lines of 南栖" in run(data, "imports", "--undo", id)
    assert told(data, "imports") == []


def test_a_dry_run_says_what_it_would_do(data: Path, chats: Path) -> None:
    assert told(data, "import", chats, "--dry-run")["outcome"] == "dry_run"
    assert archive(data).files() == []


def test_a_mapping_is_told_saved_and_used_again(data: Path, tmp_path: Path) -> None:
    strange = [("2026-11-10 20:03:01", "小鱼", "甲", "在吗"), ("2026-11-10 20:03:05", "小鱼", "乙", "在的")]
    path = written(tmp_path / "in", csv_text(strange, ("何时", "何人", "哪边", "何事")))
    assert "No column" in run(data, "import", path, code=1)
    maps = ["buyer=何人", "side=哪边", "text=何事", "side:甲=buyer", "side:乙=agent"]
    options = [word for told in maps for word in ("--map", told)]
    assert told(data, "import", path, *options, "--save", "怪表")["source"]["lines"] == 2
    more = written(
        tmp_path / "in",
        csv_text([*strange, ("2026-11-10 20:03:09", "小鱼", "甲", "好")], ("何时", "何人", "哪边", "何事")),
    )
    assert told(data, "import", more, "--mapping", "怪表")["source"]["lines"] == 1
    assert "saved are: 怪表" in run(data, "import", more, "--mapping", "别的", code=1)
    assert "it is one of buyer, agent" in run(data, "import", more, "--map", "side:甲=nobody", code=1)


def test_too_many_rows_in_error_end_with_code_1_and_name_the_first(data: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "in", csv_text([*TALK, ("soon", *TALK[0][1:])]))
    output = run(data, "import", path, "--yes", code=1)
    assert "Stopped, and nothing was added" in output
    assert "chats.csv, row 7, column 发送时间: the time cannot be read: 'soon'" in output
    assert told(data, "import", path, "--accept-rejects")["outcome"] == "applied"


def test_words_may_be_left_behind(data: Path, chats: Path) -> None:
    told(data, "import", chats, "--bodies", "drop")
    assert bodies(data) == []
    assert "keep, mask or drop" in run(data, "import", chats, "--bodies", "sell", code=2)


def test_a_new_shop_has_its_own_zone(data: Path, chats: Path) -> None:
    assert told(data, "import", chats, "--shop", "Oslo", "--zone", "Europe/Oslo")["source"]["zone"] == "Europe/Oslo"
    assert "is no time zone" in run(data, "import", chats, "--shop", "Moon", "--zone", "Moon", code=1)


def test_one_command_leads_from_an_export_to_a_plotted_report(data: Path, chats: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    assert str(report) in run(data, "import", chats, "--yes", "--report", report)
    html = report.read_text(encoding="utf-8")
    assert "<svg" in html
    assert "2026-11-10" in html
    assert "Golden" in html or "黄金六秒" in html


def test_the_report_speaks_the_language_of_the_file(data: Path, chats: Path, tmp_path: Path) -> None:
    run(data, "import", chats, "--yes", "--shop", "Tea", "--report", tmp_path / "zh.html")
    assert '<html lang="zh-CN">' in (tmp_path / "zh.html").read_text(encoding="utf-8")
    run(data, "import", chats, "--yes", "--shop", "Tea", "--report", tmp_path / "en.html", "--lang", "en")
    assert '<html lang="en">' in (tmp_path / "en.html").read_text(encoding="utf-8")


def test_the_path_of_the_rejected_rows_is_told_whole(data: Path, tmp_path: Path) -> None:
    rows = [*TALK, ("no day", "x", "买家", "y", "z")]
    chats = written(tmp_path / "in", csv_text(rows))
    words = ["import", str(chats), "--yes", "--accept-rejects", "--data", str(data)]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    (told,) = [line for line in done.output.splitlines() if line.startswith("Rejected rows: ")]
    assert Path(told.removeprefix("Rejected rows: ")).is_file()
