"""Which worker owns which merchant, and that who owned it before writes no more."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
import pytest

from bad_line import Line, to_port
from desk_stage import eventually
from goldensix.adapters import clock
from goldensix.adapters.postgres import owners as owners_module
from goldensix.adapters.postgres import single as single_module
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.owners import Owners
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.single import DESK_LOCK, OtherDesk, the_only_desk
from goldensix.events.facts import AgentConnected
from goldensix.events.ids import TEAM_STREAM, AccountId, MerchantId
from goldensix.log.port import Append, Appended, Draft, Fenced


@dataclass
class House:
    dsn: str
    pool: asyncpg.Pool
    merchants: list[MerchantId]

    @asynccontextmanager
    async def worker(self, name: str) -> AsyncIterator[Owners]:
        owners = Owners(self.dsn, name)
        keeping = asyncio.create_task(owners.keep())
        try:
            await owners.looked()
            yield owners
        finally:
            keeping.cancel()
            await owners.leave()


@pytest.fixture
async def house(users_own_database: str) -> AsyncIterator[House]:
    """On a database of a role that may do no more than it must."""
    await prepare(users_own_database, upgrade=True)
    pool = await open_pool(users_own_database)
    people = People(pool, clock.now)
    merchants = [(await people.add_merchant(f"House {number}")).id for number in range(6)]
    yield House(users_own_database, pool, merchants)
    await pool.close()


async def test_each_merchant_has_one_owner_and_all_know_whom(house: House) -> None:
    async with house.worker("one") as one, house.worker("two") as two:
        await eventually(lambda: all(two.place(m) and one.place(m) for m in house.merchants))
        assert not {*one.epochs} & {*two.epochs}
        assert {*one.epochs, *two.epochs} == {*house.merchants}
        for merchant in house.merchants:
            assert one.place(merchant) == two.place(merchant) == ("one" if merchant in one.epochs else "two")


async def test_whoever_leaves_is_followed_by_another(house: House) -> None:
    async with house.worker("two") as two:
        async with house.worker("one") as one:
            await eventually(lambda: len(one.epochs) + len(two.epochs) == 6)
        await eventually(lambda: {*two.epochs} == {*house.merchants})


async def test_an_owner_whose_session_ends_is_told_and_writes_no_more(house: House) -> None:
    merchant, lost = house.merchants[0], []
    async with house.worker("one") as one, house.worker("two") as two:
        await eventually(lambda: one.place(merchant) is not None)
        owner, other = (one, two) if merchant in one.epochs else (two, one)
        stale = PostgresLog(house.pool, dict(owner.epochs))

        async def note(merchant: MerchantId) -> None:
            lost.append(merchant)

        owner.lost = note
        assert isinstance((await stale.append(merchant, [connected(1)], clock.now()))[0], Appended)
        other.look_now()
        owner.stop_taking()
        assert owner._connection is not None
        await house.pool.execute("select pg_terminate_backend($1)", owner._connection.get_server_pid())
        await eventually(lambda: merchant in other.epochs and merchant in lost)
        assert other.epochs[merchant] == 2
        for append in (connected(2), Append(TEAM_STREAM, connected(2).drafts, None)):
            with pytest.raises(Fenced):
                await stale.append(merchant, [append], clock.now())
        with pytest.raises(Fenced):
            await PostgresLog(house.pool, owner.epochs).append(merchant, [connected(2)], clock.now())
        fresh = PostgresLog(house.pool, other.epochs)
        assert await fresh.head(merchant) == 1
        assert isinstance((await fresh.append(merchant, [connected(2)], clock.now()))[0], Appended)


def connected(position: int) -> Append:
    """The team's event at this position, as its writer expects it."""
    return Append(TEAM_STREAM, (Draft(AgentConnected(AccountId(position)), clock.now()),), position - 1)


async def test_a_worker_that_is_silent_loses_what_it_owns(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners_module, "SILENT", 0.9)
    stopped = Owners(house.dsn, "stopped")
    await stopped.join()
    await stopped._look_and_take()
    await stopped._look_and_take()
    assert len(stopped.epochs) == 6
    async with house.worker("other") as other:
        await eventually(lambda: len(other.epochs) == 6)
        assert stopped._ended
    await stopped.leave()


