"""`goldensix report` in a folder that never had a desk: what it shows, writes and refuses."""

import json
import re
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
        report(data, *query, "--lang", "en", "--output", str(tmp_path / name))
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


def at_80(data: Path, *arguments: str) -> list[str]:
    ended = RUN.invoke(app, ["report", "--data", str(data), *arguments], env={"COLUMNS": "80", "LANG": "en_GB"})
    assert ended.exit_code == 0, ended.output
    return ended.output.splitlines()


def test_on_a_narrow_terminal_ids_are_whole_and_no_line_is_too_long(data: Path) -> None:
    lines = at_80(data, "--by", "day", "--compare", "previous", "--caliber", "all")
    words = {word for line in lines for word in line.split()}
    assert {"golden_six_human", "first_response_anyone", "tb_3min_2025"} <= words
    assert max(map(len, lines[1:])) <= 80


def test_sums_of_waits_are_shown_without_idle_digits(data: Path) -> None:
    shown = report(data, "--caliber", "average_response")
    assert "256.000" not in shown
    assert shown.split("Average response")[1].split()[3] == "256"
    assert "256 / 6" in " ".join(at_80(data, "--caliber", "average_response"))


def test_opened_figures_name_conversations_whole_on_a_narrow_terminal(data: Path) -> None:
    told = json.loads(report(data, "--explain", "golden_six_human", "--json"))
    words = {word for line in at_80(data, "--explain", "golden_six_human") for word in line.split()}
    assert {row["session"] for row in told["rows"]} <= words


def page(data: Path, tmp_path: Path, *arguments: str) -> str:
    report(data, *arguments, "--output", str(tmp_path / "a.html"))
    return (tmp_path / "a.html").read_text()


def test_the_page_begins_with_head_figures_and_plots_then_come_the_rows(data: Path, tmp_path: Path) -> None:
    text = page(data, tmp_path, "--by", "day")
    assert text.index('class="cards"') < text.index('role="img"') < text.index("<table>") < text.index("'box defs'")
    assert "60.00%" in text[: text.index("<table>")]


def test_calibers_that_say_the_same_each_day_share_a_plot(data: Path, tmp_path: Path) -> None:
    plots = re.findall(r"<h3>(.*?)</h3>.*?<svg(.*?)</svg>", page(data, tmp_path, "--by", "day"), re.S)
    drawn = [re.findall(r'points="[^"]*"|class="bar"[^>]*', svg) for _, svg in plots]
    texts = [re.findall(r'class="y"[^>]*>([^<]*)', svg) for _, svg in plots]
    pairs = [str(both) for both in zip(drawn, texts, strict=True)]
    assert len(pairs) > 3
    assert len(set(pairs)) == len(pairs)


def test_the_page_speaks_the_shops_language_or_the_one_asked_for(data: Path, tmp_path: Path) -> None:
    chinese, english = page(data, tmp_path), page(data, tmp_path, "--lang", "en")
    assert '<html lang="zh-CN">' in chinese
    assert "黄金六秒率（人工）" in chinese
    assert '<html lang="en">' in english
    assert "Golden-six rate (human)" in english


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


def test_own_calibers_that_are_not_in_use_are_told_with_the_reason(tmp_path: Path) -> None:
    import_talks(tmp_path, 1, tmp_path / "files")
    (tmp_path / "calibers").mkdir()
    (tmp_path / "calibers" / "1.toml").write_text("x = [[[")
    assert "1.toml: It is not TOML" in refusal(tmp_path, "--caliber", "ours_10s")
    assert "Your own calibers are not in use." in report(tmp_path, "--caliber", "golden_six_human")


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
