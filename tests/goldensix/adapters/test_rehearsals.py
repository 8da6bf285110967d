"""A rehearsal's process: what it tells, and that it never outlives the desk."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from goldensix.adapters.rehearsals import Plan, Progress, Rehearsals, command
from goldensix.events.ids import MerchantId

TEA, KETTLE = MerchantId(1), MerchantId(2)
PLAN = Plan(rate=30, agents=6, seed=6, speed=1, sessions=40)

Play = Callable[[str], Awaitable[Rehearsals]]


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    """Starts a rehearsal that runs this Python program."""
    opened: list[Rehearsals] = []

    async def start(program: str) -> Rehearsals:
        rehearsals = Rehearsals(lambda desk, merchant, plan: [sys.executable, "-u", "-c", program])
        opened.append(rehearsals)
        assert await rehearsals.start(TEA, "http://127.0.0.1:1", PLAN)
        return rehearsals

    yield start
    for rehearsals in opened:
        await rehearsals.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def finished(rehearsals: Rehearsals) -> Progress:
    await until(lambda: not rehearsals.running(TEA))
    return rehearsals.current(TEA)


async def test_it_tells_how_far_it_is_and_at_last_its_report(play: Play) -> None:
    rehearsals = await play(
        """
print('{"played": 3, "total": 40}')
print('Six agents are ready.')
input_ = open(0).read()
print('{"report": {"golden": [9, 10]}}')
"""
    )
    assert rehearsals.current(TEA).total == 40
    progress = await finished(rehearsals)
    assert (progress.state, progress.played, progress.report) == ("done", 3, {"golden": [9, 10]})
    assert [*progress.lines] == ["Six agents are ready."]


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ('print(\'{"error": "The desk is not there."}\')', "The desk is not there."),
        ("raise SystemExit(3)", "The rehearsal ended without a report (exit code 3)."),
        ("raise ValueError('slipped')", "ValueError: slipped"),
    ],
)
async def test_a_failure_says_why(play: Play, program: str, line: str) -> None:
    progress = await finished(await play(program))
    assert progress.state == "failed"
    assert line in progress.lines


async def test_one_runs_at_a_time_and_another_may_follow(play: Play) -> None:
    rehearsals = await play("import time; time.sleep(60)")
    assert not await rehearsals.start(TEA, "http://127.0.0.1:1", PLAN)
    assert not await rehearsals.start(KETTLE, "http://127.0.0.1:1", PLAN)
    await rehearsals.cancel(TEA)
    assert rehearsals.current(TEA).state == "none"
    assert await rehearsals.start(KETTLE, "http://127.0.0.1:1", PLAN)


async def test_another_merchant_sees_and_stops_nothing(play: Play) -> None:
    rehearsals = await play("import time; time.sleep(60)")
    assert rehearsals.current(KETTLE).state == "none"
    await rehearsals.cancel(KETTLE)
    assert rehearsals.running(TEA)


async def test_its_children_end_with_it(play: Play, tmp_path: Path) -> None:
    note = tmp_path / "child"
    rehearsals = await play(
        f"""
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({str(note)!r}).write_text(str(child.pid))
time.sleep(60)
"""
    )
    await until(lambda: note.exists() and note.read_text() != "")
    child = psutil.Process(int(note.read_text()))
    await rehearsals.close()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def test_one_that_will_not_end_is_ended(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goldensix.adapters.rehearsals._ENDS_WITHIN", 0.2)
    rehearsals = await play(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    )
    await until(lambda: "deaf" in rehearsals.current(TEA).lines)
    await rehearsals.close()
    assert not rehearsals.running(TEA)


async def test_it_works_with_the_settings_of_this_desk() -> None:
    program = "import json, os; print(json.dumps({'report': {'data': os.environ['GOLDENSIX_DATA']}}))"
    rehearsals = Rehearsals(lambda *_: [sys.executable, "-c", program], settings={"GOLDENSIX_DATA": "/desk"})
    assert await rehearsals.start(TEA, "http://127.0.0.1:1", PLAN)
    assert (await finished(rehearsals)).report == {"data": "/desk"}


def test_the_plan_reaches_the_command() -> None:
    words = command("http://127.0.0.1:8606", TEA, PLAN)
    assert words[1:4] == ["-m", "goldensix", "rehearse"]
    assert words[words.index("--sessions") + 1] == "40"
    assert words[words.index("--desk") + 1] == "http://127.0.0.1:8606"
