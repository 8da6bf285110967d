"""The question bank's words: questions, their phrasings and answers, and where and when they hold."""

from dataclasses import dataclass
from typing import Literal, NewType

from goldensix.events.ids import Instant, ShopId

QuestionId = NewType("QuestionId", str)
Route = NewType("Route", str)
"""A group of the merchant's, by the name that classification uses: `pre_sale`, `after_sale`, ..."""
GENERAL: Route = Route("general")
"""Where a turn goes whose route is not sure enough: anybody's."""
Language = Literal["zh", "en"]
AnswerKind = Literal["text", "picture", "product", "order"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of an answer. A text may hold variables such as {shop} or {order.status}; others hold a reference."""

    content: str
    kind: AnswerKind = "text"
    language: Language | None = None
    """None: for buyers of every language."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a turn is said."""

    now: Instant
    shop: ShopId | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """Where and when something holds; nothing said: always and everywhere."""

    shops: frozenset[ShopId] = frozenset()
    since: Instant | None = None
    until: Instant | None = None
    """The first instant at which it holds no more."""

    def holds(self, scene: Scene) -> bool:
        if self.shops and scene.shop not in self.shops:
            return False
        return (self.since is None or self.since <= scene.now) and (self.until is None or scene.now < self.until)


ALWAYS = Validity()


@dataclass(frozen=True, slots=True)
class Question:
    id: QuestionId
    title: str
    """The wording that stands for the question, and that a buyer is shown in "did you mean"."""
    phrasings: tuple[str, ...] = ()
    """Other wordings, such as buyers' own. The title is among them where it is but one of them."""
    answers: tuple[Answer, ...] = ()
    route: Route | None = None
    validity: Validity = ALWAYS

    def answer_in(self, language: Language) -> tuple[Answer, ...]:
        """The messages for a buyer of this language; those of the other one where there are no others."""
        own = tuple(answer for answer in self.answers if answer.language in (None, language))
        return own or self.answers

    def words_in(self, language: Language) -> str:
        """The answer as far as it is words."""
        return "\n".join(answer.content for answer in self.answer_in(language) if answer.kind == "text")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Words of a buyer, and what a person said of them."""

    text: str
    question: QuestionId | None
    """None: no question of the bank; whoever said it was handed over."""
    route: Route | None = None
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A turn of a buyer and the agent's next reply, from the store's own log."""

    turn: str
    reply: str
