"""Days at a desk, generated: who asks, answers, takes back, comes and goes, and when."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

from hypothesis import strategies as st

from builders import AFTER_SALE, PRE_SALE, World, agent, buyer, words
from goldensix.actions import orders, presence, rating, reception, route, say
from goldensix.actions.orders import STATUSES, Move
from goldensix.actions.premises import Block
from goldensix.events.facts import MessageSent, OrderMoved, Reached, Score
from goldensix.events.ids import AccountId, Instant
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Log

BUYERS = ("chen", "kk", "youzi", "zhou", "lynn")
AGENTS = (1, 2, 3)
SCORES: tuple[Score, ...] = get_args(Score)
DEEDS = (
    "ask ask ask answer answer recall unsay read seen take close leave connect disconnect ready ready break "
    "type hand back pass over block rate order"
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
        case "back":
            route.put_back(desk, me, name, now)
        case "pass":
            to = route.Transfer(None, AFTER_SALE, "note") if step.number % 2 else route.Transfer(AccountId(3), None)
            route.transfer(desk, me, name, to, now)
        case "over":
            route.take_over(desk, me, name, now)
        case "close":
            reception.close(desk, me, name, now)
        case "block":
            blocks = {buyer(step.buyer).id: Block(me, None)}
            desk.premises = replace(desk.premises, blocks=blocks)
            reception.rules_changed(desk)
            desk.premises = replace(desk.premises, blocks={})
        case "order":
            moved = Move(desk.folds.refunds.position + 1, moved_order(step, now))
            orders.tell(desk, [moved, moved])  # told twice, it counts once
        case "leave":
            reception.leave(desk, name, now)
        case "rate":
            ended = [id for id, each in desk.folds.ratings.parted.items() if each.buyer == buyer(step.buyer).id]
            rating.rate(desk, buyer(step.buyer), ended[-1] if ended else name, SCORES[step.number % 5], (), now)
        case "connect":
            reception.connect(desk, me, now)
        case "disconnect":
            reception.disconnect(desk, me, now)
        case "ready":
            reception.become_ready(desk, me, now)
        case "break":
            presence.take_break(desk, me, "lunch", now)
        case "type":
            reception.strike_key(desk, me, now)
    reception.keep_deadlines(desk, now)
    desk.route_if_wanted()


def moved_order(step: Step, now: Instant) -> OrderMoved:
    """An order of the buyer's, told of a while after it moved."""
    status = STATUSES[step.number % len(STATUSES)]
    reached = Reached(status, Instant(now - step.wait))
    return OrderMoved(step.agent, buyer().shop, buyer(step.buyer).id, status, (reached,), 100)


def stored_before(world: World, message: str) -> bool:
    return any(isinstance(p.stored.event, MessageSent) and p.stored.event.message == message for p in world.pending())


def staffed(log: Log | None = None) -> World:
    """A desk with three agents, of whom one takes a single conversation and one serves a second group."""
    return World([agent(1), agent(2, limit=1), agent(3, groups=(PRE_SALE, AFTER_SALE))], log or MemoryLog())


def run(history: list[Step], check: Callable[[World], None]) -> World:
    """Everybody at work, the history, and a check after each step; then all of it durable."""
    world = staffed()
    asyncio.run(live(world, history, check))
    return world


async def live(world: World, history: list[Step], check: Callable[[World], None]) -> None:
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
