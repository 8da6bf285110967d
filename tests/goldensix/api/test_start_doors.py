"""The start page's facts: where the shop is, and when the first question was answered."""

from goldensix.adapters.postgres.log import PostgresLog
from goldensix.events.facts import ConversationStarted as Started
from goldensix.events.facts import Event, MessageSent
from goldensix.events.ids import BuyerId, Instant, MessageId
from goldensix.log.port import Append, Appended, Draft
from goldensix.team.roles import Role
from house_builders import Office

FIRST, SECOND = "0123456789abcdefghj1", "0123456789abcdefghj2"


async def happens(office: Office, stream: str, at: int, event: Event) -> None:
    log = PostgresLog(office.pool)
    append = Append(stream, (Draft(event, Instant(at)),), None)
    (appended,) = await log.append(office.tea.merchant.id, [append], office.clock())
    assert isinstance(appended, Appended)


async def asked(office: Office, stream: str, buyer: str, at: int) -> None:
    of = office.tea
    await happens(office, stream, at, Started(of.shop.id, BuyerId(buyer), "widget", of.group.id, "zh"))
    await happens(office, stream, at, MessageSent(MessageId(f"b{buyer}.{at}"), "buyer", None, "text"))


async def answered(office: Office, stream: str, at: int, *, robot: bool = False) -> None:
    agent = office.tea.staff[Role.AGENT].id
    said = (
        MessageSent(MessageId(f"r.{at}"), "bot_auto", None, "welcome")
        if robot
        else MessageSent(MessageId(f"a{agent}.{at}"), "agent", agent, "text")
    )
    await happens(office, stream, at, said)


async def test_a_new_desk_says_where_buyers_write(office: Office) -> None:
    office.live.ready = 2
    shop = office.tea.shop
    answer = (await (await office.as_(Role.ADMINISTRATOR)).get("/api/start")).json()
    assert answer["shop"] == {
        "id": shop.id,
        "name": shop.name,
        "url": f"http://desk.example/s/{shop.id}",
        "script": f'<script src="http://desk.example/w.js" data-shop="{shop.id}" async></script>',
    }
    assert answer["qr_svg"].startswith("<svg viewBox=")
    assert (answer["first_question_at"], answer["first_answer_ms"]) == (None, None)
    assert (answer["agents_ready"], answer["demo"]) == (2, False)


async def test_behind_a_proxy_it_says_the_public_address(office: Office) -> None:
    office.reopen(public_url="https://chat.tea.example")
    answer = (await (await office.as_(Role.ADMINISTRATOR)).get("/api/start")).json()
    assert answer["shop"]["url"].startswith("https://chat.tea.example/s/")
    assert 'src="https://chat.tea.example/w.js"' in answer["shop"]["script"]


async def test_the_first_answer_is_a_persons_and_timed_from_its_own_question(office: Office) -> None:
    await asked(office, FIRST, "ann", 10_000)
    await answered(office, FIRST, 10_100, robot=True)
    await asked(office, SECOND, "bob", 20_000)
    await answered(office, SECOND, 23_210)
    await answered(office, FIRST, 60_000)
    answer = (await (await office.as_(Role.ADMINISTRATOR)).get("/api/start")).json()
    assert (answer["first_question_at"], answer["first_answer_ms"]) == (10_000, 3_210)


async def test_the_start_page_is_the_administrators(office: Office) -> None:
    assert (await (await office.as_(Role.SERVICE_MANAGER)).get("/api/start")).status_code == 403
    administrator = await office.as_(Role.ADMINISTRATOR)
    assert (await administrator.get("/api/start", params={"shop": 999})).status_code == 404
