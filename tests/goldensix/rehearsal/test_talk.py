"""How far a dialogue is, as both of its sides know it."""

import msgspec

from goldensix.events.ids import AccountId
from goldensix.rehearsal.frame import Facts, Frame, Words
from goldensix.rehearsal.recording import Dialogue, Utterance
from goldensix.rehearsal.script import write
from goldensix.rehearsal.talk import Talk, client_id, line_of

ME = AccountId(7)


def _talk(said: str) -> Talk:
    """`b` and `a`: who speaks, in order; each says who and where, as in "b0"."""
    authors = {"b": "buyer", "a": "agent"}
    dialogue = Dialogue(said, tuple(Utterance(authors[by], f"{by}{n}") for n, by in enumerate(said)))  # type: ignore[arg-type]  # by letter
    return Talk(write([dialogue], sessions=1, rate=1, seed=1)[0])


def _message(talk: Talk, number: int, text: str | None = None) -> Frame:
    line = talk.script.line(number)
    author = "bchen" if line.by == "buyer" else f"a{ME}"
    facts = Facts(f"{author}.{client_id(talk.script, number)}", line.by, None if line.by == "buyer" else ME)
    return Frame("event", type="message_sent", facts=facts, body=Words(line.text if text is None else text))


def _due(talk: Talk) -> list[int] | None:
    return None if (exchange := talk.due()) is None else [line.number for line in exchange.answered]


def test_a_message_is_known_by_its_id() -> None:
    talk = _talk("ba")
    assert line_of(f"bchen.{client_id(talk.script, 1)}") == (0, 1)
    assert line_of("bchen.somebody-elses") is None


def test_an_answer_is_due_once_all_of_the_question_has_arrived() -> None:
    talk = _talk("bbaba")
    talk.hear(_message(talk, 0))
    assert _due(talk) is None
    talk.hear(_message(talk, 1))
    assert _due(talk) == [2]
    talk.say(2, "m2", ME)
    assert _due(talk) is None
    talk.hear(_message(talk, 3))
    assert _due(talk) == [4]


def test_an_answer_of_several_messages_is_due_until_the_last_is_said() -> None:
    talk = _talk("baa")
    talk.hear(_message(talk, 0))
    talk.say(1, "m1", ME)
    assert _due(talk) == [1, 2]
    talk.say(2, "m2", ME)
    assert _due(talk) is None


def test_a_refused_line_is_due_again() -> None:
    talk = _talk("baba")
    for number in (0, 2):
        talk.hear(_message(talk, number))
    first = _message(talk, 1).facts.message
    talk.say(1, first, ME)
    assert _due(talk) == [3]
    talk.unsay(first)
    assert _due(talk) == [1]


def test_a_stored_line_cannot_be_unsaid() -> None:
    talk = _talk("ba")
    talk.say(1, _message(talk, 1).facts.message, ME)
    talk.keep(_message(talk, 1))
    talk.unsay(_message(talk, 1).facts.message)
    assert 1 in talk.said


def test_what_a_person_answered_is_not_due_any_more() -> None:
    talk = _talk("baba")
    talk.hear(_message(talk, 0))
    talk.pass_over(talk.script.exchanges[0])
    assert _due(talk) is None
    talk.hear(_message(talk, 2))
    assert _due(talk) == [3]


def test_a_dialogue_is_over_when_all_is_heard_and_stored() -> None:
    talk = _talk("bab")
    talk.hear(_message(talk, 0))
    talk.keep(_message(talk, 1))
    assert not talk.over
    talk.hear(_message(talk, 2))
    assert talk.over


def test_other_words_on_arrival_are_counted_once() -> None:
    talk = _talk("ba")
    for _ in range(2):
        talk.hear(_message(talk, 0, "other words"))
    assert talk.altered == 1
    assert talk.hear(msgspec.structs.replace(_message(talk, 1), body=None)) == 1
    assert talk.altered == 2


def test_what_somebody_else_said_is_not_a_line() -> None:
    talk = _talk("ba")
    assert talk.hear(Frame("event", facts=Facts("a9.typed-by-hand", "agent", 9), body=Words("在的"))) is None
    assert talk.hear(Frame("event", facts=Facts("a9.line-000099-000", "agent", 9), body=Words("在的"))) is None
    assert talk.heard == set()
