"""Quick replies: shared ones and one's own, those of campaigns, and what they were used for."""

from typing import Any

import httpx
import pytest

from goldensix.team.roles import Role
from house_builders import Office, open_company

SHIPPING = {"code": "fh", "title": "发货时间", "text": "{agent}：今天发"}
DAY = 86_400_000


async def codes(browser: httpx.AsyncClient, path: str = "/api/replies") -> list[str]:
    return [each["code"] for each in (await browser.get(path)).json()]


async def test_a_shared_reply_is_found_by_everybody_and_an_own_one_by_its_owner(office: Office) -> None:
    lead, agent = await office.as_(Role.SERVICE_MANAGER), await office.as_(Role.AGENT)
    shared = await lead.post("/api/replies", json=SHIPPING)
    own = await agent.post("/api/replies", json=SHIPPING | {"text": "我来查", "own": True})
    assert (shared.status_code, own.status_code) == (201, 201)
    assert (shared.json()["initials"], shared.json()["pinyin"]) == ("fhsj", "fahuoshijian")
    assert [(each["text"], each["own"]) for each in (await agent.get("/api/replies")).json()] == [
        ("我来查", True),
        ("{agent}：今天发", False),
    ]
    assert await codes(lead, "/api/replies/all") == ["fh"]
    other = await open_company(office.house, "kettle")
    assert await codes(await office.as_(Role.ADMINISTRATOR, other), "/api/replies/all") == []


async def test_who_may_not_share_changes_only_what_is_his_own(office: Office) -> None:
    lead, agent = await office.as_(Role.SERVICE_MANAGER), await office.as_(Role.AGENT)
    shared = (await lead.post("/api/replies", json=SHIPPING)).json()["id"]
    own = (await agent.post("/api/replies", json=SHIPPING | {"own": True})).json()["id"]
    assert (await agent.post("/api/replies", json=SHIPPING | {"code": "x"})).status_code == 403
    assert (await agent.put(f"/api/replies/{shared}", json=SHIPPING)).status_code == 403
    assert (await agent.delete(f"/api/replies/{shared}")).status_code == 403
    assert (await agent.put(f"/api/replies/{own}", json=SHIPPING | {"title": "发货"})).json()["title"] == "发货"
    assert (await lead.put(f"/api/replies/{own}", json=SHIPPING)).status_code == 404
    assert [each["may_change"] for each in (await agent.get("/api/replies/all")).json()] == [True, False]


