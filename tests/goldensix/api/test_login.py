import asyncio
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest
from argon2 import PasswordHasher

from goldensix.adapters.passwords import Passwords
from goldensix.api.http.house import DemoPerson
from goldensix.team.roles import Role
from house_builders import PASSWORD, Letters, Office, hired

ANA = "agent@tea.example"
MINUTE = 60_000
HOUR = 60 * MINUTE


async def log_in(browser: httpx.AsyncClient, password: str = PASSWORD, who: str = ANA) -> httpx.Response:
    return await browser.post("/api/login", json={"identifier": who, "password": password})


async def test_a_password_opens_a_session_that_scripts_cannot_read(office: Office) -> None:
    browser = office.browser()
    answer = await log_in(browser)
    assert answer.status_code == 204
    cookie = SimpleCookie(answer.headers["set-cookie"])["gs_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "lax", "/", "")
    me = (await browser.get("/api/me")).json()
    assert me["account"]["name"] == "agent of tea"
    assert me["pages"] == ["desk", "replies", "settings"]
    assert "consult" in me["permissions"]
    assert "assign" not in me["permissions"]
    assert [shop["url"] for shop in me["shops"]] == [f"http://desk.example/s/{office.tea.shop.id}"]
    assert me["groups"] == [{"id": office.tea.group.id, "name": "Pre-sale", "duty": "pre_sale", "target_ms": 6000}]


async def test_over_https_the_cookie_never_travels_in_clear(office: Office) -> None:
    answer = await log_in(office.browser(base_url="https://desk.example"))
    assert SimpleCookie(answer.headers["set-cookie"])["gs_session"]["secure"]


@pytest.mark.parametrize(
    "written", ["13900000001", "+86 139-0000-0001", "139 0000 0001", "００８６１３９００００００01"]
)
async def test_a_phone_number_may_be_written_in_any_way(office: Office, written: str) -> None:
    await office.house.people.change_account(
        office.tea.merchant.id,
        office.tea.staff[Role.AGENT].id,
        lambda account: replace(account, phone="13900000001"),
    )
    assert (await log_in(office.browser(), who=written)).status_code == 204


async def test_a_stranger_and_a_wrong_password_get_the_same_answer(office: Office) -> None:
    wrong = await log_in(office.browser(), password="not the password")
    stranger = await log_in(office.browser(), who="nobody@tea.example")
    nonsense = await log_in(office.browser(), who="what")
    assert wrong.status_code == stranger.status_code == nonsense.status_code == 401
    assert wrong.content == stranger.content == nonsense.content
    assert wrong.headers == stranger.headers == nonsense.headers
    assert wrong.json()["code"] == "wrong_login"


async def test_a_stopped_account_does_not_log_in(office: Office) -> None:
    await office.pool.execute("update accounts set active = false where email = $1", ANA)
    assert (await log_in(office.browser())).status_code == 401


async def test_a_rehearsals_account_does_not_log_in(office: Office) -> None:
    await office.pool.execute("update accounts set rehearsal = true where email = $1", ANA)
    assert (await log_in(office.browser())).status_code == 401


async def test_after_five_failures_each_guess_costs_twice_the_wait_and_a_restart_does_not_help(
    office: Office,
) -> None:
    browser = office.browser()
    for _ in range(5):
        assert (await log_in(browser, password="a guess")).status_code == 401
    waits = []
    for _ in range(12):
        refused = await log_in(office.browser())
        assert refused.status_code == 429, "the right password must wait too"
        waits.append(int(refused.headers["retry-after"]))
        office.reopen()
        office.clock.instant += waits[-1] * 1000
        assert (await log_in(office.browser(), password="a guess")).status_code == 401
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    office.clock.instant += 900_000
    assert (await log_in(office.browser())).status_code == 204
    assert (await log_in(office.browser(), password="a slip")).status_code == 401
    assert (await log_in(office.browser())).status_code == 204, "a success starts the count anew"


async def test_failures_are_forgotten_after_an_hour(office: Office) -> None:
    for _ in range(5):
        await log_in(office.browser(), password="a guess")
    office.clock.instant += HOUR + 1000
    for _ in range(4):
        assert (await log_in(office.browser(), password="a guess")).status_code == 401
    assert (await log_in(office.browser())).status_code == 204


async def test_forty_guesses_at_once_are_five_guesses(office: Office) -> None:
    browser = office.browser()
    answers = await asyncio.gather(*(log_in(browser, password=f"guess {n}") for n in range(40)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (5, 35)


async def test_a_colleague_in_the_same_office_is_not_held_up(office: Office) -> None:
    for _ in range(6):
        await log_in(office.browser(), password="a guess")
    assert (await log_in(office.browser(), who="operations@tea.example")).status_code == 204


@pytest.mark.parametrize(
    ("addresses", "status"),
    [(["10.9.9.9"] * 2, 429), (["10.9.9.9", "10.9.9.8"], 401), (["2001:db8::1", "2001:db8::2"], 429)],
)
async def test_one_address_cannot_try_many_accounts(office: Office, addresses: list[str], status: int) -> None:
    for number in range(30):
        await log_in(office.browser(addresses[0]), who=f"guess{number}@tea.example")
    assert (await log_in(office.browser(addresses[1]), who="another@tea.example")).status_code == status


async def test_an_account_of_ones_own_does_not_wipe_the_address_clean(office: Office) -> None:
    for number in range(29):
        await log_in(office.browser(), who=f"guess{number}@tea.example")
    assert (await log_in(office.browser())).status_code == 204
    await log_in(office.browser(), who="guess29@tea.example")
    assert (await log_in(office.browser(), who="guess30@tea.example")).status_code == 429


async def test_a_password_hashed_with_older_parameters_is_hashed_anew(office: Office) -> None:
    office.reopen(passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    read = "select password_hash from accounts where email = $1"
    before = await office.pool.fetchval(read, ANA)
    assert (await log_in(office.browser())).status_code == 204
    after = await office.pool.fetchval(read, ANA)
    assert "t=1" in before
    assert "t=2" in after
    assert (await log_in(office.browser())).status_code == 204


async def ask_code(office: Office, who: str = ANA, address: str = "10.1.1.1") -> httpx.Response:
    return await office.browser(address).post("/api/login/code", json={"identifier": who})


async def use_code(office: Office, code: str, who: str = ANA) -> int:
    body = {"identifier": who, "code": code}
    return (await office.browser().post("/api/login/code/check", json=body)).status_code


async def test_a_code_logs_in_once(office: Office) -> None:
    assert (await ask_code(office, " Agent@TEA.example ")).status_code == 204
    [(to, code, language)] = office.letters.sent
    assert (to, len(code), code.isdigit(), language) == (ANA, 6, True, "en")
    assert await use_code(office, code) == 204
    assert await use_code(office, code) == 401


async def test_a_code_is_of_no_use_twice_at_once(office: Office) -> None:
    await ask_code(office)
    code = office.letters.last_code
    statuses = await asyncio.gather(*(use_code(office, code) for _ in range(4)))
    assert sorted(statuses) == [204, 401, 401, 401]


async def test_a_code_lives_five_minutes_and_a_newer_one_voids_it(office: Office) -> None:
    await ask_code(office)
    first = office.letters.last_code
    await ask_code(office)
    second = office.letters.last_code
    office.clock.instant += 5 * MINUTE - 1
    if first != second:
        assert await use_code(office, first) == 401
    office.clock.instant += 1
    assert await use_code(office, second) == 401


async def test_five_wrong_tries_void_a_code(office: Office) -> None:
    account = office.tea.staff[Role.AGENT].id
    code = await office.house.codes.issue(account)
    wrong = "000000" if code != "000000" else "111111"
    assert [await office.house.codes.use(account, wrong) for _ in range(5)] == [False] * 5
    assert not await office.house.codes.use(account, code)


async def test_a_stranger_gets_the_same_answer_and_no_code(office: Office) -> None:
    known, stranger = await ask_code(office), await ask_code(office, "nobody@tea.example")
    nonsense = await ask_code(office, "what")
    assert known.status_code == stranger.status_code == nonsense.status_code == 204
    assert known.headers == stranger.headers == nonsense.headers
    assert len(office.letters.sent) == 1
    assert await use_code(office, office.letters.last_code, "nobody@tea.example") == 401


async def test_nobodys_mailbox_is_flooded_with_codes(office: Office) -> None:
    for number in range(10):
        assert (await ask_code(office, address=f"10.2.2.{number}")).status_code == 204
    assert len(office.letters.sent) == 3


async def test_a_code_goes_where_the_sender_can_reach(office: Office) -> None:
    tea = office.tea
    hired(
        await office.house.people.add_account(
            tea.merchant.id, "Wen", Role.AGENT, phone="13900000002", email="wen@tea.example"
        )
    )
    office.reopen(code_sender=(letters := Letters(only="@")))
    await ask_code(office, "13900000002")
    assert [to for to, _, _ in letters.sent] == ["wen@tea.example"]
    assert await use_code(office, letters.last_code, "13900000002") == 204


async def test_the_database_holds_neither_codes_nor_tokens_nor_addresses(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    await ask_code(office)
    stored = ""
    for table in ("sessions", "login_codes", "login_attempts"):
        stored += str(await office.pool.fetch(f"select * from {table}"))
    assert stored
    for secret in (browser.cookies["gs_session"], office.letters.last_code, ANA, "10.1.1.1"):
        assert secret not in stored


async def test_a_session_ends_when_unused_for_half_a_day(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    for _ in range(4):
        office.clock.instant += 11 * HOUR
        assert (await browser.get("/api/me")).status_code == 200
    office.clock.instant += 12 * HOUR
    answer = await browser.get("/api/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_logged_in")


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    hours = 0
    while (await browser.get("/api/me")).status_code == 200:
        office.clock.instant += HOUR
        hours += 1
    assert hours == 30 * 24


async def test_use_is_written_down_at_most_once_a_minute(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    seen = []
    for _ in range(4):
        office.clock.instant += 30_000
        [session] = (await browser.get("/api/sessions")).json()
        seen.append((session["last_seen_at"] - session["created_at"]) // 1000)
    assert seen == [0, 60, 60, 120]


async def test_i_see_my_devices_and_log_one_of_them_out(office: Office) -> None:
    phone, tablet = office.browser(), office.browser()
    phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    await log_in(phone)
    await log_in(tablet)
    sessions = (await tablet.get("/api/sessions")).json()
    assert [session["current"] for session in sessions] == [True, False]
    assert sessions[1]["device"] == "Safari, iPhone"
    assert (await tablet.delete(f"/api/sessions/{sessions[1]['id']}")).status_code == 204
    assert (await phone.get("/api/me")).status_code == 401
    assert (await tablet.get("/api/me")).status_code == 200
    assert office.live.ended == [sessions[1]["id"]]


async def test_nobody_ends_another_persons_session(office: Office) -> None:
    agent, administrator = await office.as_(Role.AGENT), await office.as_(Role.ADMINISTRATOR)
    [session] = (await agent.get("/api/sessions")).json()
    assert (await administrator.delete(f"/api/sessions/{session['id']}")).status_code == 404
    assert (await agent.get("/api/me")).status_code == 200


async def test_logging_out_ends_the_session_itself(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    token = browser.cookies["gs_session"]
    assert (await browser.post("/api/logout")).status_code == 204
    assert "gs_session" not in browser.cookies
    browser.cookies.set("gs_session", token)
    assert (await browser.get("/api/me")).status_code == 401
    assert len(office.live.ended) == 1
    assert (await browser.post("/api/logout")).status_code == 204


async def test_logging_in_again_leaves_no_session_behind(office: Office) -> None:
    browser = office.browser()
    await log_in(browser)
    await log_in(browser)
    assert len((await browser.get("/api/sessions")).json()) == 1


async def test_log_ins_are_audited(office: Office) -> None:
    await log_in(office.browser())
    account = office.tea.staff[Role.AGENT].id
    assert (await office.audit())[-1] == ("logged in", f"account {account}")


async def test_only_a_demo_offers_people_to_log_in_as(office: Office) -> None:
    assert (await office.browser().get("/api/demo")).status_code == 404
    office.reopen(demo_people=[DemoPerson("Ana", Role.AGENT, ANA, PASSWORD)])
    [ana] = (await office.browser().get("/api/demo")).json()
    assert ana == {"name": "Ana", "role": "agent", "identifier": ANA, "password": PASSWORD}
    assert (await log_in(office.browser(), ana["password"], ana["identifier"])).status_code == 204
