"""A desk with two merchants, of which one hides words that nobody of the other may ever see; for fuzzing it."""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from asgi_socket import asgi_socket
from goldensix.adapters.postgres.mirror import OrderDraft
from goldensix.adapters.postgres.orders import Receiver
from goldensix.adapters.visitors import customer_signature
from goldensix.events.ids import BuyerId
from goldensix.settings import Settings
from goldensix.team.roles import Role
from walked_desk import Walk, open_walk

T = TypeVar("T")

EXAMPLES: Final = int(os.environ.get("GOLDENSIX_FUZZ", "0"))
"""For each door, where `./run fuzz` asks for many."""
MARK: Final = "zanzibar7731"
"""Stands in every hidden word."""
CALLERS: Final = (None, *Role)
_STARTS_WITHIN: Final = 300.0
"""Seconds that a process may take to begin, where many others do."""
_WITHIN: Final = 60.0
"""Seconds after which an answer that does not come is a hang."""


class Loop:
    """A loop in a thread of its own: what is fuzzed is asynchronous, and whoever draws examples is not."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], within: float = _WITHIN) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@dataclass
class HiddenDesk:
    loop: Loop
    walk: Walk
    """Its tea house is who asks; its silk house is who hides."""
    hidden: str = ""
    """The conversation of the silk house, which is open."""
    order: int = 0

    async def hide(self) -> None:
        """The silk house says, orders and calls its people what nobody else may read."""
        house, silk = self.walk.house, self.walk.silk
        claim = {
            "customer": "c-1",
            "name": f"Ms {MARK}",
            "signature": customer_signature("c-1", silk.shop.secret, f"Ms {MARK}"),
        }
        browser = await self.walk.browser(None)
        visitor = (await browser.post("/api/visitor", json={"shop": silk.shop.id} | claim)).json()
        async with asgi_socket(self.walk.desk.app, "/ws/buyer") as socket:
            await socket.send(t="hello", token=visitor["token"])
            await socket.until("welcome")
            await socket.send(t="say", id="ask-00000000", text=f"is {MARK} here")
            self.hidden = (await socket.until("event"))[-1]["c"]
        receiver = Receiver(MARK, "13900000006", f"{MARK} road 6")
        draft = OrderDraft("c-1", "S1", {"placed": house.now()}, 100, (), receiver)
        await house.mirror.take(silk.merchant.id, silk.shop.id, [draft], house.now())
        [made] = await house.orders.of_buyer(silk.merchant.id, silk.shop.id, BuyerId(visitor["buyer"]))
        self.order = made.id
        pool = self.walk.desk.pool
        await pool.execute("update accounts set name = $2 || id where merchant_id = $1", silk.merchant.id, MARK)
        await pool.execute("update groups set name = $2 || id where merchant_id = $1", silk.merchant.id, MARK)
        await self.walk.desk.floors.roster_changed(silk.merchant.id)

    async def ask_report(self) -> None:
        answer = await (await self.walk.browser(Role.ADMINISTRATOR)).get("/api/reports/sources", timeout=None)
        assert answer.status_code == 200, answer.text

    async def mend(self) -> None:
        """Those who ask are who they were, whatever an administrator did to them."""
        pool = self.walk.desk.pool
        for role, account in self.walk.tea.staff.items():
            await pool.execute("update accounts set role = $2, active = true where id = $1", account.id, role)
        await self.walk.desk.floors.roster_changed(self.walk.tea.merchant.id)


@contextmanager
def hidden_desk(database: str, folder: Path, *, reports: bool = False) -> Iterator[HiddenDesk]:
    """`reports`: whoever works them out has started."""
    loop = Loop()
    opened = open_walk(database, folder, Settings(data=folder, buyer_rate=0, account_rate=0))
    desk = HiddenDesk(loop, loop.run(opened.__aenter__(), 60))
    try:
        loop.run(desk.hide())
        if reports:
            loop.run(desk.ask_report(), _STARTS_WITHIN)
        yield desk
    finally:
        loop.run(opened.__aexit__(None, None, None), 60)
        loop.stop()
