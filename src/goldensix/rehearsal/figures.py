"""The figures of a rehearsal, from the log alone: the same turns, clocks and thresholds as everywhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final, Literal, NamedTuple

from goldensix.events.facts import AgentAssigned, ConversationClosed, ConversationReturned
from goldensix.events.ids import AccountId, Milliseconds
from goldensix.log.port import Stored
from goldensix.metrics.folding import Folder
from goldensix.metrics.judge import TurnRow
from goldensix.metrics.last_five import GOLDEN
from goldensix.metrics.tables import AUTO_SPOKE, HUMAN_SPOKE, NEVER, REACHED, REPLIERS, WHOLE, variant
from goldensix.metrics.talk import Talks, take_event
from goldensix.rehearsal.ledger import Kept

_HUMAN: Final = 1 << variant(frozenset({"agent"}), ignore_greeting=False, human_stage=False)
_ANYONE: Final = 1 << variant(frozenset(REPLIERS), ignore_greeting=False, human_stage=False)
"""Turns that such an answer ends."""

_AT_ONCE: Final = Milliseconds(250)
"""Who has an agent so soon was not in a queue: the desk routes once for all that came in a moment."""
Unit = Literal["", "%", "s"]


class Figure(NamedTuple):
    """A figure as measured, and what it means at the speed of life: waits times the rehearsal's speed."""

    key: str
    zh: str
    en: str
    unit: Unit
    value: float | None
    """None is "no data"."""
    life: float | None
    of: tuple[int, int, int] | None = None
    """Of a rate: hits as measured, hits at the speed of life, and what both are shares of."""

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"key": self.key, "label_zh": self.zh, "label_en": self.en}
        told |= {"value": self.value, "unit": self.unit, "value_at_life_speed": self.life}
        if self.of is not None:
            hits, life_hits, denominator = self.of
            told |= {"numerator": hits, "numerator_at_life_speed": life_hits, "denominator": denominator}
        return told


