"""Reading a rehearsal out of a log that others write in too."""

from collections.abc import Iterable
from itertools import chain

from goldensix.events.ids import BuyerId, Instant, MerchantId
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Append, Draft, Stored
from goldensix.rehearsal.ledger import Kept, conversations
from rehearsal_builders import BUYER, Log

MERCHANT = MerchantId(1)


def _conversation(stream: str, buyer: str, *, closed: bool = True) -> Log:
    log = Log(stream, BuyerId(buyer))
    log.say(1, f"b{buyer}.{stream}", "在吗", "buyer")
    if closed:
        log.close(2)
    return log


async def _stored(*logs: Iterable[Stored]) -> MemoryLog:
    memory = MemoryLog()
    for each in chain(*logs):
        draft = Draft(each.event, each.occurred_at, each.body)
        await memory.append(MERCHANT, [Append(each.stream, (draft,), None)], Instant(0))
    return memory


async def _read(memory: MemoryLog, after: int = 0) -> tuple[list[Kept], list[Stored]]:
    passed: list[Stored] = []
    found = conversations(memory, MERCHANT, after, {BUYER, BuyerId("kk")}, passed.append)
    return [kept async for kept in found], passed


async def test_only_our_buyers_conversations_are_read_each_when_it_is_closed() -> None:
    first, second = _conversation("c1", BUYER, closed=False), _conversation("c2", "kk")
    memory = await _stored(first.events, second.events, _conversation("c3", "real").events)
    kept, _ = await _read(memory)
    assert [(each.buyer, each.events[0].stream, each.closed) for each in kept] == [
        ("kk", "c2", True),
        (BUYER, "c1", False),
    ]
    assert [len(each.events) for each in kept] == [3, 2]


async def test_events_pass_by_in_the_order_of_the_log() -> None:
    first, second = _conversation("c1", BUYER), _conversation("c2", "kk")
    woven = [each for pair in zip(first.events, second.events, strict=True) for each in pair]
    _, passed = await _read(await _stored(woven))
    assert [each.stream for each in passed] == ["c1", "c2", "c1", "c2", "c1", "c2"]


async def test_what_was_before_the_rehearsal_is_left_alone() -> None:
    memory = await _stored(_conversation("c1", BUYER).events)
    before = await memory.head(MERCHANT)
    assert (await _read(memory, before)) == ([], [])
