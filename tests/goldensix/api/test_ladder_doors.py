"""Setting the ladder, its senders, and one's own notices."""

from typing import Any

import pytest

from catcher import Catcher, catching
from goldensix.adapters.postgres.notices import NoticeSettings
from goldensix.api.live.calls import Call, Rang
from goldensix.events.ids import AlertId, Milliseconds
from goldensix.team.roles import Role
from house_builders import Office, open_company
from push_phone import Phone


def a_call(office: Office, **more: Any) -> Call:
    people = (office.tea.staff[Role.SERVICE_MANAGER].id,)
    given: dict[str, Any] = {
        "merchant": office.tea.merchant.id,
        "alert": AlertId("1"),
        "key": "waiting phone ",
        "kind": "waiting",
        "step": "phone",
        "group": "",
        "buyers": 14,
        "longest": Milliseconds(130_000),
        "conversation": None,
        "words": "",
        "people": people,
        "zone": "Asia/Shanghai",
        "senders": True,
    }
    return Call(**given | more)


async def phone_of(office: Office, server: Catcher, role: Role = Role.SERVICE_MANAGER) -> Phone:
    phone = Phone(f"{server.url}/push")
    sent = {"endpoint": f"{server.url}/push", "p256dh": phone.subscription.p256dh, "auth": phone.subscription.auth}
    answer = await (await office.as_(role)).post("/api/notices/devices", json=sent | {"language": "en"})
    assert answer.status_code == 201, answer.text
    return phone


async def test_the_ladder_is_changed_a_part_at_a_time_and_only_upwards(office: Office) -> None:
    manager = await office.as_(Role.SERVICE_MANAGER)
    known = (await manager.get("/api/ladder")).json()
    assert (known["red_after"], known["manager_after"], known["phone_after"]) == (30_000, 60_000, 120_000)
    changed = (await manager.patch("/api/ladder", json={"phone_after": 90_000, "queue_over": 30})).json()
    assert changed == known | {"phone_after": 90_000, "queue_over": 30}
    assert office.live.roster_changes == [office.tea.merchant.id]
    refused = await manager.patch("/api/ladder", json={"manager_after": 100_000})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_rising")
    assert (await manager.patch("/api/ladder", json={"administrator_after": 0})).status_code == 200, "0: nobody"
    assert "ladder changed" in [what for what, _ in await office.audit()]


async def test_a_senders_address_is_kept_tried_and_never_told_again(office: Office) -> None:
    manager = await office.as_(Role.SERVICE_MANAGER)
    with catching() as server:
        sent = {"name": "Duty group", "address": server.sender, "language": "en"}
        added = await manager.post("/api/ladder/senders", json=sent)
        assert added.status_code == 201
        path = f"/api/ladder/senders/{added.json()['id']}/test"
        assert (await manager.post(path)).json() == {"delivered": True, "failed": ""}
        server.status = 403
        assert (await manager.post(path)).json() == {"delivered": False, "failed": "answered 403"}
        shown = await manager.get("/api/ladder")
    [sender] = shown.json()["senders"]
    assert (sender["service"], sender["failed"]) == ("json", "answered 403")
    assert "secret" not in added.text + shown.text
    assert "secret" not in str(await office.audit())


