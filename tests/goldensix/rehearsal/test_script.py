"""What is drawn before the first word: arrivals, pauses, typing; and the shape of a dialogue."""

from itertools import pairwise
from statistics import mean, median

from goldensix.rehearsal.recording import Dialogue, Utterance
from goldensix.rehearsal.script import Pace, Script, write


def _dialogue(said: str) -> Dialogue:
    """`b` and `a`: who speaks, in order."""
    authors = {"b": "buyer", "a": "agent"}
    return Dialogue(said, tuple(Utterance(authors[by], f"{by}{n}") for n, by in enumerate(said)))  # type: ignore[arg-type]  # by letter


def _write(*dialogues: Dialogue, sessions: int = 1, rate: float = 30, seed: int = 6) -> list[Script]:
    return write(dialogues, sessions=sessions, rate=rate, seed=seed)


def _texts(script: Script) -> list[tuple[list[str], list[str]]]:
    return [([line.text for line in x.asked], [line.text for line in x.answered]) for x in script.exchanges]


def test_runs_of_messages_become_exchanges() -> None:
    (script,) = _write(_dialogue("bbabaab"))
    assert _texts(script) == [(["b0", "b1"], ["a2"]), (["b3"], ["a4", "a5"]), (["b6"], [])]
    assert [line.number for line in script.lines] == list(range(7))


def test_what_an_agent_said_first_follows_the_buyers_first_messages() -> None:
    (script,) = _write(_dialogue("aabbab"))
    assert _texts(script) == [(["b2", "b3"], ["a0", "a1", "a4"]), (["b5"], [])]
    (silent,) = _write(_dialogue("ab"))
    assert _texts(silent) == [(["b1"], ["a0"])]


def test_the_same_seed_writes_the_same_script_and_another_does_not() -> None:
    dialogues = [_dialogue("baba"), _dialogue("bab")]
    assert _write(*dialogues, sessions=20) == _write(*dialogues, sessions=20)
    assert _write(*dialogues, sessions=20) != _write(*dialogues, sessions=20, seed=7)


def test_a_visit_does_not_depend_on_how_many_there_are() -> None:
    dialogues = [_dialogue("baba"), _dialogue("bab")]
    assert _write(*dialogues, sessions=50)[:5] == _write(*dialogues, sessions=5)


def test_a_short_recording_is_played_again() -> None:
    scripts = _write(_dialogue("ba"), _dialogue("bab"), sessions=5)
    assert [script.name for script in scripts] == ["ba", "bab", "ba", "bab", "ba"]
    assert [script.number for script in scripts] == [0, 1, 2, 3, 4]
    first, again = scripts[0].exchanges[0].answered[0], scripts[2].exchanges[0].answered[0]
    assert first.text == again.text
    assert first.pause != again.pause


def test_arrivals_are_poisson_at_the_rate() -> None:
    arrivals = [script.arrives for script in _write(_dialogue("b"), sessions=4_000, rate=60)]
    gaps = [after - before for before, after in pairwise(arrivals)]
    assert 950 < mean(gaps) < 1_050
    assert 0.95 < mean((gap - mean(gaps)) ** 2 for gap in gaps) ** 0.5 / mean(gaps) < 1.05


def test_times_follow_their_stated_distributions() -> None:
    long = Dialogue("d", tuple(Utterance(by, "字" * 30) for by in ("buyer", "agent") * 3))  # type: ignore[arg-type]  # by letter
    lines = [line for script in _write(long, sessions=2_000) for line in script.lines]
    buyers = [line for line in lines if line.by == "buyer" and line.number > 0]
    agents = [line for line in lines if line.by == "agent"]
    pace = Pace()
    assert abs(median(line.pause for line in buyers) / pace.buyer_pause - 1) < 0.05
    assert abs(median(line.typing for line in buyers) / (30 * 60_000 / pace.buyer_keys) - 1) < 0.05
    assert abs(median(line.pause for line in agents) / pace.think - 1) < 0.05
    later = [line.typing < 8_000 for line in agents if line.number > 1]
    assert abs(mean(later) - pace.quick_share) < 0.03
    assert abs(mean(line.typing < 8_000 for line in agents if line.number == 1) - pace.quick_first) < 0.03


def test_a_buyer_arrives_with_the_first_words_and_short_answers_are_typed() -> None:
    for script in _write(_dialogue("ba"), sessions=200):
        first, answer = script.lines
        assert (first.pause, first.typing) == (0, 0)
        assert 0 < answer.typing < 4_000
