"""What really happens to a desk, while buyers write without a pause and a rehearsal's agents answer others.

Afterwards: what was acknowledged is stored once, where the desk said; the rehearsal was played to its end, word for
word; nobody had more conversations than the limit, and no conversation two agents. Here one fault follows the other;
`./run faults` looks after each, with a larger rehearsal and longer faults.
"""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final

import psutil
import pytest

from bursts import BUYERS, LIMIT, stage
from desk_load import Load, load, stored_by_buyers
from goldensix.adapters import clock
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.rehearsal.sound import examine
from played_load import rehearsal
from several_workers import longest_silence, recovers
from shaky_ground import Ground, shaky_ground

LONG: Final = bool(os.environ.get("GOLDENSIX_FAULTS"))
_STILL: Final = 10.0 if LONG else 2.5
"""Seconds that what stands still stands still."""
_WITHIN: Final = 120.0 if LONG else 30.0
_BURSTS: Final = int(os.environ.get("GOLDENSIX_BURSTS", "1000" if LONG else "8"))
Fault = Callable[[Ground, Load], Awaitable[None]]


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with shaky_ground() as ground:
        yield ground


async def test_of_fifty_who_begin_at_once_none_is_over_limit_doubled_or_lost(ground: Ground) -> None:
    tag = f"b{secrets.token_hex(3)}"
    began = time.monotonic()
    async with stage(ground.desk, ground.dsn, tag) as burst:
        for number in range(1, _BURSTS + 1):
            await burst.burst(number)
        told = burst.told
        for buyer in burst.buyers:
            assert (buyer.number_heard("buyer"), buyer.number_heard("agent")) == (_BURSTS, _BURSTS)
    assert told.over_limit + told.contradicted == []
    assert (len(told.given), {len(agents) for agents in told.given.values()}) == (BUYERS * _BURSTS, {1})
    sound = await examine(ground.dsn, usual_limit=LIMIT)
    assert not sound.faults
    assert not sound.waiting
    assert [sound.places[place] for place in told.places] == list(told.places.values())
    print(
        f"\n{_BURSTS} bursts of {BUYERS}, {time.monotonic() - began:.0f} s: {sound.assigned} assigned, {sound.closed} "
        f"closed, none over limit, doubled or lost; the log and {len(told.places)} places told to sockets agree;"
        f" {told.reopened} sockets were closed by the desk and came back"
    )


async def the_owner_is_killed(ground: Ground, talk: Load) -> None:
    owner = await ground.workers.owner()
    await recovers(talk, "the owner killed", ground.workers.processes()[owner].kill, within=_WITHIN)


async def another_worker_is_killed(ground: Ground, talk: Load) -> None:
    owner = await ground.workers.owner()
    other = next(process for name, process in ground.workers.processes().items() if name != owner)
    await recovers(talk, "another worker killed", other.kill, within=_WITHIN)


async def nats_is_killed(ground: Ground, talk: Load) -> None:
    await recovers(talk, "NATS killed", ground.workers.nats().kill, within=_WITHIN)


async def postgresql_is_killed(ground: Ground, talk: Load) -> None:
    await recovers(talk, "PostgreSQL killed", ground.postmaster().kill, within=_WITHIN)


async def postgresql_is_restarted(ground: Ground, talk: Load) -> None:
    """As an administrator does, sessions ended first."""
    stop = ground.postmaster()
    await recovers(talk, "PostgreSQL restarted", lambda: stop.send_signal(signal.SIGINT), within=_WITHIN)


async def the_owner_stands_still(ground: Ground, talk: Load) -> None:
    """It wakes up believing that the merchant is its own; nothing it stores then may count."""
    await recovers(talk, "all sockets closed", ground.front.break_all, within=_WITHIN)  # they spread over both anew
    process = ground.workers.processes()[await ground.workers.owner()]
    began = time.monotonic()
    await recovers(talk, "the owner stands still", process.suspend, within=_WITHIN, buyers=1)
    await asyncio.sleep(_STILL - (time.monotonic() - began))
    await recovers(talk, "the owner awake again", lambda: _wake([process]), within=_WITHIN)


async def postgresql_stands_still(ground: Ground, talk: Load) -> None:
    processes = [ground.postmaster(), *ground.postmaster().children()]
    for process in processes:
        process.suspend()
    await asyncio.sleep(_STILL)

    await recovers(talk, f"PostgreSQL awake after {_STILL} s", lambda: _wake(processes), within=_WITHIN)


