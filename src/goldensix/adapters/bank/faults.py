"""What is wrong with a question as it was written, field by field: the same for the page and for files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from goldensix.adapters.postgres.bank import QuestionDraft
from goldensix.events.ids import GroupId, ShopId
from goldensix.robot.question import Answer
from goldensix.robot.turn import same
from goldensix.robot.variables import VARIABLES, unknown

LONGEST_TITLE: Final = 200
LONGEST_PHRASING: Final = 500
LONGEST_ANSWER: Final = 2_000
MOST_PHRASINGS: Final = 200
MOST_ANSWERS: Final = 10
_LATEST: Final = 253_370_764_800_000
"""The year 9999: later ones have no date on every shop's clock."""


@dataclass(frozen=True, slots=True)
class References:
    """What questions may name, of one merchant: names by id."""

    groups: Mapping[GroupId, str]
    shops: Mapping[ShopId, str]
    campaigns: Mapping[int, str]
    products: Mapping[int, str]
    pictures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    """As the JSON of the page and the heads of files call it."""
    zh: str
    en: str


def faults(draft: QuestionDraft, known: References) -> Iterator[Fault]:
    yield from _of_words(draft)
    for number, answer in enumerate(draft.answers, 1):
        yield from _of_answer(answer, f"answers.{number}", known)
    if len(draft.answers) > MOST_ANSWERS:
        yield Fault("answers", f"最多 {MOST_ANSWERS} 条。", f"at most {MOST_ANSWERS}.")
    if draft.group is not None and draft.group not in known.groups:
        yield _missing("group", "没有这个组", "there is no such group")
    if any(shop not in known.shops for shop in draft.shops):
        yield _missing("shops", "没有这家店铺", "there is no such shop")
    if draft.campaign is not None and draft.campaign not in known.campaigns:
        yield _missing("campaign", "没有这个活动", "there is no such campaign")
    for field, at in (("since", draft.since), ("until", draft.until)):
        if at is not None and not 0 <= at < _LATEST:
            yield Fault(field, "要在 1970 年到 9998 年之间。", "it must lie between the years 1970 and 9998.")
    if draft.since is not None and draft.until is not None and draft.until <= draft.since:
        yield Fault("until", "要晚于 since。", "it must be later than `since`.")


def _of_words(draft: QuestionDraft) -> Iterator[Fault]:
    if not same(draft.title):
        yield Fault("title", "要有文字：只有符号的话买家问不到。", "it needs words: nobody can ask mere signs.")
    if len(draft.title) > LONGEST_TITLE:
        yield _long("title", LONGEST_TITLE)
    if len(draft.phrasings) > MOST_PHRASINGS:
        yield Fault("phrasings", f"最多 {MOST_PHRASINGS} 条。", f"at most {MOST_PHRASINGS}.")
    for number, phrasing in enumerate(draft.phrasings, 1):
        if len(phrasing) > LONGEST_PHRASING:
            yield _long(f"phrasings.{number}", LONGEST_PHRASING)
        elif not same(phrasing):
            yield Fault(f"phrasings.{number}", "要有文字。", "it needs words.")


def _of_answer(answer: Answer, field: str, known: References) -> Iterator[Fault]:
    if answer.kind == "picture" and answer.content not in known.pictures:
        yield _missing(field, "没有这张图片", "there is no such picture")
    if answer.kind == "product" and answer.content not in {str(product) for product in known.products}:
        yield _missing(field, "没有这个商品", "there is no such product")
    if answer.kind != "text":
        return
    if not answer.content.strip():
        yield Fault(field, "不能为空。", "it is empty.")
    if len(answer.content) > LONGEST_ANSWER:
        yield _long(field, LONGEST_ANSWER)
    names = ", ".join(f"{{{name}}}" for name in VARIABLES)
    for name in unknown(answer.content)[:1]:
        yield Fault(
            field, f"没有 {{{name}}} 这个变量；可用：{names}。", f"{{{name}}} is no variable; there are {names}."
        )


def _missing(field: str, zh: str, en: str) -> Fault:
    return Fault(field, f"{zh}。", f"{en}.")


def _long(field: str, most: int) -> Fault:
    return Fault(field, f"超过 {most} 个字。", f"it is longer than {most} characters.")
