"""Orders out of a file: read as people write them, and a slip is told with file, row and field."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from goldensix.adapters.postgres.mirror import Mirror
from goldensix.adapters.spreadsheets import xlsx_of
from goldensix.api.http.shop_orders import ItemTold, OrderTold, ReceiverTold
from goldensix.cannot import CannotDo
from goldensix.events.ids import Instant
from goldensix.ordering import read, take_orders
from shop_builders import open_counter

ZONE, NOW = ZoneInfo("Asia/Shanghai"), Instant(1_763_000_000_000)
HEADS = "number,customer,status,price,item,quantity,item_price,receiver_name,placed_at,paid_at"
ROW = "N1,c-1,paid,199.00,Teapot,2,99.50,陈一,2025-11-11 09:30:00,1762824700000"
PLACED = 1_762_824_600_000
LINE = '{"number": "N1", "customer": "c-1", "status": "placed", "price_cents": 5, "placed_at": "2025-11-11 09:30:00"}'


def written(folder: Path, *lines: str, name: str = "a.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines))
    return file


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_is_read_by_the_shops_clock(tmp_path: Path, kind: str) -> None:
    file = written(tmp_path, HEADS, ROW)
    if kind == "xlsx":
        file.write_bytes(xlsx_of(HEADS.split(","), [ROW.split(",")]))
    [order] = read(file, ZONE, NOW)
    assert order == OrderTold(
        number="N1", customer="c-1", status="paid", price_cents=19_900, placed_at=PLACED, paid_at=1_762_824_700_000,
        items=[ItemTold(title="Teapot", quantity=2, price_cents=9_950)], receiver=ReceiverTold(name="陈一"),
    )  # fmt: skip


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    [order] = read(written(tmp_path, LINE, "", name="a.jsonl"), ZONE, NOW)
    assert (order.number, order.placed_at, order.items) == ("N1", PLACED, None)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((HEADS, ROW.replace("199.00", "a lot")), "a.csv, row 2: price 'a lot' is not an amount"),
        ((HEADS, ROW.replace("99.50", "")), "a.csv, row 2: item_price is missing"),
        ((HEADS, ROW.replace("199.00", "1.999")), "a.csv, row 2: price '1.999' is not an amount"),
        ((HEADS, ROW.replace("2025-11-11", "11.11.")), "a.csv, row 2: placed_at '11.11. 09:30:00' is not a time"),
        ((HEADS, ROW.replace("2025", "2026")), "a.csv, row 2: (order N1): paid_at is before placed_at"),
        ((HEADS, "", ROW.replace("1762824700000", "1863000000000")), "a.csv, row 3: paid_at lies in the future"),
        ((HEADS, ROW.replace("paid", "lost")), "a.csv, row 2: status must be"),
        ((HEADS, ROW, ROW), "a.csv, row 3: number N1 is in row 2 already"),
        ((HEADS.replace("customer", "buyer"), ROW), "a.csv, row 2: customer is missing"),
        ((HEADS,), "there is no order in it"),
        ((LINE, LINE[:40]), "a.csv, line 2: this is not a JSON object"),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(CannotDo) as refused:
        read(written(tmp_path, *lines), ZONE, NOW)
    assert told in str(refused.value)


async def test_a_file_is_taken_whole_or_not_at_all(database: str, tmp_path: Path) -> None:
    console = Console(quiet=True)
    async with open_counter(database) as counter:
        mirror, shop = Mirror(counter.pool, counter.clock), counter.shop.id
        for lines, shop_there, number in (
            ((HEADS, ROW, ROW), shop, 0),
            ((HEADS, ROW), 10**6, 0),
            ((HEADS, ROW), shop, 1),
        ):
            file = written(tmp_path, *lines)
            if number:
                await take_orders(database, shop_there, file, console)
            else:
                with pytest.raises(CannotDo):
                    await take_orders(database, shop_there, file, console)
            assert len(await mirror.untold(counter.merchant.id, 0)) == number
        other = written(tmp_path, HEADS, ROW.replace("N1", "N2"), ROW.replace("c-1", "c-2"))
        with pytest.raises(CannotDo, match="order N1 is another customer's"):
            await take_orders(database, shop, other, console)
        assert await counter.pool.fetchval("select count(*) from orders") == 1
