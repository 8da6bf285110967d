"""The log is slow, refuses or is not there: nothing is acknowledged that is not stored, and nothing sent is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from desk_stage import Page, Stage, eventually, message_id
from goldensix.actions import desk as desk_module
from goldensix.api.live import hub as hub_module
from goldensix.events.facts import AgentBecameReady, Body, ConversationStarted, MessageSent
from goldensix.events.ids import TEAM_STREAM, AccountId, Instant, MerchantId, MessageId
from goldensix.log.port import Append, Appended, Draft, Log, Refusal


class Line:
    """The log at the end of a line that a test holds up or cuts."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.open = asyncio.Event()
        self.open.set()
        self.answering = asyncio.Event()
        self.answering.set()
        self.answered = 0
        self.cut = False

    async def append(
        self, merchant: MerchantId, appends: Sequence[Append], recorded_at: Instant
    ) -> list[Appended | Refusal]:
        await self.open.wait()
        return await (await self._reached()).append(merchant, appends, recorded_at)

    async def _reached(self) -> Log:
        if self.cut:
            raise ConnectionRefusedError
        return self._log

    def __getattr__(self, name: str) -> Any:
        async def ask(*given: Any, **named: Any) -> Any:
            await self.answering.wait()
            answer = await getattr(await self._reached(), name)(*given, **named)
            self.answered += 1
            return answer

        return ask


def line_of(stage: Stage) -> Line:
    """Put the stage's log at the end of a line."""
    desk = stage.floor.desk
    line = Line(desk.ports.log)
    desk.ports = replace(desk.ports, log=line)  # type: ignore[arg-type]  # a log in all that a desk asks
    return line


async def handled(page: Page) -> None:
    """Until the server has looked at all that this page sent, stored or not."""
    before = len(page.refusals)
    await page.sends("what now")
    await page.until(lambda _: len(page.refusals) > before)


async def stored_messages(stage: Stage) -> list[str]:
    """The ids of all messages of people in the log, doubled ones twice."""
    log = stage.floor.desk.ports.log
    events = await log.read_after(stage.merchant.id, 0, 100_000)
    return [s.event.message for s in events if isinstance(s.event, MessageSent) and s.event.message[0] in "ab"]


async def test_nothing_is_acknowledged_before_it_is_stored_however_often_it_is_sent(stage: Stage) -> None:
    line, id = line_of(stage), message_id()
    async with stage.buyer() as buyer, stage.buyer(buyer.token) as tab:
        line.open.clear()
        await buyer.does("say", id=id, text="once")
        await handled(buyer)
        await tab.does("say", id=id, text="once")
        await tab.sends("not read before the one above is settled")
        await buyer.does("typing")
        await handled(buyer)
        for page in (buyer, tab):
            assert not [frame for frame in page.told if frame["t"] in ("event", "stored")]
        line.open.set()
        await buyer.hears("once")
        await tab.gets("stored", id=id)
    assert len(await stored_messages(stage)) == 1


async def test_what_was_not_stored_is_sent_again_and_stored_once(stage: Stage) -> None:
    line = line_of(stage)
    question, answer = message_id(), message_id()
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("the first")
        await liu.receives(buyer.c)
        line.open.clear()
        await buyer.does("say", id=question, text="lost on the way")
        await liu.does("say", c=buyer.c, id=answer, text="this too")
        await handled(buyer)
        await handled(liu)
        line.cut = True
        line.open.set()
        assert await buyer.is_closed() == 1013
        assert await liu.is_closed() == 1013
        assert "lost on the way" not in buyer.words + liu.words
    line.cut = False
    await recovered(stage)
    async with stage.at_work("liu") as liu, stage.buyer(buyer.token, conversation=buyer.c, after=buyer.last) as again:
        await again.says("lost on the way", question)
        await liu.answers(buyer.c, "this too", answer)
        await again.hears("this too")
    messages = await stored_messages(stage)
    assert len(messages) == len(set(messages)) == 3


async def recovered(stage: Stage) -> None:
    await eventually(lambda: not stage.floor.desk.broken)


async def test_while_the_log_is_away_all_are_told_to_come_back(stage: Stage) -> None:
    line = line_of(stage)
    async with stage.buyer() as buyer:
        await buyer.says("hello")
        line.cut = True
        await buyer.does("say", id=message_id(), text="are you there")
        assert await buyer.is_closed() == 1013
    for _ in range(3):
        async with stage.page() as page:
            await page.does("hello", token=buyer.token)
            assert await page.is_closed() == 1013
    line.cut = False
    await recovered(stage)
    async with stage.buyer(buyer.token) as again:
        await again.says("are you there")


