"""The laws of assignment on a real PostgreSQL, and that no slot drifts there."""

import asyncio
import random
from collections.abc import Callable

import asyncpg
import pytest

from assignment_days import AGENTS, BUYERS, GROUPS, Day
from builders import MERCHANT, stored
from goldensix.actions.desk import Desk
from goldensix.actions.folds import Folds
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.slots import audit_slots
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.routing.policies import POLICIES

_STEPS, _SETTLED_EACH = 120, 7


@pytest.fixture(scope="module")
def empty_log(postgres_server: str) -> str:
    dsn = fresh_database(postgres_server)
    asyncio.run(prepare(dsn, upgrade=True))
    return dsn


def one_step(day: Day, chance: random.Random) -> None:
    who, number, buyer, group = (
        chance.choice(AGENTS),
        chance.randrange(6),
        chance.choice(BUYERS),
        chance.choice(GROUPS),
    )
    deed = chance.choice(["disconnect", "connect", "ready", "ready", "break", "type", "take"])
    steps: list[Callable[[], None]] = [
        lambda: day.ask(buyer, group, "zh", "在吗"),
        lambda: day.ask(buyer, group, "en", "在吗"),
        lambda: day.ask(buyer, group, "zh", chance.choice(["选酒", "酒坏了", "急"])),
        lambda: day.roster(who, chance.choice([None, -1, 0.01]), chance.choice([0.02, 3])),
        lambda: day.set_hours(group, chance.choice([None, 1200, 1081])),
        lambda: day.deed(who, deed),
        lambda: day.answer(who, number),
        lambda: day.answer(who, number),
        lambda: day.close(who, number),
        lambda: day.transfer(who, number, -group),
        lambda: day.transfer(who, number, chance.choice(AGENTS)),
        lambda: day.reassign(who, chance.choice([None, *AGENTS])),
        lambda: day.move(who, buyer, chance.choice(["hand", "take_over", "put_back"])),
        lambda: day.pass_time(chance.choice([0.5, 3, 10, 61, 301])),
    ]
    chance.choice(steps)()


async def a_day(dsn: str, seed: int) -> None:
    chance = random.Random(seed)
    async with asyncpg.create_pool(dsn, min_size=1, max_size=3) as pool:
        await pool.execute("truncate log_heads, events, bodies, receptions, snapshots")
        day = Day(chance.choice(list(POLICIES.values())), log=PostgresLog(pool))
        committing = asyncio.create_task(day.desk.run())
        for number in AGENTS[:2]:
            day.arrive(number)
        for step in range(_STEPS):
            one_step(day, chance)
            if step % _SETTLED_EACH == 0:
                await day.desk.settled()
            if step == _STEPS // 2:
                await day.desk.settled()
                await Snapshots(pool).save(MERCHANT, day.desk.folds, stored)
        day.everybody_comes()
        await day.desk.settled()
        committing.cancel()
        audit = await audit_slots(pool, MERCHANT)
        assert (audit.drifted, audit.events) == ((), day.desk.folds.position)
        again = Desk(MERCHANT, day.desk.premises, day.desk.ports)
        await again.load(Folds())
        assert again.folds == day.desk.folds


@pytest.mark.parametrize("seed", range(6))
def test_the_laws_hold_and_no_slot_drifts(empty_log: str, seed: int) -> None:
    asyncio.run(a_day(empty_log, seed))
