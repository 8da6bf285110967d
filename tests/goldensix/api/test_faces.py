"""The built pages: which file is served where, for how long a browser keeps it, and under which policy."""

from pathlib import Path

import pytest

from goldensix.adapters.faces import Faces
from goldensix.adapters.visitors import Claim
from goldensix.api.http.house import DemoPerson
from goldensix.team.roles import Role
from house_builders import Office

SHOP_PAGE = '<h1>{{shop_name}}</h1><script src="/w.js" data-shop="{{shop}}" data-customer="{{customer}}"\
 data-signature="{{signature}}" data-name="{{name}}" async></script>'
WIDGET = "goldensix();" * 200


@pytest.fixture
def built(office: Office, tmp_path: Path) -> Office:
    files = {
        "app/index.html": "<title>desk</title>",
        "app/assets/index-3fa9.js": "start()",
        "buyer/page.html": "<title>chat</title>",
        "buyer/shop.html": SHOP_PAGE,
        "buyer/shop.js": "shop()",
        "w.js": WIDGET,
    }
    for name, text in files.items():
        (tmp_path / "faces" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "faces" / name).write_text(text)
    (tmp_path / "secret.txt").write_text("not a face")
    office.reopen(faces=Faces(tmp_path / "faces"))
    return office


@pytest.mark.parametrize(
    "path", ["/", "/login", "/desk", "/desk/0123456789abcdefghjk", "/live", "/settings/accounts", "/start", "/kit"]
)
async def test_every_page_of_the_staff_is_the_same_file(built: Office, path: str) -> None:
    page = await built.browser().get(path)
    assert page.text == "<title>desk</title>"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]


async def test_hashed_files_are_kept_for_ever(built: Office) -> None:
    script = await built.browser().get("/app/assets/index-3fa9.js")
    assert script.text == "start()"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]


async def test_the_chat_page_may_be_framed_by_us(built: Office) -> None:
    page = await built.browser().get(f"/s/{built.tea.shop.id}")
    assert page.text == "<title>chat</title>"
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]


async def test_the_widget_is_for_any_site_and_comes_packed(built: Office) -> None:
    browser = built.browser()
    script = await browser.get("/w.js", headers={"Origin": "https://shop.example"})
    assert script.text == WIDGET
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["cache-control"] == "public, max-age=300"
    assert script.headers["content-encoding"] == "gzip"
    assert int(script.headers["content-length"]) < len(WIDGET) / 4
    plain = await browser.get("/w.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (WIDGET, False)


async def test_a_browser_that_has_the_file_gets_no_second_copy(built: Office, tmp_path: Path) -> None:
    browser = built.browser()
    first = await browser.get("/w.js")
    again = await browser.get("/w.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (tmp_path / "faces" / "w.js").write_text("new()")
    assert (await browser.get("/w.js", headers={"If-None-Match": first.headers["etag"]})).text == "new()"


async def test_the_demo_shop_vouches_for_its_customer(built: Office) -> None:
    built.reopen(demo_people=[DemoPerson("Ana", Role.AGENT, "1", "2")])
    page = await built.browser().get(f"/shop/{built.tea.shop.id}")
    assert f"<h1>{built.tea.shop.name}</h1>" in page.text
    words = dict(word.split("=", 1) for word in page.text.split() if word.startswith("data-"))
    customer, signature, name = (words[f"data-{word}"].strip('"') for word in ("customer", "signature", "name"))
    claim = Claim("", customer, signature, name)
    welcomed = await built.house.visitors.welcome(built.tea.shop.id, claim)
    assert welcomed is not None
    assert (welcomed[1].customer, welcomed[1].name) == (True, name)


async def test_only_a_demo_has_a_demo_shop(built: Office) -> None:
    assert (await built.browser().get(f"/shop/{built.tea.shop.id}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/app/../secret.txt",
        "/app/%2e%2e/%2e%2e/secret.txt",
        "/app/%2fetc%2fpasswd",
        "/buyer/..%2f..%2fsecret.txt",
        "/buyer/shop.html",
        "/app/none.js",
        "/nothing",
    ],
)
async def test_nothing_but_the_faces_is_served(built: Office, path: str) -> None:
    answer = await built.browser().get(path)
    assert answer.status_code == 404
    assert "not a face" not in answer.text


async def test_a_browser_that_is_lost_is_shown_a_page_and_a_program_is_told(built: Office) -> None:
    browser, page = built.browser(), {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    shown = await browser.get("/workbench", headers=page)
    assert (shown.status_code, shown.text) == (404, "<title>desk</title>")
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert (await browser.get("/workbench")).json()["code"] == "not_found"
    assert (await browser.get("/api/nothing", headers=page)).json()["code"] == "not_found"
    assert (await browser.get("/app/none.js", headers=page)).json()["code"] == "not_found"


async def test_faces_that_were_not_built_are_said_so(office: Office, tmp_path: Path) -> None:
    office.reopen(faces=Faces(tmp_path))
    for path in ("/desk", f"/s/{office.tea.shop.id}"):
        page = await office.browser().get(path)
        assert page.status_code == 503
        assert "The pages are not built" in page.text
        assert "页面还没有构建" in page.text
    assert (await office.browser().get("/w.js")).status_code == 404
