"""Days in which somebody falls silent, goes away or passes on: what their tests share."""

import asyncio
from functools import partial

from builders import SHOP, World, buyer, words
from goldensix.actions import reception, route, say
from goldensix.actions.desk import Desk
from goldensix.actions.folds import Folds
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    Event,
)
from goldensix.events.ids import AccountId
from goldensix.team.team import Member

ONE, TWO, MANAGER = AccountId(1), AccountId(2), AccountId(9)


def at_work(*members: Member) -> World:
    world = World(list(members))
    for member in members:
        reception.connect(world.desk, member.id, world.now)
        reception.become_ready(world.desk, member.id, world.now)
    return world


def asks(world: World, name: str = "chen", text: str = "在吗") -> Conversation:
    say.ask(world.desk, buyer(name), f"message{len(world.pending()):05}", words(text), None, "", world.now)
    settle(world.desk, world)
    found = world.desk.folds.reception.of_buyer(SHOP, buyer(name).id)
    assert found is not None
    return found


def answers(world: World, c: Conversation) -> None:
    assert c.agent is not None
    said = say.answer(world.desk, c.agent, c.id, f"answer{len(world.pending()):05}", words("在的"), world.now)
    assert said is None
    settle(world.desk, world)


def settle(desk: Desk, world: World) -> None:
    reception.keep_deadlines(desk, world.now)
    desk.route_if_wanted()


def passes(world: World, seconds: float) -> None:
    world.pass_time(seconds)
    settle(world.desk, world)


def told(world: World, kind: type[Event]) -> list[Event]:
    return [each.stored.event for each in world.pending() if isinstance(each.stored.event, kind)]


def begun_anew(world: World) -> Desk:
    """Another desk on the same log."""

    async def begin() -> Desk:
        committing = asyncio.create_task(world.desk.run())
        await world.desk.settled()
        committing.cancel()
        desk = Desk(world.desk.merchant, world.desk.premises, world.desk.ports)
        desk.router = partial(route.route, desk)
        await desk.load(Folds())
        return desk

    return asyncio.run(begin())
