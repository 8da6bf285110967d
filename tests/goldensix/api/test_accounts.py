import asyncio
from typing import Any

import httpx
import pytest

from goldensix.team.roles import Role
from house_builders import PASSWORD, Company, Office, open_company

NEW = {"name": "Wen", "role": "agent", "email": "wen@tea.example"}


async def log_in(office: Office, who: str, password: str = PASSWORD) -> int:
    body = {"identifier": who, "password": password}
    return (await office.browser().post("/api/login", json=body)).status_code


async def change(browser: httpx.AsyncClient, account: int, **fields: Any) -> httpx.Response:
    return await browser.patch(f"/api/accounts/{account}", json=fields)


@pytest.fixture
async def administrator(office: Office) -> httpx.AsyncClient:
    return await office.as_(Role.ADMINISTRATOR)


@pytest.fixture
async def silk(office: Office) -> Company:
    """Another merchant of the same desk."""
    return await open_company(office.house, "silk")


async def test_an_administrator_sees_everybody_of_the_own_merchant(
    office: Office, administrator: httpx.AsyncClient, silk: Company
) -> None:
    accounts = (await administrator.get("/api/accounts")).json()
    assert [account["id"] for account in accounts] == [person.id for person in office.tea.staff.values()]
    assert accounts[0] == {
        "id": office.tea.staff[Role.AGENT].id,
        "name": "agent of tea",
        "role": "agent",
        "phone": None,
        "email": "agent@tea.example",
        "groups": [office.tea.group.id],
        "shops": [],
        "limit": 8,
        "active": True,
        "group_limits": {},
        "languages": [],
        "level": 1,
        "skills": [],
        "kind": "staff",
        "valid_from": None,
        "valid_until": None,
    }


async def test_an_added_account_logs_in(office: Office, administrator: httpx.AsyncClient) -> None:
    tea = office.tea
    body = NEW | {
        "phone": "139 0000 0003",
        "email": "Wen@Tea.example",
        "groups": [tea.group.id],
        "shops": [tea.shop.id],
        "limit": 5,
        "password": "green tea leaves",
    }
    answer = await administrator.post("/api/accounts", json=body)
    assert answer.status_code == 201
    added = answer.json()
    assert (added["phone"], added["email"]) == ("+8613900000003", "wen@tea.example")
    assert (added["groups"], added["shops"], added["limit"]) == ([tea.group.id], [tea.shop.id], 5)
    assert await log_in(office, "13900000003", "green tea leaves") == 204
    assert office.live.roster_changes == [tea.merchant.id]
    assert ("account added", f"account {added['id']}, agent") in await office.audit()


async def test_only_what_was_sent_is_changed(office: Office, administrator: httpx.AsyncClient) -> None:
    account = office.tea.staff[Role.AGENT]
    before = (await administrator.get("/api/accounts")).json()[0]
    after = (await change(administrator, account.id, limit=3, phone="13900000004")).json()
    assert after == before | {"limit": 3, "phone": "+8613900000004"}
    assert (await change(administrator, account.id, phone=None)).json()["phone"] is None
    assert office.live.roster_changes == [office.tea.merchant.id] * 2


async def test_the_audit_says_what_was_changed_and_no_secrets(office: Office, administrator: httpx.AsyncClient) -> None:
    account = office.tea.staff[Role.AGENT].id
    await change(administrator, account, role="operations", phone="13900000004", password="green tea leaves")
    assert (await office.audit())[-1] == (
        "account changed",
        f"account {account}: role agent -> operations, phone, password",
    )


