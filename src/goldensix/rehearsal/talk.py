"""How far a dialogue has been played: what was said, and what has reached the other side."""

import re
from dataclasses import dataclass, field
from typing import Final

from goldensix.events.ids import AccountId, BuyerId, MessageId
from goldensix.rehearsal.frame import Frame
from goldensix.rehearsal.script import Exchange, Script

_ID: Final = re.compile(r"line-(\d{6,})-(\d{3,})\Z")


def client_id(script: Script, line: int) -> str:
    """The id under which a line is sent, whoever says it."""
    return f"line-{script.number:06d}-{line:03d}"


def line_of(message: str) -> tuple[int, int] | None:
    """The numbers of script and line that a message is; None: nobody of ours said it."""
    found = _ID.search(message)
    return None if found is None else (int(found[1]), int(found[2]))


@dataclass(slots=True)
class Talk:
    """One buyer's visit. Both sides of it are played here, each knows only what its own socket told it."""

    script: Script
    buyer: BuyerId | None = None
    token: str = ""
    """By which the desk knows the buyer for a played one."""
    said: dict[int, MessageId] = field(default_factory=dict)
    """By the line's number: the message it was sent as."""
    agents: dict[int, AccountId] = field(default_factory=dict)
    """By the line's number: who answered with it."""
    heard: set[int] = field(default_factory=set)
    """Lines that have reached the other side."""
    stored: set[int] = field(default_factory=set)
    """Agents' lines that are acknowledged."""
    passed: set[int] = field(default_factory=set)
    """Answers that are not needed any more: a person of the shop answered, or ended the conversation."""
    altered: int = 0
    """Lines that reached the other side with other words."""
    _exchange: int = 0

    def hear(self, frame: Frame) -> int | None:
        """Take in a message of the other side; its line's number, or None if it is not in the script."""
        found = line_of(frame.facts.message)
        if found is None or found[0] != self.script.number:
            return None
        number = found[1]
        if number not in self.heard:
            self.heard.add(number)
            self.altered += frame.body is None or frame.body.text != self.script.line(number).text
        return number

    def say(self, number: int, message: str, agent: AccountId | None = None) -> None:
        self.said[number] = MessageId(message)
        if agent is not None:
            self.agents[number] = agent

    def keep(self, frame: Frame) -> None:
        """An agent's line is stored."""
        found = line_of(frame.facts.message)
        if found is not None and found[0] == self.script.number:
            self.stored.add(found[1])

    def pass_over(self, exchange: Exchange) -> None:
        """The buyer does not wait for the rest of the answer."""
        self.passed.update(line.number for line in exchange.answered if line.number not in self.heard)

    def due(self) -> Exchange | None:
        """The exchange to be answered now: all of the question has arrived, not all of the answer was said."""
        exchanges = self.script.exchanges
        while self._exchange < len(exchanges) and self._is_answered(exchanges[self._exchange]):
            self._exchange += 1
        if self._exchange == len(exchanges):
            return None
        exchange = exchanges[self._exchange]
        return exchange if exchange.answered and all(line.number in self.heard for line in exchange.asked) else None

    def _is_answered(self, exchange: Exchange) -> bool:
        return bool(exchange.answered) and all(
            line.number in self.said or line.number in self.passed for line in exchange.answered
        )

    def unsay(self, message: str) -> None:
        """The desk refused this agent's line: whoever has the conversation now may say it."""
        _, number = line_of(message) or (0, -1)
        if self.said.get(number) == message and number not in self.stored:
            del self.said[number], self.agents[number]
            self._exchange = 0

    def told(self, exchange: Exchange) -> bool:
        """The buyer has heard all of the answer."""
        return all(line.number in self.heard for line in exchange.answered)

    @property
    def over(self) -> bool:
        """Everything has been said and stored, as far as the agent's socket can tell."""
        return all(
            line.number in (self.heard if line.by == "buyer" else self.stored) or line.number in self.passed
            for line in self.script.lines
        )
