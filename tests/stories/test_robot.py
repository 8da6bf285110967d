"""The robot at work at a real desk, with its real process."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

from desk_stage import Stage, eventually, open_stage, reopen_stage
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.events.facts import MessageSent, RobotDecided, RobotHandedOver
from goldensix.robot.modes import RobotRules
from goldensix.robot.question import Answer

TEXTS = {
    "什么时候发货": "付款后 48 小时内从{shop}发出",
    "怎么退货": "在订单里点退货",
    "订单到哪了": "订单{order.status}",
}


async def teach(stage: Stage) -> None:
    drafts = [(None, "", QuestionDraft(title, answers=(Answer(answer),))) for title, answer in TEXTS.items()]
    owner = stage.people["owner"].id
    await stage.desk.house.questions.put(stage.merchant.id, drafts, owner, approve=True)


async def at_work(stage: Stage, rules: RobotRules) -> None:
    owner, people = stage.people["owner"].id, stage.desk.house.people
    await people.change_merchant(
        stage.merchant.id, lambda kept: replace(kept, robot=rules), owner, what="robot changed"
    )
    await stage.desk.floors.roster_changed(stage.merchant.id)


async def is_ready(stage: Stage) -> None:
    robots = stage.desk.house.robots
    await eventually(lambda: robots.standing(stage.merchant.id).questions == len(TEXTS))


async def decided(stage: Stage, c: str) -> list[str]:
    return [each.event.did for each in await stage.log(c) if isinstance(each.event, RobotDecided)]


async def by_robot(stage: Stage, c: str) -> list[str]:
    sent = (each.event for each in await stage.log(c) if isinstance(each.event, MessageSent))
    return [event.kind for event in sent if event.by == "bot_auto"]


async def test_the_robot_answers_and_people_have_what_it_hands_over(database: str, tmp_path: Path) -> None:
    async with open_stage(database, tmp_path) as stage:
        waiting, token = await evening(stage)
    async with reopen_stage(database, tmp_path, stage) as again, again.buyer(token) as second:
        await second.hears("付款后 48 小时内从Tea发出")
        assert await decided(again, waiting) == ["answer", "answer"]
        await second.says("投诉")
        await second.hears("正在为您接通人工客服，请稍等。")
        handed = [each.event.why for each in await again.log(waiting) if isinstance(each.event, RobotHandedOver)]
        assert handed == ["decided"]


async def evening(stage: Stage) -> tuple[str, str]:
    """At its end a buyer's turn is read by a process that stands still: the conversation, and the buyer's token."""
    await teach(stage)
    await at_work(stage, RobotRules(mode="always"))
    await is_ready(stage)
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("什么时候发货？")
        await buyer.hears("付款后 48 小时内从Tea发出")
        assert not any(frame["t"] == "reception" for frame in liu.told), "nobody is offered what the robot has"
        stage.seconds_pass(30)
        await buyer.says("订单到哪了")  # its answer wants an order, and there is none
        row = await liu.receives(buyer.c)
        assert row["waiting_since"] == stage.clock()
        assert await decided(stage, buyer.c) == ["answer", "hand_over"]
        [answer, _] = [each["facts"]["decision"] for each in row["events"] if each["type"] == "robot_decided"]

        await liu.does("mark", c=buyer.c, decision=answer, right=False)
        await liu.gets("marked", decision=answer, right=False)
        [mark] = await stage.desk.house.marks.all(stage.merchant.id)
        assert (mark.confidence, mark.right) == (1.0, False)
        await liu.does("say", c=buyer.c, id="answer0001", text="还没有发", offered=1)
        await liu.hears("还没有发")
        async with asyncio.timeout(10):
            while len(await stage.desk.house.marks.all(stage.merchant.id)) < 2:
                await asyncio.sleep(0.01)
        await buyer.says("什么时候发货？")
        await buyer.catches_up()
        assert await by_robot(stage, buyer.c) == ["welcome", "text", "notice"], "it says nothing once people have it"

    async with stage.buyer() as second:
        process = stage.desk.house.robots._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        await second.says("怎么退货")
        waiting, token = second.c, second.token
        await eventually(lambda: stage.floor.desk.folds.reception.with_robot)
        os.kill(process.pid, signal.SIGKILL)
        await second.hears(TEXTS["怎么退货"])  # by the process that was started again
        assert await by_robot(stage, waiting) == ["welcome", "text"]
        os.kill(stage.desk.house.robots._process.pid, signal.SIGSTOP)  # type: ignore[union-attr]  # it runs
        await second.says("什么时候发货")
        await eventually(lambda: stage.floor.desk.folds.reception.open[waiting].undecided)
        await stage.floor.desk.settled()
        return waiting, token


async def test_what_the_buyer_takes_back_is_not_answered_and_what_stands_is(stage: Stage) -> None:
    await teach(stage)
    await at_work(stage, RobotRules(mode="always"))
    await is_ready(stage)
    async with stage.buyer() as nothing, stage.buyer() as something:
        await something.says("请问什么时候发货呢")
        for buyer in (nothing, something):
            await buyer.does("recall", message=await buyer.says("我想知道怎么退货呢"))
        await something.until(
            lambda frame: (
                frame.get("facts", {}).get("kind") in ("text", "choice", "notice")
                and frame["facts"]["by"] == "bot_auto"
            )
        )
        assert len(await decided(stage, something.c)) == 1
        assert await decided(stage, nothing.c) == []
