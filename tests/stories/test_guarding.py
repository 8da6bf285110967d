"""A buyer is blocked and let in again; who floods is told to wait; what was done and looked at is written down."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from PIL import Image

from asgi_socket import asgi_socket
from desk_stage import BuyerPage, Stage, open_stage
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.adapters.postgres.replies import QuickReplyDraft
from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.stores.port import Store, StoreAway
from goldensix.metrics.today import GOLDEN_HUMAN
from goldensix.retaining import forget_pictures
from goldensix.team.roles import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_stage(fresh_database(postgres_server), tmp_path_factory.mktemp("stage")) as stage:
        await stage.hire("guo", Role.SERVICE_MANAGER)
        await stage.hire("lin", Role.AGENT)
        yield stage


async def blocked(stage: Stage, by: str, buyer: BuyerPage, **ask: Any) -> httpx.Response:
    browser = await stage.browser(by)
    return await browser.post(f"/api/conversations/{buyer.c}/block", json={"why": "spam", **ask})


async def audited(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.desk.pool.fetch("select what, subject from audit order by id")
    return [(row["what"], row["subject"]) for row in rows]


async def test_a_blocked_buyer_is_told_no_more_than_that_messages_cannot_be_taken(stage: Stage) -> None:
    async with stage.at_work("hao") as agent, stage.buyer() as buyer:
        await buyer.says("buy my watches")
        await agent.receives(buyer.c)
        made = await blocked(stage, "hao", buyer, note="watches", hours=1)
        assert made.status_code == 201
        closed = await buyer.gets("event", type="conversation_closed")
        assert closed["facts"] == {"by": "agent", "agent": agent.id, "blocked": True}
        assert await buyer.says("and more watches") == "refused"
        assert buyer.refusals == ["blocked"]
        stage.seconds_pass(3_600.001)
        assert await buyer.says("an hour later") != "refused"
        await (await stage.browser("guo")).delete(f"/api/blocks/{made.json()['id']}")


async def test_what_nobody_had_answered_counts_for_nothing_and_what_was_answered_counts(stage: Stage) -> None:
    desk = stage.floor.desk

    def counted() -> int:
        desk.figures.settle(stage.clock())
        return desk.figures.within()[GOLDEN_HUMAN].den

    stage.seconds_pass(300)
    before = counted()
    async with stage.at_work("hao") as agent, stage.buyer() as spammer, stage.buyer() as rude:
        await spammer.says("buy my watches")
        await rude.says("is it green")
        await agent.receives(rude.c)
        await agent.answers(rude.c, "it is")
        await rude.says("then **** you")
        for buyer in (spammer, rude):
            assert (await blocked(stage, "hao", buyer, why="abuse")).status_code == 201
            await buyer.gets("event", type="conversation_closed")
        await desk.settled()
        stage.seconds_pass(300.000)
        assert counted() == before + 1


async def test_an_agent_blocks_only_whom_he_has_and_takes_it_back_only_soon(stage: Stage) -> None:
    async with stage.at_work("hao") as agent, stage.buyer() as buyer:
        await buyer.says("hello")
        await agent.receives(buyer.c)
        assert (await blocked(stage, "lin", buyer)).json()["code"] == "not_yours"
        made = (await blocked(stage, "hao", buyer)).json()
        other, own = await stage.browser("lin"), await stage.browser("hao")
        assert (await other.delete(f"/api/blocks/{made['id']}")).status_code == 404
        assert (await own.delete(f"/api/blocks/{made['id']}")).status_code == 204
        assert await buyer.says("I meant well") != "refused"
        again = (await blocked(stage, "hao", buyer)).json()
        stage.seconds_pass(120.001)
        assert (await own.delete(f"/api/blocks/{again['id']}")).status_code == 404
        manager = await stage.browser("guo")
        [first, *_] = (await manager.get("/api/blocks")).json()
        assert (first["id"], first["holds"], first["why"]) == (again["id"], True, "spam")
        assert (await manager.delete(f"/api/blocks/{again['id']}")).status_code == 204
        lifted = [each for each in (await manager.get("/api/blocks")).json() if not each["holds"]]
        assert again["id"] in [each["id"] for each in lifted]


async def test_everybody_at_an_address_can_be_blocked_and_no_address_is_kept(stage: Stage) -> None:
    token, other = await stage.visitor(), await stage.visitor()
    async with stage.at_work("hao") as agent, FromAddress(stage, token, "203.0.113.7") as spammer:
        await spammer.says("watches")
        await agent.receives(spammer.c)
        made = (await blocked(stage, "hao", spammer, address=True)).json()
        assert made["addresses"] == 1
        async with FromAddress(stage, other, "203.0.113.7") as again:
            assert await again.says("watches, too") == "refused"
        async with FromAddress(stage, other, "203.0.113.8") as elsewhere:
            assert await elsewhere.says("tea") != "refused"
        kept = await stage.desk.pool.fetchval("select to_jsonb(b)::text from blocks b where id = $1", made["id"])
        assert "203.0.113" not in kept
        await (await stage.browser("guo")).delete(f"/api/blocks/{made['id']}")


class FromAddress:
    """A buyer's tab that reaches the desk from this address."""

    def __init__(self, stage: Stage, token: str, address: str) -> None:
        self._stage, self._token, self._address = stage, token, address

    async def __aenter__(self) -> BuyerPage:
        async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
            await self._stage.desk.app({**scope, "client": (self._address, 40_000)}, receive, send)

        self._opened = asgi_socket(app, "/ws/buyer")
        page = BuyerPage(await self._opened.__aenter__(), self._stage)
        await page.does("hello", token=self._token)
        await page.gets("welcome")
        return page

    async def __aexit__(self, *_: object) -> None:
        await self._opened.__aexit__(None, None, None)


