"""Senders: DingTalk, Feishu, WeCom, e-mail and others, each by an address in the words of the Apprise library.

Only services that are known to call where they say are taken. Those that call a host of the address's own are held to
public networks; none follows a redirect.
"""

import asyncio
import logging
import re
import threading
from typing import TYPE_CHECKING, Final

from goldensix.adapters.notifiers.guard import require_public
from goldensix.adapters.notifiers.port import Letter, NotDelivered
from goldensix.adapters.outward import sending

if TYPE_CHECKING:
    from apprise import NotifyBase

_OF_A_HOST: Final = frozenset(
    {"json", "jsons", "form", "forms", "xml", "xmls", "ntfy", "ntfys", "gotify", "gotifys", "bark", "barks"}
    | {"pushdeer", "pushdeers", "mailto", "mailtos", "rocket", "rockets", "mmost", "mmosts", "matrix", "matrixs"}
    | {"workflow", "workflows"}
)
_OF_A_SERVICE: Final = frozenset(
    {"dingtalk", "feishu", "lark", "wecombot", "schan", "wxpusher", "tgram", "slack", "discord", "line", "webex"}
    | {"wxteams", "pover", "gchat", "twilio"}
)
SERVICES: Final = _OF_A_HOST | _OF_A_SERVICE
_SECONDS: Final = 15.0


class Senders:
    def __init__(self, *, private_too: bool) -> None:
        self._private_too = private_too

    async def check(self, address: str) -> None:
        """Raises NotDelivered if nothing could be sent by this address."""
        await self._plugin(address)

    async def send(self, address: str, letter: Letter, link: str) -> None:
        """Raises NotDelivered."""
        plugin = await self._plugin(address)
        text = f"{letter.text}\n{link}" if link else letter.text
        try:
            await asyncio.wait_for(sending(_notify, plugin, letter.title, text), _SECONDS)
        except TimeoutError:
            raise NotDelivered("too_slow", passing=True) from None

    async def _plugin(self, address: str) -> "NotifyBase":
        if service(address) not in SERVICES:
            raise NotDelivered("unreadable")
        plugin = await sending(_made, address)
        if service(address) in _OF_A_HOST:
            for host in filter(None, (getattr(plugin, "smtp_host", None) or getattr(plugin, "host", None),)):
                await require_public(host, private_too=self._private_too)
        plugin.redirects = False
        setattr(plugin, "discovery", False)  # noqa: B010 - of one service: Matrix would ask the host whom else to call
        return plugin


def service(address: str) -> str:
    """Such as "dingtalk": all of it that is ever shown."""
    return address.partition("://")[0].strip().lower()


def _made(address: str) -> "NotifyBase":
    import apprise  # heavy: only for whoever has a sender

    _quiet()
    plugin = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if not isinstance(plugin, apprise.NotifyBase):
        raise NotDelivered("unreadable")
    return plugin


def _quiet() -> None:
    """What the library logs may hold the address: it goes to whoever listens for its own send, and nowhere else."""
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class _Said(logging.Handler):
    """What the library says in one thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread, self.text = threading.get_ident(), ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.text += record.getMessage() + "\n"


def _notify(plugin: "NotifyBase", title: str, text: str) -> None:
    said = _Said()
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    try:
        if not plugin.notify(body=text, title=title):
            raise _failure(said.text)
    finally:
        logger.removeHandler(said)


def _failure(said: str) -> NotDelivered:
    """Of what the library said only the kind and a number are kept."""
    status = re.search(r"error[=: ]+(\d{3})", said)
    if status:
        code = int(status[1])
        return NotDelivered("answered", code, passing=code >= 500 or code == 429)
    if "onnection" in said or "ocket" in said:
        return NotDelivered("no_connection", passing=True)
    return NotDelivered("refused")
