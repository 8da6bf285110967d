"""Orders as shop platforms tell of them, and what a merchant's log is yet to be told of that.

An order and its move are written in one transaction. A move stands here until the log has it, and its number says
whether the log has: whatever dies in between, each is told once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from goldensix.actions.orders import STATUSES, Move, Times, news, status_of, together
from goldensix.adapters.postgres import audit
from goldensix.adapters.postgres.audit import What
from goldensix.adapters.postgres.orders import NOBODY, UNPAID, UNSHIPPED, Field, Item, Receiver, times_of
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.shop import buyer_of
from goldensix.adapters.postgres.times import timestamp
from goldensix.adapters.visitors import new_buyer
from goldensix.events.facts import OrderMoved
from goldensix.events.ids import BuyerId, Instant, MerchantId, ShopId
from goldensix.wire.stored import NAMES, VERSIONS, decode_facts, encode_facts

_MOVED: Final = NAMES[OrderMoved]
_MOST_TOLD: Final = 500
"""Moves that go into the log at a time: messages are not to wait behind a long list of them."""
Said = dict[Field, object]
_CHANGED: Final[dict[Field, What]] = {
    "price_cents": "price changed",
    "receiver": "receiver changed",
    "remark": "remark changed",
}


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as a platform tells of it."""

    customer: str
    """The shop's own id."""
    number: str
    times: Times
    price_cents: int
    items: tuple[Item, ...] | None = None
    """None, of these three: what is known stays."""
    receiver: Receiver | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays as somebody of the desk changed it, though the platform says otherwise."""

    number: str
    field: Field


@dataclass(slots=True)
class Mirrored:
    moved: int = 0
    """Orders that are new or came to another status."""
    kept: list[Kept] = field(default_factory=list)


class OtherCustomer(Exception):
    """An order of this number is somebody else's; nothing was taken."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class Mirror:
    def __init__(self, pool: asyncpg.Pool, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._now = now

    async def take(
        self, merchant: MerchantId, shop: ShopId, drafts: Sequence[OrderDraft], told_at: Instant
    ) -> Mirrored:
        """All of them or none. `told_at`: when the platform said so. Raises OtherCustomer."""
        async with self._pool.acquire() as connection, connection.transaction():
            # What was planned while the tables were empty would read all of them for each order of a long list.
            await connection.execute("set local plan_cache_mode = force_custom_plan")
            # Its lock makes moves visible in the order of their numbers.
            number = await connection.fetchval(
                "select order_moves from merchants where id = $1 for no key update", merchant
            )
            taking = _Taking(connection, merchant, shop, told_at, self._now(), number)
            for draft in drafts:
                await taking.take(draft)
            await connection.execute("update merchants set order_moves = $2 where id = $1", merchant, taking.number)
        return taking.done

    async def untold(self, merchant: MerchantId, after: int) -> list[Move]:
        """The next moves after one that the log has, in their order."""
        rows = await self._pool.fetch(
            "select number, version, facts from order_moves where merchant_id = $1 and number > $2"
            " order by number limit $3",
            *(merchant, after, _MOST_TOLD),
        )
        return [Move(row["number"], _event(row)) for row in rows]

    async def forget(self, merchant: MerchantId, up_to: int) -> None:
        """The log has them for good."""
        await self._pool.execute("delete from order_moves where merchant_id = $1 and number <= $2", merchant, up_to)


def _event(row: asyncpg.Record) -> OrderMoved:
    event = decode_facts(_MOVED, row["version"], row["facts"])
    assert isinstance(event, OrderMoved)
    return event


@dataclass(slots=True)
class _Taking:
    """One call of a platform, in its transaction."""

    connection: Connection
    merchant: MerchantId
    shop: ShopId
    told_at: Instant
    now: Instant
    number: int
    """Of the merchant's last move."""
    done: Mirrored = field(default_factory=Mirrored)

    async def take(self, draft: OrderDraft) -> None:
        row = await self.connection.fetchrow(
            "select o.*, b.customer from orders o join buyers b on b.id = o.buyer_id"
            " where o.shop_id = $1 and o.number = $2 for update of o",
            *(self.shop, draft.number),
        )
        if row is None:
            await self._add(draft)
        else:
            await self._change(row, draft)

    async def _add(self, draft: OrderDraft) -> None:
        buyer, _ = await buyer_of(
            self.connection, self.merchant, self.shop, draft.customer, None, new_buyer(), self.now
        )
        to = draft.receiver or NOBODY
        order = await self.connection.fetchval(
            "insert into orders (merchant_id, shop_id, buyer_id, number, status, price_cents, receiver_name,"
            " receiver_phone, receiver_address, remark, told_at, placed_at, paid_at, shipped_at, received_at,"
            " refund_asked_at, refunded_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) returning id",
            *(self.merchant, self.shop, buyer, draft.number, status_of(draft.times), draft.price_cents),
            *(to.name, to.phone, to.address, draft.remark or ""),
            *(timestamp(self.told_at), *_timestamps(draft.times)),
        )
        await self._put_items(order, draft.items or ())
        await self._move(order, buyer, {}, draft.times, draft.price_cents)

    async def _change(self, row: asyncpg.Record, draft: OrderDraft) -> None:
        """Times come together in any order; of the rest, what was said last counts."""
        forgotten = row["customer"] == f"erased {row['buyer_id']}"
        if not forgotten and row["customer"] != draft.customer:
            raise OtherCustomer(draft.number)
        before = times_of(row)
        times = together(before, draft.times)
        await self.connection.execute(
            "update orders set status = $2, placed_at = $3, paid_at = $4, shipped_at = $5, received_at = $6,"
            " refund_asked_at = $7, refunded_at = $8 where id = $1",
            *(row["id"], status_of(times), *_timestamps(times)),
        )
        if timestamp(self.told_at) >= row["told_at"]:
            await self._say(row, draft, times, forgotten=forgotten)
        await self._move(row["id"], BuyerId(row["buyer_id"]), before, times, draft.price_cents)

    async def _say(self, row: asyncpg.Record, draft: OrderDraft, times: Times, *, forgotten: bool) -> None:
        """Of a buyer who was erased, nothing personal comes back."""
        here = Receiver(row["receiver_name"], row["receiver_phone"], row["receiver_address"])
        stands: Said = {"price_cents": row["price_cents"], "receiver": here, "remark": row["remark"]}
        told: Said = {"price_cents": draft.price_cents}
        if draft.receiver is not None and not forgotten:
            told["receiver"] = draft.receiver
        if draft.remark is not None and not forgotten:
            told["remark"] = draft.remark
        differ = [each for each in told if each in row["changed"] and told[each] != stands[each]]
        kept = [each for each in differ if _may_differ(each, times)]
        for each in (each for each in differ if each not in kept):
            await audit.write(self.connection, self.merchant, None, self.now, _CHANGED[each], f"order {draft.number}")
        self.done.kept += [Kept(draft.number, each) for each in kept]
        changed = [each for each in row["changed"] if each not in told or each in kept]
        await self._write(row["id"], stands | told | {each: stands[each] for each in kept}, changed)
        if draft.items is not None:
            await self.connection.execute("delete from order_items where order_id = $1", row["id"])
            await self._put_items(row["id"], draft.items)

    async def _write(self, order: int, said: Said, changed: Sequence[Field]) -> None:
        receiver = said["receiver"]
        assert isinstance(receiver, Receiver)
        await self.connection.execute(
            "update orders set price_cents = $2, receiver_name = $3, receiver_phone = $4, receiver_address = $5,"
            " remark = $6, changed = $7, told_at = $8 where id = $1",
            *(order, said["price_cents"], receiver.name, receiver.phone, receiver.address, said["remark"]),
            *(changed, timestamp(self.told_at)),
        )

    async def _put_items(self, order: int, items: Sequence[Item]) -> None:
        """A product of the desk is known by its title."""
        await self.connection.executemany(
            "insert into order_items (order_id, place, product_id, title, variant, quantity, price_cents)"
            " values ($1, $2, (select id from products where shop_id = $7 and title = $3), $3, $4, $5, $6)",
            [
                (order, place, item.title, item.variant, item.quantity, item.price_cents, self.shop)
                for place, item in enumerate(items)
            ],
        )

    async def _move(self, order: int, buyer: BuyerId, before: Times, after: Times, cents: int) -> None:
        reached = news(before, after)
        if not reached:
            return
        self.number += 1
        self.done.moved += 1
        event = OrderMoved(order, self.shop, buyer, status_of(after), reached, cents)
        await self.connection.execute(
            "insert into order_moves (merchant_id, number, version, facts) values ($1, $2, $3, $4)",
            *(self.merchant, self.number, VERSIONS[_MOVED], encode_facts(event).decode()),
        )


def _may_differ(field: Field, times: Times) -> bool:
    """What people may still change stays as they changed it; then the platform has the last word."""
    status = status_of(times)
    return field == "remark" or status in (UNPAID if field == "price_cents" else UNSHIPPED)


def _timestamps(times: Times) -> list[object]:
    return [timestamp(times[status]) if status in times else None for status in STATUSES]
