"""The live page during a rehearsal and after it."""

from dataclasses import replace

from builders import PRE_SALE, World, agent, buyer, words
from goldensix.actions import reception, route, say
from goldensix.actions.outcome import No
from goldensix.api.live.board import Board
from goldensix.events.ids import AccountId
from goldensix.wire.floor import GroupNow, Live


def _live(world: World) -> Live:
    return Board(world.desk, None, None, world.now).frame(lambda _: ("", ""))


def _pre_sale(live: Live) -> GroupNow:
    return next(group for group in live.groups if group.id == PRE_SALE)


def test_a_rehearsal_runs_as_long_as_a_played_agent_is_there() -> None:
    """The bar on every page goes by this, whoever began it and from where."""
    world = World([agent(1), replace(agent(2), played=True)])

    def runs() -> bool:
        return Board(world.desk, None, None, world.now).rehearsal

    reception.connect(world.desk, AccountId(1), world.now)
    assert not runs()
    reception.connect(world.desk, AccountId(2), world.now)
    assert runs()
    reception.disconnect(world.desk, AccountId(2), world.now)
    assert not runs()


def test_a_played_agent_is_shown_as_long_as_he_is_there() -> None:
    world = World([agent(1), replace(agent(2), played=True)])
    played = AccountId(2)
    assert [person.id for person in _live(world).people] == [1]
    reception.connect(world.desk, played, world.now)
    reception.become_ready(world.desk, played, world.now)
    during = _live(world)
    assert [(person.id, person.played) for person in during.people] == [(1, False), (2, True)]
    assert (_pre_sale(during).people, _pre_sale(during).ready, _pre_sale(during).limit) == (2, 1, 3)
    reception.disconnect(world.desk, played, world.now)
    after = _live(world)
    assert [person.id for person in after.people] == [1]
    assert (_pre_sale(after).people, _pre_sale(after).ready) == (1, 0)


def test_a_real_buyer_is_told_from_a_played_one_and_handed_to_no_played_agent() -> None:
    world = World([agent(1), replace(agent(2), played=True)])
    real, played = AccountId(1), AccountId(2)
    for each in (real, played):
        reception.connect(world.desk, each, world.now)
        reception.become_ready(world.desk, each, world.now)
    say.ask(world.desk, buyer(), "question1", words(), None, "", world.now)
    world.desk.route_if_wanted()
    (row,) = _live(world).rows
    assert (row.agent, row.played) == (real, False)
    assert route.hand_over(world.desk, real, row.c, played, world.now) == No("agent_played")
    say.ask(world.desk, replace(buyer("kk"), channel="rehearsal"), "question2", words(), None, "", world.now)
    world.desk.route_if_wanted()
    _, other = _live(world).rows
    assert other.played
    to = real if other.agent == played else played
    assert route.hand_over(world.desk, real, other.c, to, world.now) is None
