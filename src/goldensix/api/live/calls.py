"""Calls phones and senders for alerts that are durable: once a while for one matter, and never in the desk's way."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from goldensix.actions import ladder
from goldensix.api.live.hub import Hub
from goldensix.conversations.alerts import Alert
from goldensix.events.facts import AlertKind, AlertRaised, AlertTold, Step, Told, Way
from goldensix.events.ids import AccountId, AlertId, ConversationId, Instant, MerchantId, Milliseconds
from goldensix.log.port import Stored
from goldensix.team.roles import Permission, Role, may

_GATHER: Final = Milliseconds(2_000)
"""Whoever reaches the step in this time is in the same call: a shift begins, a desk comes back."""
_MOST_WAITING: Final = 50
_AT_A_TIME: Final = 3
_ENDS_WITHIN: Final = 5.0
_PHONES: Final = frozenset({"agent", "phone", "administrator"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be told, and to whom."""

    merchant: MerchantId
    alert: AlertId
    key: str
    kind: AlertKind
    step: Step
    group: str
    """Its name, of a deserted one."""
    buyers: int
    longest: Milliseconds
    conversation: ConversationId | None
    """The one it is about, if it is only one."""
    words: str
    """What that buyer asked last: only to those who chose to see it."""
    people: tuple[AccountId, ...]
    zone: str
    """Of quiet hours."""
    senders: bool
    """Whether senders of this step are called too."""


@dataclass(frozen=True, slots=True)
class Rang:
    """What became of one way of a call."""

    way: Way
    account: AccountId | None
    sender: int | None
    told: Told


Ring = Callable[[Call], Awaitable[list[Rang]]]


class Calls:
    def __init__(self, hub: Hub, ring: Ring) -> None:
        self._hub, self._ring = hub, ring
        self._waiting: asyncio.Queue[Call] = asyncio.Queue(_MOST_WAITING)
        self._resting = False

    def heard(self, stored: Stored) -> None:
        """An alert is raised for good: tell the pages that are open, and see about phones in a moment."""
        event = stored.event
        if not isinstance(event, AlertRaised):
            return
        desk = self._hub.desk
        alert = desk.folds.alerts.open.get(event.alert)
        if alert is None:
            return
        now = desk.ports.now()
        if event.step != "agent":
            for account in self._pages(alert):
                ladder.told(desk, AlertTold(alert.id, "page", account, None, "sent"), now)
        self._later(alert, now)

    def _pages(self, alert: Alert) -> list[AccountId]:
        """Those who may assign, reach its shops and have a page open."""
        desk = self._hub.desk
        members = desk.premises.members
        here = (members[id] for id, sockets in self._hub.agents.items() if sockets and id in members)
        return [m.id for m in here if may(m.role, Permission.ASSIGN) and ladder.concerns(desk, alert, m.shops)]

    def _later(self, alert: Alert, now: Instant) -> None:
        """Not before a window is over since phones were called for the same."""
        if alert.step not in _PHONES:
            return
        desk = self._hub.desk
        called = desk.folds.alerts.called_at.get(alert.key)
        free = alert.raised_at if called is None else called + desk.premises.ladder.window
        wait = max(alert.raised_at + _GATHER, free) - now
        asyncio.get_running_loop().call_later(max(0, wait) / 1000, self._begin, alert.id, alert.raised_at)

    def _begin(self, id: AlertId, raised_at: Instant) -> None:
        """Nobody is called for what is over by now, or looked after by somebody."""
        alert = self._hub.desk.folds.alerts.open.get(id)
        if alert is None or alert.raised_at != raised_at or alert.called or self._hub.desk.broken:
            return
        if self._resting:  # the next owner calls
            return
        if alert.acknowledged_by is not None and alert.step != "administrator":
            return
        try:
            self._waiting.put_nowait(self._call(alert))
        except asyncio.QueueFull:
            log.warning("too many calls wait: one is given up", merchant=self._hub.desk.merchant, step=alert.step)

    async def run(self) -> None:
        """For ever. What a desk before this one raised and nobody was called for is called now."""
        now = self._hub.desk.ports.now()
        for alert in list(self._hub.desk.folds.alerts.open.values()):
            if not alert.called:
                self._later(alert, now)
        async with asyncio.TaskGroup() as several:
            for _ in range(_AT_A_TIME):
                several.create_task(self._work())

    async def _work(self) -> None:
        while True:
            call = await self._waiting.get()
            try:
                rang = await self._ring(call)
            except Exception:  # whatever it is, the next call goes out
                log.exception("a call failed", merchant=call.merchant, step=call.step)
                rang = []
            desk = self._hub.desk
            if not desk.broken:
                for each in rang:
                    telling = AlertTold(call.alert, each.way, each.account, each.sender, each.told)
                    ladder.told(desk, telling, desk.ports.now())
            self._waiting.task_done()

    async def rest(self) -> None:
        """The desk goes elsewhere: what is under way is told before, or the next owner would call a second time."""
        self._resting = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), _ENDS_WITHIN)

    def _call(self, alert: Alert) -> Call:
        desk = self._hub.desk
        now, premises = desk.ports.now(), desk.premises
        waiting = [desk.folds.reception.open[id] for id in alert.waiting]
        only = waiting[0] if len(waiting) == 1 else None
        card = self._hub.cards.get(only.id) if only else None
        queued = list(desk.folds.reception.queued()) if alert.kind == "crowded" else []
        buyers = waiting or queued
        rules = premises.groups.get(alert.group) if alert.group is not None else None
        return Call(
            merchant=desk.merchant,
            alert=alert.id,
            key=alert.key,
            kind=alert.kind,
            step=alert.step,
            group=rules.name if rules else "",
            buyers=len(buyers),
            longest=Milliseconds(max((now - (c.waiting_since or now) for c in buyers), default=0)),
            conversation=only.id if only else None,
            words=f"{card.buyer_name}: {card.asked.text}" if card and card.asked else "",
            people=self._people(alert),
            zone=next(iter(premises.shops.values())).zone.key,
            senders=alert.step != "agent",
        )

    def _people(self, alert: Alert) -> tuple[AccountId, ...]:
        """The agent; the service managers, or who stands in for them; at last the administrators too.

        Whoever is limited to other shops is not called.
        """
        if alert.step == "agent":
            return (alert.of,) if alert.of is not None else ()
        desk = self._hub.desk
        staff = (m for m in desk.premises.members.values() if m.active and not m.played)
        members = [m for m in staff if ladder.concerns(desk, alert, m.shops)]
        managers = [m.id for m in members if m.role is Role.SERVICE_MANAGER]
        administrators = [m.id for m in members if m.role is Role.ADMINISTRATOR]
        if alert.step == "administrator":
            return (*managers, *administrators)
        return tuple(managers or administrators)
