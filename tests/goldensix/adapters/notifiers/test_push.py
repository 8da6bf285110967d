import base64
import json

import pytest

from catcher import catching
from goldensix.adapters.notifiers.port import Letter, NotDelivered
from goldensix.adapters.notifiers.push import Push, Subscription, new_key, public_key
from push_phone import Phone

LETTER = Letter("黄金六秒", "3 位买家在等，最久 1:10", "/live", "waiting phone")


async def test_a_call_is_sealed_for_the_phone_and_signed_by_the_desk() -> None:
    key = new_key()
    with catching() as server:
        phone = Phone(f"{server.url}/push/1")
        await Push(key, "mailto:desk@tea.example", private_too=True).send(phone.subscription, LETTER)
    [caught] = server.caught
    assert phone.opened(caught.body) == {"title": LETTER.title, "body": LETTER.text, "path": "/live", "tag": LETTER.tag}
    signed, own = caught.headers["authorization"].removeprefix("vapid t=").split(",k=")
    assert own == public_key(key)
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (server.url, "mailto:desk@tea.example")
    assert caught.headers["ttl"] == "600"


async def test_a_phone_that_is_gone_is_told_from_a_service_that_fails() -> None:
    push = Push(new_key(), "mailto:desk@tea.example", private_too=True)
    with catching() as server:
        for status, failure in ((410, "gone"), (404, "gone"), (503, "answered 503"), (301, "answered 301")):
            server.status = status
            with pytest.raises(NotDelivered, match=failure):
                await push.send(Phone(f"{server.url}/1").subscription, LETTER)


@pytest.mark.parametrize(
    ("endpoint", "failure"),
    [
        ("http://push.example/1", "unreadable"),
        ("file:///etc/passwd", "unreadable"),
        ("https://127.0.0.1/1", "private"),
        ("https://[::1]:8606/1", "private"),
    ],
)
async def test_a_subscription_reaches_into_no_private_network(endpoint: str, failure: str) -> None:
    push = Push(new_key(), "mailto:desk@tea.example", private_too=False)
    with pytest.raises(NotDelivered, match=failure):
        await push.send(Phone(endpoint).subscription, LETTER)


async def test_keys_that_are_none_are_refused() -> None:
    push = Push(new_key(), "mailto:desk@tea.example", private_too=True)
    with pytest.raises(NotDelivered, match="unreadable"):
        await push.check(Subscription("https://push.example/1", "A" * 87, "B" * 22))