@dataclass(slots=True)
class Measured:
    """What is added up, conversation by conversation."""

    speed: float
    consults: int = 0
    first_human: list[int | None] = field(default_factory=list)
    """By consult: the wait for the first human answer in milliseconds, or None."""
    first_anyone: list[int | None] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    """Waits of all turns that a human answered."""
    unanswered: int = 0
    """Turns that no human answered."""
    queued: list[int] = field(default_factory=list)
    """Waits for an agent, of those who had to wait for one."""
    messages: Counter[str] = field(default_factory=Counter)
    """By who wrote."""
    most: int = 0
    """Conversations that one agent had at a time."""
    _with: dict[str, AccountId] = field(default_factory=dict)
    _load: Counter[AccountId] = field(default_factory=Counter)
    _folder: Folder = field(default_factory=lambda: Folder(each_message=False, each_moment=False))

    def pass_by(self, stored: Stored) -> None:
        """Count who has how many, in the order in which it happened."""
        event = stored.event
        if isinstance(event, AgentAssigned | ConversationReturned | ConversationClosed):
            before = self._with.pop(stored.stream, None)
            if before is not None:
                self._load[before] -= 1
        if isinstance(event, AgentAssigned):
            self._with[stored.stream] = event.agent
            self._load[event.agent] += 1
            self.most = max(self.most, self._load[event.agent])

    def add(self, kept: Kept) -> None:
        talks: Talks = {}
        for each in kept.events:
            take_event(talks, each)
        folded = self._folder.fold(line for talk in talks.values() for line in talk.lines.values())
        self.messages.update(line.by for line in folded.lines if line.by is not None)
        human = _waits([_before_people(turn) for turn in folded.turns], _HUMAN)
        if not human:
            return
        self.consults += 1
        self.first_anyone.append(_waits(folded.turns, _ANYONE)[0])
        flags = folded.turns[0].flags
        if flags & AUTO_SPOKE and not flags & (HUMAN_SPOKE | REACHED):
            return  # a robot kept it: it never was people's
        self.first_human.append(human[0])
        self.turns += [wait for wait in human if wait is not None]
        self.unanswered += human.count(None)
        first = next((each.event for each in kept.events if isinstance(each.event, AgentAssigned)), None)
        if first is not None and first.waited > _AT_ONCE:
            self.queued.append(first.waited)

    def figures(self) -> list[Figure]:
        firsts = [wait for wait in self.first_human if wait is not None]
        return [
            _count("consults", "咨询", "Consults", self.consults),
            self._rate("golden_six_human", "黄金六秒率（人工）", "Golden six (human)", self.first_human),
            self._rate("golden_six_anyone", "黄金六秒率（任意）", "Golden six (anyone)", self.first_anyone),
            self._wait("first_response_mean", "首次响应（平均）", "First response, mean", _mean(firsts)),
            self._wait("first_response_median", "首次响应（中位）", "First response, median", _rank(firsts, 50)),
            self._wait("first_response_p90", "首次响应（90 分位）", "First response, 90 % within", _rank(firsts, 90)),
            self._wait("average_response", "平均响应", "Average response", _mean(self.turns)),
            self._wait("longest_wait", "最长等待", "Longest wait", max(self.turns, default=None)),
            _count("unanswered", "无人工回复的轮", "Turns without a human answer", self.unanswered),
            _count("queued", "排过队的咨询", "Consults that queued", len(self.queued)),
            self._wait("queue_wait_mean", "排队等待（平均）", "Queue wait, mean", _mean(self.queued)),
            _count("max_concurrent", "单人同时接待（最多）", "Most at a time, one agent", self.most),
            _count("messages_buyers", "买家消息", "Buyers' messages", self.messages["buyer"]),
            _count("messages_agents", "客服消息", "Agents' messages", self.messages["agent"]),
            _count(
                "messages_robot", "自动回复", "Automatic messages", self.messages["bot_auto"] + self.messages["system"]
            ),
        ]

    def _rate(self, key: str, zh: str, en: str, waits: Sequence[int | None]) -> Figure:
        hits = sum(wait is not None and wait <= GOLDEN for wait in waits)
        life = sum(wait is not None and wait * self.speed <= GOLDEN for wait in waits)
        return Figure(
            key, zh, en, "%", _percent(hits, len(waits)), _percent(life, len(waits)), (hits, life, len(waits))
        )

    def _wait(self, key: str, zh: str, en: str, wait: float | None) -> Figure:
        if wait is None:
            return Figure(key, zh, en, "s", None, None)
        return Figure(key, zh, en, "s", _hundredths(wait / 10), _hundredths(wait * self.speed / 10))


def _count(key: str, zh: str, en: str, number: int) -> Figure:
    return Figure(key, zh, en, "", number, number)


def _before_people(turn: TurnRow) -> TurnRow:
    """People's clock starts where a robot hands over."""
    return turn if turn.queue_at == NEVER else turn._replace(first_at=turn.queue_at)


def _waits(turns: Sequence[TurnRow], variant: int) -> list[int | None]:
    """Of a conversation's turns in their order; None: not answered."""
    found = sorted((turn.first_at, turn.reply_at) for turn in turns if turn.variants & variant and turn.part & WHOLE)
    return [None if reply == NEVER else max(0, reply - asked) for asked, reply in found]


def _mean(waits: Sequence[int]) -> float | None:
    return sum(waits) / len(waits) if waits else None


def _rank(waits: Sequence[int], percent: int) -> float | None:
    """The nearest rank: a wait that somebody had."""
    return sorted(waits)[ceil(percent * len(waits) / 100) - 1] if waits else None


def _percent(hits: int, of: int) -> float | None:
    return (20_000 * hits + of) // (2 * of) / 100 if of else None


def _hundredths(number: float) -> float:
    """Half up, as every figure of the desk is rounded."""
    return int(number + 0.5) / 100
