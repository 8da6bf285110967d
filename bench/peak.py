"""Double Eleven on this machine, the load included.

    ./run bench peak [--json] [--quick]

*Floods*: messages and starts a second of two merchants, served by one process and by two workers, beside the bare path.
*Midnight*: 10,000 connected buyers of one merchant and 500 agents; a ramp, a spike at 00:00, a plateau.
*Hands*: the same rehearsal at the speed of life at two merchants at once, one by idle hands, one by least loaded.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import uvloop
from rich.console import Console
from rich.table import Table

from _desks import Served, served
from _hands import Hands, hands
from _load import Client, Frame, Pair, Tracker, flood, settle
from goldensix.adapters.postgres.embedded import EmbeddedPostgres, fresh_database
from goldensix.adapters.postgres.schema import prepare
from goldensix.rehearsal.sound import Sound, examine
from live import TEXT, Desk, measure_bare

WORKERS: Final = 2
MERCHANTS: Final = 2
PAIRS, STARTS, WINDOW = 200, 4_000, 16
CONNECTED, AGENTS, LIMIT = 10_000, 500, 8
SHAPE: Final = ((5, 20, 150), (5, 400, 400), (10, 100, 100))
"""Ramp, spike, plateau: seconds, and first messages a second at their beginning and end."""
SPIKE: Final = 1
_ANSWER_AFTER, _CLOSE_AFTER = 1.0, 4.0
_GOLDEN: Final = """
  with first as (
    select s.stream, s.occurred_at as asked, min(m.occurred_at) as answered
    from events s left join events m
      on m.merchant_id = s.merchant_id and m.stream = s.stream
        and m.type = 'message_sent' and m.facts ->> 'by' <> 'buyer'
    where s.type = 'conversation_started' group by 1, 2)
  select 100.0 * count(*) filter (where answered - asked <= interval '6 s') / count(*) from first
