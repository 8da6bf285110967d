"""Lines become the same turns compiled or not, whatever their order, and from the disk."""

import random
from pathlib import Path

import polars as pl

from goldensix.adapters.columnar import compiled
from goldensix.adapters.columnar.arrange import SCHEMA
from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import EVERYTHING, Tables, derive, derive_parts
from goldensix.adapters.columnar.duck import open_stored, open_tables
from goldensix.adapters.columnar.store import write_stored
from goldensix.adapters.presets import presets
from goldensix.metrics.batch import evaluate, explain
from goldensix.metrics.contributions import View
from goldensix.metrics.order import Line

SHANGHAI = View(by=("agent", "day"), zone="Asia/Shanghai")
KINDS = [*[("message", "buyer")] * 4, *[("message", "agent")] * 3, ("message", "bot_auto"), ("transfer", None)]
BEGAN = 1_794_300_000_000


def talk(conversations: int, seed: int = 6) -> list[Line]:
    """Conversations that take turns, with robots, recalls and transfers among them."""
    dice = random.Random(seed)
    lines = []
    for number in range(conversations):
        at = BEGAN + number * 400_000
        for place in range(dice.randint(1, 8)):
            at += dice.choice([0, 1_000, 6_000, 30_000, 180_000, 700_000])
            what, by = dice.choice(KINDS)
            agent = f"a{dice.randint(0, 5)}" if by == "agent" or what == "transfer" else None
            lines.append(
                Line(
                    1,
                    "jd",
                    f"b{number % 997}",
                    f"s{number}",
                    f"l{number:06}.{place}",
                    what,
                    by,
                    agent,
                    None,
                    None,
                    "",
                    at,
                    recalled=dice.random() < 0.05,
                    chars=place,
                )
            )
    return lines


def sorted_rows(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(rows.select(sorted(rows.columns)).rows(), key=str)


def assert_same(one: Tables, other: Tables) -> None:
    for kind in ("turns", "messages", "moments"):
        assert sorted_rows(getattr(one, kind)) == sorted_rows(getattr(other, kind))


def test_the_compiled_fold_is_the_plain_one() -> None:
    lines = frame(talk(6_000))
    assert len(lines) > compiled.FEW
    fast = derive(lines, wanted=EVERYTHING)
    few = lines.filter(pl.col("session").str.len_chars() < 5)
    assert len(few) < compiled.FEW
    some = fast.turns.filter(pl.col("session").str.len_chars() < 5)
    assert sorted_rows(derive(few).turns) == sorted_rows(some)


def test_the_order_of_lines_does_not_matter() -> None:
    lines = talk(200)
    shuffled = random.Random(1).sample(lines, len(lines))
    assert_same(derive(frame(lines), wanted=EVERYTHING), derive(frame(shuffled), wanted=EVERYTHING))


def test_an_empty_log_has_no_figures() -> None:
    source = open_tables(derive(pl.DataFrame(schema=SCHEMA)))
    assert evaluate(source, [presets()["average_response"]], SHANGHAI) == []
    (row,) = evaluate(source, [presets()["average_response"]], View())
    assert (row.value, row.figure.den) == (None, 0)


def test_stored_turns_give_the_same_figures(tmp_path: Path) -> None:
    lines = frame(talk(300))
    asked = [caliber for caliber in presets().values() if caliber.unit != "message"]
    write_stored(derive_parts(lines), tmp_path / "turns", "Asia/Shanghai")
    stored = evaluate(open_stored(tmp_path / "turns"), asked, SHANGHAI)
    assert stored == evaluate(open_tables(derive(lines)), asked, SHANGHAI)
    assert stored


def test_a_figure_opens_down_to_its_turns() -> None:
    source = open_tables(derive(frame(talk(300))))
    caliber = presets()["tb_3min_2021"]
    rows = [row for row in evaluate(source, [caliber], SHANGHAI) if row.key[0] == "a1"]
    for row in rows:
        opened = explain(source, caliber, SHANGHAI, {"agent": "a1", "day": row.key[1]})
        counted = [turn for turn in opened if turn.why is None]
        assert (sum(turn.hit for turn in counted), len(counted)) == (row.figure.num, row.figure.den)
        assert len(opened) - len(counted) == sum(row.figure.left_out.values())
    assert rows
