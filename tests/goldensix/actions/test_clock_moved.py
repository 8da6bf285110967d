"""The machine's clock is set while the desk runs: nobody is blamed for time that was not."""

import pytest

from builders import World, agent, buyer, words
from goldensix.actions import reception, say
from goldensix.events.facts import ConversationReturned
from goldensix.events.ids import AccountId, Milliseconds
from goldensix.routing.policies import POLICIES

HOUR = 3_600


def at_work(*numbers: int, limit: int = 3) -> World:
    world = World([agent(number, limit=limit) for number in numbers])
    for number in numbers:
        reception.connect(world.desk, AccountId(number), world.now)
        reception.become_ready(world.desk, AccountId(number), world.now)
    return world


def asks(world: World, name: str) -> None:
    say.ask(world.desk, buyer(name), f"message{len(world.pending()):05}", words(), None, "", world.now)
    settle(world)


def settle(world: World) -> None:
    reception.keep_deadlines(world.desk, world.now)
    world.desk.route_if_wanted()


def clock_is_set(world: World, seconds: int) -> None:
    world.desk.clock_moved(Milliseconds(1_000 * seconds), world.pass_time(seconds))
    settle(world)


def returned(world: World) -> int:
    return sum(isinstance(each.stored.event, ConversationReturned) for each in world.pending())


def test_an_hour_leapt_over_takes_no_buyer_from_anybody() -> None:
    world = at_work(1, 2)
    asks(world, "chen")
    clock_is_set(world, HOUR)
    assert returned(world) == 0
    world.pass_time(299)
    settle(world)
    assert returned(world) == 0
    world.pass_time(1)
    settle(world)
    assert returned(world) == 1


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_hands_that_rest_are_idle_whatever_the_clock_did(seconds: int) -> None:
    world = at_work(1)
    reception.strike_key(world.desk, AccountId(1), world.now)
    clock_is_set(world, seconds)
    asks(world, "chen")
    assert world.with_agent(1) == []
    world.pass_time(4)
    settle(world)
    assert len(world.with_agent(1)) == 1


def test_who_waited_before_the_clock_fell_back_is_not_held_for_idle_hands() -> None:
    world = at_work(1)
    reception.strike_key(world.desk, AccountId(1), world.now)
    asks(world, "chen")
    assert world.with_agent(1) == []
    clock_is_set(world, -HOUR)
    assert len(world.with_agent(1)) == 1


def test_turns_go_on_after_the_clock_fell_back() -> None:
    world = at_work(1, 2, limit=10)
    world.desk._policy = POLICIES["round_robin"]
    for name in ("chen", "kk"):
        world.pass_time(1)
        asks(world, name)
    clock_is_set(world, -HOUR)
    for name in ("youzi", "zhou", "lynn", "an"):
        world.pass_time(1)
        asks(world, name)
    assert [len(world.with_agent(number)) for number in (1, 2)] == [3, 3]
