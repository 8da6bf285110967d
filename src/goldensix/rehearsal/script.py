"""Who says what in a rehearsal, and how long each takes: drawn before the first word, so that it depends on the seed
alone and not on who was faster in the run.

Times are of real life; the run divides them by its speed.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final

from goldensix.events.ids import Milliseconds
from goldensix.rehearsal.recording import Author, Dialogue, Utterance

_MINUTE: Final = 60_000


@dataclass(frozen=True, slots=True)
class Pace:
    """The distributions that times are drawn from. A log-normal is given by its median and its sigma."""

    buyer_pause: Milliseconds = Milliseconds(10_000)
    """A buyer reads the answer and makes up his mind: log-normal."""
    buyer_pause_sigma: float = 0.8
    buyer_keys: float = 80
    """A buyer's characters a minute: log-normal, one draw a buyer."""
    buyer_keys_sigma: float = 0.25
    think: Milliseconds = Milliseconds(2_500)
    """An agent reads and thinks before a message, doing nothing else: log-normal."""
    think_sigma: float = 0.6
    agent_keys: float = 90
    """An agent's characters a minute: log-normal, one draw a message."""
    agent_keys_sigma: float = 0.2
    quick_share: float = 0.6
    """Share of the agents' messages longer than `quick_over` that are quick replies."""
    quick_first: float = 0.9
    """The same, of the first message of a dialogue's first answer."""
    quick_over: int = 8
    quick: Milliseconds = Milliseconds(2_000)
    """To find and insert a quick reply: log-normal."""
    quick_sigma: float = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    """A message to be said."""

    number: int
    """Its place in the dialogue, from 0."""
    by: Author
    text: str
    pause: Milliseconds
    """Before the first key: the buyer's absence, the agent's thinking."""
    typing: Milliseconds


@dataclass(frozen=True, slots=True)
class Exchange:
    """A buyer's run of messages and the answer to it, which may be several messages too; empty at a dialogue's end."""

    asked: tuple[Line, ...]
    answered: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """One buyer's visit."""

    number: int
    name: str
    arrives: Milliseconds
    """After the rehearsal's start."""
    exchanges: tuple[Exchange, ...]

    @property
    def lines(self) -> Iterator[Line]:
        for exchange in self.exchanges:
            yield from exchange.asked
            yield from exchange.answered

    def line(self, number: int) -> Line:
        return next(islice(self.lines, number, None))


def write(
    dialogues: Sequence[Dialogue], *, sessions: int, rate: float, seed: int, pace: Pace | None = None
) -> list[Script]:
    """`sessions` visits, the recording from its start and again as often as needed, arriving at random (Poisson).

    Every visit draws from a stream of its own: the times of one do not depend on how many there are.
    """
    pace = pace or Pace()
    return [
        Script(number, dialogue.name, arrives, _exchanges(dialogue, Random(f"{seed}/{number}"), pace))  # noqa: S311 - a play
        for number, arrives in enumerate(islice(_arrivals(rate, Random(f"{seed}/arrivals")), sessions))  # noqa: S311 - a play
        for dialogue in (dialogues[number % len(dialogues)],)
    ]


def _arrivals(rate: float, chance: Random) -> Iterator[Milliseconds]:
    """Instants of a Poisson process of `rate` a minute."""
    at = 0.0
    while True:
        at += chance.expovariate(rate / _MINUTE)
        yield Milliseconds(round(at))


def _exchanges(dialogue: Dialogue, chance: Random, pace: Pace) -> tuple[Exchange, ...]:
    keys = _log_normal(chance, pace.buyer_keys, pace.buyer_keys_sigma)
    utterances = _buyer_first(dialogue.utterances)
    opens = next((number for number, said in enumerate(utterances) if said.by == "agent"), -1)
    drawn = [
        _buyers(number, said, chance, pace, keys)
        if said.by == "buyer"
        else _agents(number, said, chance, pace, pace.quick_first if number == opens else pace.quick_share)
        for number, said in enumerate(utterances)
    ]
    exchanges: list[Exchange] = []
    for line in drawn:
        last = exchanges[-1] if exchanges else None
        if last is None or (line.by == "buyer" and last.answered):
            exchanges.append(Exchange((line,), ()))
        elif line.by == "buyer":
            exchanges[-1] = Exchange((*last.asked, line), ())
        else:
            exchanges[-1] = Exchange(last.asked, (*last.answered, line))
    return tuple(exchanges)


def _buyer_first(utterances: Sequence[Utterance]) -> list[Utterance]:
    """On this desk the buyer opens: what an agent said before is said right after the buyer's first messages."""
    authors = [each.by for each in utterances]
    opens = authors.index("buyer")
    answers = next((place for place in range(opens, len(authors)) if authors[place] == "agent"), len(authors))
    return [*utterances[opens:answers], *utterances[:opens], *utterances[answers:]]


def _buyers(number: int, said: Utterance, chance: Random, pace: Pace, keys: float) -> Line:
    """The first line has no times: the buyer arrives with it."""
    if number == 0:
        return Line(0, "buyer", said.text, Milliseconds(0), Milliseconds(0))
    pause = _log_normal(chance, pace.buyer_pause, pace.buyer_pause_sigma)
    return Line(number, "buyer", said.text, Milliseconds(round(pause)), _typed(said.text, keys))


def _agents(number: int, said: Utterance, chance: Random, pace: Pace, quick_share: float) -> Line:
    think = Milliseconds(round(_log_normal(chance, pace.think, pace.think_sigma)))
    typing = _typed(said.text, _log_normal(chance, pace.agent_keys, pace.agent_keys_sigma))
    inserting = Milliseconds(round(_log_normal(chance, pace.quick, pace.quick_sigma)))
    quick = chance.random() < quick_share and len(said.text) > pace.quick_over
    return Line(number, "agent", said.text, think, inserting if quick else typing)


def _typed(text: str, keys: float) -> Milliseconds:
    return Milliseconds(round(len(text) * _MINUTE / keys))


def _log_normal(chance: Random, median: float, sigma: float) -> float:
    return chance.lognormvariate(math.log(median), sigma)
