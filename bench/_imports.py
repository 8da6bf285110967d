"""An import of a chat export with Chinese words, beside Polars reading the same file with an explicit date format."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from _synthetic import write_csv

Rounds = Callable[[str, int, Mapping[str, Callable[[], object]]], list[dict[str, float]]]


def polars_alone(export: Path, out: Path) -> None:
    """Read, parse the times, write Parquet: no import can do less."""
    time = pl.col("发送时间").str.to_datetime("%Y-%m-%d %H:%M:%S")
    pl.scan_csv(export).with_columns(time).sink_parquet(out)


def imported(export: Path, data: Path) -> None:
    """In a process of its own, as people do it."""
    shutil.rmtree(data, ignore_errors=True)
    command = [sys.executable, "-m", "goldensix", "import", str(export), "--shop", "示例旗舰店", "--platform", "taobao",
               "--zone", "Asia/Shanghai", "--yes", "--json", "--data", str(data)]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env=kept)  # people's Python keeps what it compiled


def measure_imports(
    folder: Path, rows: int, number: int, rounds: Rounds, ratio: Callable[..., float], medians: Callable[..., Any]
) -> dict[str, Any]:
    export, chinese = folder / "export.csv", folder / "export-gb18030.csv"
    write_csv(export, rows)
    with export.open(encoding="utf-8") as source, chinese.open("w", encoding="gb18030") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    found = rounds(
        "import", number,
        {"polars": lambda: polars_alone(export, folder / "alone.parquet"),
         "import": lambda: imported(export, folder / "data"),
         "gb18030": lambda: imported(chinese, folder / "data")},
    )  # fmt: skip
    return {
        "import_vs_polars": ratio(found, "import", "polars"),
        "import_gb18030_vs_polars": ratio(found, "gb18030", "polars"),
        **medians(found),
    }
