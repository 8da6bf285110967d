"""Whatever a log is written as, reading it gives the same log; and importing twice, or in parts, adds nothing twice."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldensix.adapters.archive.shops import ArchivedShop
from goldensix.adapters.importers.reading import Reading
from import_builders import archive, bodies, csv_text, imported, lines, written

Row = tuple[int, str, str, str]
"""Second, buyer, side, words."""

_START: Final = int(datetime(2026, 11, 9, tzinfo=UTC).timestamp())
_COLUMNS: Final = ("时间", "买家", "发送方", "内容")
_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d%H%M%S",
    "%d.%m.%Y %H:%M:%S",
)
_TEXT: Final = st.text(
    st.one_of(st.sampled_from('在吗亲,;|\t"\n=+谢 '), st.characters(codec="gb18030", exclude_characters="\r\0\x01")),
    max_size=12,
)
_NAMES: Final = st.text(st.sampled_from("小鱼大山abc_1"), min_size=1, max_size=4)
_ROWS: Final = st.lists(
    st.tuples(st.integers(0, 3 * 86_400), _NAMES, st.sampled_from(["买家", "客服"]), _TEXT), min_size=1, max_size=12
)
_SHAPES: Final = st.tuples(
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from(_FORMATS),
    st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Kolkata"]),
)
_READING: Final = Reading(columns={"time": "时间", "buyer": "买家", "side": "发送方", "text": "内容"})
_slow: Final = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def as_file(folder: Path, rows: list[Row], shape: tuple[str, str, str, str], name: str = "chats.csv") -> Path:
    encoding, delimiter, form, zone = shape
    cells = [
        (datetime.fromtimestamp(_START + second, ZoneInfo(zone)).strftime(form), buyer, side, words)
        for second, buyer, side, words in rows
    ]
    return written(folder, csv_text(cells, _COLUMNS, delimiter).encode(encoding), name)


def read(data: Path, path: Path, zone: str) -> None:
    shop = ArchivedShop(0, "shop", "taobao", zone)
    assert imported(data, path, shop=shop, reading=replace(_READING, zone=zone)).source.rejected == 0


def found(data: Path) -> list[tuple[int, str, str]]:
    said = {"buyer": "买家", "agent": "客服"}
    return sorted((row["at"] // 1000 - _START, row["buyer"], said[row["by"]]) for row in lines(data).rows(named=True))


def expected(rows: list[Row]) -> list[tuple[int, str, str]]:
    return sorted(row[:3] for row in rows)


@_slow
@given(rows=_ROWS, shape=_SHAPES)
def test_any_encoding_delimiter_format_and_zone_give_the_same_lines(
    rows: list[Row], shape: tuple[str, str, str, str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        read(data, as_file(Path(folder), rows, shape), shape[3])
        assert found(data) == expected(rows)
        assert bodies(data) == sorted(text for *_, text in rows if text)
        identities = lines(data)["line"]
        assert identities.n_unique() == len(identities)


@_slow
@given(rows=_ROWS, shapes=st.tuples(_SHAPES, _SHAPES), cut=st.integers(0, 12))
def test_overlapping_exports_in_any_shape_add_every_line_once(
    rows: list[Row], shapes: tuple[tuple[str, str, str, str], tuple[str, str, str, str]], cut: int
) -> None:
    """The second export has all, the first only a beginning: equal lines of one second survive both."""
    zone = shapes[0][3]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        if rows[:cut]:
            read(data, as_file(Path(folder), rows[:cut], shapes[0], "first.csv"), zone)
        whole = as_file(Path(folder), rows, (*shapes[1][:3], zone), "whole.csv")
        read(data, whole, zone)
        assert found(data) == expected(rows)
        before = lines(data)
        read(data, whole, zone)
        assert lines(data).equals(before)


@_slow
@given(rows=_ROWS, shape=_SHAPES)
def test_undoing_what_came_last_leaves_what_was_there_before(rows: list[Row], shape: tuple[str, str, str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        read(data, as_file(Path(folder), rows[:1], shape, "first.csv"), shape[3])
        before = lines(data)
        read(data, as_file(Path(folder), rows, shape, "second.csv"), shape[3])
        latest = archive(data).sources()[0]
        if len(archive(data).sources()) == 2:
            with archive(data).writing():
                archive(data).undo(latest.id)
        assert pl.DataFrame.equals(lines(data), before)
