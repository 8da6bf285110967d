"""What a shop's log cannot tell is no data, whatever the other shops of the merchant hold."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.cli import app
from import_builders import csv_text, imported, written
from report_builders import csv_rows, html_rows, import_talks, xlsx_rows

RUN = CliRunner()
HEADER = ("会话", "时间", "事件", "买家", "发送方", "客服", "内容")
WITH_ALL = (
    ("s1", "2026-11-10 10:00:00", "消息", "小鱼", "买家", "", "在吗"),
    ("s1", "2026-11-10 10:00:01", "分流", "小鱼", "", "禾", ""),
    ("s1", "2026-11-10 10:00:04", "消息", "小鱼", "客服", "禾", "在的"),
    ("s1", "2026-11-10 10:01:00", "下单", "小鱼", "", "", ""),
    ("s1", "2026-11-10 10:02:00", "邀评", "小鱼", "", "", ""),
    ("s1", "2026-11-10 10:03:00", "结束", "小鱼", "", "", ""),
    ("s2", "2026-11-10 23:00:00", "消息", "大山", "买家", "", "有人吗"),
    ("s2", "2026-11-10 23:00:10", "留言", "大山", "", "", ""),
    ("s2", "2026-11-10 23:05:00", "结束", "大山", "", "", ""),
)
UNTOLD = ("order_conversion", "jd_leave_message_rate", "invitation_rate", "transfers_in")
"""Calibers of the package that a plain log of talk says nothing of."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    full = written(folder / "files", csv_text(WITH_ALL, HEADER), "full.csv")
    imported(folder, full, shop=ArchivedShop(0, "全店", "taobao", "Asia/Shanghai"))
    import_talks(folder, 1, folder / "plain")
    return folder


def report(data: Path, *arguments: str) -> str:
    asked = ("report", "--data", str(data), "--caliber", ",".join(UNTOLD), "--lang", "en", *arguments)
    ended = RUN.invoke(app, asked, env={"COLUMNS": "200"})
    assert ended.exit_code == 0, ended.output
    return ended.output


def rows(data: Path, *arguments: str) -> dict[str, tuple[float, int, float | None]]:
    found = json.loads(report(data, "--json", *arguments))["rows"]
    return {row["caliber"]: (row["num"], row["den"], row["value"]) for row in found}


def test_a_shop_without_such_events_has_no_data_beside_one_that_has_them(data: Path) -> None:
    assert rows(data, "--shop", "南栖") == dict.fromkeys(UNTOLD, (0, 0, None))
    told = rows(data, "--shop", "全店")
    assert told == {
        "order_conversion": (1, 2, 50.0),
        "jd_leave_message_rate": (1, 2, 50.0),
        "invitation_rate": (1, 2, 50.0),
        "transfers_in": (0, 0, 0),
    }


def test_a_total_is_over_the_shops_that_can_tell(data: Path) -> None:
    assert rows(data) == rows(data, "--shop", "全店")


def test_every_shop_has_its_own_answer_in_one_report(data: Path) -> None:
    by_shop = json.loads(report(data, "--json", "--by", "shop"))
    names = by_shop["names"]["shop"]
    values = {(names[str(row["key"]["shop"])], row["caliber"]): row["value"] for row in by_shop["rows"]}
    assert values["全店", "jd_leave_message_rate"] == 50.0
    assert values["南栖", "jd_leave_message_rate"] is None
    assert values["南栖", "order_conversion"] is None


def test_files_and_the_terminal_say_so_too(data: Path, tmp_path: Path) -> None:
    shop = ("--shop", "南栖")
    assert report(data, *shop).count("no data") == len(UNTOLD)
    for name, rows_of in (("a.csv", csv_rows), ("a.xlsx", xlsx_rows), ("a.html", html_rows)):
        report(data, *shop, "--output", str(tmp_path / name))
        head, *found = rows_of((tmp_path / name).read_bytes())
        assert {row[head.index("value")] for row in found} == {"no data"}


def test_what_is_behind_it_is_nothing_either(data: Path) -> None:
    opened = json.loads(report(data, "--explain", "jd_leave_message_rate", "--json"))
    assert (opened["hits"], opened["misses"]) == (1, 1)
