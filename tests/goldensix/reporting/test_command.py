"""`goldensix report` in a folder that never had a desk: what it shows, writes and refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldensix.cli import app
from report_builders import csv_rows, html_rows, import_talks, xlsx_rows

RUN = CliRunner()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyst")
    import_talks(folder, 1, folder / "files")
    return folder


def report(data: Path, *arguments: str) -> str:
    ended = RUN.invoke(app, ["report", "--data", str(data), *arguments], env={"COLUMNS": "200", "LANG": "en_GB"})
    assert ended.exit_code == 0, ended.output
    return ended.output


def refusal(data: Path, *arguments: str) -> str:
    ended = RUN.invoke(app, ["report", "--data", str(data), *arguments], env={"COLUMNS": "400"})
    assert ended.exit_code == 1, ended.output
    return " ".join(ended.output.split())


def test_the_terminal_shows_every_figure_with_its_parts(data: Path) -> None:
    shown = report(data, "--caliber", "golden_six_human,average_response,satisfaction")
    assert "南栖 · 2026-11-10 – 2026-11-12 · Asia/Shanghai · 5 conversations" in shown
    lines = {line.split("  ")[0]: line.split() for line in shown.splitlines()}
    assert lines["Golden-six rate (human)"][-3:] == ["60.00%", "3", "5"]
    assert "42.67" in lines["Average response"]
    assert lines["Satisfaction"][2:4] == ["no", "data"]


def test_without_calibers_the_houses_and_the_platforms_are_shown(data: Path) -> None:
    told = json.loads(report(data, "--json", "--from", "2026-11-12"))
    ids = {row["caliber"] for row in told["rows"]}
    assert {"golden_six_human", "tb_3min_2025"} <= ids
    assert not any(id.startswith(("ks_", "pdd_")) for id in ids)


def test_files_say_the_same_as_the_json(data: Path, tmp_path: Path) -> None:
    query = ("--by", "day", "--compare", "previous", "--caliber", "golden_six_human,average_response")
    told = json.loads(report(data, *query, "--json"))
    shown = [(row["key"]["day"], row["caliber"], row["value"]) for row in told["rows"]]
    for name, rows_of in (("a.csv", csv_rows), ("a.xlsx", xlsx_rows), ("a.html", html_rows)):
        report(data, *query, "--output", str(tmp_path / name))
        head, *rows = rows_of((tmp_path / name).read_bytes())
        day, id, value = (head.index(each) for each in ("day", "id", "value"))
        assert [(row[day], row[id], float(row[value])) for row in rows] == shown
    assert "<svg" in (tmp_path / "a.html").read_text()


def test_a_figure_opens_with_what_is_nearest_the_limit_first(data: Path) -> None:
    opened = report(data, "--explain", "tb_3min_2023", "--limit", "2")
    assert "made it 4 · missed 2 · left out: outside hours 1" in opened
    assert opened.index("181 s") < opened.index("40 s")
    told = json.loads(report(data, "--explain", "golden_six_human", "--only", "miss", "--json"))
    assert {row["wait"] for row in told["rows"]} == {40_000, 181_000}


def test_a_benchmark_is_read_where_it_is(data: Path, tmp_path: Path) -> None:
    (tmp_path / "peers.csv").write_text("﻿口径,数值\ngolden_six_human,88.5\n")
    arguments = ("--compare", str(tmp_path / "peers.csv"), "--caliber", "golden_six_human", "--csv", "--lang", "zh")
    head, row = csv_rows(report(data, *arguments).encode())
    assert (row[head.index("对比值")], row[head.index("变化")]) == ("88.50", "-28.50")


def test_what_cannot_be_reported_is_one_sentence(data: Path, tmp_path: Path) -> None:
    assert "no shop 茶铺" in refusal(data, "--shop", "茶铺")
    assert "no caliber tb_none" in refusal(data, "--caliber", "tb_none")
    assert "2026-13-01" in refusal(data, "--from", "2026-13-01")
    assert "no benchmark peers" in refusal(data, "--compare", "peers")
    assert "--csv" in refusal(data, "--csv", "--json")
    assert ".csv" in refusal(data, "--output", str(tmp_path / "a.pdf"))
    assert "by" in refusal(data, "--by", "colour")


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    assert "goldensix import" in report(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_rebuilding_drops_what_was_derived_and_the_next_report_is_the_same(data: Path) -> None:
    arguments = ("--json", "--by", "agent,hour", "--caliber", "golden_six_human,p90_response")
    before = json.loads(report(data, *arguments))["rows"]
    assert [*(data / "archive" / "1" / "turns").iterdir()]
    ended = RUN.invoke(app, ["rebuild", "--data", str(data)])
    assert (ended.exit_code, "Dropped" in ended.output) == (0, True)
    assert not (data / "archive" / "1" / "turns").exists()
    assert json.loads(report(data, *arguments))["rows"] == before
