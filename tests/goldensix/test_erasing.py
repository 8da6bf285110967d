"""A buyer who asks to be forgotten is: words, pictures, name and address; what happened stays, of nobody."""

import json
from pathlib import Path

import polars as pl
import pytest

from commands import INIT, PASSWORD, done, refusal, talk
from goldensix.adapters.postgres.embedded import run_sql
from import_builders import TALK, csv_text, written

PICTURE = "ab" + "0" * 30


@pytest.fixture
def shop(database: str, tmp_path: Path) -> str:
    done("init", *INIT, dsn=database, GOLDENSIX_ADMIN_PASSWORD=PASSWORD)
    talk(database)
    run_sql(
        database,
        f"""
        insert into buyers (id, merchant_id, shop_id, customer, name, created_at)
          values ('chen', 1, 1, 'c-1', '陈', now());
        insert into orders (merchant_id, shop_id, buyer_id, number, status, placed_at, price_cents, receiver_name,
          receiver_phone, receiver_address, remark, told_at)
          values (1, 1, 'chen', '7', 'placed', now(), 100, '陈', '138', 'x', 'y', now());
        insert into pictures values ('{PICTURE}', 1, 'bchen', 1, 1, 'image/png', 5, now());
        """,
    )
    file = tmp_path / "data" / "pictures" / PICTURE[:2] / PICTURE[2:]
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a cup")
    return database


@pytest.mark.parametrize("who", [("--conversation", "c1"), ("--buyer", "chen"), ("--customer", "c-1", "--shop", "1")])
def test_nothing_personal_is_left_and_the_facts_are(shop: str, tmp_path: Path, who: tuple[str, ...]) -> None:
    told = done("erase-buyer", *who, "--data", str(tmp_path / "data"), dsn=shop)
    assert "2 events in 1 conversations, 1 pictures, the receiver of 1 orders, and 0 labels" in told
    assert run_sql(shop, "select count(*) from bodies where body is not null") == "0"
    assert run_sql(shop, "select count(*) from events") == "3"
    receiver = "receiver_name || receiver_phone || receiver_address || remark"
    assert run_sql(shop, f"select {receiver} || price_cents from orders") == "100"
    assert run_sql(shop, "select name || customer from buyers") == "erased chen"
    assert not [path for path in (tmp_path / "data" / "pictures").rglob("*") if path.is_file()]
    assert run_sql(shop, "select what || subject from audit where what = 'buyer erased'") == "buyer erasedbuyer chen"


def test_a_buyer_in_conversation_is_not_half_forgotten(shop: str, tmp_path: Path) -> None:
    run_sql(shop, "insert into receptions values ('c1', 1, 1, 'chen', null)")
    told = refusal("erase-buyer", "--conversation", "c1", "--data", str(tmp_path / "data"), dsn=shop)
    assert "in conversation now" in told
    assert run_sql(shop, "select count(*) from bodies where body is not null") == "2"


def test_who_is_not_there_or_not_said_is_told(shop: str, tmp_path: Path) -> None:
    assert "no buyer of c9" in refusal("erase-buyer", "--conversation", "c9", dsn=shop)
    assert "by one of" in refusal("erase-buyer", dsn=shop)
    assert "Say of which shop" in refusal("erase-buyer", "--customer", "c-1", dsn=shop)


def test_an_imported_buyer_is_forgotten_and_the_figures_stay(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    unread = ("no time", "小鱼", "买家", "南栖:晓", "我的电话")
    chats = written(tmp_path / "in", csv_text((*TALK, unread, ("no time", "大山", *unread[2:]))))
    done("import", str(chats), "--yes", "--shop", "Tea", "--data", data, GOLDENSIX_MOST_REJECTED="50")
    before = done("report", "--json", "--caliber", "golden_six_human,average_response", "--data", data)
    assert "小鱼" in everything(tmp_path / "data")
    done("erase-buyer", "--imported", "小鱼", "--shop", "1000001", "--data", data)
    left = everything(tmp_path / "data")
    assert "小鱼" not in left
    assert "大山" in left
    after = done("report", "--json", "--caliber", "golden_six_human,average_response", "--data", data)
    assert figures(after) == figures(before)
    told = refusal("erase-buyer", "--imported", "小鱼", "--shop", "1000001", "--data", data)
    assert "No imported line of shop 1000001" in told


def everything(folder: Path) -> str:
    lines = "".join(str(pl.read_parquet(path, hive_partitioning=False).rows()) for path in folder.rglob("*.parquet"))
    return lines + "".join(path.read_text() for path in folder.rglob("*.csv"))


def figures(report: str) -> list[tuple[str, float, int]]:
    return [(row["caliber"], row["num"], row["den"]) for row in json.loads(report)["rows"]]
