"""Idle hands against least loaded: the same buyers and equal agents, at two merchants of one desk, at the same time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Final

import asyncpg

from _desks import Served, served
from goldensix.demo import seed
from goldensix.rehearsal.recording import read
from goldensix.rehearsal.rehearsal import Order, rehearse
from goldensix.rehearsal.report import Report
from goldensix.rehearsal.script import Script, write
from goldensix.rehearsal.sound import Sound, examine
from goldensix.rehearsal.talk import line_of
from goldensix.routing.policies import PolicyName

POLICIES: Final[tuple[PolicyName, PolicyName]] = ("idle_hands", "least_loaded")
AGENTS, LIMIT, BUSY = 24, 4, 0.8
_SEED: Final = 11
_MESSAGES: Final = """
  select m.stream, m.facts ->> 'by' as by, m.facts ->> 'message' as message,
         (extract(epoch from m.occurred_at) * 1000)::bigint as at
  from events m where m.merchant_id = $1 and m.type = 'message_sent' and m.facts ->> 'by' in ('buyer', 'agent')
  order by m.position
"""
_POLICIES: Final = """
  select distinct facts ->> 'policy' from events where merchant_id = $1 and type = 'agent_assigned'
"""


@dataclass(frozen=True)
class Hands:
    idle_hands_6s: float
    """Per cent of the consults to whose first answer somebody set about within six seconds."""
    least_loaded_6s: float
    followup_extra_s: float
    """How much longer a later question waited for its answer by idle hands than by least loaded, in the mean."""
    lost: int
    sounds: list[Sound]


async def hands(dsn: str, data: Path, minutes: float) -> Hands:
    recording = read(Path(seed.__file__).with_name("dialogues.jsonl"))
    drawn = write(recording, sessions=len(recording) * 5, rate=60, seed=_SEED)
    work = mean(sum(line.pause + line.typing for line in script.lines if line.by == "agent") for script in drawn)
    rate = 60_000 * BUSY * AGENTS / work
    scripts = write(recording, sessions=round(rate * minutes), rate=rate, seed=_SEED)
    async with served(dsn, data, workers=2, merchants=2) as here:
        for roster, policy in zip(here.rosters, POLICIES, strict=True):
            await here.people.change_merchant(roster.merchant.id, lambda s, p=policy: replace(s, policy=p), None)  # type: ignore[misc]  # of this turn of the loop
        reports = await asyncio.gather(*(_played(here, number, scripts, rate, dsn) for number in range(2)))
        for roster, policy in zip(here.rosters, POLICIES, strict=True):
            assert await here.pool.fetch(_POLICIES, roster.merchant.id) == [(policy,)]
        found = [await _waits(here.pool, roster.merchant.id, scripts) for roster in here.rosters]
    (idle, later_idle), (least, later_least) = found
    lost = sum(report.check.lost + report.check.undelivered + report.check.unplayed for report in reports)
    extra = round(mean(later_idle) - mean(later_least), 2)
    return Hands(_share(idle), _share(least), extra, lost, [await examine(dsn, usual_limit=LIMIT)])


async def _played(here: Served, number: int, scripts: list[Script], rate: float, dsn: str) -> Report:
    merchant, desk = here.rosters[number].merchant.id, f"http://127.0.0.1:{here.port}"
    order = Order("bundled", scripts, rate, AGENTS, LIMIT, _SEED, 1.0, desk, merchant, None, Path("nowhere"), dsn)
    return await rehearse(order, lambda _: None)


async def _waits(pool: asyncpg.Pool, merchant: int, scripts: Sequence[Script]) -> tuple[list[float], list[float]]:
    """Seconds until somebody set about the first answer, of each consult; and until each later answer was there."""
    firsts: dict[str, float] = {}
    later: list[float] = []
    asked: dict[str, int] = {}
    for row in await pool.fetch(_MESSAGES, merchant):
        stream = row["stream"]
        if row["by"] == "buyer":
            asked.setdefault(stream, row["at"])
        elif (since := asked.pop(stream, None)) is not None:
            waited = (row["at"] - since) / 1000
            if stream in firsts:
                later.append(waited)
            else:
                script, number = line_of(row["message"]) or (0, 0)
                line = scripts[script].line(number)
                firsts[stream] = waited - (line.pause + line.typing) / 1000
    return list(firsts.values()), later


def _share(firsts: Sequence[float]) -> float:
    return round(100 * sum(wait <= 6 for wait in firsts) / len(firsts), 1)
