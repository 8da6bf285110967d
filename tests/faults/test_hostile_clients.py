"""Whatever one client does, the desk does not start over and nobody else notices."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio

from asgi_socket import asgi_socket
from desk_stage import Page, StaffPage, Stage, as_json, message_id, open_stage
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.events.facts import MessagesRead
from goldensix.team.roles import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUL = "before\0after"
HUGE = 10**30
MALFORMED = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "null": "null",
    "a number": "7",
    "no tag": "{}",
    "an unknown tag": as_json(t="destroy"),
    "a tag that is a number": as_json(t=5),
    "half a surrogate": '{"t": "say", "id": "12345678", "text": "\\ud800"}',
    "a list within 30,000 lists": '{"t": "say", "x": ' + "[" * 30_000 + "]" * 30_000 + "}",
    "objects within objects": '{"t": "say", "x": ' + '{"a":' * 12_000 + "1" + "}" * 12_000 + "}",
    "64 kB of blanks": " " * 65_000,
    "a number of 60,000 digits": '{"t": "read", "up_to": ' + "9" * 60_000 + "}",
}
BUYERS = {
    "no text": as_json(t="say"),
    "text that is a number": as_json(t="say", id=message_id(), text=5),
    "NUL in the text": as_json(t="say", id=message_id(), text=NUL),
    "only NUL": as_json(t="say", id=message_id(), text="\0"),
    "NUL in the page": as_json(t="say", id=message_id(), text="hello", page=NUL),
    "NUL in the id": as_json(t="say", id="1234567\0", text="hello"),
    "NUL in the picture": as_json(t="say", id=message_id(), picture="\0"),
    "a product too large to store": as_json(t="say", id=message_id(), product=HUGE),
    "a product below none": as_json(t="say", id=message_id(), product=-1),
    "a group too large to store": as_json(t="say", id=message_id(), text="hello", group=HUGE),
    "64 kB of text": as_json(t="say", id=message_id(), text="长" * 10_000),
    "a recall of nothing": as_json(t="recall", message=NUL),
    "a recall of somebody's": as_json(t="recall", message="b1.m000000001"),
    "read to the end of numbers": as_json(t="read", up_to=HUGE),
    "read below zero": as_json(t="read", up_to=-HUGE),
    "hello again": as_json(t="hello", token="again"),
    "a command of the staff": as_json(t="take"),
}
STAFF = {
    "open nothing": as_json(t="open", c=""),
    "open NUL": as_json(t="open", c="\0"),
    "open the team's stream": as_json(t="open", c="team"),
    "open what is not there": as_json(t="open", c="0" * 20),
    "open after the end of numbers": as_json(t="open", c="{c}", after=HUGE),
    "open after less than nothing": as_json(t="open", c="{c}", after=-HUGE),
    "older than the end of numbers": as_json(t="older", c="{c}", before=HUGE),
    "older than nothing": as_json(t="older", c="{c}", before=-HUGE),
    "leave what is not there": as_json(t="leave", c="\0"),
    "NUL in the text": as_json(t="say", c="{c}", id=message_id(), text=NUL),
    "NUL in the conversation": as_json(t="say", c="\0", id=message_id(), text="hello"),
    "NUL in the id": as_json(t="say", c="{c}", id="1234567\0", text="hello"),
    "NUL in the picture": as_json(t="say", c="{c}", id=message_id(), picture="\0"),
    "a product too large to store": as_json(t="say", c="{c}", id=message_id(), product=HUGE),
    "recall NUL": as_json(t="recall", c="{c}", message=NUL),
    "read to the end of numbers": as_json(t="read", c="{c}", up_to=HUGE),
    "type where nobody is": as_json(t="typing", c="\0"),
    "take what is not there": as_json(t="take", c="\0"),
    "hand over to nobody": as_json(t="assign", c="{c}", agent=HUGE),
    "hand over nothing": as_json(t="assign", c="\0", agent=1),
    "close what is not there": as_json(t="close", c="\0"),
    "NUL in the reason of a break": as_json(t="break", reason=NUL),
    "a reason of 60 kB": as_json(t="break", reason="x" * 60_000),
    "watch a shop that is not there": as_json(t="watch", shop=HUGE),
    "watch a group that is not there": as_json(t="watch", group=-1),
    "hello with what it holds": as_json(t="hello", opened={"\0": HUGE}),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_stage(fresh_database(postgres_server), tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@asynccontextmanager
async def unharmed(stage: Stage) -> AsyncIterator[None]:
    """A buyer and an agent talk before and after; the desk never starts over."""
    folds = stage.floor.desk.folds
    async with stage.at_work("bystander", limit=200) as agent, stage.buyer() as buyer:
        await buyer.says("before")
        await agent.receives(buyer.c)
        await agent.answers(buyer.c, "still here")
        yield
        stage.floor.ticker.tick(stage.clock())
        await buyer.says("after")
        await agent.hears("after")
        assert stage.floor.desk.folds is folds
        assert "unavailable" not in agent.refusals + buyer.refusals


def root_at_work(stage: Stage) -> AbstractAsyncContextManager[StaffPage]:
    """An administrator to whom no buyer is routed, but who may do everything."""
    return stage.at_work("root", Role.ADMINISTRATOR, limit=200, groups=[stage.after_sale.id])


async def still_served(page: Page) -> None:
    """What the server could not use was refused, and the socket goes on."""
    await page.catches_up()


@pytest.mark.parametrize("frame", [*MALFORMED.values(), *BUYERS.values()], ids=[*MALFORMED, *BUYERS])
async def test_no_frame_of_a_buyer_harms_the_desk(stage: Stage, frame: str) -> None:
    async with unharmed(stage), stage.buyer() as hostile:
        await hostile.sends(frame)
        await still_served(hostile)
        await hostile.says("and an honest word")
        await hostile.sends(frame)
        await still_served(hostile)


@pytest.mark.parametrize("frame", [*MALFORMED.values(), *STAFF.values()], ids=[*MALFORMED, *STAFF])
async def test_no_frame_of_the_staff_harms_the_desk(stage: Stage, frame: str) -> None:
    async with unharmed(stage), root_at_work(stage) as hostile, stage.buyer() as buyer:
        await buyer.says("who takes me")
        await hostile.does("assign", c=buyer.c, agent=hostile.id)
        await hostile.receives(buyer.c)
        await hostile.sends(frame.replace("{c}", buyer.c))
        await still_served(hostile)


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_a_first_frame_that_is_no_hello_closes_the_socket(stage: Stage, frame: str) -> None:
    async with unharmed(stage), asgi_socket(stage.desk.app, "/ws/buyer") as socket:
        page = Page(socket, stage)
        await page.sends(frame)
        assert await page.is_closed() == 4401


@pytest.mark.parametrize(
    "hello",
    [
        {"conversation": "\0", "after": 1},
        {"conversation": "team", "after": 0},
        {"conversation": "x" * 60_000, "after": 0},
        {"conversation": "", "after": HUGE},
        {"after": -HUGE},
    ],
    ids=["NUL", "the team's stream", "60 kB", "huge", "negative"],
)
async def test_a_hello_that_names_nonsense_is_a_hello(stage: Stage, hello: dict[str, Any]) -> None:
    async with unharmed(stage), stage.buyer(**hello) as hostile:
        welcome = await hostile.gets("welcome")
        assert (welcome["conversation"], welcome["events"]) == (None, [])
        await hostile.says("hello")


async def test_a_position_beyond_all_numbers_gets_nothing_more(stage: Stage) -> None:
    async with unharmed(stage), stage.buyer() as buyer:
        await buyer.says("hello")
        for after in (HUGE, 2**31, 2**63):
            async with stage.buyer(buyer.token, conversation=buyer.c, after=after) as again:
                assert (await again.gets("welcome"))["events"] == []


async def test_what_is_pasted_with_nul_arrives_without_it(stage: Stage) -> None:
    async with stage.at_work("bystander", limit=200) as agent, stage.buyer() as buyer:
        await buyer.says(NUL, page=NUL)
        await agent.receives(buyer.c)
        await agent.hears("beforeafter")


async def test_a_page_that_marks_its_own_marks_as_read_writes_nothing(stage: Stage) -> None:
    async with stage.buyer() as buyer:
        await buyer.says("hello")
        for _ in range(20):
            await buyer.does("read", up_to=10_000)
            await buyer.catches_up()
        marks = [stored for stored in await stage.log(buyer.c) if isinstance(stored.event, MessagesRead)]
        assert [mark.event.up_to for mark in marks] == [3], "the welcome, once"


async def test_a_flood_from_one_window_is_read_no_faster_than_a_person_writes(stage: Stage) -> None:
    async with unharmed(stage), stage.buyer() as hostile:
        before = stage.floor.desk.folds.position
        for number in range(20_000):
            await hostile.sends(as_json(t="say", id=f"flood{number:06}", text="x"))
        async with stage.buyer() as honest:
            for number in range(20):
                await honest.says(f"a question {number}")
        while not hostile.socket.incoming.empty():  # a network would have kept them
            hostile.socket.incoming.get_nowait()
        assert stage.floor.desk.folds.position < before + 2_000
        assert not stage.floor.desk.crowded


async def test_a_thousand_sockets_opened_and_dropped_leave_nothing(stage: Stage) -> None:
    token = await stage.visitor()

    async def come_and_go(number: int) -> None:
        async with asgi_socket(stage.desk.app, "/ws/buyer") as socket:
            if number % 3:
                await socket.send(t="hello", token=token if number % 2 else "forged")
            if number % 7 == 0:
                await socket.send(t="typing")

    async with unharmed(stage):
        await asyncio.gather(*(come_and_go(number) for number in range(1_000)))
        assert len(stage.floor.hub.buyers) == 1, "the bystander's"
        assert sum(map(len, stage.floor.ticker._beats)) == 1


async def test_commands_to_another_merchants_conversation_change_nothing(stage: Stage) -> None:
    people = stage.desk.house.people
    other = await people.add_merchant("The silk house")
    group = await people.add_group(other.id, "Pre-sale", "pre_sale", stage.pre_sale.target)
    shop = await people.add_shop(other.id, "Silk", default_group=group.id)
    async with (
        unharmed(stage),
        root_at_work(stage) as hostile,
        stage.buyer(await stage.visitor(shop)) as theirs,
    ):
        await theirs.says("is this silk")
        before = theirs.last
        for frame in STAFF.values():
            await hostile.sends(frame.replace("{c}", theirs.c))
        for t in ("open", "take", "close"):
            await hostile.does(t, c=theirs.c)
        await still_served(hostile)
        await theirs.says("still there")
        assert theirs.last == before + 1
        assert "is this silk" not in json.dumps(hostile.told)
