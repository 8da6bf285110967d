"""The robot's decision: rules, then the bank, then the bands."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from goldensix.robot.bands import COLD, Bands
from goldensix.robot.decision import SHOWN, Candidate, Decision, Kind, Ranking, Reason, Scores
from goldensix.robot.question import Question, Scene
from goldensix.robot.rules import Rule, Rules
from goldensix.robot.turn import Turn, language_of, plain, same

if TYPE_CHECKING:
    from goldensix.robot.bank import Bank


@dataclass(frozen=True, slots=True)
class Robot:
    bank: "Bank"
    rules: Rules = field(default_factory=Rules)
    bands: Bands = COLD
    drafts: bool = False
    """Whether a question that has no answer yet counts as answered: as it does where a robot is tried, not at work."""

    def decide(self, turn: Turn, scene: Scene) -> Decision:
        """Answer, ask back or hand over. The same turn, bank, rules and bands: the same decision."""
        return self.consider(turn, scene)[0]

    def consider(self, turn: Turn, scene: Scene, shown: int = SHOWN) -> tuple[Decision, Ranking]:
        """The decision, and the ranking it comes from, which may show more."""
        rule = self.rules.hit(turn.text, scene)
        has_words = bool(plain(turn.text))
        ranking = self.bank.rank(turn, scene, shown) if has_words else Ranking()
        if rule is not None:
            return self._with_answer(self._by(rule, turn, ranking, scene)), ranking
        if not has_words:
            return _decision(turn, ranking, "hand_over", "no_words"), ranking
        kind, reason = self._read(turn, ranking)
        return self._with_answer(_decision(turn, ranking, kind, reason)), ranking

    def _with_answer(self, decision: Decision) -> Decision:
        """Silence is no answer."""
        if decision.kind != "answer" or decision.answers or self.drafts:
            return decision
        return replace(decision, kind="hand_over", reason="no_answer")

    def _by(self, rule: Rule, turn: Turn, ranking: Ranking, scene: Scene) -> Decision:
        """As a rule says. One whose question does not hold here and now hands over."""
        question = None if rule.answers is None else self.bank.question(rule.answers, scene)
        if question is None:
            return _decision(turn, ranking, "hand_over", "rule", rule)
        if question.id in turn.answered:
            return _decision(turn, ranking, "hand_over", "asked_twice", rule)
        return _decision(turn, _headed(ranking, question), "answer", "rule", rule)

    def _read(self, turn: Turn, ranking: Ranking) -> tuple[Kind, Reason]:
        said = same(turn.text)
        if any(same(earlier) == said for earlier in turn.earlier):
            return "hand_over", "asked_twice"
        if not ranking.candidates:
            return "hand_over", "empty_bank" if not self.bank.questions else "unsure"
        first = ranking.candidates[0]
        kind, reason = self._banded(first, ranking)
        if kind == "answer" and first.question.id in turn.answered:
            return "hand_over", "asked_twice"
        return kind, reason

    def _banded(self, first: Candidate, ranking: Ranking) -> tuple[Kind, Reason]:
        if ranking.exact:
            return "answer", "same_words"
        if first.confidence >= self.bands.answer:
            return "answer", "sure"
        if ranking.none > first.confidence:
            return "hand_over", "no_question"
        return ("ask", "perhaps") if first.confidence >= self.bands.ask else ("hand_over", "unsure")


def _headed(ranking: Ranking, question: Question) -> Ranking:
    """With the question that a rule answers in the first place."""
    others = tuple(each for each in ranking.candidates if each.question.id != question.id)
    own = next((each for each in ranking.candidates if each.question.id == question.id), None)
    head = replace(own, confidence=1.0) if own else Candidate(question, 1.0, Scores(), question.title)
    return replace(ranking, candidates=(head, *others)[: len(ranking.candidates) or 1])


def _decision(turn: Turn, ranking: Ranking, kind: Kind, reason: Reason, rule: Rule | None = None) -> Decision:
    language = language_of(turn.text, language_of(turn.previous))
    answers = ranking.candidates[0].question.answer_in(language) if kind == "answer" else ()
    return Decision(
        kind, reason, language, ranking.candidates[:SHOWN], answers, rule.name if rule else None, ranking.routed
    )
