"""Orders out of a file, for shops that have no server to send them from: all of it is taken, or nothing."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from pydantic import ValidationError
from rich.console import Console

from goldensix.actions.orders import STATUSES
from goldensix.adapters import clock
from goldensix.adapters.postgres.mirror import Mirror, OtherCustomer
from goldensix.adapters.postgres.people import People
from goldensix.adapters.spreadsheets import NoTable, rows_of
from goldensix.api.errors import reason
from goldensix.api.http.shop_orders import OrderTold, in_future
from goldensix.cannot import CannotDo
from goldensix.events.ids import Instant, ShopId
from goldensix.terminal import opened

Record = dict[str, Any]
_TIMES: Final = tuple(f"{status}_at" for status in STATUSES)
_RECEIVER: Final = ("name", "phone", "address")
_ITEM: Final = {"item": "title", "variant": "variant", "quantity": "quantity", "item_price": "price_cents"}


async def take_orders(dsn: str, shop: int, file: Path, console: Console) -> None:
    async with opened(dsn) as pool:
        found = await People(pool, clock.now).shop(ShopId(shop))
        if found is None:
            raise CannotDo(f"There is no shop {shop}.")
        now = clock.now()
        orders = read(file, ZoneInfo(found.zone), now)
        try:
            drafts = [order.draft() for order in orders]
            done = await Mirror(pool, clock.now).take(found.merchant, found.id, drafts, now)
        except OtherCustomer as other:
            raise CannotDo(f"{file.name}: order {other.number} is another customer's. Nothing was taken.") from None
    console.print(f"{file.name}: {len(orders)} orders, of which {done.moved} are new or came to another status.")
    for each in done.kept:
        console.print(f"  {each.number}: {each.field} stays as it was changed at the desk.", markup=False)


def read(file: Path, zone: ZoneInfo, now: Instant) -> list[OrderTold]:
    """Raises CannotDo, naming file, row and field."""
    try:
        content = file.read_bytes()
    except OSError as failed:
        raise CannotDo(f"{file} cannot be read: {failed.strerror}.") from None
    is_json = content.lstrip()[:1] == b"{"
    places: dict[str, str] = {}
    orders = []
    for place, record in _lines(file.name, content) if is_json else _rows(file.name, content):
        order = _order(place, record, zone, now)
        if order.number in places:
            more = "" if is_json else "; several items of one order go into JSON lines"
            raise CannotDo(f"{place}: number {order.number} is in {places[order.number]} already{more}.")
        places[order.number] = place.rpartition(", ")[2]
        orders.append(order)
    if not orders:
        raise CannotDo(f"{file.name}: there is no order in it.")
    return orders


def _lines(name: str, content: bytes) -> Iterator[tuple[str, Record]]:
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                yield f"{name}, line {number}", msgspec.json.decode(line, type=Record)
            except (msgspec.DecodeError, UnicodeDecodeError):
                raise CannotDo(f"{name}, line {number}: this is not a JSON object.") from None


def _rows(name: str, content: bytes) -> Iterator[tuple[str, Record]]:
    try:
        rows = rows_of(content)
    except NoTable as why:
        raise CannotDo(f"{name} cannot be read as a table: {why}.") from None
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    for number, row in enumerate(rows[1:], 2):
        cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False) if cell.strip()}
        if cells:
            yield f"{name}, row {number}", _nested(f"{name}, row {number}", cells)


def _nested(place: str, cells: Record) -> Record:
    """The receiver and the one item of a row, as an order has them."""
    for price in {"price", "item_price"} & cells.keys():
        cells["price_cents" if price == "price" else price] = _cents(place, price, cells.pop(price))
    receiver = {part: cells.pop(f"receiver_{part}", "") for part in _RECEIVER}
    item = {field: cells.pop(head) for head, field in _ITEM.items() if head in cells}
    if item and "price_cents" not in item:
        raise CannotDo(f"{place}: item_price is missing.")
    more = {"receiver": receiver} if any(receiver.values()) else {}
    return cells | more | ({"items": [item]} if item else {})


def _cents(place: str, field: str, text: str) -> int:
    try:
        cents = Decimal(text) * 100
    except InvalidOperation:
        cents = Decimal("0.5")
    if not cents.is_finite() or cents != int(cents):
        raise CannotDo(f"{place}: {field} {text!r} is not an amount such as 199.00.")
    return int(cents)


def _order(place: str, record: Record, zone: ZoneInfo, now: Instant) -> OrderTold:
    times = {field: _at(place, field, record[field], zone) for field in _TIMES if isinstance(record.get(field), str)}
    try:
        order = OrderTold.model_validate(record | times)
    except ValidationError as failed:
        first: Any = failed.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise CannotDo(f"{place}: {field} {reason(first)['en']}.".replace(":  ", ": ")) from None
    if (late := in_future(order, now)) is not None:
        raise CannotDo(f"{place}: {late}_at lies in the future.")
    return order


def _at(place: str, field: str, text: str, zone: ZoneInfo) -> int:
    """Milliseconds as they are, or a time by the shop's clock."""
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CannotDo(f"{place}: {field} {text!r} is not a time such as 2026-11-11 09:30:00.") from None
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1_000)
