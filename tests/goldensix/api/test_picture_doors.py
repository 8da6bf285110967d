"""Sending a picture, and seeing it."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx
import pytest
from PIL import Image

from goldensix.adapters.pictures import MOST_BYTES
from goldensix.api.http import pictures
from goldensix.team.roles import Role
from house_builders import Office

PAINTED = Image.new("RGB", (30, 20), "red")


def png() -> bytes:
    stream = io.BytesIO()
    PAINTED.save(stream, "PNG")
    return stream.getvalue()


async def sent(office: Office, uploaded: bytes, name: str = "a.png", field: str = "file") -> httpx.Response:
    """By an agent."""
    agent = await office.as_(Role.AGENT)
    return await agent.post("/api/pictures", files={field: (name, uploaded, "text/html")})


async def token(office: Office) -> str:
    answer = await office.browser().post("/api/visitor", json={"shop": office.tea.shop.id})
    return str(answer.json()["token"])


async def sent_by_buyer(office: Office, bearer: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}", "Origin": "https://shop.example", "X-Golden-Six": ""}
    return await office.browser().post("/api/visitor/pictures", files={"file": png()}, headers=headers)


async def half_sent(office: Office, bearer: str) -> httpx.Response:
    """By a buyer who declares 5 MB, and stops."""

    async def half() -> AsyncIterator[bytes]:
        yield b'--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + bytes(100_000)
        await asyncio.Event().wait()

    headers = {
        "Authorization": f"Bearer {bearer}",
        "Content-Type": "multipart/form-data; boundary=B",
        "Content-Length": str(MOST_BYTES),
    }
    return await office.browser().post("/api/visitor/pictures", content=half(), headers=headers)


async def test_an_agents_picture_is_shown_and_kept_by_the_browser(office: Office) -> None:
    picture = (await sent(office, png())).json()
    assert (picture["width"], picture["height"]) == (30, 20)
    shown = await office.browser().get(f"/pictures/{picture['id']}")
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.size == (30, 20)
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "immutable" in shown.headers["cache-control"]
    assert await office.house.pictures.find(
        office.tea.merchant.id, f"a{office.tea.staff[Role.AGENT].id}", picture["id"]
    )


async def test_a_buyer_sends_with_the_visitor_token_from_any_site(office: Office) -> None:
    answer = await sent_by_buyer(office, await token(office))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("bearer", ["", "1.forged.token"])
async def test_without_a_right_token_nothing_is_taken(office: Office, bearer: str) -> None:
    answer = await sent_by_buyer(office, bearer)
    assert (answer.status_code, answer.json()["code"]) == (401, "visitor_token")


async def test_a_page_in_a_pictures_clothes_is_refused(office: Office) -> None:
    refusal = await sent(office, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png")
    assert (refusal.status_code, refusal.json()["code"]) == (415, "picture_format")
    assert refusal.json()["message"] == "A picture must be JPEG, PNG, WebP or GIF."


@pytest.mark.parametrize("more", [1, MOST_BYTES])
async def test_a_picture_over_5_mb_is_refused_in_words(office: Office, more: int) -> None:
    refusal = await sent(office, bytes(MOST_BYTES + more))
    assert refusal.json()["message"] == "The picture is larger than 5 MB."


async def test_a_picture_of_4_mb_is_not_too_large_for_the_door(office: Office) -> None:
    padded = png() + bytes(4 * 1024 * 1024)
    assert (await sent(office, padded)).status_code == 200


async def test_an_upload_that_is_none_is_refused(office: Office) -> None:
    assert (await sent(office, png(), field="picture")).json()["code"] == "invalid"
    agent = await office.as_(Role.AGENT)
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json"):
        answer = await agent.post("/api/pictures", content=b"{}", headers={"Content-Type": content_type})
        assert answer.status_code in (400, 422), content_type


async def test_a_charset_that_is_none_is_not_read(office: Office) -> None:
    agent = await office.as_(Role.AGENT)
    body = '--B\r\nContent-Disposition: form-data; name="é"\r\n\r\nx\r\n--B--\r\n'.encode()
    for charset in ("undefined", "idna", "punycode"):
        kind = {"Content-Type": f"multipart/form-data; boundary=B; charset={charset}"}
        answer = await agent.post("/api/pictures", content=body, headers=kind)
        assert answer.status_code in (400, 422), charset


async def test_half_an_upload_is_not_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_PATIENCE", 0.1)
    answer = await half_sent(office, await token(office))
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")
    assert not office.house.limits.uploads


async def test_a_sixth_picture_at_a_time_waits(office: Office) -> None:
    bearer = await token(office)
    visitor = await office.house.visitors.read(bearer)
    assert visitor
    with ExitStack() as open_:
        for _ in range(5):
            open_.enter_context(office.house.limits.uploading(f"b{visitor.buyer}", "10.1.1.2"))
        refusal = await sent_by_buyer(office, bearer)
        assert (refusal.status_code, refusal.json()["code"]) == (429, "too_many_uploads")
        assert int(refusal.headers["retry-after"]) > 0
    assert (await sent_by_buyer(office, bearer)).status_code == 200


async def test_an_upload_cut_by_its_client_is_no_fault(office: Office) -> None:
    bearer = await token(office)
    cut = asyncio.Event()

    async def receive() -> dict[str, object]:
        if cut.is_set():
            return {"type": "http.disconnect"}
        cut.set()
        return {"type": "http.request", "body": b"--B\r\n", "more_body": True}

    async def send(message: object) -> None:
        pass

    headers = [(b"authorization", f"Bearer {bearer}".encode()), (b"content-type", b"multipart/form-data; boundary=B")]
    scope = {"type": "http", "method": "POST", "path": "/api/visitor/pictures", "query_string": b"", "headers": headers}
    await office.app({**scope, "client": ("10.1.1.1", 40_000)}, receive, send)  # or the server would log what is raised
    assert not office.house.limits.uploads


async def test_one_buyer_sends_thirty_an_hour(office: Office) -> None:
    bearer = await token(office)
    for _ in range(30):
        assert (await sent_by_buyer(office, bearer)).status_code == 200
    refusal = await sent_by_buyer(office, bearer)
    assert (refusal.status_code, refusal.json()["code"]) == (429, "too_many_pictures")
    assert int(refusal.headers["retry-after"]) > 0


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fetc%2fpasswd", "x"])
async def test_a_picture_that_is_not_there_is_an_error(office: Office, name: str) -> None:
    assert (await office.browser().get(f"/pictures/{name}")).status_code == 404
