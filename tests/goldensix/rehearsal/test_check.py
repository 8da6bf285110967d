"""The check finds every way in which the log could differ from what was sent."""

from collections.abc import Callable
from dataclasses import asdict

import pytest

from goldensix.events.ids import AccountId
from goldensix.rehearsal.check import Check, Checker
from goldensix.rehearsal.recording import Dialogue, Utterance
from goldensix.rehearsal.script import write
from goldensix.rehearsal.talk import Talk, client_id
from rehearsal_builders import AGENT, BUYER, COLLEAGUE, Log

STRANGER = AccountId(99)
TEXTS = ("在吗", "在的", "包邮吗", "包的")


def _played() -> Talk:
    """A dialogue of four lines, all sent and all heard."""
    utterances = tuple(Utterance("agent" if n % 2 else "buyer", text) for n, text in enumerate(TEXTS))
    talk = Talk(write([Dialogue("d", utterances)], sessions=1, rate=1, seed=1)[0], BUYER)
    for number in range(len(TEXTS)):
        talk.say(number, _id(talk, number), AGENT if number % 2 else None)
    talk.heard.update(range(len(TEXTS)))
    return talk


def _id(talk: Talk, number: int, agent: AccountId = AGENT) -> str:
    author = f"a{agent}" if number % 2 else f"b{BUYER}"
    return f"{author}.{client_id(talk.script, number)}"


def _log(talk: Talk, *numbers: int) -> Log:
    log = Log()
    log.say(0.1, "rc1.welcome", "您好", "bot_auto")
    for number in numbers:
        _add(log, talk, number)
    return log


def _add(log: Log, talk: Talk, number: int, text: str | None = None) -> None:
    by, agent = ("agent", AGENT) if number % 2 else ("buyer", None)
    log.say(1 + number, _id(talk, number), TEXTS[number] if text is None else text, by, agent)  # type: ignore[arg-type]  # one of those who speak


def _check(talk: Talk, log: Log, *, close: bool = True) -> Check:
    if close:
        log.close(60)
    checker = Checker({BUYER: talk}, frozenset({AGENT, COLLEAGUE}))
    checker.add(log.kept)
    return checker.finish([talk])


def _faults(check: Check) -> dict[str, int]:
    return {name: number for name, number in asdict(check).items() if number and name not in ("sent", "stored")}


def test_a_faithful_log_passes() -> None:
    talk = _played()
    check = _check(talk, _log(talk, 0, 1, 2, 3))
    assert (check.sent, check.stored, _faults(check), check.passed) == (4, 4, {}, True)


def test_what_is_not_in_the_log_is_lost() -> None:
    talk = _played()
    check = _check(talk, _log(talk, 0, 1, 3))
    assert (check.stored, _faults(check), check.passed) == (3, {"lost": 1}, False)


def test_what_came_earlier_in_the_recording_is_out_of_order() -> None:
    talk = _played()
    assert _faults(_check(talk, _log(talk, 0, 2, 1, 3))) == {"reordered": 1}


def test_what_is_there_twice_is_doubled() -> None:
    talk = _played()
    assert _faults(_check(talk, _log(talk, 0, 1, 2, 2, 3))) == {"doubled": 1}


def test_a_line_said_by_two_agents_is_doubled() -> None:
    talk = _played()
    log = _log(talk, 0, 1, 2)
    log.say(3.5, _id(talk, 3, COLLEAGUE), TEXTS[3], "agent", COLLEAGUE)
    _add(log, talk, 3)
    assert _faults(_check(talk, log)) == {"doubled": 1}


def test_what_nobody_sent_is_counted_with_the_doubled() -> None:
    talk = _played()
    log = _log(talk, 0, 1, 2, 3)
    log.say(9, f"b{BUYER}.out-of-nowhere", "在吗", "buyer")
    assert _check(talk, log).doubled == 1


@pytest.mark.parametrize(
    "alter",
    [
        lambda log, talk: _add(log, talk, 1, "在的。"),
        lambda log, talk: log.say(2, _id(talk, 1), TEXTS[1], "agent", COLLEAGUE),
        lambda log, talk: log.say(2, _id(talk, 1), TEXTS[1], "buyer"),
    ],
)
def test_other_words_or_another_author_are_altered(alter: Callable[[Log, Talk], None]) -> None:
    talk = _played()
    log = _log(talk, 0)
    alter(log, talk)
    _add(log, talk, 2)
    _add(log, talk, 3)
    assert _faults(_check(talk, log)) == {"altered": 1}


def test_people_and_robots_may_answer_too() -> None:
    talk = _played()
    log = _log(talk, 0, 1, 2)
    log.say(3.5, f"a{STRANGER}.typed-by-hand", "我来看看", "agent", STRANGER)
    _add(log, talk, 3)
    assert _faults(_check(talk, log)) == {}


def test_what_was_not_heard_not_said_or_not_closed_is_told() -> None:
    talk = _played()
    talk.heard.remove(2)
    del talk.said[3]
    check = _check(talk, _log(talk, 0, 1, 2), close=False)
    assert _faults(check) == {"undelivered": 1, "unplayed": 1, "unclosed": 1}
