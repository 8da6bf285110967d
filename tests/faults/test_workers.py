"""Several workers are one desk: anybody on any of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_line import AgentLine
from buyer_line import BuyerLine
from goldensix.adapters.bus.server import NatsServer
from running_desk import AGENTS, RunningDesk


@pytest.fixture
def two(users_own_database: str, tmp_path: Path) -> Iterator[tuple[RunningDesk, RunningDesk]]:
    """Two machines, as far as they can tell: a worker each, on one database and one NATS."""
    with NatsServer(tmp_path) as nats:
        desks = [
            RunningDesk(tmp_path / name, database_url=users_own_database, nats_url=nats.url) for name in ("one", "other")
        ]
        try:
            yield desks[0].start(), desks[1].start()
        finally:
            for desk in desks:
                if desk.process is not None:
                    desk.stop()


def test_a_buyer_on_one_worker_and_an_agent_on_another_talk(two: tuple[RunningDesk, RunningDesk]) -> None:
    one, other = two
    for buyers, agents in ((one, other), (other, one)):
        with AgentLine(agents, AGENTS[0]) as agent, BuyerLine(buyers) as buyer:
            buyer.says("在吗")
            agent.serves("在吗")
            agent.says("在的")
            buyer.hears("在的")
            buyer.says("多少钱", "包邮吗")
            agent.hears(lambda event: (event.get("body") or {}).get("text") == "包邮吗")
            assert agent.said() == ["在吗", "多少钱", "包邮吗"]
