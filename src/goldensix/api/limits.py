"""How much one visitor, one address and one account may ask for, in the memory of the worker that serves them.

Whoever asks too much is told how long to wait, and has lost nothing: a page keeps what it wanted and asks again.
"""

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from goldensix.api.errors import ApiError

_REMEMBERED: Final = 20_000
"""Keys a limit knows at a time; of more, those heard of least recently start anew."""
_START_COSTS: Final = 10.0
"""What the first message of a conversation costs an address, in messages: it is routed, welcomed and queued."""
_CALL_COSTS: Final = 10
"""What a list of orders costs, in requests of an account."""
_BREATH: Final = 30.0
"""Seconds' worth that an address or an account may ask for at once: an office at the start of a shift."""
_UPLOADS, _UPLOADS_FROM = 5, 30
"""Pictures on their way at a time, each up to 5 MB of memory: of one author, and from one address."""
_HOUR, _DAY = 3_600.0, 86_400.0


class Buckets:
    """A bucket of tokens for each key: `rate` a second flow in, `burst` fit. No rate: no limit."""

    __slots__ = ("_burst", "_due", "_each", "_most", "_now")

    def __init__(
        self, rate: float, burst: float, now: Callable[[], float] = time.monotonic, most: int = _REMEMBERED
    ) -> None:
        self._each = 1 / rate if rate else 0.0
        self._burst = burst * self._each
        self._now = now
        self._most = most
        self._due: OrderedDict[Hashable, float] = OrderedDict()
        """When each bucket is full again."""

    def take(self, key: Hashable, cost: float = 1.0) -> float:
        """0: it is taken. Otherwise nothing is, and so many seconds are to wait."""
        if not self._each or not key:
            return 0.0
        now = self._now()
        due = max(self._due.get(key, now), now) + cost * self._each
        if due - now > self._burst + 1e-9:
            return due - now - self._burst
        self._due[key] = due
        self._due.move_to_end(key)
        if len(self._due) > self._most:
            self._due.popitem(last=False)
        return 0.0

    def __len__(self) -> int:
        return len(self._due)


class Places:
    """`most` at a time for each key; whoever is through makes room."""

    __slots__ = ("_most", "_taken")

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[Hashable] = Counter()

    @contextmanager
    def one(self, key: Hashable) -> Iterator[bool]:
        """Whether there was room; if not, none is taken."""
        room = not key or self._taken[key] < self._most
        self._taken[key] += room
        try:
            yield room
        finally:
            self._taken[key] -= room
            if not self._taken[key]:
                del self._taken[key]

    def __len__(self) -> int:
        return len(self._taken)


@dataclass(frozen=True)
class Limits:
    """Rates are what flows in for good; each bucket holds enough for honest people to come all at once."""

    messages: Buckets
    """Of one visitor."""
    starts: Buckets
    """Conversations that one visitor begins."""
    messages_from: Buckets
    """From one address."""
    visits: Buckets
    """Windows that one visitor opens, or that come back."""
    visits_from: Buckets
    """The same from one address."""
    newcomers: Buckets
    """Visitors whom nobody knows yet, from one address."""
    requests_from: Buckets
    """REST requests from one address."""
    requests: Buckets
    """Of one account."""
    commands: Buckets
    """Frames of one account's sockets."""
    robots: Buckets
    """Answers of one robot of others."""
    shops: Buckets
    """Calls of one shop's server."""
    pictures: Buckets
    """Bytes that one author uploads."""
    pictures_from: Buckets
    """Bytes that are uploaded from one address."""
    uploads: Places
    """Pictures of one author on their way."""
    uploads_from: Places
    """The same from one address."""

    def visit(self, visitor: Hashable, address: str) -> float:
        """Seconds to wait before a visitor's window is taken in; 0: it is."""
        return self.visits.take(visitor) or self.visits_from.take(address)

    def say(self, visitor: Hashable, address: str, *, starts: bool) -> float:
        """Seconds to wait before a visitor's message is taken; 0: it is."""
        if starts and (wait := self.starts.take(visitor)):
            return wait
        wait = self.messages.take(visitor)
        return wait or self.messages_from.take(address, _START_COSTS if starts else 1.0)

    @contextmanager
    def uploading(self, author: Hashable, address: str) -> Iterator[bool]:
        """While a picture is read and kept: whether there is room for it."""
        with self.uploads.one(author) as room, self.uploads_from.one(address) as room_there:
            yield room and room_there


def limits(
    *,
    message_rate: int = 120,
    start_rate: int = 30,
    address_rate: int = 200,
    newcomer_rate: int = 1_200,
    request_rate: int = 100,
    account_rate: int = 50,
    picture_mb: int = 200,
    now: Callable[[], float] = time.monotonic,
) -> Limits:
    """From the settings of the same names; 0: no limit."""
    megabytes = picture_mb * 1_048_576
    return Limits(
        messages=Buckets(message_rate / 60, max(1, message_rate / 2), now),
        starts=Buckets(start_rate / _HOUR, max(1, start_rate / 2), now),
        messages_from=Buckets(address_rate, address_rate * _BREATH, now),
        visits=Buckets(message_rate / 60, max(1, message_rate / 2), now),
        visits_from=Buckets(address_rate, address_rate * _BREATH, now),
        newcomers=Buckets(newcomer_rate / 60, max(1, newcomer_rate * 2), now),
        requests_from=Buckets(request_rate, request_rate * _BREATH, now),
        requests=Buckets(account_rate, account_rate * _BREATH, now),
        commands=Buckets(account_rate, account_rate * _BREATH, now),
        robots=Buckets(account_rate, account_rate * _BREATH, now),
        shops=Buckets(account_rate / _CALL_COSTS, account_rate * _BREATH / _CALL_COSTS, now),
        pictures=Buckets(megabytes / _DAY, megabytes, now),
        pictures_from=Buckets(megabytes * 50 / _DAY, megabytes * 50, now),
        uploads=Places(_UPLOADS),
        uploads_from=Places(_UPLOADS_FROM),
    )


def address_of(host: str | None) -> str:
    """What an address counts as. One household holds 2^64 IPv6 addresses: they are one.

    Empty, which nothing is counted by, for this machine: what comes from here is a rehearsal, a measurement, or a
    proxy that hides everybody's address behind its own.
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return "" if address.is_loopback else str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return "" if address.is_loopback else str(address)


def require(wait: float) -> None:
    """Raises the refusal that says how long to wait, if it is not 0."""
    if wait:
        seconds = in_seconds(wait)
        raise ApiError(
            429,
            "too_fast",
            zh=f"操作太频繁，请 {seconds} 秒后再试。",
            en=f"Too many requests: wait {seconds} s.",
            retry_after=seconds,
        )


def too_many_uploads() -> ApiError:
    return ApiError(
        429,
        "too_many_uploads",
        zh="正在上传的图片太多，请等它们传完再发。",
        en="Too many pictures are on their way: send this one when they have arrived.",
        retry_after=5,
    )


def in_seconds(wait: float) -> int:
    """As people are told, never less than it is."""
    return max(1, -int(-wait // 1))
