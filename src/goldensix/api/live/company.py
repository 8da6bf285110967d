"""This worker among the others of its desk: what only a merchant's owner can say is asked there, over the bus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
import structlog

from goldensix.adapters.bus.port import Bus, Unanswered
from goldensix.adapters.postgres.owners import SILENT, Owners
from goldensix.api.live.doors import Doors
from goldensix.api.live.floors import Floors
from goldensix.api.live.relay import Relay
from goldensix.api.live.vitals import Figures
from goldensix.events.ids import MerchantId

_ANSWERED_WITHIN: Final = 3.0
_OWNER_WITHIN: Final = 4.0
_CALM: Final = 1.0
"""Seconds between looks whether the bus is back."""

Errand = Callable[..., Awaitable[Any]]
"""From a merchant and what JSON can hold to what JSON can hold."""

log = structlog.get_logger()


class NobodyAnswers(Exception):
    """The merchant has no owner just now, or he does not answer: it is to be tried again."""


class Company:
    def __init__(self, bus: Bus, owners: Owners, doors: Doors, installation: str) -> None:
        self.bus, self.owners = bus, owners
        self._installation = installation
        self.relay = Relay(bus, owners, self._subject, doors.admit)
        self.errands: Mapping[str, Errand] = {}
        self._notices: Mapping[str, Errand] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._catching_up = False
        owners.changed = self._looked

    def _subject(self, worker: str) -> str:
        return f"goldensix.{self._installation}.{worker}"

    async def start(self, errands: Mapping[str, Errand], notices: Mapping[str, Errand]) -> None:
        """`errands` are answered by whoever owns the merchant, `notices` are for everybody."""
        self.errands, self._notices = errands, notices
        await self.relay.start()
        await self.bus.serve(f"{self._subject(self.owners.worker)}.ask", self._answer)
        await self.bus.subscribe(self._subject("all"), self._take_notice)
        self.bus.when_lost(self._interrupted)
        for work in (self.relay.keep, self.owners.keep):
            self.begin(work())
        await self.owners.looked()

    def begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()) is not None:
            log.error("work among workers failed", exc_info=failed)

    def _looked(self) -> None:
        workers = self.owners.seen.workers
        self.relay.workers_changed({worker for worker, (_, silent) in workers.items() if silent < SILENT})

    # -- asking

    def is_ours(self, merchant: MerchantId) -> bool:
        return merchant in self.owners.epochs

    async def ask(self, merchant: MerchantId, what: str, *given: Any, within: float = _ANSWERED_WITHIN) -> Any:
        """The owner's answer. Raises NobodyAnswers."""
        owner = self.owners.place(merchant) or await self.owners.find(merchant, _OWNER_WITHIN)
        if owner is None:
            raise NobodyAnswers
        if owner == self.owners.worker:
            return await self.errands[what](merchant, *given)
        return await self.ask_worker(owner, what, merchant, *given, within=within)

    async def ask_worker(self, worker: str, what: str, *given: Any, within: float = _ANSWERED_WITHIN) -> Any:
        question = msgspec.msgpack.encode([what, *given])
        try:
            answer = await self.bus.ask(f"{self._subject(worker)}.ask", question, within)
        except Unanswered:
            raise NobodyAnswers from None
        return msgspec.msgpack.decode(answer)

    async def _answer(self, question: bytes) -> bytes:
        what, *given = msgspec.msgpack.decode(question)
        return msgspec.msgpack.encode(await self.errands[what](*given))

    # -- how we are

    def faults(self) -> list[str]:
        if not self.owners.seen.workers:
            return ["owners"]
        places = {self.owners.place(merchant) for merchant in self.owners.seen.owners}
        found = ["owner"] if None in places else []
        return found + (["bus"] if places - {None, self.owners.worker} and not self.bus.connected else [])

    def figures(self) -> dict[str, float]:
        return {
            "bus_connected": float(self.bus.connected),
            "sockets_carried_to_owners": self.relay.held,
            "sockets_of_other_workers": self.relay.served,
        }

    async def figures_of_all(self) -> dict[str, Figures]:
        """Of the workers that answer."""
        workers = sorted({*self.owners.seen.workers, self.owners.worker})
        answers = await asyncio.gather(*map(self._figures_of, workers), return_exceptions=True)
        return {
            worker: answer
            for worker, answer in zip(workers, answers, strict=True)
            if not isinstance(answer, BaseException)
        }

    async def _figures_of(self, worker: str) -> Figures:
        if worker == self.owners.worker:
            figures: Figures = await self.errands["figures"]()
        else:
            figures = await self.ask_worker(worker, "figures")
        return figures

    # -- telling everybody

    def tell_all(self, what: str, *given: Any) -> None:
        self.bus.publish(self._subject("all"), msgspec.msgpack.encode([what, *given]))

    def _take_notice(self, payload: bytes) -> None:
        what, *given = msgspec.msgpack.decode(payload)
        self.begin(self._notices[what](*given))

    def _interrupted(self) -> None:
        """What somebody was told meanwhile, by us or to us, may be lost: all look for themselves once it is over."""
        if not self._catching_up:
            self._catching_up = True
            self.begin(self._catch_up())

    async def _catch_up(self) -> None:
        await asyncio.sleep(_CALM)  # and what is lost in this time is looked at, too
        self._catching_up = False
        if self.bus.connected:
            self.tell_all("interrupted")
        else:
            self._interrupted()

    async def hand_over(self, floors: Floors) -> None:
        """In good order: all is stored and saved, sockets are told to come back, then others may take what was ours."""
        self.owners.stop_taking()
        await floors.close()
        await self.owners.leave()
        self.tell_all("look")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.relay.close()
        await self.owners.leave()