"""
_TRIES: Final = 4
Part = TypeVar("Part")
console = Console(stderr=True)


# ------------------------------------------------------------------------------------------------ floods


@dataclass(frozen=True)
class Flooded:
    messages_per_s: float
    starts_per_s: float
    lost: int
    sound: Sound


async def floods(dsn: str, data: Path, workers: int, seconds: float) -> Flooded:
    async with served(dsn, data, workers=workers, merchants=MERCHANTS) as here:
        tracker, pairs = Tracker(), dict[str, Pair]()
        desks = [here.desk(roster, tracker, pairs) for roster in here.rosters]
        for desk, roster in zip(desks, here.rosters, strict=True):
            await here.hire(desk, roster, 20, 200)
        talking = await _begun(desks, PAIRS // MERCHANTS)
        made = [desk.pair(buyer, at) for desk, buyers in zip(desks, talking, strict=True) for at, buyer in buyers]
        await flood(made, tracker, 1.0, WINDOW)
        rate = await flood(made, tracker, seconds, WINDOW)
        fresh = [await desk.buyers(STARTS // MERCHANTS) for desk in desks]
        starts = await asyncio.gather(*(desk.start(buyers) for desk, buyers in zip(desks, fresh, strict=True)))
        await settle(tracker)
        return Flooded(rate, sum(starts), tracker.lost, await examine(dsn))


async def _begun(desks: list[Desk], each: int) -> list[list[tuple[int, Client]]]:
    begun = []
    for number, desk in enumerate(desks):
        buyers = await desk.buyers(each)
        await desk.start(buyers)
        begun.append([(number * each + at, buyer) for at, buyer in enumerate(buyers)])
    return begun


# ---------------------------------------------------------------------------------------------- midnight


@dataclass
class Midnight:
    """Who began when, and when an agent's page showed it."""

    desk: Desk
    asked: dict[str, tuple[float, int]] = field(default_factory=dict)
    """By buyer: when, and in which part of the night."""
    shown: dict[str, float] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    def from_agent_side(self, client: Client, frame: Frame) -> None:
        """Every agent answers after a second, and ends after some more."""
        if frame.t == "reception" and frame.buyer not in self.shown:
            self.shown[frame.buyer] = time.perf_counter()
            loop, c = asyncio.get_running_loop(), frame.c
            loop.call_later(_ANSWER_AFTER, self.answer, client, c)
            loop.call_later(_CLOSE_AFTER, client.send, {"t": "close", "c": c})

    def answer(self, client: Client, c: str) -> None:
        id = f"answer-{c[-20:]}"
        self.sent.add(id)
        client.send({"t": "say", "c": c, "id": id, "text": TEXT})

    def ask(self, buyer: Client, number: int, part: int) -> None:
        id = f"night{number:06}"
        self.sent.add(id)
        self.asked[buyer.name] = time.perf_counter(), part
        buyer.send({"t": "say", "id": id, "text": TEXT})

    def p99_ms(self, part: int) -> float:
        """Of those who began then; nearest rank."""
        waits = [self.shown.get(buyer, at + 60) - at for buyer, (at, when) in self.asked.items() if when == part]
        return 1000 * sorted(waits)[max(0, -(-99 * len(waits) // 100) - 1)]


def arrivals(share: float) -> Iterator[tuple[float, int]]:
    """Seconds after the beginning, and the part of the night; `share` of all those who come at full size."""
    at = 0.0
    for part, (seconds, first, last) in enumerate(SHAPE):
        begins = at
        while at < begins + seconds:
            yield at, part
            at += 1 / share / (first + (last - first) * (at - begins) / seconds)
        at = begins + seconds


@dataclass(frozen=True)
class Night:
    first_screen_p99_ms: float
    golden_any: float
    connected: int
    memory_mb: float
    lost: int
    sound: Sound


async def midnight(dsn: str, data: Path, connected: int, agents: int) -> Night:
    async with served(dsn, data, workers=WORKERS, merchants=1) as here:
        desk = here.desk(here.rosters[0], Tracker(), {})
        night = Midnight(desk)
        desk.from_agent_side = night.from_agent_side  # type: ignore[method-assign]  # listens in
        console.print(f"  {agents} agents ...")
        await here.hire(desk, here.rosters[0], agents, LIMIT)
        console.print(f"  {connected} buyers ...")
        buyers = await desk.buyers(connected)
        await asyncio.sleep(3)
        memory = here.memory_mb()
        console.print("  the night ...")
        await _play(night, buyers)
        memory = max(memory, here.memory_mb())
        sound = await examine(dsn)
        lost = len(night.sent - await _stored(here))
        golden = float(await here.pool.fetchval(_GOLDEN))
        return Night(night.p99_ms(SPIKE), golden, len(buyers) + agents, memory, lost, sound)


async def _play(night: Midnight, buyers: list[Client]) -> None:
    gc.collect()
    gc.freeze()  # ours: ten thousand clients looked through at the spike would be measured as the desk's delay
    began = time.perf_counter()
    for number, (at, part) in enumerate(arrivals(len(buyers) / CONNECTED)):
        if (early := began + at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        night.ask(buyers[number], number, part)
    until = time.monotonic() + 60
    while len(night.shown) < len(night.asked) and time.monotonic() < until:
        await asyncio.sleep(0.1)
    await asyncio.sleep(_CLOSE_AFTER + 2)


async def _stored(here: Served) -> set[str]:
    rows = await here.pool.fetch(
        "select split_part(facts ->> 'message', '.', 2) as id from events where type = 'message_sent'"
    )
    return {row["id"] for row in rows}


# ----------------------------------------------------------------------------------------------- together


class Disturbed(Exception):
    """Sockets were closed under us: a worker got no processor for a second and a half, and lost what it owned."""


async def undisturbed(name: str, part: Callable[[], Awaitable[Part]], spare: int = 0) -> Part:
    """Our clients do not come back as pages do: if more than `spare` were sent away, all of it once more.

    Raises Disturbed.
    """
    console.print(f"{name} ...")
    for _ in range(_TRIES):
        before = Client.dropped
        with contextlib.suppress(KeyError):  # whose consult was never shown
            done = await part()
            if Client.dropped - before <= spare:
                return done
        console.print(f"  {Client.dropped - before} sockets were closed ({dict(Client.codes)}); once more")
    raise Disturbed(f"{name}: {_TRIES} times sockets were closed; try when the machine has less to do")


async def measure(folder: Path, server: str, *, quick: bool) -> dict[str, Any]:
    seconds, minutes = (2.0, 0.5) if quick else (5.0, 4.0)

    async def empty() -> str:
        dsn = await asyncio.to_thread(fresh_database, server)
        await prepare(dsn, upgrade=True)
        return dsn

    def data() -> Path:
        return Path(tempfile.mkdtemp(dir=folder))

    connected, agents = (1_000, 50) if quick else (CONNECTED, AGENTS)
    console.print("bare ...")
    bare = await measure_bare(await empty(), seconds)
    one = await undisturbed("one process", lambda: _with(empty, lambda dsn: floods(dsn, data(), 1, seconds)))
    two = await undisturbed("workers", lambda: _with(empty, lambda dsn: floods(dsn, data(), WORKERS, seconds)))
    night = await undisturbed(
        "midnight", lambda: _with(empty, lambda dsn: midnight(dsn, data(), connected, agents)), connected // 500
    )
    console.print("hands ...")
    found = await hands(await empty(), data(), minutes)
    console.print(
        f"bare {bare.per_s:,.0f} messages/s; one process {one.messages_per_s:,.0f} and {one.starts_per_s:,.0f} starts;"
        f" {WORKERS} workers are {two.messages_per_s / bare.per_s:.2f} of bare"
    )
    return _figures(one, two, night, found)


async def _with(empty: Callable[[], Awaitable[str]], part: Callable[[str], Awaitable[Part]]) -> Part:
    return await part(await empty())


def _figures(one: Flooded, two: Flooded, night: Night, found: Hands) -> dict[str, Any]:
    sounds = [one.sound, two.sound, night.sound, *found.sounds]
    return {
        "workers": WORKERS,
        "messages_per_s": round(two.messages_per_s),
        "starts_per_s": round(two.starts_per_s),
        "scale_vs_one": round(two.messages_per_s / one.messages_per_s, 2),
        "first_screen_p99_ms": round(night.first_screen_p99_ms, 1),
        "golden_any": round(night.golden_any, 2),
        "over_limit": sum(len(sound.over_limit) for sound in sounds),
        "doubled": sum(len(sound.doubled) + len(sound.two_agents) for sound in sounds),
        "lost": one.lost + two.lost + night.lost + found.lost + sum(len(sound.gaps) for sound in sounds),
        "connected": night.connected,
        "rss_mb": round(night.memory_mb),
        "idle_hands_6s": found.idle_hands_6s,
        "least_loaded_6s": found.least_loaded_6s,
        "followup_extra_s": found.followup_extra_s,
    }


def show(figures: dict[str, Any]) -> None:
    table = Table("figure", "value", title="bench peak", title_justify="left")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="small and short: to see that it runs")
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder), settings="max_connections = 120\n") as postgres,
    ):
        figures = uvloop.run(measure(Path(folder), postgres.dsn, quick=arguments.quick))
    print(json.dumps(figures)) if arguments.json else show(figures)


if __name__ == "__main__":
    main()
