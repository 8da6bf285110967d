"""Asks robots of others by a signed webhook; what they answer through the API in time is said in their name."""

import asyncio
import contextlib
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

import httpx
import msgspec
import stamina
import structlog

from goldensix.adapters.notifiers.guard import require_public
from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.notifiers.posting import posted
from goldensix.adapters.postgres.outside import Delivery, Outcome, OutsideRobot
from goldensix.events.ids import ConversationId, Instant, MerchantId, ShopId
from goldensix.robot.decision import Candidate, Decision, Scores
from goldensix.robot.question import Answer, Question, QuestionId
from goldensix.robot.turn import Turn, language_of

log = structlog.get_logger()
SHOWN: Final = 3
_TRIES: Final = 3
_POSTED_WITHIN: Final = 2.0
"""Seconds for one try."""
_TESTED_WITHIN: Final = 5.0
_SPARE: Final = 0.1
"""Seconds in which it is put down that an answer came too late."""
_REMEMBERED: Final = 10_000
_OUTCOMES: Final[dict[str, Outcome]] = {"answer": "answered", "ask": "asked_back", "hand_over": "handed_over"}
Taken = Literal["taken", "late", "unknown", "away"]
"""`away`: nobody has the conversation's desk just now."""


class Store(Protocol):
    async def all(self, merchant: MerchantId) -> list[OutsideRobot]: ...
    async def note(self, robot: int, delivery: Delivery) -> None: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """A buyer's turn, as it is put to a robot."""

    conversation: ConversationId
    up_to: int
    """Position of the turn's last message: it names the turn."""
    shop: ShopId
    turn: Turn


@dataclass(frozen=True, slots=True)
class Said:
    """What a robot answered."""

    kind: Literal["answer", "ask", "hand_over"]
    text: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outsider:
    """A decision that somebody else's robot took."""

    name: str
    decision: Decision


_Asked = tuple[int, ConversationId, int]
"""Which robot was asked of which turn of which conversation."""


