"""A tea house whose log has two weeks of imports and a day at the desk, and the figures that must come of them."""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import polars as pl

from desk_stage import Stage, open_stage
from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.events.ids import Instant
from goldensix.importing.carry_out import carry_out
from goldensix.importing.order import FileToRead, Order
from goldensix.team.roles import Role
from import_builders import csv_text, written
from shop_builders import Clock

Row = tuple[str, str, str, str, str]


def talk(day: str, buyer: str, agent: str, asked: str, waits: Sequence[int | None]) -> list[Row]:
    """A conversation of as many turns as waits, in seconds, a minute apart; None: nobody answered."""
    rows: list[Row] = []
    hour, minute, second = map(int, asked.split(":"))
    for number, wait in enumerate(waits):
        start = hour * 3600 + (minute + number * 10) * 60 + second
        rows.append((_at(day, start), buyer, "买家", agent, f"{buyer} 问第 {number + 1} 句"))
        if wait is not None:
            rows.append((_at(day, start + wait), buyer, "客服", agent, "在的"))
    return rows


def _at(day: str, seconds: int) -> str:
    return f"{datetime.fromisoformat(day) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"


TALKS: list[Row] = [
    *talk("2026-11-10", "小鱼", "晓", "10:00:00", [4, 20]),
    *talk("2026-11-10", "大山", "=禾", "11:00:00", [6]),
    *talk("2026-11-10", "阿青", "=禾", "21:00:00", [40, None]),
    *talk("2026-11-11", "小鱼", "晓", "09:30:00", [181]),
    *talk("2026-11-12", "大山", "晓", "07:10:00", [5]),
]


def import_talks(data: Path, merchant: int, folder: Path, shop: ArchivedShop | None = None, rows: Any = TALKS) -> int:
    """The number of the shop."""
    file = written(folder, csv_text(rows))
    shop = shop or ArchivedShop(0, "南栖", "taobao", "Asia/Shanghai")
    order = Order(data=data, merchant=merchant, files=(FileToRead(file, file.name),), shop=shop)  # type: ignore[arg-type]  # a shop of an archive, too
    return carry_out(order, lambda _: None).source.shop


@asynccontextmanager
async def open_reports(database: str, folder: Path) -> AsyncIterator[Stage]:
    """A desk with a service manager, on the evening of 20 November; its data folder is `folder`."""
    async with open_stage(database, folder, Clock(Instant(1_795_176_000_000))) as stage:
        await stage.hire("manager", Role.SERVICE_MANAGER)
        yield stage


async def asked(browser: httpx.AsyncClient, path: str, **query: Any) -> Any:
    answer = await browser.get(f"/api/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(answer: dict[str, Any], *keys: str) -> dict[Any, float | None]:
    """Value by caliber, or by those keys and the caliber."""
    return {(*(row["key"][key] for key in keys), row["caliber"]) if keys else row["caliber"]: row["value"]
            for row in answer["rows"]}  # fmt: skip


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def xlsx_rows(content: bytes) -> list[list[Any]]:
    frame = pl.read_excel(io.BytesIO(content), has_header=False, infer_schema_length=0)
    return [list(row) for row in frame.iter_rows()]


def xlsx_xml(content: bytes) -> str:
    with ZipFile(io.BytesIO(content)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def html_rows(content: bytes) -> list[list[str]]:
    table = re.search(r"<table>(.*?)</table>", content.decode(), re.S)
    assert table is not None
    rows = re.findall(r"<tr>(.*?)</tr>", table[1], re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]
