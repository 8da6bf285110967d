"""The robot's process: it answers, learns anew, dies and comes back; nobody waits for it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from goldensix.adapters.robots import Robots
from goldensix.events.ids import Instant, MerchantId
from goldensix.robot.bands import Mark
from goldensix.robot.question import Answer, Labelled, Question, QuestionId, Scene
from goldensix.robot.rules import Rule
from goldensix.robot.turn import Turn
from robot_builders import questions

US, THEM = MerchantId(1), MerchantId(2)
NOW = Scene(Instant(1_000))


@dataclass(frozen=True)
class Content:
    version: int
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()
    labelled: tuple[Labelled, ...] = ()


class Shelf:
    """A bank that a test changes."""

    def __init__(self) -> None:
        self.banks = {US: Content(1, tuple(questions()))}
        self.marked: list[Mark] = []

    async def content(self, merchant: MerchantId) -> Content:
        return self.banks.get(merchant, Content(0, ()))

    async def version(self, merchant: MerchantId) -> int:
        return (await self.content(merchant)).version

    async def marks(self, merchant: MerchantId) -> list[Mark]:
        return self.marked


@asynccontextmanager
async def robots(shelf: Shelf, data: Path) -> AsyncIterator[Robots]:
    kept = Robots(shelf, shelf.marks, data)
    try:
        await kept.keep(US, 0.9)
        await kept.keep(THEM, 0.9)
        yield kept
    finally:
        await kept.close()


async def until_learned(kept: Robots, version: int) -> None:
    async with asyncio.timeout(30):
        while kept.standing(US).version != version:
            await asyncio.sleep(0.02)


async def test_a_robot_answers_learns_anew_and_comes_back_when_its_process_is_killed(tmp_path: Path) -> None:
    shelf = Shelf()
    async with robots(shelf, tmp_path) as kept:
        assert await kept.decide(US, Turn("什么时候发货"), NOW) is None, "it has no bank yet, and nobody waits"
        await until_learned(kept, 1)
        decision = await kept.decide(US, Turn("什么时候发货？"), NOW)
        assert decision is not None
        assert (decision.kind, decision.reason, decision.question.id) == ("answer", "same_words", "ship")
        theirs = await kept.decide(THEM, Turn("什么时候发货"), NOW)
        assert theirs is None or theirs.reason == "empty_bank"
        assert [each.question for each in await kept.suggest(US, Turn(""), NOW, "赠品")] == ["gift"]

        begun = time.perf_counter()
        many = await asyncio.gather(*(kept.decide(US, Turn(f"什么时候发货 {n}"), NOW) for n in range(500)))
        assert all(many)
        assert time.perf_counter() - begun < 3

        before = await kept.decide(US, Turn("买这个送点啥杯子"), NOW)
        shelf.marked = [Mark(0.05, True, True)] * 40
        await kept.marked(US)
        after = await kept.decide(US, Turn("买这个送点啥杯子"), NOW)
        assert before is not None
        assert after is not None
        assert (before.kind, after.kind) != ("answer", "answer"), "marks move the bands at once"

        changed = replace(questions()[0], answers=(Answer("明天"),))
        shelf.banks[US] = Content(2, (changed, Question(QuestionId("odd"), "", answers=())), (Rule("x", "包邮"),))
        kept.model(US).parent.mkdir(parents=True)
        kept.model(US).write_bytes(b"no model")
        await until_learned(kept, 2)
        assert "no model file" in kept.standing(US).fault
        decision = await kept.decide(US, Turn("什么时候发货"), NOW)
        assert decision is not None
        assert decision.answers == (Answer("明天"),)

        asked = asyncio.create_task(kept.decide(US, Turn("什么时候发货"), NOW))
        process = kept._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        await asked  # whether it was in time or not, it comes back
        await until_learned(kept, -1)
        assert await kept.decide(US, Turn("什么时候发货"), NOW) is None
        await until_learned(kept, 2)
        assert await kept.decide(US, Turn("什么时候发货"), NOW) is not None
        assert kept.starts == 2


async def test_a_process_that_stands_still_is_waited_for_no_longer_than_allowed_and_then_replaced(
    tmp_path: Path,
) -> None:
    shelf = Shelf()
    kept = Robots(shelf, shelf.marks, tmp_path, ("sleep", "60"), within=0.1, silent_at_most=0.2)
    try:
        await kept.keep(US, 0.9)
        async with asyncio.timeout(5):
            while not kept.is_running:
                await asyncio.sleep(0.01)
        assert await kept.decide(US, Turn("在吗"), NOW) is None
        assert kept.starts == 1
        async with asyncio.timeout(5):
            while kept.starts == 1:
                await kept.decide(US, Turn("在吗"), NOW)
                await asyncio.sleep(0.01)
    finally:
        await kept.close()