@pytest.mark.parametrize(
    ("fields", "status", "code", "named"),
    [
        ({"email": "operations@tea.example"}, 409, "email_taken", "e-mail"),
        ({"email": "agent@silk.example"}, 409, "email_taken", "e-mail"),
        ({"phone": "13900000009"}, 409, "phone_taken", "phone"),
        ({"email": "wen"}, 422, "invalid", "email is not an e-mail address."),
        ({"phone": "12"}, 422, "invalid", "phone is not a phone number."),
        ({"email": None}, 422, "unreachable", "phone or email"),
        ({"groups": [999_999]}, 422, "unknown_group", "groups"),
        ({"shops": [999_999]}, 422, "unknown_shop", "shops"),
        ({"name": " "}, 422, "invalid", "name needs at least 1 character"),
        ({"limit": 201}, 422, "invalid", "limit must be at most 200."),
        ({"role": "owner"}, 422, "invalid", "role must be 'agent'"),
        ({"merchant": 1}, 422, "invalid", "merchant is not a field here."),
        ({"password": "short"}, 422, "weak_password", "password needs at least 10 characters."),
        ({"password": "aaaaaaaaaaaa"}, 422, "weak_password", "repeats itself"),
        ({"password": "1234567890"}, 422, "weak_password", "digits in a row"),
        ({"password": "wen@tea.example!"}, 422, "weak_password", "e-mail address"),
    ],
)
async def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_changes(
    office: Office,
    administrator: httpx.AsyncClient,
    silk: Company,
    fields: dict[str, Any],
    status: int,
    code: str,
    named: str,
) -> None:
    await administrator.post("/api/accounts", json=NEW | {"name": "Li", "email": None, "phone": "13900000009"})
    wen = (await administrator.post("/api/accounts", json=NEW)).json()
    before = (await administrator.get("/api/accounts")).json()
    refusals = [await change(administrator, wen["id"], **fields)]
    if "password" not in fields:
        other = {"email": "other@tea.example"}
        refusals.append(await administrator.post("/api/accounts", json=NEW | other | fields))
    for refusal in refusals:
        assert (refusal.status_code, refusal.json()["code"]) == (status, code)
        assert named in refusal.json()["message"]
    assert (await administrator.get("/api/accounts")).json() == before


async def test_a_group_or_shop_of_another_merchant_is_unknown(administrator: httpx.AsyncClient, silk: Company) -> None:
    for fields in ({"groups": [silk.group.id]}, {"shops": [silk.shop.id]}):
        assert (await administrator.post("/api/accounts", json=NEW | fields)).status_code == 422


async def test_another_merchants_account_does_not_exist_for_me(
    office: Office, administrator: httpx.AsyncClient, silk: Company
) -> None:
    theirs = silk.staff[Role.AGENT]
    assert (await change(administrator, theirs.id, active=False)).status_code == 404
    assert (await change(administrator, 999_999, active=False)).status_code == 404
    assert await office.house.people.account(theirs.id) == theirs


@pytest.mark.parametrize("fields", [{"active": False}, {"role": "agent"}])
async def test_the_last_administrator_stays(
    office: Office, administrator: httpx.AsyncClient, silk: Company, fields: dict[str, Any]
) -> None:
    own = office.tea.staff[Role.ADMINISTRATOR].id
    refusal = await change(administrator, own, **fields)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "last_administrator")
    assert (await administrator.get("/api/accounts")).status_code == 200
    await change(administrator, office.tea.staff[Role.OPERATIONS].id, role="administrator")
    assert (await change(administrator, own, **fields)).status_code == 200
    assert (await administrator.get("/api/accounts")).status_code in (401, 403)


async def test_two_administrators_who_stop_each_other_at_once_leave_one(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    first, second = office.tea.staff[Role.ADMINISTRATOR].id, office.tea.staff[Role.OPERATIONS].id
    await change(administrator, second, role="administrator")
    other = await office.as_(Role.OPERATIONS)
    answers = await asyncio.gather(change(administrator, second, active=False), change(other, first, active=False))
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 401])


async def test_a_stopped_account_is_logged_out_everywhere(office: Office, administrator: httpx.AsyncClient) -> None:
    phone, tablet = await office.as_(Role.AGENT), await office.as_(Role.AGENT)
    account = office.tea.staff[Role.AGENT].id
    assert (await change(administrator, account, active=False)).json()["active"] is False
    assert (await phone.get("/api/me")).status_code == (await tablet.get("/api/me")).status_code == 401
    assert len(office.live.ended) == 2
    assert (await change(administrator, account, active=True)).json()["active"] is True
    assert (await phone.get("/api/me")).status_code == 401, "an old session does not come back to life"
    assert await log_in(office, "agent@tea.example") == 204


OUTSIDE = {"kind": "outsourced", "valid_from": "2025-11-10", "valid_until": "2025-11-13"}


