"""A conversation is over, and its buyer says how it was."""

from pathlib import Path
from typing import Any

from desk_stage import BuyerPage, StaffPage, Stage, open_stage, reopen_stage
from goldensix.events.facts import ConversationRated
from goldensix.team.roles import Role


async def answered_and_ended(agent: StaffPage, buyer: BuyerPage) -> str:
    """The conversation's name."""
    await buyer.says("有 L 码吗")
    await agent.receives(buyer.c)
    await agent.answers(buyer.c, "有的")
    await agent.does("close", c=buyer.c)
    await buyer.gets("event", type="rating_invited")
    await buyer.gets("event", type="conversation_closed")
    return buyer.c


async def refused(buyer: BuyerPage, **rating: Any) -> str:
    """The code with which the rating is refused."""
    before = len(buyer.refusals)
    await buyer.does("rate", **rating)
    await buyer.until(lambda _: len(buyer.refusals) > before)
    return buyer.refusals[before]


async def group_of(page: StaffPage, stage: Stage) -> dict[str, Any]:
    """The row of the pre-sale group on the live page."""
    await page.catches_up()
    page.told.clear()
    await page.does("watch")
    frame = await page.gets("live")
    return next(group for group in frame["groups"] if group["id"] == stage.pre_sale.id)


async def test_a_rating_reaches_the_buyers_pages_the_agents_and_the_live_page(stage: Stage) -> None:
    async with (
        stage.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang,
        stage.at_work("liu") as liu,
        stage.buyer() as buyer,
        stage.buyer(buyer.token) as tab,
    ):
        assert (await group_of(wang, stage))["rated"] == {"hits": 0, "of": 0, "pending": 0}
        c = await answered_and_ended(liu, buyer)
        await buyer.does("rate", c=c, score=4, reasons=["fast", "friendly"])
        for page in (buyer, tab, liu):
            rated = await page.gets("event", type="conversation_rated")
            assert (rated["c"], rated["facts"]) == (c, {"score": 4, "reasons": ["fast", "friendly"]})
        assert await refused(tab, c=c, score=1) == "rated"
        again = await answered_and_ended(liu, buyer)
        await buyer.does("rate", c=again, score=2)
        assert (await group_of(wang, stage))["rated"] == {"hits": 1, "of": 2, "pending": 0}
        await wang.does("open", c=c)
        opened = await wang.gets("thread", c=c)
        ending = [(event["type"], event["facts"].get("score")) for event in opened["events"][-3:]]
        assert ending == [("rating_invited", None), ("conversation_closed", None), ("conversation_rated", 4)]


async def test_only_who_was_asked_may_rate_within_a_day(stage: Stage) -> None:
    async with stage.at_work("liu") as liu, stage.buyer() as buyer, stage.buyer() as stranger:
        await buyer.says("有 L 码吗")
        await liu.receives(buyer.c)
        await liu.answers(buyer.c, "有的")
        assert await refused(buyer, c=buyer.c, score=5) == "no_rating", "it goes on"
        await liu.does("close", c=buyer.c)
        await buyer.gets("event", type="conversation_closed")
        assert await refused(stranger, c=buyer.c, score=1) == "no_rating"
        assert await refused(buyer, c="nothing", score=5) == "no_rating"
        for bad in ({"score": 0}, {"score": 6}, {"score": 5, "reasons": ["slow"]}, {"score": 1, "reasons": ["words"]}):
            assert await refused(buyer, c=buyer.c, **bad) == "bad_command"
        stage.seconds_pass(86_401)
        assert await refused(buyer, c=buyer.c, score=5) == "no_rating"
        assert not [each for each in await stage.log(buyer.c) if isinstance(each.event, ConversationRated)]


async def test_a_rating_finds_its_conversation_after_a_restart(database: str, tmp_path: Path) -> None:
    async with (
        open_stage(database, tmp_path) as stage,
        stage.at_work("liu") as liu,
        stage.buyer() as buyer,
        stage.buyer() as other,
    ):
        rated, unrated = await answered_and_ended(liu, buyer), await answered_and_ended(liu, other)
        await buyer.does("rate", c=rated, score=5, reasons=["solved"])
        await buyer.gets("event", type="conversation_rated")
    async with (
        reopen_stage(database, tmp_path, stage) as again,
        again.buyer(buyer.token, conversation=rated) as buyer,
        again.buyer(other.token, conversation=unrated) as other,
        again.at_work("wang", Role.SERVICE_MANAGER, ready=False) as wang,
    ):
        assert [event["facts"].get("score") for event in buyer.events(rated)][-1] == 5
        assert await refused(buyer, c=rated, score=1) == "rated"
        await other.does("rate", c=unrated, score=3, reasons=["slow"])
        await other.gets("event", type="conversation_rated")
        assert (await group_of(wang, again))["rated"] == {"hits": 1, "of": 2, "pending": 0}
