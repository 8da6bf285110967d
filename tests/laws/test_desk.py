"""Laws of the running desk, over generated histories."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MERCHANT, World, buyer, words
from goldensix.actions import say
from goldensix.actions.folds import Folds
from goldensix.actions.outcome import Known
from goldensix.actions.route import not_to
from goldensix.events.facts import AgentAssigned, MessageSent
from goldensix.events.ids import ConversationId
from goldensix.log.port import Stored
from goldensix.team.team import Team
from histories import Step, run, steps, stored_before


def replay(world: World) -> Folds:
    folds = Folds()
    for stored in asyncio.run(world.log.read_after(MERCHANT, 0, 100_000)):
        folds.apply(stored)
    return folds


@settings(max_examples=150)
@given(steps)
def test_the_log_folded_anew_is_the_running_state(history: list[Step]) -> None:
    world = run(history, lambda _: None)
    assert replay(world) == world.desk.folds


@settings(max_examples=150)
@given(steps)
def test_routing_never_breaks_a_limit_or_wakes_the_unready(history: list[Step]) -> None:
    def check(world: World) -> None:
        folds, members = world.desk.folds, world.desk.premises.members
        assert all(folds.reception.load(id) <= member.limit for id, member in members.items())
        team = Team(members, folds.attendance)
        for published in world.pending():
            event = published.stored.event
            if isinstance(event, AgentAssigned) and event.how == "routed":
                assert event.policy == "idle_hands"
        free = [m for id, m in members.items() if team.receives(id) and folds.reception.load(id) < m.limit]
        typing = {id for id, until in world.desk.typing.items() if until > world.now}
        idle = [member for member in free if member.id not in typing]
        for waiting in folds.reception.queued():
            silent = not_to(world.desk, waiting)
            asked = [member for member in idle if member.id != silent]
            able = [member.id for member in asked if member.serves(waiting.shop, waiting.group, played=False)]
            assert not able, f"{waiting.id} waits while {able} have idle hands"

    run(history, check)


@settings(max_examples=150)
@given(steps, st.integers(0, 60))
def test_sending_any_suffix_again_changes_nothing(history: list[Step], start: int) -> None:
    world = run(history, lambda _: None)
    sent = [p.stored for p in world.published if isinstance(p.stored.event, MessageSent) and p.stored.body]
    head = asyncio.run(world.log.head(MERCHANT))
    for stored in sent[start:]:
        resend(world, stored)
    assert not world.desk.recorded
    assert asyncio.run(world.log.head(MERCHANT)) == head
    assert replay(world) == world.desk.folds


def resend(world: World, stored: Stored) -> None:
    """As a client does that never saw its message acknowledged."""
    event = stored.event
    assert isinstance(event, MessageSent)
    author, _, client_id = event.message.partition(".")
    if event.by == "agent" and event.agent is not None:
        outcome = say.answer(world.desk, event.agent, stored.stream, client_id, words(), world.now)
        if world.desk.conversation(stored.stream):
            assert outcome == Known(ConversationId(stored.stream), stored.stream_position)
    elif event.by == "buyer":
        if world.desk.folds.reception.of_buyer(buyer().shop, buyer(author[1:]).id) is None:
            assert stored_before(world, event.message)  # so the door answers, and starts nothing
        elif world.desk.conversation(stored.stream):
            outcome = say.ask(world.desk, buyer(author[1:]), client_id, words(), None, "", world.now)
            assert outcome == Known(ConversationId(stored.stream), stored.stream_position)
