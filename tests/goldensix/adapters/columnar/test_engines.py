"""The same calibers beyond one machine: ClickHouse and Spark give what DuckDB gives, over the same stored turns."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, derive_parts
from goldensix.adapters.columnar.duck import open_stored
from goldensix.adapters.columnar.engines import open_on_spark, written_for
from goldensix.adapters.columnar.store import write_stored
from goldensix.adapters.presets import presets
from goldensix.metrics.batch import Source, evaluate
from goldensix.metrics.caliber import Caliber, SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow
from goldensix.wire.declared import read_caliber
from metric_histories import ZONES, a_busy_week

LINES = a_busy_week(1_500)
VIEW = View(by=("shop", "agent", "day"), zones=ZONES, as_of=LINES[-1].at)
MORE = [
    {"id": "refunds", "measure": "refund_speed"},
    {"id": "open", "measure": "status_time", "statuses": ["open"]},
    {"id": "fastest", "measure": "fastest", "p": 90},
    {"id": "skew", "measure": "skew"},
    {"id": "in_hours", "measure": "mean", "service_hours": [9, 18], "service_days": [0, 1, 2]},
    {"id": "bundle", "measure": "mean", "unit": "session_mean"},
]
CALIBERS: list[Caliber] = [
    *(caliber for caliber in presets().values() if caliber.sessions == SessionRule()),
    *(read_caliber(each) for each in MORE),
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored") / "turns"
    write_stored(derive_parts(frame(LINES), wanted=EVERYTHING), folder, "Asia/Shanghai")
    return folder


@pytest.fixture(scope="module")
def on_duckdb(stored: Path) -> list[FigureRow]:
    rows = evaluate(open_stored(stored), CALIBERS, VIEW)
    assert len({row.caliber for row in rows}) >= len(CALIBERS) - 2
    return rows


@pytest.fixture(scope="module")
def clickhouse(stored: Path) -> Iterator[Source]:
    session = pytest.importorskip(
        "chdb.session", reason="ClickHouse is not tried: chdb is not installed (GOLDENSIX_EXTRAS=clickhouse ./run test)"
    ).Session()
    for kind in ("turns", "messages", "moments"):
        session.query(f"create view {kind} as select * from file('{stored}/{kind}/**/*.parquet', Parquet)")

    def ask(query: str) -> pa.Table:
        return pa.ipc.open_file(pa.BufferReader(session.query(query, "Arrow").bytes())).read_all()

    yield written_for("clickhouse", ask, open_stored(stored))
    session.close()


@pytest.fixture(scope="module")
def spark(stored: Path) -> Iterator[Source]:
    if shutil.which("java") is None:
        pytest.skip("Spark is not tried: there is no Java on this machine")
    sql: Any = pytest.importorskip(
        "pyspark.sql", reason="Spark is not tried: pyspark is not installed (GOLDENSIX_EXTRAS=spark ./run test)"
    )
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield open_on_spark(session, str(stored))
    session.stop()


def test_clickhouse_gives_the_same_figures(clickhouse: Source, on_duckdb: list[FigureRow]) -> None:
    assert evaluate(clickhouse, CALIBERS, VIEW) == on_duckdb


def test_clickhouse_gives_the_same_without_an_instant(clickhouse: Source, stored: Path) -> None:
    view = replace(VIEW, by=(), as_of=None)
    assert evaluate(clickhouse, CALIBERS, view) == evaluate(open_stored(stored), CALIBERS, view)


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_figures(spark: Source, on_duckdb: list[FigureRow]) -> None:
    """Of every kind of figure: Spark takes half a second for each caliber."""
    kinds = {(each.measure, each.unit, each.clock, each.booked): each.id for each in CALIBERS}
    known = {*kinds.values()}
    assert len(known) > 40
    assert evaluate(spark, [each for each in CALIBERS if each.id in known], VIEW) == [
        row for row in on_duckdb if row.caliber in known
    ]
