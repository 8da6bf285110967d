"""The two socket doors as an ASGI application, beside the REST one."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Protocol

import asyncpg
import msgspec
import structlog

from goldensix.actions.desk import Desk
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import Session, SessionId
from goldensix.adapters.visitors import Visitor
from goldensix.api.http.guard import COOKIE, own_origin
from goldensix.api.limits import Limits, address_of, in_seconds, limits
from goldensix.api.live import buyer, staff
from goldensix.api.live.floors import Floor, Floors, NotHere
from goldensix.api.live.frames import refused
from goldensix.api.live.letters import OfBuyer, OfStaff, Whose
from goldensix.api.live.socket import Message, Pace, Receive, Send, Socket
from goldensix.events.ids import MerchantId
from goldensix.wire import commands

NOT_LOGGED_IN: Final = 4401
NOT_ALLOWED: Final = 4403
TRY_AGAIN: Final = 1013
_HELLO_WITHIN: Final = 10.0
_LOOKS_EVERY: Final = 60.0
"""Seconds between looks at the log-ins that opened sockets."""
_SLOWED: Final = 1.0
"""Seconds until the next frame is read of an account that sends too many."""
_MALFORMED: Final = (msgspec.MsgspecError, RecursionError)
_AWAY: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What comes of a database that is not there."""

App = Callable[[Any, Receive, Send], Awaitable[None]]
log = structlog.get_logger()


class Elsewhere(Protocol):
    """Other workers, who may own the merchant whose socket this is."""

    async def is_here(self, merchant: MerchantId) -> bool: ...
    async def carry(self, socket: Socket, receive: Receive, whose: Whose) -> None: ...


