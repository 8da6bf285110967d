"""Whatever a buyer typed, was called or was sent, wherever that is kept: forgotten, it is nowhere."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import polars as pl
import pytest
from PIL import Image

from commands import goldensix
from desk_stage import BuyerPage, StaffPage, Stage, open_stage
from goldensix.adapters.bank.findings import Proposal, Proposals
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.mirror import OrderDraft
from goldensix.adapters.postgres.orders import Receiver
from goldensix.adapters.visitors import customer_signature
from goldensix.robot.question import Labelled
from goldensix.team.roles import Role

MARK = "zqfxw"
"""In all that is to be forgotten, and in nothing else."""


@pytest.fixture
async def stage(database: str, tmp_path: Path) -> AsyncIterator[Stage]:
    (tmp_path / "data").mkdir()
    async with open_stage(database, tmp_path / "data") as stage:
        await stage.hire("guo", Role.SERVICE_MANAGER)
        yield stage


async def visitor(stage: Stage) -> str:
    """A customer whom the shop vouches for, by name."""
    customer, name = f"customer-{MARK}", f"name-{MARK}"
    said = f"{customer}\n{name}"
    claim = {"customer": customer, "name": name, "signature": customer_signature(said, stage.shop.secret)}
    answer = (await (await stage.browser()).post("/api/visitor", json={"shop": stage.shop.id, **claim})).json()
    assert answer["customer"]
    return str(answer["token"])


def picture() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(out, "PNG")
    return {"file": ("cup.png", out.getvalue(), "image/png")}


async def speaks(stage: Stage, agent: StaffPage, buyer: BuyerPage, token: str) -> None:
    """Words, pictures, notes and tasks, of both sides."""
    browser, work = await stage.browser(), await stage.browser("lin")
    his = await browser.post("/api/visitor/pictures", files=picture(), headers={"Authorization": f"Bearer {token}"})
    await buyer.says(f"my phone is {MARK}", page=f"https://shop.example/?q={MARK}")
    await buyer.says("", picture=his.json()["id"])
    await agent.receives(buyer.c)
    theirs = (await work.post("/api/pictures", files=picture())).json()
    await agent.answers(buyer.c, f"your {MARK} is noted")
    await agent.does("say", c=buyer.c, id="picture-1", picture=theirs["id"])
    task = {"task": "order_change", "wish": "address", "note": f"to {MARK}"}
    await agent.does("transfer", c=buyer.c, group=stage.after_sale.id, **task)
    await agent.catches_up()
    assert agent.refusals == ["bad_command"]  # its own question of whether the desk is there


async def is_known(stage: Stage, buyer: BuyerPage) -> None:
    """What people keep of a buyer besides the conversation."""
    house, merchant, shop = stage.desk.house, stage.merchant.id, stage.shop.id
    receiver = Receiver(MARK, f"138{MARK}", f"{MARK} road 6")
    order = OrderDraft(f"customer-{MARK}", "T1", {"placed": house.now()}, 100, (), receiver, MARK)
    await house.mirror.take(merchant, shop, [order], house.now())
    words = f"my phone is {MARK}"
    question = await house.questions.add(merchant, QuestionDraft("phone", (words, "which phone")), None)
    await house.bank.label(merchant, [Labelled(words, None), Labelled("and now", None, None, words)], None)
    await house.findings.put(merchant, Proposals(9, 9, (Proposal("k", (words,), 1, 1, words, question),)))
    manager = await stage.browser("guo")
    block = {"why": "other", "note": MARK, "address": True}
    assert (await manager.post(f"/api/conversations/{buyer.c}/block", json=block)).status_code == 201
    await buyer.gets("event", type="conversation_closed")


async def tables(pool: asyncpg.Pool) -> dict[str, int]:
    """Rows in which the mark stands, as text or as bytes, by table."""
    names = await pool.fetch("select tablename from pg_tables where schemaname = 'public'")
    ways = f"%{MARK}%", f"%{MARK.encode().hex()}%"
    found = {
        name: await pool.fetchval(f'select count(*) from "{name}" t where t::text like any($1::text[])', ways)
        for (name,) in names
    }
    return {name: count for name, count in found.items() if count}


def files(folder: Path) -> list[str]:
    """Pictures, and files in which the mark stands; what Parquet packs is unpacked."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in found if "pictures" in path.parts or MARK.encode() in _content(path)]


def _content(path: Path) -> bytes:
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path, hive_partitioning=False).rows()).encode()
    return path.read_bytes()


async def test_of_a_buyer_who_is_forgotten_nothing_is_left_anywhere(
    stage: Stage, database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    data = stage.desk.house.imports.data
    token = await visitor(stage)
    async with stage.at_work("lin") as agent, stage.buyer(token) as buyer:
        await speaks(stage, agent, buyer, token)
        await is_known(stage, buyer)
        c = buyer.c
    await stage.desk.floors.close()
    kept = {"bodies", "bank_labelled", "bank_versions", "bank_findings", "blocks", "buyers", "orders"}
    assert (set(await tables(stage.desk.pool)), len(files(data))) == (kept, 2)
    told = await asyncio.to_thread(goldensix, "archive", "--data", str(data), dsn=database)
    assert told.returncode == 0, told.stderr
    told = await asyncio.to_thread(goldensix, "erase-buyer", "--conversation", c, "--data", str(data), dsn=database)
    assert "2 pictures, the receiver of 1 orders, and 3 labels" in told.stdout, told
    assert (await tables(stage.desk.pool), files(data)) == ({}, [])
    [bank] = await stage.desk.house.questions.all(stage.merchant.id)
    assert bank.newest.draft.phrasings == ("which phone",)
    assert MARK not in "".join(capfd.readouterr()) + told.stdout + told.stderr
