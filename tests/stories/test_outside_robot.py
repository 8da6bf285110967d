"""A robot of others: asked by a signed webhook, answering through the API, late without anybody noticing."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from catcher import Catcher, catching
from desk_stage import Stage, eventually
from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.outside import Keys
from goldensix.adapters.rewording import Endpoint, Rewording
from goldensix.events.facts import MessageSent, RobotDecided, RobotHandedOver
from goldensix.robot.modes import RobotRules
from goldensix.robot.question import Answer


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    with catching() as catcher:
        yield catcher


async def engaged(stage: Stage, catcher: Catcher, url: str = "") -> Keys:
    """On, with ours at work always."""
    house, merchant = stage.desk.house, stage.merchant.id
    house.outside.private_too = True
    keys = await house.outside_robots.add(merchant, "小蜜", url or f"{catcher.url}/hook", True)
    owner = stage.people["owner"].id
    rules = RobotRules(mode="always")
    await house.people.change_merchant(merchant, lambda kept: replace(kept, robot=rules), owner, what="robot changed")
    await stage.desk.floors.roster_changed(merchant)
    await house.outside.look(merchant)
    return keys


async def answers(stage: Stage, token: str, **body: Any) -> httpx.Response:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.desk.app), base_url="http://desk.example"
    ) as robot:
        return await robot.post("/api/robots/answers", json=body, headers={"Authorization": f"Bearer {token}"})


async def asked(catcher: Catcher, count: int = 1) -> dict[str, Any]:
    await eventually(lambda: len(catcher.caught) >= count)
    told: dict[str, Any] = json.loads(catcher.caught[count - 1].body)
    return told


async def test_what_it_answers_in_time_is_said_in_its_name(stage: Stage, catcher: Catcher) -> None:
    keys = await engaged(stage, catcher)
    async with stage.buyer() as buyer:
        await buyer.says("什么时候发货？")
        question = await asked(catcher)
        assert (question["text"], question["conversation"], question["type"]) == ("什么时候发货？", buyer.c, "question")
        headers = catcher.caught[0].headers
        content = f"{headers['golden-six-timestamp']}.".encode() + catcher.caught[0].body
        made = hmac.new(keys.secret.encode(), content, hashlib.sha256).hexdigest()
        assert headers["golden-six-signature"] == f"v1={made}"
        turn = {"conversation": buyer.c, "turn": question["turn"]}
        assert (await answers(stage, "gsr_wrong", **turn, kind="answer", text="?")).status_code == 401
        assert (await answers(stage, keys.token, conversation="elsewhere", turn=1, kind="hand_over")).status_code == 404
        assert (await answers(stage, keys.token, **turn, kind="answer", text=" \n")).status_code == 422
        assert (await answers(stage, keys.token, **turn, kind="ask", choices=["退货", " "])).status_code == 422
        assert (await answers(stage, keys.token, **turn, kind="answer", text="明天发 {shop}")).status_code == 200
        heard = await buyer.hears("明天发 {shop}")
        assert (heard["body"]["name"], heard["facts"]["by"]) == ("小蜜", "bot_auto")
        assert (await answers(stage, keys.token, **turn, kind="answer", text="再说一次")).status_code == 409
        log = [each.event for each in await stage.log(buyer.c)]
        [decided] = [each for each in log if isinstance(each, RobotDecided)]
        assert (decided.robot, decided.did, decided.reason) == ("小蜜", "answer", "third_party")
        [delivery] = await stage.desk.house.outside_robots.deliveries(keys.robot)
        assert (delivery.outcome, delivery.conversation) == ("answered", buyer.c)


async def test_it_may_ask_back_and_hand_over(stage: Stage, catcher: Catcher) -> None:
    keys = await engaged(stage, catcher)
    async with stage.buyer() as buyer:
        await buyer.says("那个呢")
        question = await asked(catcher)
        turn = {"conversation": buyer.c, "turn": question["turn"]}
        asked_back = await answers(stage, keys.token, **turn, kind="ask", choices=["退货", "换货"])
        assert asked_back.status_code == 200
        await buyer.until(lambda frame: frame.get("facts", {}).get("kind") == "choice")
        await buyer.says("2")
        question = await asked(catcher, 2)
        assert question["text"] == "换货"
        turn = {"conversation": buyer.c, "turn": question["turn"]}
        assert (await answers(stage, keys.token, **turn, kind="hand_over")).status_code == 200
        await buyer.until(lambda frame: frame.get("facts", {}).get("kind") == "notice")
        log = [each.event for each in await stage.log(buyer.c)]
        assert [each.did for each in log if isinstance(each, RobotDecided)] == ["ask", "hand_over"]


async def test_an_answer_that_nobody_waits_for_any_more_is_told_so(stage: Stage, catcher: Catcher) -> None:
    keys = await engaged(stage, catcher)
    async with stage.buyer() as buyer:
        await buyer.says("那个呢")
        first = await asked(catcher)
        await buyer.says("就是昨天的")
        second = await asked(catcher, 2)
        for question, does in ((first, None), (second, "close")):
            if does is not None:
                await buyer.does(does)
                await buyer.until(lambda frame: frame.get("type") == "conversation_closed")
            turn = {"conversation": buyer.c, "turn": question["turn"]}
            refused = await answers(stage, keys.token, **turn, kind="answer", text="到了")
            assert (refused.status_code, refused.json().get("code")) == (409, "too_late"), question
        noted = stage.desk.house.outside_robots.deliveries
        async with asyncio.timeout(5):
            while [each.outcome for each in await noted(keys.robot)] != ["late", "late"]:
                await asyncio.sleep(0.01)


async def test_late_broken_or_forbidden_it_falls_back_to_people_in_silence(stage: Stage, catcher: Catcher) -> None:
    keys = await engaged(stage, catcher)
    catcher.status = 500
    async with stage.buyer() as buyer:
        robots = stage.floor.attending.attendants.robots
        await eventually(lambda: robots.standing(stage.merchant.id).version >= 0)
        await buyer.says("我想问问别的")
        await buyer.until(lambda frame: frame.get("facts", {}).get("kind") == "notice")
        log = [each.event for each in await stage.log(buyer.c)]
        assert [each.why for each in log if isinstance(each, RobotHandedOver)] == ["decided"]
        assert not any(isinstance(each, MessageSent) and each.kind == "text" and each.by != "buyer" for each in log)
    house = stage.desk.house
    [robot] = await house.outside_robots.all(stage.merchant.id)
    assert (await house.outside.test(robot)).outcome == "failed"
    catcher.status = 200
    assert (await house.outside.test(robot)).outcome == "tested"
    house.outside.private_too = False
    refused = await house.outside.test(replace(robot, url="https://127.0.0.1:1/hook"))
    assert (refused.outcome, refused.detail) == ("failed", "private")
    for url in ("https://user:word@[::1", "https://", "http://x.example/"):
        with pytest.raises(NotDelivered, match="unreadable"):
            await house.outside.check(url)
    rotated = await house.outside_robots.rotate(stage.merchant.id, keys.robot)
    assert rotated is not None
    assert (await answers(stage, keys.token, conversation="c", turn=1, kind="hand_over")).status_code == 401
    [robot] = await house.outside_robots.all(stage.merchant.id)
    assert robot.secrets == (rotated.secret, keys.secret)


async def test_a_model_words_an_approved_answer_anew_and_without_it_the_answer_goes_out(
    stage: Stage, catcher: Catcher
) -> None:
    house, owner = stage.desk.house, stage.people["owner"].id
    draft = QuestionDraft("什么时候发货", answers=(Answer("付款后 48 小时内从{shop}发出"),))
    await house.questions.put(stage.merchant.id, [(None, "", draft)], owner, approve=True)
    await house.people.change_merchant(
        stage.merchant.id, lambda kept: replace(kept, robot=RobotRules(mode="always")), owner, what="robot changed"
    )
    await stage.desk.floors.roster_changed(stage.merchant.id)
    attending = stage.floor.attending
    model = Rewording(Endpoint(catcher.url, "small"))
    attending.attendants = replace(attending.attendants, rewording=model)
    catcher.status = 200
    catcher.reply = lambda _: json.dumps(
        {"choices": [{"message": {"content": "从Tea发出，付款后 48 小时内"}}]}
    ).encode()
    await eventually(lambda: attending.attendants.robots.standing(stage.merchant.id).questions == 1)
    async with stage.buyer() as buyer:
        await buyer.says("什么时候发货")
        await buyer.hears("从Tea发出，付款后 48 小时内")
        [decided] = [each.event for each in await stage.log(buyer.c) if isinstance(each.event, RobotDecided)]
        assert (decided.did, decided.reworded) == ("answer", True)
    catcher.status = 500
    async with stage.buyer() as other:
        await other.says("什么时候发货")
        await other.hears("付款后 48 小时内从Tea发出")
