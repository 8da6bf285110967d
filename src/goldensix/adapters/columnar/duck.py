"""Stored rows on DuckDB, as the batch interpreter reads them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import polars as pl

from goldensix.adapters.columnar.derive import Tables
from goldensix.metrics.batch import Source

if TYPE_CHECKING:
    import pyarrow as pa


def open_tables(tables: Tables) -> Source:
    """Rows in memory, read where they are."""
    connection = ibis.duckdb.connect()

    def table(name: str, rows: pl.DataFrame) -> ibis.Table:
        connection.con.register(name, rows.to_arrow(compat_level=pl.CompatLevel.newest()))
        return connection.table(name)

    return Source(
        table("turns", tables.turns), table("messages", tables.messages), table("moments", tables.moments),
        ask=asking(connection),
    )  # fmt: skip


def open_stored(folder: Path, threads: int | None = None) -> Source:
    """Rows as `store.write` leaves them: Parquet files of turns, messages and moments."""
    connection = ibis.duckdb.connect(**({"threads": threads} if threads else {}))

    def stored(kind: str) -> ibis.Table:
        return connection.read_parquet(str(folder / kind / "**" / "*.parquet"), table_name=kind)

    turns = stored("turns")
    messages = stored("messages") if (folder / "messages").exists() else connection.create_view("messages", turns)
    return Source(turns, messages, stored("moments"), ask=asking(connection))


def asking(connection: Any) -> "Callable[[str], pa.Table]":
    """Ibis's connection, asked in SQL."""
    return lambda query: connection.con.sql(query).to_arrow_table()