@dataclass
class Doors:
    floors: Floors
    read_visitor: Callable[[str], Awaitable[Visitor | None]]
    mark: Callable[[Visitor, str], Awaitable[str]]
    """What an address is called at a visitor's merchant."""
    find_session: Callable[[str], Awaitable[tuple[Session, Account] | None]]
    alive: Callable[[Collection[SessionId]], Awaitable[set[SessionId]]]
    """Those of them that have not ended; an open socket counts as use."""
    public_url: str | None
    by_session: "dict[SessionId, set[Socket]]"
    buyer_rate: float = 0
    """Commands a second of one buyer's socket in the long run; more are read later. 0: no limit."""
    limits: Limits = field(default_factory=limits)
    elsewhere: Elsewhere | None = None
    """None: this is the only process."""

    def beside(self, rest: App) -> App:
        """One application: sockets here, everything else there."""

        async def app(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "websocket":
                await rest(scope, receive, send)
            elif scope["path"] == "/ws/buyer":
                await self.buyer(scope, receive, send)
            elif scope["path"] == "/ws/desk":
                await self.staff(scope, receive, send)
            else:
                await _reject(receive, send, 1008)

        return app

    async def keep_looking(self, every: float = _LOOKS_EVERY) -> None:
        """For ever. While the database is away nobody is sent away."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.look_at_sessions()
            except Exception as away:  # whatever it is, the next look follows
                log.warning("log-ins could not be looked at", error=type(away).__name__)

    async def look_at_sessions(self) -> None:
        """Close the sockets of those that are too old, or ended while nobody could tell us."""
        if not (opened := list(self.by_session)):
            return
        alive = await self.alive(opened)
        await self.sessions_ended([session for session in opened if session not in alive])

    async def sessions_ended(self, sessions: Sequence[SessionId]) -> None:
        """Close the sockets that these log-ins opened."""
        for session in sessions:
            for socket in list(self.by_session.get(session, ())):
                socket.close(NOT_LOGGED_IN)

    # -- buyers

    async def buyer(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        socket = Socket(send)
        hello = await _hello(receive)
        try:
            visitor = None if hello is None else await self.read_visitor(hello.token)
        except _AWAY:
            socket.close(TRY_AGAIN)
            return
        if hello is None or visitor is None:
            socket.close(NOT_LOGGED_IN)
            return
        address = await self.mark(visitor, _address(scope))
        if self.limits.visit((visitor.shop, visitor.buyer), address):
            socket.close(TRY_AGAIN)  # a page waits longer each time
            return
        await self._serve(OfBuyer(visitor, hello, address), socket, receive)

    async def _serve(self, whose: Whose, socket: Socket, receive: Receive) -> None:
        """Here, or wherever the merchant's desk is."""
        if self.elsewhere is None or await self.elsewhere.is_here(whose.merchant):
            await self.admit(whose, socket, receive)
        else:
            await self.elsewhere.carry(socket, receive, whose)

    async def admit(self, whose: Whose, socket: Socket, receive: Receive) -> None:
        """Serve here somebody who is known."""
        try:
            floor = await self.floors.open(whose.merchant)
        except NotHere:
            socket.close(TRY_AGAIN)
            return
        if isinstance(whose, OfBuyer):
            await self._ask(floor, socket, receive, whose)
        else:
            await self._work(floor, socket, receive, whose)

    async def _ask(self, floor: Floor, socket: Socket, receive: Receive, whose: OfBuyer) -> None:
        visitor, hello = whose.visitor, whose.hello
        if floor.desk.broken or visitor.shop not in floor.desk.premises.shops:
            socket.close(TRY_AGAIN)
            return
        door = buyer.BuyerDoor(floor.hub, floor.ticker, socket, whose, self.limits)
        with socket.served():
            try:
                await door.enter(hello)
                await _listen(socket, receive, buyer.decoder, door.handle, floor.desk, Pace(self.buyer_rate))
            finally:
                door.exit()

    # -- staff

    async def staff(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin")
        if origin is not None and not own_origin(origin, headers.get("host", ""), self.public_url):
            await send({"type": "websocket.close", "code": NOT_ALLOWED})
            return
        await send({"type": "websocket.accept"})
        socket = Socket(send)
        try:
            found = await self.find_session(_cookie(headers.get("cookie", "")))
        except _AWAY:
            socket.close(TRY_AGAIN)
            return
        if found is None:
            socket.close(NOT_LOGGED_IN)
            return
        session, account = found
        await self._serve(OfStaff(account.merchant, account.id, session.id), socket, receive)

    async def _work(self, floor: Floor, socket: Socket, receive: Receive, whose: OfStaff) -> None:
        if whose.account not in floor.desk.premises.members:
            await self.floors.roster_changed(whose.merchant)
        session = SessionId(whose.session)
        self.by_session.setdefault(session, set()).add(socket)
        try:
            await self._attend(floor, socket, receive, whose)
        finally:
            self.by_session[session].discard(socket)
            if not self.by_session[session]:
                del self.by_session[session]

    async def _still_opens(self, session: SessionId, socket: Socket, floor: Floor) -> bool:
        """Asked once the socket is where a log-out finds it: one that came before closed nothing."""
        try:
            alive = await self.alive([session])
        except _AWAY:
            socket.close(TRY_AGAIN)
            return False
        if session not in alive:
            socket.close(NOT_LOGGED_IN)
        elif floor.desk.broken or floor.closing:
            socket.close(TRY_AGAIN)
        return not socket.closed

    async def _attend(self, floor: Floor, socket: Socket, receive: Receive, whose: OfStaff) -> None:
        door = staff.StaffDoor(floor, socket, whose.account)
        door.enter()
        with socket.served():
            try:
                if await self._still_opens(SessionId(whose.session), socket, floor):
                    take = partial(self.limits.commands.take, whose.account)
                    await _listen(socket, receive, staff.decoder, door.handle, floor.desk, take=take)
            finally:
                door.exit()


async def _listen(
    socket: Socket,
    receive: Receive,
    decoder: Any,
    handle: Any,
    desk: Desk,
    pace: Pace | None = None,
    take: Callable[[], float] | None = None,
) -> None:
    """Commands, one after the other, until the other side is gone."""
    while not socket.closed:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        if pace is not None and (wait := pace.wait(asyncio.get_running_loop().time())):
            await asyncio.sleep(wait)
        if desk.crowded:
            await desk.stored()
        try:
            command = decoder.decode(message.get("text") or b"")
        except _MALFORMED:
            socket.push(refused("bad_command"))
        else:
            if take is not None and (wait := take()):
                socket.push(refused("too_fast", id=getattr(command, "id", None), wait=in_seconds(wait)))
                socket.flush()
                await asyncio.sleep(min(wait, _SLOWED))
                continue
            if desk.broken:
                socket.close(TRY_AGAIN)
                return
            try:
                await handle(command)
            except Exception as failed:  # the log is away, or a fault of ours: the client resends, the others go on
                told = log.warning if isinstance(failed, _AWAY) else log.exception
                told("a command failed", command=type(command).__name__, reason=type(failed).__name__)
                socket.close(TRY_AGAIN)
        socket.flush()


async def _hello(receive: Receive) -> commands.BuyerHello | None:
    """The first frame, which must say who the buyer is and must not be long in coming."""
    try:
        message: Message = await asyncio.wait_for(receive(), _HELLO_WITHIN)
        command = buyer.decoder.decode(message.get("text") or b"")
    except (TimeoutError, *_MALFORMED):
        return None
    return command if isinstance(command, commands.BuyerHello) else None


async def _reject(receive: Receive, send: Send, code: int) -> None:
    await receive()
    await send({"type": "websocket.close", "code": code})


def _address(scope: Any) -> str:
    client = scope.get("client")
    return address_of(client[0] if client else None)


def _cookie(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