async def test_a_worker_whose_session_a_network_forgot_has_its_merchants_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, too, though PostgreSQL believes that its last session is there, locks and all."""
    monkeypatch.setattr(owners_module, "_ANSWERS_WITHIN", 0.5)
    with through_a_line(house.dsn) as (line, dsn):
        async with House(dsn, house.pool, house.merchants).worker("one") as one:
            await eventually(lambda: len(one.epochs) == 6)
            epochs = dict(one.epochs)
            line.lose_all()
            await eventually(lambda: not one.epochs)
            await eventually(lambda: len(one.epochs) == 6)
            assert all(one.epochs[merchant] == epoch + 1 for merchant, epoch in epochs.items())


async def test_a_desk_whose_session_a_network_forgot_takes_its_database_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_module, "_LOOK_EVERY", 0.2)
    monkeypatch.setattr(single_module, "_ANSWERS_WITHIN", 0.5)
    with through_a_line(house.dsn) as (line, dsn):
        async with the_only_desk(dsn) as hold:
            keeping = asyncio.create_task(hold.keep())
            before = await holders(house)
            line.lose_all()
            async with asyncio.timeout(10):
                while await holders(house) in ([], before):
                    await asyncio.sleep(0.05)
            with pytest.raises(OtherDesk):
                async with the_only_desk(house.dsn):
                    pass
            keeping.cancel()


@contextmanager
def through_a_line(dsn: str) -> Iterator[tuple[Line, str]]:
    """A network to the database that can be spoiled, and the DSN by way of it."""
    at = urlsplit(dsn)
    assert at.port
    with Line(to_port(at.port)) as line:
        yield line, dsn.replace(f":{at.port}/", f":{line.port}/")


async def holders(house: House) -> list[int]:
    """The sessions that hold the database for a desk alone."""
    rows = await house.pool.fetch(
        """select pid from pg_locks where locktype = 'advisory' and objid = $1 and granted and mode = 'ExclusiveLock'
           and database = (select oid from pg_database where datname = current_database())""",
        DESK_LOCK,
    )
    return [row["pid"] for row in rows]


async def test_a_desk_without_workers_and_workers_shut_each_other_out(house: House) -> None:
    async with house.worker("one"):
        with pytest.raises(OtherDesk):
            async with the_only_desk(house.dsn):
                pass
    async with the_only_desk(house.dsn):
        with pytest.raises(OtherDesk):
            await Owners(house.dsn, "one").join()


async def test_a_merchant_who_is_new_gets_an_owner(house: House) -> None:
    async with house.worker("one") as one:
        made = await People(house.pool, clock.now).add_merchant("A new house")
        assert await one.find(made.id, 5) == "one"
        assert await one.find(MerchantId(999), 0.1) is None


async def test_a_worker_that_comes_later_gets_its_share_once_nobody_comes_or_goes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners_module, "CALM", 2)
    monkeypatch.setattr(owners_module, "LOOK_EVERY", 0.05)
    async with house.worker("one") as one:
        await eventually(lambda: len(one.epochs) == 6)
        settled: list[MerchantId] = []

        def settle(merchant: MerchantId) -> None:
            assert not one.owns(merchant)
            assert one.place(merchant) == "one"
            settled.append(merchant)
            one.given(merchant)

        one.give, one.may_give = settle, lambda merchant: merchant != house.merchants[0]
        async with house.worker("two") as two:
            await eventually(lambda: len(two.epochs) == 3)
            assert {*settled} == {*two.epochs}
            assert {*one.epochs} == {*house.merchants} - {*settled}
            for _ in range(5):
                await one.looked()
            assert len(settled) == 3


def test_merchants_without_an_owner_go_to_who_has_the_fewest() -> None:
    owners = {MerchantId(1): "one", MerchantId(2): "one", MerchantId(3): None, MerchantId(4): None}
    turns = owners_module._turns([MerchantId(3), MerchantId(4)], ["one", "two"], owners)
    assert turns == {MerchantId(3): "two", MerchantId(4): "two"}
    assert owners_module._turns([MerchantId(3)], [], owners) == {}
