"""Chat exports as other systems write them, and imports of them into an archive of one's own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.adapters.archive.sources import Archive
from goldensix.adapters.importers.look import look
from goldensix.adapters.importers.reading import Reading
from goldensix.events.ids import MerchantId
from goldensix.importing.carry_out import carry_out
from goldensix.importing.order import FileToRead, Order, Result

SHOP = ArchivedShop(0, "南栖", "taobao", "Asia/Shanghai")
HEADER = ("发送时间", "买家昵称", "发送方", "客服", "消息内容")
TALK = (
    ("2026-11-10 20:03:01", "小鱼", "买家", "南栖:晓", "在吗"),
    ("2026-11-10 20:03:05", "小鱼", "客服", "南栖:晓", "在的，请讲"),
    ("2026-11-10 20:03:20", "小鱼", "买家", "南栖:晓", "M 码还有吗, 急"),
    ("2026-11-11 00:00:02", "大山", "买家", "南栖:禾", '他说"便宜点"'),
    ("2026-11-11 00:00:09", "大山", "客服", "南栖:禾", "已是\n底价"),
)


def csv_text(rows: Sequence[Sequence[str]] = TALK, header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    """As spreadsheets write it."""

    def cell(text: str) -> str:
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in f'{delimiter}"\r\n') else text

    lines = [delimiter.join(map(cell, row)) for row in ([header, *rows] if header else rows)]
    return "\r\n".join(lines) + "\r\n"


def plain(header: str, *rows: str) -> str:
    """Rows as they stand."""
    return "\n".join((header, *rows)) + "\n"


def written(folder: Path, content: bytes | str, name: str = "chats.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def archive(data: Path) -> Archive:
    return Archive(data, MerchantId(1))


def imported(data: Path, *files: Path, shop: ArchivedShop = SHOP, **order: Any) -> Result:
    reads = tuple(FileToRead(file, file.name) for file in files)
    return carry_out(Order(data=data, merchant=MerchantId(1), files=reads, shop=shop, **order), lambda _: None)


def lines(data: Path) -> pl.DataFrame:
    """Everything that counts, in the order of time, as rows of the file."""
    files = archive(data).files()
    return pl.read_parquet(files).sort("at", "line") if files else pl.DataFrame()


def bodies(data: Path) -> list[str]:
    files = archive(data).files("bodies")
    return sorted(pl.read_parquet(files)["text"].to_list()) if files else []


def guessed(path: Path) -> Reading:
    return look(path, "Asia/Shanghai").reading