@pytest.mark.parametrize("where", ["in the conversation", "elsewhere"])
async def test_a_writer_beside_the_desk_costs_a_fresh_start_and_no_message(stage: Stage, where: str) -> None:
    """Another program appends for this merchant: positions are not as the desk thinks."""
    id = message_id()
    async with stage.buyer() as buyer:
        await buyer.says("one")
        folds = stage.floor.desk.folds
        if where == "elsewhere":
            other = Append(TEAM_STREAM, (Draft(AgentBecameReady(AccountId(99)), stage.clock()),), None)
        else:
            message = MessageSent(MessageId("bsomebody.elsewhere"), "buyer", None, "text")
            other = Append(buyer.c, (Draft(message, stage.clock(), Body("from elsewhere")),), None)
        await stage.floor.desk.ports.log.append(stage.merchant.id, [other], stage.clock())
        await buyer.does("say", id=id, text="two")
        assert await buyer.is_closed() == 1013
    await recovered(stage)
    assert stage.floor.desk.folds is not folds
    async with stage.buyer(buyer.token) as again:
        await again.says("two", id)
        assert ("from elsewhere" in again.words) == (where == "in the conversation")
    messages = [each for each in await stored_messages(stage) if "somebody" not in each]
    assert len(messages) == len(set(messages)) == 2


async def test_what_ends_and_begins_again_within_one_commit_is_not_doubled(stage: Stage) -> None:
    """The end of the first conversation is not stored yet when its buyer writes again, and sends all of it again."""
    line, first, second = line_of(stage), message_id(), message_id()
    async with stage.buyer() as buyer:
        line.open.clear()
        await buyer.does("say", id=first, text="first")
        await buyer.does("close")
        await handled(buyer)
        await buyer.does("say", id=second, text="second")
        await buyer.does("say", id=first, text="first")
        await buyer.does("say", id=second, text="second")
        line.open.set()
        await buyer.catches_up()
    messages = await stored_messages(stage)
    assert len(messages) == len(set(messages)) == 2


async def test_an_agent_who_does_not_come_back_after_a_fresh_start_is_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "GRACE", 0.05)
    monkeypatch.setattr(hub_module, "_BACK_WITHIN", 0.05)
    line = line_of(stage)
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("hello")
        line.cut = True
        await buyer.does("say", id=message_id(), text="are you there")
        assert await liu.is_closed() == 1013
    await eventually(lambda: not stage.floor.hub._leaving)  # the line is away for longer than an agent may be
    line.cut = False
    await recovered(stage)
    assert stage.floor.desk.folds.attendance.of(liu.id).connected, "as the log has it"
    await eventually(lambda: not stage.floor.desk.folds.attendance.of(liu.id).connected)


async def test_who_writes_faster_than_the_log_takes_is_read_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "_CROWD", 50)
    line = line_of(stage)
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("hello")
        await liu.receives(buyer.c)
        line.open.clear()
        for number in range(300):
            await liu.does("say", c=buyer.c, id=f"line{number:06}", text=f"line {number}")
        await eventually(lambda: stage.floor.desk.folds.position > 50)
        await handled(buyer)
        assert liu.socket.incoming.qsize() > 200, "still on the line"
        line.open.set()
        await buyer.hears("line 299")
    assert len(await stored_messages(stage)) == 301


async def test_an_unread_socket_is_dropped_and_hurts_nobody(stage: Stage) -> None:
    """Its system keeps the line, so no disconnect ever comes; consults must not go on being routed there."""
    async with stage.at_work("liu") as liu, stage.buyer() as buyer, stage.at_work("deaf", ready=False) as deaf:
        deaf.socket.taking.clear()
        for _ in range(2_100):
            stage.floor.hub.push(stage.floor.hub.agents[deaf.id], b"{}")
            stage.floor.hub.flush()
        await eventually(lambda: not stage.floor.hub.agents[deaf.id])
        await buyer.says("hello")
        await liu.receives(buyer.c)
        await liu.answers(buyer.c, "nobody is held up")
        await buyer.hears("nobody is held up")


async def test_who_writes_while_the_conversation_ends_begins_another_and_nobody_notices(stage: Stage) -> None:
    line, folds = line_of(stage), stage.floor.desk.folds
    async with stage.at_work("liu") as liu, stage.buyer() as buyer, stage.buyer() as other:
        await other.says("somebody else, in conversation")
        await buyer.says("the first time")
        await liu.receives(buyer.c)
        await liu.does("close", c=buyer.c)
        await buyer.gets("event", type="conversation_closed")
        await buyer.says("the second time")
        await eventually(lambda: bool(stage.floor.hub.returning))
        again = buyer.c
        await liu.receives(again)
        line.answering.clear()
        await buyer.does("say", id=message_id(), text="and one more thing")
        line.open.clear()
        await other.does("say", id=message_id(), text="what is being stored meanwhile")
        await handled(other)
        await liu.does("close", c=again)
        await eventually(lambda: again not in stage.floor.desk.folds.reception.open)
        before = line.answered
        line.answering.set()
        await eventually(lambda: line.answered >= before + 2)
        await handled(other)
        begun = [each for each in stage.floor.desk.recorded if isinstance(each.stored.event, ConversationStarted)]
        assert begun == [], "one begins in the same commit in which the other ends"
        line.open.set()
        await buyer.hears("and one more thing")
        assert buyer.c != again
    assert stage.floor.desk.folds is folds, "the desk never started over"
