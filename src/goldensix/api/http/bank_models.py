"""What the doors of the question bank take and give."""

from typing import Annotated

from pydantic import Field

from goldensix.adapters.bank.faults import LONGEST_ANSWER, LONGEST_PHRASING, LONGEST_TITLE, MOST_ANSWERS, MOST_PHRASINGS
from goldensix.adapters.bank.rows import LONGEST_CODE
from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.adapters.postgres.questions import KeptQuestion, Version
from goldensix.api.http.models import Answer, Ask
from goldensix.events.facts import Language
from goldensix.events.ids import GroupId, Instant, ShopId
from goldensix.robot.question import Answer as RobotAnswer
from goldensix.robot.question import AnswerKind

At = Annotated[int, Field(ge=0, le=253_402_300_799_999)]
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Phrasing = Annotated[str, Field(min_length=1, max_length=LONGEST_PHRASING)]
Code = Annotated[str, Field(max_length=LONGEST_CODE)]


class BankAnswerText(Ask):
    content: Annotated[str, Field(max_length=LONGEST_ANSWER)]
    """Words, which may hold variables; the id of a picture or product; nothing for the buyer's last order."""
    kind: AnswerKind = "text"
    language: Language | None = None


class QuestionText(Ask):
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    phrasings: Annotated[tuple[Phrasing, ...], Field(max_length=MOST_PHRASINGS)] = ()
    answers: Annotated[tuple[BankAnswerText, ...], Field(max_length=MOST_ANSWERS)] = ()
    group: RowId | None = None
    shops: Annotated[tuple[RowId, ...], Field(max_length=200)] = ()
    """Empty: in all of them."""
    campaign: RowId | None = None
    since: At | None = None
    until: At | None = None

    def draft(self) -> QuestionDraft:
        return QuestionDraft(
            self.title,
            tuple(dict.fromkeys(self.phrasings)),
            tuple(RobotAnswer(each.content, each.kind, each.language) for each in self.answers),
            None if self.group is None else GroupId(self.group),
            tuple(map(ShopId, sorted(set(self.shops)))),
            self.campaign,
            None if self.since is None else Instant(self.since),
            None if self.until is None else Instant(self.until),
        )


class NewQuestion(QuestionText):
    code: Code = ""
    """The merchant's own name of it; empty: it gets one."""
    approve: bool = False


class AnswerShown(Answer):
    content: str
    kind: AnswerKind
    language: Language | None


class QuestionShown(Answer):
    title: str
    phrasings: list[str]
    answers: list[AnswerShown]
    group: int | None
    shops: list[int]
    campaign: int | None
    since: int | None
    until: int | None


class QuestionVersion(Answer):
    version: int
    text: QuestionShown
    changed_at: int
    changed_by: int | None
    approved_at: int | None
    approved_by: int | None


class BankQuestion(Answer):
    id: int
    code: str
    newest: QuestionVersion
    approved_version: int | None
    """The one that the robot answers with; null: none."""


class BankStates(Answer):
    """How many questions there are of each."""

    all: int
    draft: int
    """Changed since they were approved, or never approved."""
    approved: int
    no_answer: int
    expired: int


class QuestionsAnswer(Answer):
    questions: list[BankQuestion]
    found: int
    """On all pages, of what was asked for."""
    states: BankStates


class QuestionHistory(Answer):
    question: BankQuestion
    versions: list[QuestionVersion]
    """The newest first."""


class ReadVersion(Ask):
    id: RowId
    version: Annotated[int, Field(ge=1, lt=2**31)]


class ApproveAsk(Ask):
    questions: Annotated[list[ReadVersion], Field(min_length=1, max_length=500)]
    """Each as it was read: what somebody changed meanwhile is not approved."""


class Chosen(Ask):
    questions: Annotated[list[RowId], Field(min_length=1, max_length=500)]


class ApprovedAnswer(Answer):
    approved: list[int]


class ProductToShow(Answer):
    id: int
    shop: int
    title: str
    price_cents: int


class BankShop(Answer):
    id: int
    name: str


class BankChoices(Answer):
    """What a question may be limited to and show."""

    groups: list[BankShop]
    shops: list[BankShop]
    campaigns: list[BankShop]
    products: list[ProductToShow]
    people: dict[int, str]


def version_shown(version: Version) -> QuestionVersion:
    return QuestionVersion(
        version=version.version,
        text=draft_shown(version.draft),
        changed_at=version.changed_at,
        changed_by=version.changed_by,
        approved_at=version.approved_at,
        approved_by=version.approved_by,
    )


def question_shown(question: KeptQuestion) -> BankQuestion:
    return BankQuestion(
        id=question.id,
        code=question.code,
        newest=version_shown(question.newest),
        approved_version=question.approved,
    )


def draft_shown(draft: QuestionDraft) -> QuestionShown:
    return QuestionShown(
        title=draft.title,
        phrasings=list(draft.phrasings),
        answers=[AnswerShown(content=each.content, kind=each.kind, language=each.language) for each in draft.answers],
        group=draft.group,
        shops=[*draft.shops],
        campaign=draft.campaign,
        since=draft.since,
        until=draft.until,
    )
