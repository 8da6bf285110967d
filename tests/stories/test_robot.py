"""The robot at work at a real desk, with its real process."""

from dataclasses import replace

from desk_stage import Stage, eventually
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.events.facts import MessageSent, RobotDecided, RobotHandedOver
from goldensix.robot.modes import RobotRules
from goldensix.robot.question import Answer

TEXTS = {"什么时候发货": "付款后 48 小时内从{shop}发出", "怎么退货": "在订单里点退货", "有赠品吗": "下单送一包茶样"}


async def teach(stage: Stage) -> None:
    drafts = [(None, "", QuestionDraft(title, answers=(Answer(answer),))) for title, answer in TEXTS.items()]
    owner = stage.people["owner"].id
    await stage.desk.house.questions.put(stage.merchant.id, drafts, owner, approve=True)


async def at_work(stage: Stage, rules: RobotRules) -> None:
    people = stage.desk.house.people
    owner = stage.people["owner"].id
    await people.change_merchant(
        stage.merchant.id, lambda kept: replace(kept, robot=rules), owner, what="robot changed"
    )
    await stage.desk.floors.roster_changed(stage.merchant.id)


async def test_the_robot_answers_hands_over_and_is_gone(stage: Stage) -> None:
    await teach(stage)
    await at_work(stage, RobotRules(mode="always"))
    robots = stage.floor.attending.attendants.robots
    await eventually(lambda: robots.standing(stage.merchant.id).questions == 3)
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("什么时候发货？")
        await buyer.hears("付款后 48 小时内从Tea发出")
        assert not any(frame["t"] == "reception" for frame in liu.told), "nobody is offered what the robot has"
        await buyer.says("我想找人工")
        await liu.receives(buyer.c)
        log = [each.event for each in await stage.log(buyer.c)]
        assert [each.did for each in log if isinstance(each, RobotDecided)] == ["answer", "hand_over"]
        assert [each.why for each in log if isinstance(each, RobotHandedOver)] == ["decided"]
        await liu.answers(buyer.c, "您好")
        await buyer.says("什么时候发货？")
        await buyer.catches_up()
        by_robot = [each for each in log if isinstance(each, MessageSent) and each.by == "bot_auto"]
        assert [each.kind for each in by_robot] == ["welcome", "text", "notice"]