async def test_a_sender_is_changed_and_keeps_its_address_unless_a_new_one_is_given(office: Office) -> None:
    manager, path = await office.as_(Role.SERVICE_MANAGER), "/api/ladder/senders"
    silk = await open_company(office.house, "silk")
    with catching() as server, catching() as other:
        sent = {"name": "Duty group", "address": server.sender, "step": "phone", "language": "en"}
        added = (await manager.post(path, json=sent)).json()
        own = f"{path}/{added['id']}"
        tried = await manager.post(f"{own}/test")
        change = {"name": "Night group", "step": "administrator", "language": "zh"}
        renamed = await manager.put(own, json=change)
        assert renamed.json() == {**added, **change, "tried_at": office.clock(), "failed": ""}
        again = await manager.post(f"{own}/test")
        assert (tried.json(), again.json(), len(server.caught)) == (*[{"delivered": True, "failed": ""}] * 2, 2)
        moved = await manager.put(own, json=change | {"address": other.sender})
        assert moved.json() == {**added, **change}, "the new address was not tried yet"
        await manager.post(f"{own}/test")
        assert (len(server.caught), len(other.caught)) == (2, 1)
        refused = await manager.put(own, json=change | {"address": "nonsense"})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")
        for stranger, place in (
            (manager, f"{path}/{2**40}"),
            (await office.as_(Role.SERVICE_MANAGER, silk), own),
        ):
            assert (await stranger.put(place, json=change)).status_code == 404
        await manager.put(own, json=change)
    assert len(office.live.roster_changes) == 4
    assert [said for what, said in await office.audit() if what == "sender changed"] == [
        f"sender {added['id']}: Duty group, name Duty group -> Night group, step phone -> administrator, "
        "language en -> zh",
        f"sender {added['id']}: Night group, address",
    ]
    assert "secret" not in renamed.text + moved.text + str(await office.audit())


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("dingtalk://!", "bad_address"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused(office: Office, address: str, code: str) -> None:
    manager = await office.as_(Role.SERVICE_MANAGER)
    refused = await manager.post("/api/ladder/senders", json={"name": "x", "address": address})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert "address" in refused.json()["message"]


async def test_a_call_goes_to_phones_and_senders_and_each_outcome_is_known(office: Office) -> None:
    manager, ringing = office.tea.staff[Role.SERVICE_MANAGER].id, office.house.ringing
    with catching() as server, catching() as broken:
        broken.status = 503
        phone = await phone_of(office, server)
        browser = await office.as_(Role.SERVICE_MANAGER)
        for name, address in (("good", server.sender), ("broken", broken.sender)):
            await browser.post("/api/ladder/senders", json={"name": name, "address": address, "language": "en"})
        rang = await ringing.ring(a_call(office))
        assert [(each.way, each.account, each.told) for each in rang] == [
            ("push", manager, "sent"),
            ("sender", None, "sent"),
            ("sender", None, "failed"),
        ]
        assert len(broken.caught) == 3, "what may pass is tried again, a few times"
        pushed = next(caught for caught in server.caught if caught.path == "/push")
        assert phone.opened(pushed.body)["body"] == "14 buyers waiting, longest 2:10"


async def test_words_of_a_buyer_are_in_a_call_only_for_whoever_chose_it(office: Office) -> None:
    browser, ringing = await office.as_(Role.SERVICE_MANAGER), office.house.ringing
    call = a_call(office, buyers=1, words="Chen: is it in stock", senders=False)
    with catching() as server:
        phone = await phone_of(office, server)
        await ringing.ring(call)
        await browser.patch("/api/notices", json={"words": True})
        await ringing.ring(call)
        bodies = [phone.opened(caught.body)["body"] for caught in server.caught]
    assert bodies == ["1 buyer waiting, longest 2:10", "Chen: is it in stock\n1 buyer waiting, longest 2:10"]


async def test_quiet_hours_are_each_persons_own(office: Office) -> None:
    browser, ringing = await office.as_(Role.SERVICE_MANAGER), office.house.ringing
    with catching() as server:
        await phone_of(office, server)
        await browser.patch("/api/notices", json={"quiet_from": 0, "quiet_until": 24 * 60 - 1})
        [rang] = await ringing.ring(a_call(office, senders=False))
        assert (rang.told, server.caught) == ("quiet", [])
    refused = await browser.patch("/api/notices", json={"quiet_until": None})
    assert refused.json()["code"] == "half_quiet"


@pytest.mark.parametrize(
    ("since", "until", "quiet", "loud"), [(60, 120, [60, 119], [59, 120]), (1320, 480, [1320, 0, 479], [480, 1319])]
)
def test_quiet_hours_may_span_midnight(since: int, until: int, quiet: list[int], loud: list[int]) -> None:
    chosen = NoticeSettings(quiet_from=since, quiet_until=until)
    assert all(chosen.quiet_at(minute) for minute in quiet)
    assert not any(chosen.quiet_at(minute) for minute in loud)


async def test_a_phone_that_is_gone_is_forgotten_and_one_that_somebody_else_uses_is_theirs(office: Office) -> None:
    ringing, manager = office.house.ringing, office.tea.staff[Role.SERVICE_MANAGER].id
    with catching() as server:
        await phone_of(office, server, Role.AGENT)
        await phone_of(office, server)
        mine = (await (await office.as_(Role.SERVICE_MANAGER)).get("/api/notices")).json()["devices"]
        theirs = (await (await office.as_(Role.AGENT)).get("/api/notices")).json()["devices"]
        assert (len(mine), theirs) == (1, [])
        assert server.url not in str(mine), "the endpoint is a secret"
        server.status = 410
        assert (await ringing.ring(a_call(office, senders=False))) == [Rang("push", manager, None, "failed")]
    assert await ringing.notices.devices([manager]) == []
    assert await ringing.notices.with_phones(office.tea.merchant.id) == frozenset()


async def test_the_desks_key_is_made_once(office: Office) -> None:
    notices = office.house.ringing.notices
    assert await notices.push_key() == await notices.push_key()
