"""Laws of the running desk, over generated histories."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import AFTER_SALE, MERCHANT, PRE_SALE, World, agent, buyer, words
from goldensix.actions import reception, route, say
from goldensix.actions.folds import Folds
from goldensix.actions.outcome import Known
from goldensix.events.facts import AgentAssigned, MessageSent
from goldensix.events.ids import AccountId, ConversationId
from goldensix.log.port import Stored
from goldensix.metrics.today import Column, Tally, Today
from goldensix.team.team import Team

BUYERS = ("chen", "kk", "youzi", "zhou", "lynn")
AGENTS = (1, 2, 3)
DEEDS = (
    "ask ask ask answer answer recall unsay read seen take close leave connect disconnect ready ready break type hand"
)


@dataclass(frozen=True)
class Step:
    """One thing somebody does, and how long after the one before."""

    what: str
    buyer: str
    agent: int
    number: int
    wait: int
    """Milliseconds."""


steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from([*DEEDS.split(), "time"]),
        buyer=st.sampled_from(BUYERS),
        agent=st.sampled_from(AGENTS),
        number=st.integers(0, 6),
        wait=st.one_of(st.integers(0, 3_000), st.integers(0, 90_000), st.just(8 * 3_600_000)),
    ),
    max_size=60,
)


def take_step(world: World, step: Step) -> None:
    desk, me, now = world.desk, AccountId(step.agent), world.pass_time(step.wait / 1000)
    conversation = desk.folds.reception.of_buyer(buyer().shop, buyer(step.buyer).id)
    name = conversation.id if conversation else "none"
    client_id = f"message{step.number:04}"
    match step.what:
        case "ask":
            group = PRE_SALE if step.number % 2 else AFTER_SALE
            if conversation is None and stored_before(world, say.message_of_buyer(buyer(step.buyer).id, client_id)):
                return  # the door looks this up before it lets a message start a conversation
            say.ask(desk, buyer(step.buyer), client_id, words(), group, "", now)
        case "answer":
            say.answer(desk, me, name, f"{client_id}{name}", words("在的"), now)
        case "recall" | "unsay":
            by = "buyer" if step.what == "recall" else "agent"
            author = f"b{step.buyer}" if by == "buyer" else f"a{me}"
            names = list(conversation.messages) if conversation else ["x"]
            say.recall(desk, name, names[step.number % len(names)], by, author, now)
        case "read" | "seen":
            if conversation:
                say.read(desk, conversation, me if step.what == "read" else None, step.number, now)
        case "take":
            route.take(desk, me, name if step.number % 2 else None, now)
        case "hand":
            route.hand_over(desk, me, name, AccountId(1 + step.number % 3), now)
        case "close":
            reception.close(desk, me, name, now)
        case "leave":
            reception.leave(desk, name, now)
        case "connect":
            reception.connect(desk, me, now)
        case "disconnect":
            reception.disconnect(desk, me, now)
        case "ready":
            reception.become_ready(desk, me, now)
        case "break":
            reception.take_break(desk, me, "lunch", now)
        case "type":
            reception.strike_key(desk, me, now)
    reception.keep_deadlines(desk, now)
    desk.route_if_wanted()


def stored_before(world: World, message: str) -> bool:
    return any(isinstance(p.stored.event, MessageSent) and p.stored.event.message == message for p in world.pending())


def run(history: list[Step], check: Callable[[World], None]) -> World:
    """Everybody at work, the history, and a check after each step; then all of it durable."""
    world = World([agent(1), agent(2, limit=1), agent(3, groups=(PRE_SALE, AFTER_SALE))])

    async def live() -> None:
        for number in AGENTS:
            reception.connect(world.desk, AccountId(number), world.now)
        committing = asyncio.create_task(world.desk.run())
        for step in history:
            take_step(world, step)
            check(world)
            if step.number == 0:
                await world.desk.settled()
        await world.desk.settled()
        committing.cancel()

    asyncio.run(live())
    return world


def replay(world: World) -> Folds:
    folds = Folds()
    for stored in asyncio.run(world.log.read_after(MERCHANT, 0, 100_000)):
        folds.apply(stored, world.desk.premises.zone_of)
    return folds


@settings(deadline=None, max_examples=150)
@given(steps)
def test_the_log_folded_anew_is_the_running_state(history: list[Step]) -> None:
    world = run(history, lambda _: None)
    assert replay(world) == world.desk.folds


@settings(deadline=None, max_examples=150)
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
            able = [member.id for member in idle if member.serves(waiting.shop, waiting.group, played=False)]
            assert not able, f"{waiting.id} waits while {able} have idle hands"

    run(history, check)


@settings(deadline=None, max_examples=150)
@given(steps, st.integers(0, 60))
def test_sending_any_suffix_again_changes_nothing(history: list[Step], start: int) -> None:
    world = run(history, lambda _: None)
    sent = [p.stored for p in world.published if isinstance(p.stored.event, MessageSent) and p.stored.body]
    head = asyncio.run(world.log.head(MERCHANT))
    for stored in sent[start:]:
        resend(world, stored)
    assert world.desk.quiet
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


@settings(deadline=None, max_examples=200)
@given(steps)
def test_figures_kept_event_by_event_are_the_figures_of_the_messages(history: list[Step]) -> None:
    """Over histories in which nothing ends, all figures follow from the conversations that are open."""
    lasting = [step for step in history if step.what not in ("close", "leave") and step.wait < 3_600_000]
    world = run(lasting, lambda _: None)
    anew = Today(latest=world.desk.folds.today.latest, oldest_day=world.desk.folds.today.oldest_day)
    for conversation in world.desk.folds.reception.open.values():
        anew.count(conversation, world.desk.premises.zone_of(conversation.shop), 1)
    assert kept(anew) == kept(world.desk.folds.today)


def kept(today: Today) -> tuple[dict[object, Tally], dict[object, Column]]:
    return (
        {key: tally for key, tally in today.tallies.items() if tally != Tally()},
        {key: column for key, column in today.columns.items() if column != Column()},
    )