@dataclass
class Outside:
    store: Store
    now: Callable[[], Instant]
    answer_at: str
    """Where answers are taken; empty: the desk does not know its own address."""
    private_too: bool
    _open: dict[_Asked, asyncio.Future[Said]] = field(default_factory=dict)
    _over: dict[_Asked, None] = field(default_factory=dict)
    """Those that were asked and need no answer any more, the newest last."""
    _known: dict[MerchantId, OutsideRobot] = field(default_factory=dict)
    _noting: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, merchant: MerchantId, asking: Asking, within: float) -> Outsider | None:
        """None: there is no robot, or it said nothing in time. Never raises, never takes longer."""
        robot = self._known.get(merchant)
        if robot is None:
            return None
        begun = time.monotonic()
        try:
            async with asyncio.timeout(within + _SPARE):
                return await self._ask(robot, asking, begun + within)
        except TimeoutError:
            return None
        except Exception as failed:  # whatever it is, our own robot or a person answers
            log.warning("a robot of others could not be asked", merchant=merchant, error=type(failed).__name__)
            return None

    async def look(self, merchant: MerchantId) -> None:
        """Which robot a merchant has now, so that no turn waits for the database to say so."""
        try:
            robots = await self.store.all(merchant)
        except Exception as away:  # the one that is known goes on being asked
            log.warning("robots of others could not be read", merchant=merchant, error=type(away).__name__)
            return
        first = next((each for each in robots if each.on), None)
        if first is None:
            self._known.pop(merchant, None)
        else:
            self._known[merchant] = first

    async def _ask(self, robot: OutsideRobot, asking: Asking, until: float) -> Outsider | None:
        key = robot.id, asking.conversation, asking.up_to
        said = self._open[key] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        try:
            await self._post(robot, self._question(asking, until), until)
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                answer = await said
            self._note(robot, asking, _OUTCOMES[answer.kind], "", begun)
            return Outsider(robot.name, _decision(answer, asking.turn))
        except NotDelivered as failed:
            self._note(robot, asking, "failed", str(failed), begun)
        except (TimeoutError, asyncio.CancelledError) as over:
            self._note(robot, asking, "late", "", begun)
            if isinstance(over, asyncio.CancelledError):  # nobody waits for it any more
                raise
        finally:
            self._close(key)
        return None

    def answered(self, robot: int, conversation: ConversationId, up_to: int, said: Said) -> Taken:
        """What a robot says of a turn that it was told of."""
        key = robot, conversation, up_to
        future = self._open.get(key)
        if future is None or future.done():
            return "late" if future is not None or key in self._over else "unknown"
        future.set_result(said)
        return "taken"

    async def test(self, robot: OutsideRobot) -> Delivery:
        """A question of nobody's: that it is taken is enough."""
        begun, detail = time.monotonic(), ""
        outcome: Outcome = "tested"
        try:
            await self._post(robot, {"type": "test"}, begun + _TESTED_WITHIN, tries=1)
        except NotDelivered as failed:
            outcome, detail = "failed", str(failed)
        took = round((time.monotonic() - begun) * 1_000)
        delivery = Delivery(self.now(), None, outcome, detail, took)
        await self.store.note(robot.id, delivery)
        return delivery

    async def check(self, url: str) -> None:
        """Raises NotDelivered if nothing could be sent there."""
        host = _require_readable(url, private_too=self.private_too)
        await require_public(host, private_too=self.private_too)

    def _question(self, asking: Asking, until: float) -> dict[str, object]:
        left = Instant(self.now() + round(1_000 * (until - time.monotonic())))
        return {
            "type": "question",
            "conversation": asking.conversation,
            "turn": asking.up_to,
            "shop": asking.shop,
            "language": language_of(asking.turn.text, language_of(asking.turn.previous)),
            "text": asking.turn.text,
            "previous": asking.turn.previous,
            "answer_before": left,
            "answer_at": self.answer_at,
        }

    async def _post(self, robot: OutsideRobot, question: dict[str, object], until: float, tries: int = _TRIES) -> None:
        """What may work in a moment is tried again while there is time. Raises NotDelivered."""
        content = msgspec.json.encode(question)
        retrying = stamina.retry_context(
            on=_is_passing, attempts=tries, timeout=max(0.1, until - time.monotonic()), wait_initial=0.1, wait_max=0.4
        )
        delivery = secrets.token_hex(16)
        async for attempt in retrying:
            with attempt:
                await self._post_once(robot, content, delivery, until)

    async def _post_once(self, robot: OutsideRobot, content: bytes, delivery: str, until: float) -> None:
        _require_readable(robot.url, private_too=self.private_too)
        headers = {"content-type": "application/json", "golden-six-delivery": delivery}
        headers |= signed(robot.secrets, self.now(), content)
        within = max(0.1, min(_POSTED_WITHIN, until - time.monotonic()))
        status = await posted(robot.url, content, headers, within, private_too=self.private_too)
        if not 200 <= status < 300:
            raise NotDelivered("answered", status, passing=status >= 500 or status == 429)

    def _close(self, key: _Asked) -> None:
        self._open.pop(key, None)
        self._over[key] = None
        while len(self._over) > _REMEMBERED:
            del self._over[next(iter(self._over))]

    def _note(self, robot: OutsideRobot, asking: Asking, outcome: Outcome, detail: str, begun: float) -> None:
        """Aside: an answer does not wait until it is put down."""
        took = round((time.monotonic() - begun) * 1_000)
        delivery = Delivery(self.now(), asking.conversation, outcome, detail, took)
        task = asyncio.create_task(self._put_down(robot.id, delivery))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _put_down(self, robot: int, delivery: Delivery) -> None:
        with contextlib.suppress(Exception):  # a list that lacks a line costs nobody an answer
            await self.store.note(robot, delivery)


def _require_readable(url: str, *, private_too: bool) -> str:
    """Its host. Raises NotDelivered."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise NotDelivered("unreadable") from None
    if not address.host or address.scheme not in (("https", "http") if private_too else ("https",)):
        raise NotDelivered("unreadable")
    return address.raw_host.decode()


def signed(keys: tuple[str, ...], at: Instant, content: bytes) -> dict[str, str]:
    """Headers by which a robot knows that the desk sent this, and when: each key of now signs."""
    stamp = str(at // 1_000)
    made = [hmac.new(key.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest() for key in keys]
    return {"golden-six-timestamp": stamp, "golden-six-signature": ", ".join(f"v1={each}" for each in made)}


def _is_passing(failed: Exception) -> bool:
    return isinstance(failed, NotDelivered) and failed.passing


def _decision(said: Said, turn: Turn) -> Decision:
    language = language_of(turn.text, language_of(turn.previous))
    empty = Decision(said.kind, "third_party", language)
    if said.kind == "answer":
        return replace(empty, answers=(Answer(said.text),))
    asked = tuple(Question(QuestionId(f"outside.{n}"), title) for n, title in enumerate(said.choices[:SHOWN], 1))
    return replace(empty, candidates=tuple(Candidate(each, 0.0, Scores(), each.title) for each in asked))