async def test_a_flood_is_refused_with_the_wait_and_the_message_is_taken_after_it(stage: Stage) -> None:
    async with stage.buyer() as buyer:
        for number in range(100):
            await buyer.does("say", id=f"flood{number:05}", text="x")
        refusal = await buyer.gets("refused", code="too_fast")
        assert 1 <= refusal["wait"] <= 2
        assert refusal["id"] == "flood00060"


async def test_a_hundred_requests_too_many_are_told_when_to_come_again(stage: Stage) -> None:
    transport = httpx.ASGITransport(stage.desk.app, client=("198.51.100.9", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as flood:
        limit = stage.desk.house.limits.requests_from
        while limit.take("198.51.100.9") == 0:
            pass
        asked = [flood.get("/api/widget/1", headers={"Accept-Language": "en"}) for _ in range(60)]
        answer = max(await asyncio.gather(*asked), key=lambda each: each.status_code)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_fast")
    assert answer.headers["retry-after"] == "1"
    assert "wait 1 s" in answer.json()["message"]
    assert (await (await stage.browser()).get("/api/widget/1")).status_code == 200


async def test_who_looks_into_anothers_conversation_and_who_takes_it_over_is_written_down(stage: Stage) -> None:
    async with stage.at_work("hao") as agent, stage.buyer() as buyer:
        await buyer.says("hello")
        await agent.receives(buyer.c)
        async with stage.at_work("guo", ready=False) as manager:
            await manager.does("open", c=buyer.c)
            await manager.does("open", c=buyer.c)
            await manager.gets("thread")
            await manager.does("take_over", c=buyer.c)
            await manager.receives(buyer.c)
            await manager.catches_up()
        noted = [each for each in await audited(stage) if buyer.c in each[1]]
        assert noted == [("conversation opened", buyer.c), ("taken over", f"{buyer.c} from account {agent.id}")]


async def test_an_administrator_reads_and_exports_the_audit(stage: Stage) -> None:
    owner = await stage.browser("owner")
    await owner.patch("/api/assignment", json={"policy": "round_robin"})
    await stage.desk.house.audit.note(stage.merchant.id, None, "buyer erased", "=1+1")
    [newest, *_] = (await owner.get("/api/audit", params={"what": "assignment changed"})).json()["rows"]
    assert newest["subject"] == "Rule: Idle hands → Round robin"
    assert newest["by"] == stage.people["owner"].id
    page = (await owner.get("/api/audit")).json()
    older = (await owner.get("/api/audit", params={"under": page["rows"][1]["id"]})).json()
    assert older["rows"] == page["rows"][2:]
    exported = (await owner.get("/api/audit/export", params={"language": "zh"})).text
    assert "'=1+1" in exported
    assert "规则：空手优先 → 轮流" in exported
    assert (await audited(stage))[-1] == ("audit exported", "audit.csv")


async def test_nobody_changes_the_audit(stage: Stage) -> None:
    for statement in ("update audit set subject = ''", "delete from audit", "truncate audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
            await stage.desk.pool.execute(statement)


async def test_words_too_old_go_with_their_pictures_and_the_figures_stay(stage: Stage, tmp_path: Path) -> None:
    owner, keeping = await stage.browser("owner"), stage.desk.house.keeping
    refusal = await owner.patch("/api/retention", json={"words": 3})
    assert "at least 7 days" in refusal.json()["message"]
    assert (await owner.patch("/api/retention", json={"words": 30})).json()["words"] == 30
    assert [what for what, _ in await audited(stage)][-1] == "retention changed"
    stage.seconds_pass(31 * 86_400)
    owner = await stage.browser("owner")
    async with stage.buyer() as buyer:
        await buyer.says("said today")
        shown = (await owner.get("/api/retention")).json()
        assert shown["due_words"] > 0
        head = await stage.floor.desk.ports.log.head(stage.merchant.id)
        assert [part async for part in keeping.forget_words(stage.merchant.id, 30, archived=2)][-1].words <= 2
        gone = [part.words async for part in keeping.forget_words(stage.merchant.id, 30, archived=head)]
        assert sum(gone) > 0
        assert (await owner.get("/api/retention")).json()["due_words"] == 0
        left = await stage.desk.pool.fetch("select body from bodies where body is not null")
        assert any("said today" in row["body"] for row in left)
        assert not any("watches" in row["body"] for row in left)


async def test_old_pictures_go_though_a_run_is_cut_short_and_those_in_use_stay(stage: Stage, tmp_path: Path) -> None:
    house, merchant = stage.desk.house, stage.merchant.id
    image = {"file": ("cup.png", drawn(), "image/png")}
    agent = await stage.browser("lin")
    made = [(await agent.post("/api/pictures", files=image)).json()["id"] for _ in range(3)]
    for code, picture in (("plain", None), ("cup", made[0])):
        await house.replies.add(merchant, QuickReplyDraft(code, code, "here", picture=picture), None, None)
    stage.seconds_pass(31 * 86_400)
    folder, keeping = FolderStore(tmp_path), house.keeping
    for name in made:
        await folder.write(name, b"a cup")
    with pytest.raises(StoreAway):
        await forget_pictures(keeping, merchant, 30, Failing(folder, made[2]))
    assert set(await keeping.old_pictures(merchant, 30)) == set(made[1:])
    assert await forget_pictures(keeping, merchant, 30, folder) == 2
    assert (await keeping.old_pictures(merchant, 30), [each async for each in folder.names()]) == ([], made[:1])


@dataclass
class Failing:
    """A store that is away when it comes to one of the pictures."""

    store: Store
    at: str

    async def remove(self, name: str) -> None:
        if name == self.at:
            raise StoreAway("away")
        await self.store.remove(name)


def drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    return out.getvalue()
