"""Recorded buyers come to a real desk: all is played, nothing is lost or doubled, whatever happens to the desk."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest

from goldensix.adapters.postgres.embedded import run_sql
from goldensix.rehearsal.place import running_database
from goldensix.rehearsal.recording import read
from running_desk import RunningDesk

_ENDS_WITHIN: Final = 120.0
_FAULTLESS: Final = dict.fromkeys(("lost", "doubled", "reordered", "altered", "undelivered", "unplayed", "unclosed"), 0)


@dataclass
class Rehearsal:
    """`goldensix rehearse --json-progress` in a process of its own."""

    process: "subprocess.Popen[str]"
    told: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(json.loads(line))
            yield self.told[-1]

    def until_played(self, dialogues: int) -> None:
        for line in self.lines():
            if line.get("played", 0) >= dialogues:
                return
        raise AssertionError(f"it ended before {dialogues} dialogues were played: {self.told}")

    def end(self) -> tuple[int, dict[str, Any]]:
        """The exit code and the last line."""
        *_, last = self.lines()
        return self.process.wait(_ENDS_WITHIN), last


@contextmanager
def rehearsal(data: Path, *arguments: str) -> Iterator[Rehearsal]:
    process = subprocess.Popen(
        [sys.executable, "-m", "goldensix", "rehearse", "--json-progress", "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": ""},
    )
    try:
        yield Rehearsal(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    running = RunningDesk(tmp_path_factory.mktemp("rehearsal") / "data").start()
    yield running
    running.stop()


def _ask(data: Path, question: str) -> str:
    dsn = running_database(data)
    assert dsn is not None
    return run_sql(dsn, question)


def _still_there(data: Path) -> str:
    """Open conversations and played agents."""
    started = "select count(*) from events where type = 'conversation_started'"
    closed = "select count(*) from events where type = 'conversation_closed'"
    played = "select count(*) from accounts where rehearsal"
    return _ask(data, f"select ({started}) - ({closed}), ({played})")


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    return {figure["key"]: figure for figure in report["figures"]}


def test_all_is_played_and_the_report_says_what_the_log_holds(desk: RunningDesk) -> None:
    before = _ask(desk.data, "select coalesce(max(position), 0) from events")
    asked = ["--bundled", "--desk", desk.url, "--rate", "120", "--agents", "12", "--seed", "3", "--speed", "40"]
    with rehearsal(desk.data, *asked) as played:
        code, last = played.end()
    report = last["report"]
    check, figures = report["check"], _figures(report)
    assert code == 0
    assert check["passed"]
    assert {name: check[name] for name in _FAULTLESS} == _FAULTLESS
    recorded = read(Path(str(files("goldensix.demo") / "dialogues.jsonl")))
    assert check["sent"] == check["stored"] == sum(len(dialogue.utterances) for dialogue in recorded)
    counted = "select facts->>'by', count(*) from events where type = 'message_sent'"
    stored = _ask(desk.data, f"{counted} and position > {before} group by 1")
    assert dict(line.split("|") for line in stored.splitlines()) == {
        "buyer": str(figures["messages_buyers"]["value"]),
        "agent": str(figures["messages_agents"]["value"]),
        "bot_auto": str(figures["messages_robot"]["value"]),
    }
    assert figures["consults"]["value"] == figures["golden_six_human"]["denominator"] == len(recorded)
    assert 1 <= figures["max_concurrent"]["value"] <= 8
    assert _still_there(desk.data) == "0|0"
    assert [line["total"] for line in played.told[:-1]] == [len(recorded)] * (len(played.told) - 1)
    assert [line["played"] for line in played.told[:-1]] == sorted(line["played"] for line in played.told[:-1])
    assert (report["settings"]["seed"], report["settings"]["speed"]) == (3, 40)


def test_a_desk_that_is_killed_in_the_middle_loses_and_doubles_nothing(desk: RunningDesk) -> None:
    asked = ["--bundled", "--desk", desk.url, "--rate", "240", "--agents", "20", "--speed", "20", "--sessions", "80"]
    with rehearsal(desk.data, *asked) as played:
        for dialogues in (5, 30):
            played.until_played(dialogues)
            desk.kill()
            desk.start()
        code, last = played.end()
    check, again = last["report"]["check"], last["report"]["acknowledgement"]
    assert {name: check[name] for name in _FAULTLESS} == _FAULTLESS
    assert code == 0
    assert again["sockets_lost"] > 20
    assert _still_there(desk.data) == "0|0"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_finds_the_desk_as_it_was(desk: RunningDesk, number: signal.Signals) -> None:
    with rehearsal(desk.data, "--bundled", "--desk", desk.url, "--rate", "240", "--speed", "5") as stopped:
        stopped.until_played(1)
        assert not _still_there(desk.data).startswith("0|")
        stopped.process.send_signal(number)
        code, last = stopped.end()
    assert code == 128 + number
    assert "was stopped" in last["error"]
    assert _still_there(desk.data) == "0|0"


def test_a_second_rehearsal_of_the_same_desk_is_refused(desk: RunningDesk) -> None:
    with rehearsal(desk.data, "--bundled", "--desk", desk.url, "--rate", "240", "--speed", "5") as first:
        first.until_played(1)
        with rehearsal(desk.data, "--bundled", "--desk", desk.url) as second:
            code, last = second.end()
        assert (code, last) == (1, {"error": "A rehearsal runs on this desk already: wait for its end or stop it."})
        first.process.terminate()
        assert first.end()[0] == 128 + signal.SIGTERM


def test_the_next_rehearsal_ends_what_a_killed_one_left_open(desk: RunningDesk) -> None:
    quick = ["--bundled", "--desk", desk.url, "--rate", "240", "--speed", "20", "--agents", "4"]
    with rehearsal(desk.data, *quick, "--limit", "2") as killed:
        killed.until_played(1)
        killed.process.kill()
    assert not _still_there(desk.data).endswith("|0")
    with rehearsal(desk.data, *quick, "--sessions", "4") as played:
        code, last = played.end()
    assert code == 0, last
    assert _still_there(desk.data) == "0|0"


def test_a_desk_with_another_database_is_recognised(desk: RunningDesk, tmp_path: Path) -> None:
    other = RunningDesk(tmp_path / "data").start()
    try:
        with rehearsal(other.data, "--bundled", "--desk", desk.url) as played:
            code, last = played.end()
    finally:
        other.stop()
    assert code == 1
    assert "does not know the played agents" in last["error"]


def test_with_no_desk_at_all_one_is_started_and_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with rehearsal(data, "--bundled", "--rate", "120", "--speed", "60", "--agents", "6", "--sessions", "6") as played:
        code, last = played.end()
    assert code == 0, last
    assert last["report"]["check"]["passed"]
    assert running_database(data) is None
