"""A buyer and an agent talk, seen from both sides' pages."""

from dataclasses import replace
from typing import Any

import pytest

from asgi_socket import Closed
from desk_stage import STILL_WAITING, WELCOME, Frame, Stage, message_id, text_of
from goldensix.adapters.visitors import Claim, customer_signature
from goldensix.team.roles import Role


async def test_a_first_message_is_welcomed_at_once_assigned_and_answered(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        stage.seconds_pass(1)
        await buyer.says("羽绒服有 L 码吗")
        await buyer.hears(WELCOME)
        served = await buyer.gets("served")
        assert (served["agent"], served["name"], served["waited"]) == (liu.id, "liu", 0)
        row = await liu.receives(buyer.c)
        assert [text_of(each) for each in row["events"] if text_of(each)] == ["羽绒服有 L 码吗", WELCOME]
        stage.seconds_pass(4)
        await liu.answers(buyer.c, "有的")
        heard = await buyer.hears("有的")
        assert (heard["facts"]["by"], heard["facts"]["agent"], heard["c"]) == ("agent", liu.id, buyer.c)
        assert heard["at"] == stage.clock()


async def test_who_waits_for_the_place_in_the_queue_is_told_it(stage: Stage) -> None:
    async with stage.at_work("liu", limit=1) as liu, stage.buyer() as first, stage.buyer() as second:
        await first.says("first")
        await liu.receives(first.c)
        await second.says("second")
        async with stage.buyer() as third:
            await third.says("third")
            stage.floor.ticker.tick(stage.clock())
            assert (await second.gets("place"))["place"] == 1
            assert (await third.gets("place"))["place"] == 2
            await liu.does("close", c=first.c)
            await second.gets("served")
            stage.seconds_pass(5)
            stage.floor.ticker.tick(stage.clock())
            assert (await third.gets("place", place=1))["c"] == third.c


async def test_a_place_is_told_at_most_every_five_seconds_and_again_on_return(stage: Stage) -> None:
    async with stage.buyer() as first, stage.buyer() as second:
        await first.says("first")
        await second.says("second")
        stage.floor.ticker.tick(stage.clock())
        assert (await second.gets("place"))["place"] == 2
        await first.does("close")
        await first.catches_up()
        stage.seconds_pass(4)
        stage.floor.ticker.tick(stage.clock())
        await second.catches_up()
        assert [frame["place"] for frame in second.told if frame["t"] == "place"] == [2]
        async with stage.buyer(second.token) as again:
            assert (await again.gets("place"))["place"] == 1


async def test_who_was_told_that_the_message_is_kept_is_not_told_a_place(stage: Stage) -> None:
    async with stage.buyer() as buyer:
        await buyer.says("在吗")
        stage.floor.ticker.tick(stage.clock())
        assert (await buyer.gets("place"))["place"] == 1
        stage.seconds_pass(11)
        await buyer.until(lambda frame: "留言已收到" in (text_of(frame) or ""))
        stage.floor.ticker.tick(stage.clock())
        await buyer.gets("place", place=0)
        async with stage.buyer(buyer.token) as again:
            await again.catches_up()
            assert not [frame for frame in again.told if frame["t"] == "place"]


async def test_who_waits_long_is_told_so_once_and_not_after_an_answer(stage: Stage) -> None:
    async with stage.buyer() as buyer, stage.at_work("liu", ready=False) as liu:
        await buyer.says("在吗")
        stage.seconds_pass(19.9)
        await buyer.catches_up()
        assert STILL_WAITING not in buyer.words
        stage.seconds_pass(0.1)
        notice = await buyer.hears(STILL_WAITING)
        assert (notice["facts"]["by"], notice["facts"]["kind"]) == ("bot_auto", "auto_reply")
        await liu.does("take", c=buyer.c)
        await liu.receives(buyer.c)
        await liu.answers(buyer.c, "来了")
        await buyer.says("L 码有吗")
        stage.seconds_pass(10)
        await liu.answers(buyer.c, "有的")
        stage.seconds_pass(1000)
        stage.floor.ticker.tick(stage.clock())
        await buyer.says("谢谢")
        assert buyer.words.count(STILL_WAITING) == 1


async def test_what_is_recalled_within_two_minutes_is_shown_to_nobody_again(stage: Stage) -> None:
    async with (
        stage.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang,
        stage.at_work("liu") as liu,
        stage.buyer() as buyer,
    ):
        await buyer.says("the first")
        secret = await buyer.says("my card is 6222 0000")
        await liu.hears("my card is 6222 0000")
        stage.seconds_pass(120)
        await buyer.does("recall", message=secret)
        await liu.gets("event", type="message_recalled")
        async with stage.buyer(buyer.token) as tab, stage.at_work("liu") as phone:
            await wang.does("open", c=buyer.c)
            await wang.gets("thread")
            for page in (tab, phone, wang):
                await page.until(lambda frame: is_about(frame, secret) and frame["body"] is None)
                assert "6222" not in str(page.told)


async def test_what_was_recalled_does_not_come_back_from_the_log(stage: Stage) -> None:
    async with stage.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang, stage.at_work("liu") as liu:
        async with stage.buyer() as buyer:
            secret = await buyer.says("my card is 6222 0000")
            await liu.receives(buyer.c)
            await buyer.does("recall", message=secret)
            for number in range(60):
                await liu.answers(buyer.c, f"line {number}")
        async with stage.buyer(buyer.token) as while_open:
            await while_open.hears("line 59")
            assert "6222" not in str(while_open.told)
        await wang.does("older", c=buyer.c, before=20)
        await wang.until(lambda frame: is_about(frame, secret) and frame["body"] is None)
        await liu.does("close", c=buyer.c)
        await liu.gets("gone", closed=True)
        async with stage.buyer(buyer.token, conversation=buyer.c, after=0) as afterwards:
            await afterwards.hears("line 59")
            assert "6222" not in str(afterwards.told)
        await wang.does("open", c=buyer.c, after=1)
        await wang.hears("line 59")
        assert "6222" not in str(wang.told)


def is_about(frame: Frame, message: str) -> bool:
    """True of the event that says this message."""
    return bool(frame.get("type") == "message_sent" and frame["facts"]["message"] == message)


async def test_after_two_minutes_nothing_is_recalled(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        message = await buyer.says("too late for this")
        await liu.receives(buyer.c)
        answer = await liu.answers(buyer.c, "and for this")
        stage.seconds_pass(120.001)
        await buyer.does("recall", message=message)
        await liu.does("recall", c=buyer.c, message=answer)
        await buyer.catches_up()
        await liu.catches_up()
        assert "too_late" in buyer.refusals
        assert "too_late" in liu.refusals
        assert not [frame for frame in buyer.events() if frame["type"] == "message_recalled"]


async def test_nobody_recalls_the_words_of_another(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        message = await buyer.says("mine")
        await liu.receives(buyer.c)
        answer = await liu.answers(buyer.c, "liu's")
        await buyer.does("recall", message=answer)
        await liu.does("recall", c=buyer.c, message=message)
        await buyer.catches_up()
        await liu.catches_up()
        assert "unknown_message" in buyer.refusals
        assert "unknown_message" in liu.refusals


async def test_both_sides_see_what_the_other_has_read_and_that_it_types(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("在吗")
        await liu.receives(buyer.c)
        await liu.does("read", c=buyer.c, up_to=2)
        assert (await buyer.gets("event", type="messages_read"))["facts"]["up_to"] == 2
        await liu.does("typing", c=buyer.c)
        await buyer.gets("typing", c=buyer.c)
        await liu.answers(buyer.c, "在的")
        await buyer.hears("在的")
        await buyer.does("typing")
        await liu.gets("typing", c=buyer.c)
        await buyer.does("read", up_to=buyer.last)
        read = await liu.until(lambda frame: frame.get("type") == "messages_read" and frame["facts"]["by"] == "buyer")
        assert read["facts"]["up_to"] == (await liu.hears("在的"))["n"]


async def test_a_new_question_after_the_end_begins_a_new_conversation(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("first question")
        first = buyer.c
        await liu.receives(first)
        await liu.answers(first, "answer")
        await liu.does("close", c=first)
        await buyer.gets("event", type="conversation_closed")
        assert (await liu.gets("gone", c=first))["closed"]
        await buyer.says("second question")
        second = buyer.c
        assert second != first
        await liu.receives(second)
        assert (await liu.answers(first, "too late")) == "refused"
        await liu.answers(second, "second answer")
        await buyer.hears("second answer")


async def test_two_tabs_of_a_buyer_and_two_of_an_agent_stay_in_step(stage: Stage) -> None:
    token = await stage.visitor()
    async with (
        stage.at_work("liu") as desk,
        stage.at_work("liu") as phone,
        stage.buyer(token) as one,
        stage.buyer(token) as two,
    ):
        await one.says("from one")
        await two.hears("from one")
        await two.says("from two")
        await one.hears("from two")
        await desk.receives(one.c)
        await phone.receives(one.c)
        await phone.answers(one.c, "from the phone")
        for page in (desk, phone, one, two):
            await page.hears("from the phone")
            await page.catches_up()
            numbers = [frame["n"] for frame in page.events(one.c)]
            assert numbers == sorted(set(numbers)), "each event once, in order"


async def test_who_reconnects_with_the_last_position_misses_nothing_and_gets_nothing_twice(stage: Stage) -> None:
    async with stage.at_work("liu") as liu:
        async with stage.buyer() as buyer:
            await buyer.says("one")
            await liu.receives(buyer.c)
            await liu.answers(buyer.c, "two")
            await buyer.hears("two")
            last = buyer.last
        await liu.answers(buyer.c, "three")
        await liu.answers(buyer.c, "four")
        async with stage.buyer(buyer.token, conversation=buyer.c, after=last) as again:
            assert again.words == ["three", "four"]
            await liu.answers(buyer.c, "five")
            await again.hears("five")
            assert [frame["n"] for frame in again.events()] == [last + 1, last + 2, last + 3]


async def test_a_long_conversation_comes_back_whole(stage: Stage) -> None:
    """Longer than what is kept at hand, and longer than one read of the log."""
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        await buyer.says("read this")
        await liu.receives(buyer.c)
        for number in range(2_100):
            await liu.does("say", c=buyer.c, id=f"line{number:06}", text=f"line {number}")
        await buyer.hears("line 2099")
        async with stage.buyer(buyer.token) as again:
            assert [word for word in again.words if word.startswith("line")] == [f"line {n}" for n in range(2_100)]


async def test_a_message_sent_again_is_acknowledged_and_changes_nothing(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer:
        question, answer = message_id(), message_id()
        await buyer.says("once", question)
        first = buyer.c
        await liu.receives(first)
        await liu.answers(first, "also once", answer)
        async with stage.buyer(buyer.token) as again:
            await again.does("say", id=question, text="once")
            assert (await again.gets("stored", id=question))["c"] == first
        await liu.does("close", c=first)
        await buyer.gets("event", type="conversation_closed")
        before = len(await stage.log(first))
        async with stage.buyer(buyer.token) as afterwards, stage.at_work("liu") as phone:
            await afterwards.does("say", id=question, text="once")
            assert (await afterwards.gets("stored", id=question))["c"] == first
            await phone.does("say", c=first, id=answer, text="also once")
            assert (await phone.gets("stored", id=answer))["c"] == first
            await afterwards.says("a new question")
            second = afterwards.c
            await afterwards.catches_up()
            new = len(await stage.log(second))
            await afterwards.does("say", id=question, text="once")
            await afterwards.catches_up()
            assert len([frame for frame in afterwards.told if frame["t"] == "stored"]) == 2
            assert len(await stage.log(second)) == new
        assert len(await stage.log(first)) == before


async def test_a_picture_of_somebody_else_is_not_sent(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer, stage.buyer() as thief:
        await buyer.says("在吗")
        await liu.receives(buyer.c)
        visitor = await stage.desk.house.visitors.read(buyer.token)
        assert visitor is not None
        picture = await stage.desk.house.pictures.keep(stage.merchant.id, f"b{visitor.buyer}", a_picture(), hourly=9)
        name = picture.id  # type: ignore[union-attr]  # it was kept
        assert await thief.says("", picture=name) == "refused"
        await liu.does("say", c=buyer.c, id="liu-steals-it", picture=name)
        await liu.gets("refused", code="unknown_picture")
        await buyer.says("", picture=name)
        shown = await liu.until(lambda frame: (frame.get("body") or {}).get("picture") is not None)
        assert shown["body"]["picture"]["id"] == name
        assert shown["facts"]["kind"] == "picture"


def a_picture() -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "png")
    return file.getvalue()


async def test_two_buyers_never_see_each_other(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as chen, stage.buyer() as kk:
        await chen.says("I am Chen")
        await kk.says("I am KK")
        await liu.receives(chen.c)
        await liu.receives(kk.c)
        await liu.answers(chen.c, "hello Chen")
        await liu.answers(kk.c, "hello KK")
        await chen.hears("hello Chen")
        await kk.hears("hello KK")
        async with stage.buyer(kk.token, conversation=chen.c, after=0) as curious:
            await curious.catches_up()
            for page in (kk, curious):
                assert "Chen" not in str(page.words)
                assert not page.events(chen.c)
        assert "KK" not in str(chen.words)


async def test_a_customer_who_is_vouched_for_finds_the_conversation_on_another_device(stage: Stage) -> None:
    claim = Claim(customer="c-7", signature=customer_signature("c-7", stage.shop.secret))
    [phone, laptop] = [await stage.desk.house.visitors.welcome(stage.shop.id, claim) for _ in range(2)]
    assert phone is not None
    assert laptop is not None
    async with stage.buyer(phone[0]) as first:
        await first.says("from my phone")
        async with stage.buyer(laptop[0]) as second:
            await second.hears("from my phone")


async def test_a_recorded_buyer_is_who_was_named_so_not_who_says_so(stage: Stage) -> None:
    played = await stage.desk.house.visitors.issue(stage.shop.id, played=True)
    assert played is not None
    async with stage.page() as liar:
        await liar.does("hello", token=await stage.visitor(), channel="rehearsal")
        assert await liar.is_closed() == 4401
    for token, channel in ((played, "rehearsal"), (await stage.visitor(), "page")):
        async with stage.buyer(token, channel="page") as buyer:
            await buyer.says("在吗")
            assert (await stage.log(buyer.c))[0].event.channel == channel


@pytest.mark.parametrize("command", [{"t": "take"}, {"t": "say", "c": "x", "id": "12345678", "text": "x"}])
async def test_who_may_not_consult_is_refused(stage: Stage, command: dict[str, Any]) -> None:
    async with stage.at_work("sun", Role.OPERATIONS, ready=False) as sun, stage.buyer() as buyer:
        await buyer.says("在吗")
        await sun.does(**{**command, "c": buyer.c})
        await sun.gets("refused", code="not_allowed")


async def test_the_end_of_a_session_closes_its_sockets(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.at_work("liu") as phone:
        browser = await stage.browser("liu")
        browser.cookies.set("gs_session", phone.session)
        assert (await browser.post("/api/logout")).status_code == 204
        assert await phone.is_closed() == 4401
        await liu.catches_up()


async def test_a_changed_roster_counts_at_once(stage: Stage) -> None:
    async with stage.at_work("liu", limit=1) as liu, stage.buyer() as first, stage.buyer() as second:
        await first.says("first")
        await liu.receives(first.c)
        await second.says("second")
        await stage.change("liu", lambda account: replace(account, limit=2))
        await liu.receives(second.c)
        assert (await liu.gets("colleague", id=liu.id, limit=2))["open"] <= 2
        await stage.change("liu", lambda account: replace(account, active=False))
        with pytest.raises(Closed):
            await liu.until(lambda _: False)
        async with stage.buyer() as third:
            await third.says("third")
            await third.catches_up()
            assert not [frame for frame in third.told if frame["t"] == "served"]
