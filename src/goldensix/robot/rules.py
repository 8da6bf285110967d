"""Keyword rules: what is decided before anything is scored. Hard words hand over; a merchant adds rules of his own.

Patterns run on RE2, whose time grows with the text and not with what the pattern makes of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from goldensix.robot.question import ALWAYS, QuestionId, Scene, Validity
from goldensix.robot.turn import LONGEST

if TYPE_CHECKING:
    import re2

HARD_PRIORITY: Final = 1_000
_MEMORY: Final = 1 << 20
_LONGEST_PATTERN: Final = 500
_HARD: Final = (
    "人工|转接?(真人|客服)|真人客服|找(个)?(真人|活人)|投诉|差评|举报|12315|12345|工商局|消协|消费者协会|市场监督|律师|起诉|骗子",
    r"\b(human|real|live) (being|person|agent|representative|operator)\b|\b(speak|talk) (to|with) (a |an |some|your )?"
    r"(person|human|agent|someone|representative|manager|supervisor)\b|\brepresentative\b|\bcustomer service rep\b",
    r"\b(complaints?|complain|lawyer|sue you|report you|chargeback|bad review|negative review|scam|fraud)\b",
)


class BadPattern(ValueError):
    """One sentence on a rule's pattern that cannot be used."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: str
    """Words that are looked for as they stand, in any case; with `is_pattern`, a pattern of RE2's."""
    is_pattern: bool = False
    priority: int = 0
    """The highest of those that hit decides; of equals, the first given."""
    answers: QuestionId | None = None
    """The question that is answered; None: the conversation is handed over."""
    validity: Validity = ALWAYS


HAND_OVER_WORDS: Final = tuple(
    Rule(f"hard_words_{number}", pattern, is_pattern=True, priority=HARD_PRIORITY)
    for number, pattern in enumerate(_HARD, 1)
)


class Rules:
    """Rules, ready to be asked; the hard words are always among them. Raises BadPattern."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        # sorted() keeps the order of equals
        self._rules = sorted((*HAND_OVER_WORDS, *rules), key=lambda rule: -rule.priority)
        self._compiled = [_compiled(rule) for rule in self._rules]

    def hit(self, text: str, scene: Scene) -> Rule | None:
        """The rule that decides on a text, if any."""
        # What is no character cannot be told to RE2.
        read = text[: 2 * LONGEST].encode(errors="replace").decode()
        for rule, pattern in zip(self._rules, self._compiled, strict=True):
            if pattern.search(read) is not None and rule.validity.holds(scene):
                return rule
        return None


def _compiled(rule: Rule) -> "re2._Regexp[str]":
    import re2

    if not rule.pattern.strip():
        raise BadPattern(f"Rule {rule.name!r}: the pattern is empty.")
    if len(rule.pattern) > _LONGEST_PATTERN:
        raise BadPattern(f"Rule {rule.name!r}: the pattern is longer than {_LONGEST_PATTERN} characters.")
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MEMORY
    options.literal = not rule.is_pattern
    try:
        return re2.compile(rule.pattern, options)
    except re2.error as error:
        raise BadPattern(f"Rule {rule.name!r}: {_told(error)}") from None


def _told(error: Exception) -> str:
    said: Any = error.args[0] if error.args else error
    return f"the pattern cannot be used: {said.decode() if isinstance(said, bytes) else said}."
