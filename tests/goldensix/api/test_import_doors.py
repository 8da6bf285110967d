"""The import doors: from an upload to lines, and who reaches what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from goldensix.team.roles import Role
from house_builders import Office, open_company
from import_builders import TALK, csv_text


@pytest_asyncio.fixture
async def manager(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    yield await office.as_(Role.SERVICE_MANAGER)
    await office.house.imports.close()


async def uploaded(browser: httpx.AsyncClient, content: bytes, name: str = "chats.csv") -> str:
    answer = await browser.post("/api/imports/files", params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["upload"])


async def ended(browser: httpx.AsyncClient) -> dict[str, Any]:
    while (told := (await browser.get("/api/imports/current")).json())["state"] == "running":
        await asyncio.sleep(0.05)
    return dict(told)


async def test_an_upload_becomes_lines_and_can_be_taken_away(office: Office, manager: httpx.AsyncClient) -> None:
    upload = await uploaded(manager, csv_text().encode("gb18030"))
    [look] = (await manager.post("/api/imports/look", json={"uploads": [upload]})).json()["looks"]
    assert (look["format"]["encoding"], look["problems"]) == ("gb18030", [])
    ask = {"uploads": [upload], "shop_name": "南栖", "reading": look["reading"], "save_as": "千牛"}
    assert (await manager.post("/api/imports", json=ask)).status_code == 202
    result = (await ended(manager))["result"]
    assert (result["outcome"], result["source"]["lines"], result["source"]["by"]) == (
        "applied",
        5,
        "service_manager of tea",
    )
    listed = (await manager.get("/api/imports")).json()
    assert [each["id"] for each in listed["imports"]] == [result["source"]["id"]]
    assert [(each["name"], each["analysts"]) for each in listed["shops"]] == [("The tea shop", False), ("南栖", True)]
    assert listed["mappings"] == ["千牛"]
    assert (await manager.post("/api/imports/look", json={"uploads": [upload]})).status_code == 404
    assert (await manager.delete(f"/api/imports/{result['source']['id']}")).status_code == 204
    assert (await manager.get("/api/imports")).json()["imports"] == []
    assert [what for what, _ in await office.audit()][-2:] == ["import started", "import undone"]


async def test_a_desks_own_shop_may_be_imported_into_and_keeps_its_zone(
    office: Office, manager: httpx.AsyncClient
) -> None:
    upload = await uploaded(manager, csv_text().encode())
    await manager.post("/api/imports", json={"uploads": [upload], "shop": office.tea.shop.id, "zone": "UTC"})
    source = (await ended(manager))["result"]["source"]
    assert (source["shop"], source["zone"], source["shop_name"]) == (
        office.tea.shop.id,
        "Asia/Shanghai",
        "The tea shop",
    )


async def test_a_file_that_cannot_be_read_is_explained_in_the_readers_language(manager: httpx.AsyncClient) -> None:
    upload = await uploaded(manager, b"PK\x03\x04 no workbook", "a.xlsx")
    chinese = {"Accept-Language": "zh"}
    answer = await manager.post("/api/imports/look", json={"uploads": [upload]}, headers=chinese)
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_file")
    empty = await uploaded(manager, b"", "空.csv")
    await manager.post("/api/imports", json={"uploads": [empty], "shop_name": "x"})
    told = (await manager.get("/api/imports/current", headers=chinese)).json()
    while told["state"] == "running":
        await asyncio.sleep(0.05)
        told = (await manager.get("/api/imports/current", headers=chinese)).json()
    assert (told["state"], told["error"]) == ("failed", "空.csv：空.csv 是空的。")


async def test_an_upload_over_the_limit_is_refused_and_leaves_nothing(
    office: Office, manager: httpx.AsyncClient
) -> None:
    answer = await manager.post("/api/imports/files", params={"name": "a"}, content=b"x" * (1 << 20) + b"x")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    folder = office.house.imports.archive(office.tea.merchant.id).folder / "uploads"
    assert list(folder.iterdir()) == []


async def test_a_name_with_folders_in_it_stays_a_name(office: Office, manager: httpx.AsyncClient) -> None:
    answer = await manager.post("/api/imports/files", params={"name": "../../etc/pass wd"}, content=b"x")
    assert answer.json()["name"] == "pass wd"
    assert (await manager.delete(f"/api/imports/files/{answer.json()['upload']}")).status_code == 204
    assert (await manager.delete("/api/imports/files/..")).status_code in (404, 405)


async def test_another_merchant_reaches_neither_uploads_nor_rejects_nor_imports(
    office: Office, manager: httpx.AsyncClient
) -> None:
    upload = await uploaded(manager, csv_text([*TALK, ("soon", *TALK[0][1:])]).encode())
    await manager.post("/api/imports", json={"uploads": [upload], "shop_name": "n", "accept_rejects": True})
    id = (await ended(manager))["result"]["source"]["id"]
    assert (await manager.get(f"/api/imports/{id}/rejects")).status_code == 200
    silk = await open_company(office.house, "silk")
    other = await office.as_(Role.ADMINISTRATOR, silk)
    again = await uploaded(manager, b"x")
    assert (await other.get(f"/api/imports/{id}/rejects")).status_code == 404
    assert (await other.delete(f"/api/imports/{id}")).status_code == 404
    assert (await other.delete(f"/api/imports/files/{again}")).status_code == 404
    assert (await other.post("/api/imports/look", json={"uploads": [again]})).status_code == 404
    assert (await other.get("/api/imports")).json()["imports"] == []
    assert (await other.get("/api/imports/current")).json()["state"] == "none"


async def test_who_is_limited_to_a_shop_sees_and_stops_no_import_of_others(
    office: Office, manager: httpx.AsyncClient
) -> None:
    bad = csv_text([*TALK, *[("soon", *TALK[0][1:])] * 9]).encode()
    await manager.post("/api/imports", json={"uploads": [await uploaded(manager, bad)], "shop_name": "n"})
    stopped = (await ended(manager))["result"]["source"]["id"]
    assert (await manager.get(f"/api/imports/{stopped}/rejects")).status_code == 200
    limited = await office.as_(Role.ADMINISTRATOR)
    own = (office.tea.merchant.id, office.tea.staff[Role.ADMINISTRATOR].id, office.tea.shop.id)
    await office.pool.execute("insert into account_shops values ($1, $2, $3)", *own)
    told = (await limited.get("/api/imports/current")).json()
    assert (told["state"], told["result"], told["file"]) == ("none", None, "")
    assert (await limited.get(f"/api/imports/{stopped}/rejects")).status_code == 404
    assert (await limited.delete("/api/imports/current")).status_code == 404
    assert (await manager.get("/api/imports/current")).json()["result"]["source"]["id"] == stopped


@pytest.mark.parametrize("field", [{"zone": "Mars/Olympus"}, {"shop": 999}, {"shop_name": " "}, {"bodies": "sell"}])
async def test_what_is_asked_is_checked_before_anything_starts(
    manager: httpx.AsyncClient, field: dict[str, Any]
) -> None:
    upload = await uploaded(manager, csv_text().encode())
    answer = await manager.post("/api/imports", json={"uploads": [upload], "shop_name": "n", **field})
    assert answer.status_code in (404, 422)
    assert (await manager.get("/api/imports/current")).json()["state"] == "none"


async def test_a_shop_whose_name_cannot_be_noted_is_not_imported_into(manager: httpx.AsyncClient) -> None:
    upload = await uploaded(manager, csv_text().encode())
    answer = await manager.post("/api/imports", json={"uploads": [upload], "shop_name": "a\0b"})
    assert answer.status_code == 422
    assert (await manager.get("/api/imports/current")).json()["state"] == "none"


@pytest.mark.parametrize("name", ["x" * 300, "..", "%2e%2e", "a%5Cb", "%00", "。"])
async def test_names_that_nothing_has_are_not_found(manager: httpx.AsyncClient, name: str) -> None:
    for method, path in (
        ("DELETE", "/api/imports/files/{}"),
        ("DELETE", "/api/imports/mappings/{}"),
        ("DELETE", "/api/imports/{}"),
        ("GET", "/api/imports/{}/rejects"),
    ):
        assert (await manager.request(method, path.format(name))).status_code in (404, 405)
    assert (await manager.post("/api/imports/look", json={"uploads": [name]})).status_code == 404


async def test_a_reading_is_not_saved_by_an_import_that_does_not_start(manager: httpx.AsyncClient) -> None:
    upload = await uploaded(manager, csv_text().encode())
    [look] = (await manager.post("/api/imports/look", json={"uploads": [upload]})).json()["looks"]
    ask = {"uploads": [upload], "shop_name": "南栖", "reading": look["reading"]}
    assert (await manager.post("/api/imports", json=ask)).status_code == 202
    assert (await manager.post("/api/imports", json={**ask, "save_as": "旺旺"})).status_code == 409
    await ended(manager)
    assert (await manager.get("/api/imports")).json()["mappings"] == []


@pytest.mark.parametrize("content", [b'{"turns":5}\n', b'{"turns":' + b"[" * 200_000, b"\x1f\x8b" + b"x" * 20])
async def test_what_is_wrong_with_a_file_is_told_of_the_file_as_it_was_called(
    office: Office, manager: httpx.AsyncClient, content: bytes
) -> None:
    upload = await uploaded(manager, content, "十月.jsonl")
    await manager.post("/api/imports", json={"uploads": [upload], "shop_name": "南栖"})
    error = (await ended(manager))["error"]
    assert error.startswith("十月.jsonl")
    assert str(office.house.imports.data) not in error
