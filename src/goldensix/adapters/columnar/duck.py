"""Stored rows on DuckDB, as the batch interpreter reads them."""

from pathlib import Path

import ibis
import polars as pl

from goldensix.adapters.columnar.derive import Tables
from goldensix.metrics.batch import Source


def open_tables(tables: Tables) -> Source:
    """Rows in memory."""
    connection = ibis.duckdb.connect()

    def table(name: str, rows: pl.DataFrame) -> ibis.Table:
        return connection.create_table(name, rows.to_arrow(compat_level=pl.CompatLevel.oldest()))

    return Source(table("turns", tables.turns), table("messages", tables.messages), table("moments", tables.moments))


def open_stored(folder: Path, threads: int | None = None) -> Source:
    """Rows as `store.write` leaves them: Parquet files of turns, messages and moments."""
    connection = ibis.duckdb.connect(**({"threads": threads} if threads else {}))

    def stored(kind: str) -> ibis.Table:
        return connection.read_parquet(str(folder / kind / "**" / "*.parquet"), table_name=kind)

    turns = stored("turns")
    return Source(turns, stored("messages") if (folder / "messages").exists() else turns, stored("moments"))