async def test_an_account_of_people_from_outside_is_good_for_its_days_only(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    """The clock of this house stands on 13 November 2025."""
    limits = {"groups": [office.tea.group.id], "shops": [office.tea.shop.id], "password": "green tea leaves"}
    made = await administrator.post("/api/accounts", json=NEW | OUTSIDE | limits)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in OUTSIDE} == OUTSIDE
    browser = office.browser()
    own = {"identifier": NEW["email"], "password": "green tea leaves"}
    assert (await browser.post("/api/login", json=own)).status_code == 204
    assert (await browser.get("/api/me")).json()["pages"] == ["desk", "replies", "settings"]
    office.clock.forward(days=1)
    assert (await browser.get("/api/me")).status_code == 401
    assert (await browser.post("/api/login", json=own)).json()["code"] == "too_late"
    administrator = await office.as_(Role.ADMINISTRATOR)
    later = await change(administrator, made.json()["id"], valid_until="2025-11-14", skills=["wine"])
    assert (later.json()["valid_until"], later.json()["skills"]) == ("2025-11-14", ["wine"])
    assert (await browser.post("/api/login", json=own)).status_code == 204


async def test_who_is_too_early_or_too_late_is_told_so_once_the_password_is_right(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    limits = {"groups": [office.tea.group.id], "shops": [office.tea.shop.id], "password": "green tea leaves"}
    term = {"valid_from": "2025-11-15", "valid_until": "2025-11-16"}
    made = await administrator.post("/api/accounts", json=NEW | OUTSIDE | limits | term)
    browser, own = office.browser(), {"identifier": NEW["email"], "password": "green tea leaves"}
    wrong = await browser.post("/api/login", json=own | {"password": "a guess"})
    stranger = await browser.post("/api/login", json=own | {"identifier": "nobody@tea.example"})
    assert (wrong.status_code, wrong.content) == (401, stranger.content)
    early = await browser.post("/api/login", json=own)
    assert (early.status_code, early.json()["code"]) == (403, "too_early")
    assert "2025-11-15" in early.json()["message"]
    await browser.post("/api/login/code", json={"identifier": NEW["email"]})
    code = {"identifier": NEW["email"], "code": office.letters.last_code}
    assert (await browser.post("/api/login/code/check", json=code)).content == early.content
    office.clock.forward(days=4)
    late = await browser.post("/api/login", json=own)
    assert (late.status_code, "2025-11-16" in late.json()["message"]) == (403, True)
    assert (await browser.get("/api/me")).status_code == 401
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"groups": []}, "unlimited"),
        ({"shops": []}, "unlimited"),
        ({"role": "service_manager"}, "unlimited"),
        ({"valid_until": None}, "unlimited"),
        ({"valid_until": "2025-11-09"}, "bad_term"),
        ({"valid_until": "9999-12-31"}, "invalid"),
        ({"valid_from": "0001-01-01"}, "invalid"),
        ({"kind": "friend"}, "invalid"),
    ],
)
async def test_people_from_outside_are_limited_to_answering_shops_groups_and_dates(
    office: Office, administrator: httpx.AsyncClient, fields: dict[str, Any], code: str
) -> None:
    limits = {"groups": [office.tea.group.id], "shops": [office.tea.shop.id]}
    refused = await administrator.post("/api/accounts", json=NEW | OUTSIDE | limits | fields)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_an_administrator_for_a_time_is_not_the_one_who_has_to_stay(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    own = office.tea.staff[Role.ADMINISTRATOR].id
    assert (await change(administrator, own, valid_until="2099-01-01")).json()["code"] == "last_administrator"


async def test_a_changed_password_logs_out_every_device_but_the_one_it_was_changed_on(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    other = await office.as_(Role.ADMINISTRATOR)
    await change(administrator, office.tea.staff[Role.ADMINISTRATOR].id, password="green tea leaves")
    assert (await other.get("/api/me")).status_code == 401
    assert (await administrator.get("/api/me")).status_code == 200
    assert await log_in(office, "administrator@tea.example", "green tea leaves") == 204
    assert await log_in(office, "administrator@tea.example") == 401


async def test_a_changed_role_counts_from_the_next_request(office: Office, administrator: httpx.AsyncClient) -> None:
    agent = await office.as_(Role.AGENT)
    assert (await agent.get("/api/accounts")).status_code == 403
    await change(administrator, office.tea.staff[Role.AGENT].id, role="administrator")
    assert (await agent.get("/api/accounts")).status_code == 200


async def test_a_rehearsals_accounts_are_neither_listed_nor_changed(
    office: Office, administrator: httpx.AsyncClient
) -> None:
    made = await office.house.people.add_account(office.tea.merchant.id, "Actor", Role.AGENT, rehearsal=True)
    assert len((await administrator.get("/api/accounts")).json()) == len(Role)
    assert (await change(administrator, made.id, name="Other")).status_code == 404  # type: ignore[union-attr]  # it was added
    assert len(await office.house.people.remove_rehearsal_accounts(office.tea.merchant.id)) == 1