def _wake(processes: Sequence[psutil.Process]) -> None:
    """Those that nobody ended meanwhile."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.resume()


async def the_disk_is_full(ground: Ground, talk: Load) -> None:
    ground.disk.fill()
    before = talk.acked
    await asyncio.sleep(_STILL)
    kind = "a disk of its own" if ground.disk.real else "files that may not grow"
    print(f"\n{talk.acked - before} messages were acknowledged while the disk was full ({kind})")
    await recovers(talk, f"{_STILL} s of a full disk over", ground.disk.free, within=_WITHIN)


async def the_database_is_slow(ground: Ground, talk: Load) -> None:
    """Each packet takes a tenth of a second, either way."""
    ground.back.delay = 0.1
    longest = await longest_silence(talk, _after(_STILL), within=_WITHIN)
    print(f"\na slow database: no buyer heard nothing for longer than {longest:.2f} s")
    await recovers(talk, "the database fast again", lambda: setattr(ground.back, "delay", 0.0), within=_WITHIN)


async def connections_to_the_database_break(ground: Ground, talk: Load) -> None:
    await recovers(talk, "connections to the database broken", ground.back.break_all, within=_WITHIN)


async def connections_to_the_database_are_lost_in_silence(ground: Ground, talk: Load) -> None:
    """As when something between forgets them: what is written goes nowhere, and nobody is told."""
    await recovers(talk, "connections to the database lost in silence", ground.back.lose_all, within=_WITHIN)


async def sockets_are_cut_within_a_frame(ground: Ground, talk: Load) -> None:
    for _ in range(5 if LONG else 2):
        await recovers(talk, f"{len(talk.writers)} and more sockets cut", ground.front.cut_all, within=_WITHIN)


async def workers_are_replaced(ground: Ground, talk: Load) -> None:
    """One after the other, by command."""
    command = ground.workers.desk.command("restart-workers")
    before = ground.workers.processes().keys()
    done = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    longest = await longest_silence(talk, lambda: done.returncode is not None, within=120)
    print(f"\nworkers replaced: no buyer heard nothing for longer than {longest:.2f} s")
    assert done.stdout is not None
    assert b"2 workers of process" in await done.stdout.read()
    assert ground.workers.processes().keys().isdisjoint(before)


async def the_clock_leaps_an_hour_ahead(ground: Ground, talk: Load) -> None:
    await recovers(talk, "the clock an hour ahead", lambda: ground.move_clock(3_600), within=_WITHIN)


async def the_clock_falls_back_an_hour(ground: Ground, talk: Load) -> None:
    await recovers(talk, "the clock an hour back", lambda: ground.move_clock(0), within=_WITHIN)


async def a_worker_comes_back_and_merchants_spread_again(ground: Ground, talk: Load) -> None:
    """After a while in which nobody comes or goes; ours may be among those that move."""
    pool = await open_pool(ground.dsn, most=1)
    for number in range(5):
        await People(pool, clock.now).add_merchant(f"Merchant {number}")
    await pool.close()
    await ground.workers.merchants_are_spread()
    await the_owner_is_killed(ground, talk)
    await ground.workers.all_serve()
    began, spreading = time.monotonic(), asyncio.create_task(ground.workers.merchants_are_spread())
    longest = await longest_silence(talk, spreading.done, within=60)
    print(f"\nmerchants spread after {time.monotonic() - began:.1f} s: no buyer heard nothing for over {longest:.2f} s")


FAULTS: Final[tuple[Fault, ...]] = (
    the_owner_is_killed,
    another_worker_is_killed,
    nats_is_killed,
    postgresql_is_killed,
    postgresql_is_restarted,
    the_owner_stands_still,
    postgresql_stands_still,
    the_disk_is_full,
    the_database_is_slow,
    connections_to_the_database_break,
    connections_to_the_database_are_lost_in_silence,
    sockets_are_cut_within_a_frame,
    workers_are_replaced,
    the_clock_leaps_an_hour_ahead,
    the_clock_falls_back_an_hour,
)


async def _during(ground: Ground, faults: Sequence[Fault], sessions: int, rate: float) -> None:
    async with (
        load(ground.desk) as talk,
        rehearsal(ground.desk.url, ground.dsn, sessions=sessions, rate=rate) as played,
    ):
        await played.begun(50)
        await talk.until_acked(200)
        for fault in faults:
            await ground.workers.all_serve()
            await fault(ground, talk)
        await talk.until_all_is_acked()
        report = await played.report()
        talk.in_one_place_each(await stored_by_buyers(ground.dsn))
    sound = await examine(ground.dsn, usual_limit=LIMIT)
    assert not sound.faults
    print(f"{talk.acked} messages of buyers alone, {report.check.stored} of the rehearsal: stored once, in their place")


if LONG:

    @pytest.mark.parametrize(
        "fault", [*FAULTS, a_worker_comes_back_and_merchants_spread_again], ids=lambda fault: fault.__name__
    )
    async def test_nothing_is_lost_doubled_or_over_limit_when(ground: Ground, fault: Fault) -> None:
        await _during(ground, [fault], sessions=600, rate=60)

else:

    async def test_nothing_is_lost_doubled_or_over_limit_whatever_happens(ground: Ground) -> None:
        await _during(ground, FAULTS, sessions=250, rate=15)


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until
