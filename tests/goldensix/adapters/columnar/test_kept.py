"""Kept turns are those that a new derivation would give, and are never those of other lines."""

import ast
import importlib.util
import inspect
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from goldensix.adapters.columnar import kept
from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, derive
from goldensix.adapters.columnar.kept import KINDS, Unit, keep
from goldensix.metrics.caliber import Milliseconds, SessionRule
from metric_histories import History, histories

RULE = SessionRule()


def unit(lines: pl.DataFrame, *made_of: str, rule: SessionRule = RULE, told: Callable[[], None] = lambda: None) -> Unit:
    def read() -> pl.DataFrame:
        told()
        return lines

    return Unit("1-imported", made_of, "Asia/Shanghai", rule, read)


def rows(turns: kept.KeptTurns, kind: str) -> pl.DataFrame:
    files = turns.files(kind, None, None)
    return pl.read_parquet(files) if files else pl.DataFrame()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=histories())
def test_what_is_kept_is_what_is_derived(tmp_path_factory: pytest.TempPathFactory, lines: History) -> None:
    folder = tmp_path_factory.mktemp("kept")
    log = frame(lines.lines)
    tables, stored = derive(log, RULE, EVERYTHING), keep(folder, unit(log, "a"))
    moments = pl.concat([each for kind in ("moments", "trade") if len(each := rows(stored, kind))] or [tables.moments])
    for derived, found in (
        (tables.turns, rows(stored, "turns")),
        (tables.messages, rows(stored, "messages")),
        (tables.moments, moments),
    ):
        if derived.height:
            assert_frame_equal(derived.sort(derived.columns), found.sort(derived.columns))
        else:
            assert not found.height


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=histories(), place=st.floats(0, 1), width=st.integers(0, 200_000_000))
def test_no_file_is_passed_over_that_speaks_of_an_instant(
    tmp_path_factory: pytest.TempPathFactory, lines: History, place: float, width: int
) -> None:
    stored = keep(tmp_path_factory.mktemp("kept"), unit(frame(lines.lines), "a"))
    everything = rows(stored, "turns")
    if not everything.height:
        return
    first, last = int(everything["asked_at"].min()), int(everything["last_at"].max())  # type: ignore[arg-type]  # there are rows
    low = round(first + (last - first) * place)
    files = stored.files("turns", low, low + width)
    found = pl.read_parquet(files) if files else everything.clear()
    for column in ("asked_at", "first_at", "last_at", "stage_at", "queue_at"):
        inside = pl.col(column).is_between(low, low + width)
        assert found.filter(inside).height == everything.filter(inside).height


def test_other_lines_another_rule_or_other_code_are_derived_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[str] = []
    lines = frame([])

    def known(*made_of: str, rule: SessionRule = RULE) -> bool:
        before = len(derived)
        keep(tmp_path, unit(lines, *made_of, rule=rule, told=lambda: derived.append("now")))
        return len(derived) == before

    assert not known("a")
    assert known("a")
    assert not known("a", "b")
    assert known("b", "a")
    assert not known("a", rule=SessionRule(idle_gap=Milliseconds(60_000)))
    monkeypatch.setattr(kept, "_code", lambda: "another fold")
    assert not known("a")


def test_a_derivation_that_was_ended_leaves_nothing_that_counts(tmp_path: Path) -> None:
    def ended() -> pl.DataFrame:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path, Unit("1-desk", ("a",), "UTC", RULE, ended))
    assert not [*tmp_path.rglob("*.json")]
    keep(tmp_path, unit(frame([]), "a"))
    assert set(KINDS) == {path.name for path in next((tmp_path / "1-imported").iterdir()).iterdir() if path.is_dir()}


def test_the_key_knows_all_code_that_makes_rows_of_lines() -> None:
    """A module that the derivation came to use and the key does not know would leave stale turns in use."""
    told = {f"{package}.{name.removesuffix('.py')}" for package, names in kept._CODE for name in names}
    assert told == _imported_by({kept.__name__})


def _imported_by(modules: set[str]) -> set[str]:
    """These modules of ours and all that they import, whatever it takes."""
    found: set[str] = set()
    while waiting := modules - found:
        name = waiting.pop()
        found.add(name)
        for node in ast.walk(ast.parse(inspect.getsource(importlib.import_module(name)))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("goldensix"):
                modules |= {_module_of(node.module or "", each.name) for each in node.names}
    return found


def _module_of(package: str, name: str) -> str:
    there = importlib.import_module(package)
    is_module = hasattr(there, "__path__") and importlib.util.find_spec(f"{package}.{name}") is not None
    return f"{package}.{name}" if is_module else package