async def test_a_removed_reply_comes_back_unless_its_code_was_given_away(office: Office) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)
    reply = (await lead.post("/api/replies", json=SHIPPING)).json()["id"]
    assert (await lead.delete(f"/api/replies/{reply}")).status_code == 204
    assert await codes(lead) == []
    assert (await lead.post(f"/api/replies/{reply}/restore")).json()["code"] == "fh"
    await lead.delete(f"/api/replies/{reply}")
    await lead.post("/api/replies", json=SHIPPING)
    refused = await lead.post(f"/api/replies/{reply}/restore")
    assert (refused.status_code, refused.json()["code"]) == (409, "code_taken")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 409, "code_taken"),
        ({"code": "b", "group": 10**9}, 422, "no_group"),
        ({"code": "b", "campaign": 10**9}, 422, "no_campaign"),
        ({"code": "b", "picture": "0" * 32}, 422, "no_picture"),
        ({"code": "两个"}, 422, "invalid"),
        ({"code": "b", "text": ""}, 422, "invalid"),
        ({"code": "b", "text": "x" * 2001}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_kept_is_named(office: Office, fields: dict[str, Any], status: int, code: str) -> None:
    lead = await office.as_(Role.SERVICE_MANAGER)
    await lead.post("/api/replies", json=SHIPPING)
    refused = await lead.post("/api/replies", json=SHIPPING | fields)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await codes(lead) == ["fh"]


async def test_a_reply_takes_no_group_and_no_campaign_of_another_merchant(office: Office) -> None:
    other = await open_company(office.house, "kettle")
    theirs = (
        await (await office.as_(Role.ADMINISTRATOR, other)).post(
            "/api/campaigns", json={"name": "Double Eleven", "starts_at": 0, "ends_at": DAY}
        )
    ).json()["id"]
    lead = await office.as_(Role.SERVICE_MANAGER)
    for fields in ({"group": other.group.id}, {"campaign": theirs}):
        assert (await lead.post("/api/replies", json=SHIPPING | fields)).status_code == 422


async def test_texts_of_a_campaign_are_offered_while_it_runs_and_operations_may_write_them(office: Office) -> None:
    operations, agent = await office.as_(Role.OPERATIONS), await office.as_(Role.AGENT)
    now = office.house.now()
    span = {"name": "Double Eleven", "starts_at": now + DAY, "ends_at": now + 2 * DAY}
    campaign = (await operations.post("/api/campaigns", json=span)).json()
    assert not campaign["running"]
    assert (await operations.post("/api/replies", json=SHIPPING)).status_code == 403
    written = await operations.post("/api/replies", json=SHIPPING | {"campaign": campaign["id"]})
    assert written.status_code == 201
    assert (await codes(agent), await codes(agent, "/api/replies/all")) == ([], ["fh"])
    path = f"/api/campaigns/{campaign['id']}"
    assert (await operations.put(path, json=span | {"starts_at": now - DAY})).json()["running"]
    assert await codes(agent) == ["fh"]
    moved = await operations.put(f"/api/replies/{written.json()['id']}", json=SHIPPING)
    assert moved.status_code == 403, "out of its campaign it would be everybody's"
    assert (await operations.delete(path)).status_code == 204
    assert await codes(agent) == ["fh"], "it belongs to no campaign now"


@pytest.mark.parametrize(
    ("fields", "code"), [({"ends_at": 1}, "bad_span"), ({"name": ""}, "invalid"), ({"ends_at": 2**63}, "invalid")]
)
async def test_a_campaign_has_a_name_and_ends_after_it_begins(
    office: Office, fields: dict[str, Any], code: str
) -> None:
    operations = await office.as_(Role.OPERATIONS)
    span = {"name": "Double Eleven", "starts_at": 1, "ends_at": 2}
    refused = await operations.post("/api/campaigns", json=span | fields)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    await operations.post("/api/campaigns", json=span)
    assert (await operations.post("/api/campaigns", json=span)).json()["code"] == "name_taken"


async def test_uses_are_counted_with_what_they_saved(office: Office) -> None:
    lead, agent = await office.as_(Role.SERVICE_MANAGER), await office.as_(Role.AGENT)
    reply = (await lead.post("/api/replies", json=SHIPPING)).json()["id"]
    uses = [{"reply": reply, "edited": False, "saved": 20}, {"reply": reply, "edited": True, "saved": 5}]
    thrown_away = {"reply": reply, "edited": False, "dropped": True, "saved": 0}
    assert (await agent.post("/api/replies/used", json={"uses": uses})).status_code == 204
    assert (
        await agent.post("/api/replies/used", json={"uses": [uses[0], uses[0] | {"reply": 10**9}]})
    ).status_code == 204
    [kept] = (await lead.get("/api/replies/all")).json()
    assert (kept["uses"], kept["edited"], kept["dropped"], kept["saved"]) == (3, 1, 0, 45)
    await agent.post("/api/replies/used", json={"uses": [thrown_away]})
    [kept] = (await lead.get("/api/replies/all")).json()
    assert (kept["uses"], kept["dropped"]) == (3, 1)
    office.clock.forward(days=32)
    lead = await office.as_(Role.SERVICE_MANAGER)
    [kept] = (await lead.get("/api/replies/all")).json()
    assert (kept["uses"], kept["saved"]) == (0, 0)
    other = await open_company(office.house, "kettle")
    assert (
        await (await office.as_(Role.AGENT, other)).post("/api/replies/used", json={"uses": uses})
    ).status_code == 204
    [kept] = (await lead.get("/api/replies/all")).json()
    assert kept["uses"] == 0
