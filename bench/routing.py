"""How long one decision takes, beside a plain loop over the same queue and team that keeps the same limits.

    ./run bench routing [--json]

500 agents of four groups, 5,000 buyers of three shops and two languages wait. The plain loop holds every buyer against
every agent and takes the one with the fewest conversations: no overflow, no last agent, no reasons. The two take
turns, and the median counts.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, ShopId
from goldensix.routing.decide import Hand, Overflow, Waiting, decide
from goldensix.routing.policies import POLICIES
from goldensix.team.roles import Role
from goldensix.team.team import Member

AGENTS, WAITING, LIMIT = 500, 5_000, 8
NOW = Instant(1_762_862_400_000)
GROUPS = [GroupId(number) for number in range(1, 5)]
OVERFLOW: Overflow = {GROUPS[0]: (GROUPS[1],), GROUPS[2]: (GROUPS[3],)}
SCENES = {
    "nobody has room": 0,
    "one slot is free": 1,
    "ten slots": 10,
    "fifty slots": 50,
    "every agent has one": AGENTS,
}
GOAL_MS = 2.0


def team(free: int) -> list[Hand]:
    """All at work, every third hands typing; `free` of them, spread over the groups, have one slot left."""
    step = AGENTS // free if free else AGENTS + 1
    return [
        Hand(
            Member(AccountId(n), f"agent {n}", Role.AGENT, frozenset({GROUPS[n % 4]}), frozenset(), LIMIT),
            LIMIT - 1 if n % step == 0 and n // step < free else LIMIT,
            n % 3 == 0,
            Instant(NOW - 1_000 * n),
        )
        for n in range(AGENTS)
    ]


def queue() -> list[Waiting]:
    return [
        Waiting(
            ConversationId(f"c{n}"), ShopId(n % 3), GROUPS[n % 4], Instant(NOW - 60_000 + n), False, ("zh", "en")[n % 2]
        )
        for n in range(WAITING)
    ]


def plain(waiting: Sequence[Waiting], hands: Sequence[Hand]) -> int:
    """Every buyer against every agent."""
    loads = {hand.member.id: hand.load for hand in hands}
    given = 0
    for consult in waiting:
        best = None
        for hand in hands:
            member = hand.member
            able = consult.group in member.groups and loads[member.id] < member.limit
            if able and (best is None or loads[member.id] < loads[best]):
                best = member.id
        if best is not None:
            loads[best] += 1
            given += 1
    return given


def measured(work: Callable[[], object]) -> float:
    since = time.perf_counter()
    work()
    return (time.perf_counter() - since) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    waiting, policy = queue(), POLICIES["idle_hands"]
    rows = []
    for scene, free in SCENES.items():
        hands = team(free)
        given = len(decide(waiting, hands, policy, NOW, OVERFLOW))
        ours, loops = [], []
        for turn in range(30):
            ours.append(measured(lambda hands=hands: decide(waiting, hands, policy, NOW, OVERFLOW)))  # type: ignore[misc]  # bound now
            if turn % 10 == 0:
                loops.append(measured(lambda hands=hands: plain(waiting, hands)))  # type: ignore[misc]  # bound now
        rows.append({"scene": scene, "given": given, "ms": median(ours), "plain_ms": median(loops)})
    if as_json:
        print(json.dumps(rows))
        return
    table = Table("scene", "given", "decide, ms", "plain loop, ms", "times faster")
    for row in rows:
        ms, loop = float(row["ms"]), float(row["plain_ms"])  # type: ignore[arg-type]  # numbers in a mixed row
        mark = "" if ms <= GOAL_MS else f" (goal {GOAL_MS})"
        table.add_row(str(row["scene"]), str(row["given"]), f"{ms:.2f}{mark}", f"{loop:.1f}", f"{loop / ms:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
