"""Web push: to the browsers that people subscribed, sealed for each by the keys it gave."""

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from goldensix.adapters.notifiers.guard import require_public
from goldensix.adapters.notifiers.port import Letter, NotDelivered
from goldensix.adapters.notifiers.posting import posted

if TYPE_CHECKING:
    from pywebpush import WebPusher

_SECONDS: Final = 10.0
_KEPT_SECONDS: Final = 600
"""A call that could not be delivered for so long is worth nothing any more."""
_OVER: Final = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Subscription:
    endpoint: str
    p256dh: str
    auth: str


def new_key() -> str:
    """The desk's own key pair, as text: it is a secret."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_key(key: str) -> str:
    """What a browser subscribes with."""
    vapid = Vapid02.from_pem(key.encode())
    raw = vapid.public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Push:
    def __init__(self, key: str, subject: str, *, private_too: bool) -> None:
        self._vapid = Vapid02.from_pem(key.encode())
        self.public_key = public_key(key)
        self._subject = subject
        self._private_too = private_too

    async def check(self, to: Subscription) -> None:
        """Raises NotDelivered if nothing could be sent there."""
        address = urlsplit(to.endpoint)
        if not address.hostname or address.scheme not in (("https", "http") if self._private_too else ("https",)):
            raise NotDelivered("unreadable")
        try:
            _pusher(to).encode(b"{}")
        except Exception:  # whatever the library makes of a key that is none
            raise NotDelivered("unreadable") from None
        await require_public(address.hostname, private_too=self._private_too)

    async def send(self, to: Subscription, letter: Letter) -> None:
        """Raises NotDelivered; `gone`: the browser does not want it any more."""
        await self.check(to)
        said = {"title": letter.title, "body": letter.text, "path": letter.path, "tag": letter.tag}
        sealed = _pusher(to).encode(json.dumps(said).encode(), "aes128gcm")
        address = urlsplit(to.endpoint)
        claims: dict[str, str | int] = {"aud": f"{address.scheme}://{address.netloc}", "sub": self._subject}
        headers = self._vapid.sign(claims) | {
            "content-encoding": "aes128gcm",
            "ttl": str(_KEPT_SECONDS),
            "urgency": "high",
            "content-type": "application/octet-stream",
        }
        status = await posted(to.endpoint, sealed["body"], headers, _SECONDS, private_too=self._private_too)
        if status in _OVER:
            raise NotDelivered("gone")
        if not 200 <= status < 300:
            raise NotDelivered("answered", status, passing=status >= 500 or status == 429)


def _pusher(to: Subscription) -> "WebPusher":
    from pywebpush import WebPusher  # brings a web client along that takes half a second to import

    return WebPusher(_info(to))


def _info(to: Subscription) -> dict[str, str | bytes | dict[str, str | bytes]]:
    return {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}}
