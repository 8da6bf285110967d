"""The worked example of docs/guides/live-figures.md, played on a desk."""

import asyncio
from pathlib import Path
from typing import Final

import pytest

from builders import World, agent, buyer, words
from goldensix.actions import reception, say
from goldensix.api.live.board import Board
from goldensix.events.ids import AccountId
from goldensix.wire import live

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guides" / "live-figures.md"
WEI: Final = AccountId(1)
EXAMPLE: Final = GUIDE.read_text().partition("## A worked example")[2]


def rows(table: int) -> list[list[str]]:
    """The cells of the example's table of this number, its head left out."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in EXAMPLE.splitlines():
        if line.startswith("|") and not inside:
            tables.append([])
        inside = line.startswith("|")
        if inside:
            tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return tables[table][2:]


def played(until: float) -> World:
    world = World([agent(WEI, limit=9)])
    asyncio.run(play(world, until))
    return world


async def play(world: World, until: float) -> None:
    committing = asyncio.create_task(world.desk.run())
    reception.connect(world.desk, WEI, world.now)
    reception.become_ready(world.desk, WEI, world.now)
    await world.desk.settled()
    passed = 0.0
    for number, (at, who, deed) in enumerate(rows(0)):
        world.pass_time(float(at) - passed)
        passed = float(at)
        do(world, f"message{number:03}", who, deed)
        await world.desk.settled()
    world.pass_time(until - passed)
    committing.cancel()


def do(world: World, id: str, who: str, deed: str) -> None:
    desk, verb, whom = world.desk, deed.partition(" ")[0], deed.partition(" ")[2] or who
    if verb == "asks":
        assert say.ask(desk, buyer(who), id, words(), None, "", world.now) is None
        return
    conversation = desk.folds.reception.of_buyer(buyer(whom).shop, buyer(whom).id)
    assert conversation is not None, f"{whom} has no conversation"
    if verb == "answers":
        assert say.answer(desk, WEI, conversation.id, id, words("在的"), world.now) is None
    else:
        assert verb == "leaves"
        reception.leave(desk, conversation.id, world.now)


def share(rate: live.Rate) -> str:
    return f"{rate.hits} of {rate.of}"


def seconds(milliseconds: int | None) -> str:
    assert milliseconds is not None
    return f"{milliseconds / 1000:.3f} s"


GOALS: Final = {"golden_six_human": "golden six", "within_30s": "30 s rate"}


def chance(won: live.Chance | None, now: int) -> str:
    assert won is not None
    return f"{won.turns} within {(won.until - now) // 1000} s: {GOALS[won.goal]} {won.hits} of {won.of}"


@pytest.mark.parametrize(("until", "table"), [(94, 1), (97, 2)])
def test_the_example_is_what_the_desk_shows(until: float, table: int) -> None:
    world = played(until)
    board = Board(world.desk, None, None, world.now)
    frame = board.frame(lambda _: ("", ""))
    shown = {
        "Golden six, human": share(frame.today.golden_human),
        "Golden six, anyone": share(frame.today.golden_anyone),
        "First response": seconds(frame.today.first_response),
        "Average response": seconds(frame.today.average_response),
        "In 30 s": share(frame.today.within_30s),
        "In 3 min": share(frame.today.within_3min),
        "Pending, golden six, human": str(frame.today.golden_human.pending),
        "What Wei can still win": chance(board.chance_of(WEI), world.now),
        "Waiting now over 6 s": str(frame.over["6"]),
        "Wei, golden six, human": share(board.of_agent(WEI).golden_human),
    }
    told = dict(rows(table))
    assert len(told) >= 4
    assert told == {figure: shown[figure] for figure in told}
