"""Worked examples through the batch interpreter: the lines of all cases derived once, a shop for each case."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from goldensix.adapters.columnar.arrange import SCHEMA
from goldensix.adapters.columnar.derive import EVERYTHING, derive
from goldensix.adapters.columnar.duck import open_tables
from goldensix.metrics.batch import Source, evaluate
from goldensix.metrics.caliber import Caliber, SessionRule
from goldensix.metrics.cases import Case
from goldensix.metrics.contributions import View
from goldensix.metrics.figures import FigureRow
from goldensix.metrics.order import Line


def frame(lines: Sequence[Line]) -> pl.DataFrame:
    """Lines as columns."""
    columns = zip(*lines, strict=True) if lines else ([] for _ in SCHEMA)
    return pl.DataFrame(
        [pl.Series(name, values, dtype=SCHEMA[name]) for name, values in zip(SCHEMA, columns, strict=True)]
    )


def batch_of(cases: Sequence[Case]) -> Callable[[Case, Sequence[Caliber], View], list[FigureRow]]:
    lines = frame([line for case in cases for line in case.lines])
    sources: dict[SessionRule, Source] = {}

    def of(case: Case, calibers: Sequence[Caliber], view: View) -> list[FigureRow]:
        rule = calibers[0].sessions
        if rule not in sources:
            sources[rule] = open_tables(derive(lines, rule, EVERYTHING))
        source = sources[rule]
        own = Source(
            *(table.filter(table.shop == case.shop) for table in (source.turns, source.messages, source.moments))
        )
        return evaluate(own, calibers, replace(view, zones={}))

    return of
