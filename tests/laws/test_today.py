"""The law of today's figures: however they were read, saved or begun anew, they are those of the log in batch."""

import asyncio
from collections.abc import Sequence

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import AFTER_SALE, MERCHANT, OTHER_SHOP, PRE_SALE, SHOP, World, words
from goldensix.actions import say
from goldensix.actions.folds import Folds
from goldensix.adapters.columnar.cases import frame
from goldensix.adapters.columnar.derive import derive
from goldensix.adapters.columnar.duck import open_tables
from goldensix.adapters.presets import house
from goldensix.events.ids import AccountId
from goldensix.log.port import Stored
from goldensix.metrics.batch import evaluate
from goldensix.metrics.caliber import SessionRule
from goldensix.metrics.contributions import View
from goldensix.metrics.last_five import Column
from goldensix.metrics.reading import Reading
from goldensix.metrics.talk import Talks, take_event
from goldensix.metrics.today import SHOWN
from goldensix.metrics.zones import DAY, local
from histories import AGENTS, BUYERS, Step, run

DEEDS = [
    "ask",
    "ask",
    "ask",
    "answer",
    "answer",
    "answer",
    "recall",
    "unsay",
    "close",
    "leave",
    "hand",
    "take",
    "time",
    "block",
    "rate",
    "order",
]
waits = st.one_of(
    st.integers(0, 3_000), st.sampled_from([6_000, 6_001, 30_000, 30_001, 180_000]), st.integers(0, 40_000),
    st.integers(0, 40_000), st.sampled_from([4 * 3_600_000 - 5_000, 25 * 3_600_000]),
)  # fmt: skip
steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(DEEDS),
        buyer=st.sampled_from(BUYERS[:3]),
        agent=st.sampled_from(AGENTS),
        number=st.integers(0, 99),
        wait=waits,
    ),
    min_size=4,
    max_size=40,
).map(lambda deeds: [*(Step("ready", "", number, 1, 0) for number in AGENTS), *deeds])
"""Hours with everybody ready: asked, answered and ended more than anything else, sometimes over midnight."""
Told = dict[tuple[object, ...], tuple[int, int, int]]
ZONE = "Asia/Shanghai"
CALIBERS = [caliber for caliber in house() if caliber.id in SHOWN]
PLACES = [(shop, group) for shop in (SHOP, OTHER_SHOP) for group in (PRE_SALE, AFTER_SALE)]


def told(reading: Reading) -> Told:
    """What a page would show: by shop and group, and by agent; numerator, denominator, pending."""
    found = {
        (place, caliber): sums for place in PLACES for caliber, sums in reading.within({place[0]}, place[1]).items()
    }
    mine = {(agent, caliber): sums for agent in AGENTS for caliber, sums in reading.of_agent(AccountId(agent)).items()}
    return {key: (each.num, each.den, each.pending) for key, each in {**found, **mine}.items()}


def log_of(world: World) -> list[Stored]:
    return asyncio.run(world.log.read_after(MERCHANT, 0, 100_000))


def reading_of(folds: Folds) -> Reading:
    return Reading(CALIBERS, folds.today, lambda _: ZONE)


def replayed(events: Sequence[Stored], now: int) -> Reading:
    folds = Folds()
    for stored in events:
        folds.apply(stored)
    reading = reading_of(folds)
    reading.settle(now)
    return reading


def batch(events: Sequence[Stored], now: int) -> Told:
    talks: Talks = {}
    orders = [line for stored in events for line in take_event(talks, stored) if line.session is None]
    lines = [line for talk in talks.values() for line in talk.lines.values()]
    lines += orders
    tables = open_tables(derive(frame(lines), SessionRule()))
    today = local(ZONE, now) // DAY
    view = View(by=("shop", "group", "agent"), zone=ZONE, days=(today, today), as_of=now)
    found = dict.fromkeys(told(reading_of(Folds())), (0, 0, 0))
    for row in evaluate(tables, CALIBERS, view):
        shop, group, agent = row.key
        part = (row.figure.num, row.figure.den, row.figure.left_out.get("pending", 0))
        for key in (((shop, int(group or 0)), row.caliber), (int(agent or 0), row.caliber)):
            if key in found:
                num, den, pending = found[key]
                found[key] = (num + part[0], den + part[1], pending + part[2])
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.integers(1, 5), st.integers(0, 200_000))
def test_figures_read_while_the_desk_runs_are_those_of_the_log_in_batch(
    history: list[Step], every: int, later: int
) -> None:
    looks = 0

    def look(world: World) -> None:
        nonlocal looks
        looks += 1
        if looks % every == 0:
            world.desk.figures.slice(world.now)
        if looks % (3 * every) == 0:
            world.desk.figures.read(world.now)

    world = run(history, look)
    now, events = world.pass_time(later / 1000), log_of(world)
    world.desk.figures.settle(now)
    shown = told(world.desk.figures)
    assert shown == told(replayed(events, now))
    assert shown == batch(events, now)
    assert columns_of(world.desk.figures) == columns_of(replayed(events, now))


def columns_of(reading: Reading) -> dict[int, Column]:
    return {number: column for number, column in reading.columns().items() if column != Column()}


@settings(max_examples=80)
@given(steps, st.integers(0, 100), st.integers(0, 100), st.integers(0, 200_000), st.booleans())
def test_figures_of_saved_folds_and_the_rest_of_the_log_are_those_of_all_of_it(
    history: list[Step], read_at: int, saved_at: int, later: int, at_once: bool
) -> None:
    """Wherever it is saved, whatever was moved into the sums before, and if it is read while the desk runs."""
    world = run(history, lambda _: None)
    now, events = world.pass_time(later / 1000), log_of(world)
    folds, reads, saves = Folds(), len(events) * read_at // 100, len(events) * saved_at // 100
    reading = reading_of(folds)
    for number, stored in enumerate(events):
        folds.apply(stored)
        if number == reads:
            reading.settle(stored.occurred_at)
        if number == saves:
            with folds.today.without_fresh():
                saved = msgspec.msgpack.encode(folds)
            folds = msgspec.msgpack.decode(saved, type=Folds)
            reading = reading_of(folds)
    reading.settle(now) if at_once else reading.read(now)
    assert told(reading) == told(replayed(events, now))
    assert columns_of(reading) == columns_of(replayed(events, now))


@settings(max_examples=60)
@given(steps)
def test_what_is_over_is_let_go(history: list[Step]) -> None:
    world = run(history, lambda _: None)
    world.desk.figures.settle(world.pass_time(181))
    assert set(world.desk.folds.today.talks) == set(world.desk.folds.reception.open)
    assert not world.desk.folds.today.fresh


@settings(max_examples=80)
@given(steps, st.sampled_from(AGENTS))
def test_who_answers_all_that_can_be_won_in_time_has_the_rate_that_was_promised(
    history: list[Step], number: int
) -> None:
    world = run(history, lambda _: None)
    figures, agent, day = world.desk.figures, AccountId(number), local(ZONE, world.now) // DAY
    figures.settle(world.now)
    chance = figures.chance(["within_30s"], agent=agent)
    if chance is None or local(ZONE, chance.open[0].until) // DAY != day:
        return
    world.pass_time((chance.open[0].until - world.now) / 1000)
    for place, turn in enumerate(chance.open):
        assert say.answer(world.desk, agent, turn.session, f"promised{place}", words(), world.now) is None
    figures.settle(world.now)
    after = figures.of_agent(agent)["within_30s"]
    assert (after.num, after.den) == (chance.hits, chance.of)
