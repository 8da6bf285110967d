"""Stored rows on engines beyond this machine. Their packages are the extras `spark` and `clickhouse`."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from goldensix.metrics.batch import Source
from goldensix.metrics.batch.shared import kept_apart

if TYPE_CHECKING:
    import pyarrow as pa


def open_on_spark(session: Any, folder: str) -> Source:
    """Rows as `store.write_stored` leaves them, in a folder that the cluster sees. Instants are whole numbers, so the
    session's time zone does not matter."""
    connection = ibis.pyspark.connect(session)
    return Source(
        *(connection.read_parquet(f"{folder}/{kind}", table_name=kind) for kind in ("turns", "messages", "moments"))
    )


def written_for(dialect: str, ask: "Callable[[str], pa.Table]", like: Source) -> Source:
    """Tables of the same names and columns on an engine that Ibis writes SQL for and somebody else asks, such as
    chdb. `ask` runs a query."""

    def run(expression: ibis.Table) -> "pa.Table":
        with kept_apart():
            return ask(str(ibis.to_sql(expression, dialect=dialect)))

    turns, messages, moments = (
        ibis.table(table.schema(), name=name)
        for name, table in (("turns", like.turns), ("messages", like.messages), ("moments", like.moments))
    )
    return replace(like, turns=turns, messages=messages, moments=moments, run=run)
