"""Questions as a table: heads in both languages, one question a row, one message of an answer after the other."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from goldensix.adapters.bank.faults import References
from goldensix.adapters.bank.rows import Row
from goldensix.adapters.postgres.questions import KeptQuestion
from goldensix.adapters.spreadsheets import harmless
from goldensix.events.facts import Language
from goldensix.robot.question import Answer

HEADS: Final[dict[str, tuple[str, str]]] = {
    "code": ("编号", "code"),
    "title": ("问题", "question"),
    "phrasings": ("问法", "phrasings"),
    "any": ("回答", "answer"),
    "zh": ("中文回答", "answer zh"),
    "en": ("英文回答", "answer en"),
    "group": ("组", "group"),
    "shops": ("店铺", "shops"),
    "campaign": ("活动", "campaign"),
    "since": ("从", "from"),
    "until": ("到", "until"),
}
"""Each column's head, in Chinese and English."""
_FIELDS: Final = {"phrasings": "phrasings", "group": "group", "shops": "shops", "campaign": "campaign",
                  "since": "since", "until": "until"}  # fmt: skip
_ANSWERS: Final[dict[str, Language | None]] = {"any": None, "zh": "zh", "en": "en"}
_BETWEEN: Final = "---"
"""On a line of its own, between two messages of one answer."""
_KINDS: Final = ("picture", "product", "order")


def cells(question: KeptQuestion, known: References, zone: str) -> list[str]:
    draft = question.newest.draft
    said = {name: _messages(draft.answers, language) for name, language in _ANSWERS.items()}
    told = {
        "code": question.code, "title": draft.title, "phrasings": "\n".join(draft.phrasings), **said,
        "group": known.groups.get(draft.group, "") if draft.group is not None else "",
        "shops": "\n".join(known.shops.get(shop, "") for shop in draft.shops),
        "campaign": known.campaigns.get(draft.campaign, "") if draft.campaign is not None else "",
        "since": _wall(draft.since, zone), "until": _wall(draft.until, zone),
    }  # fmt: skip
    return [told[name] for name in HEADS]


def as_csv(rows: Iterable[Sequence[str]], language: Language) -> bytes:
    """With a mark at the front by which spreadsheets know that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_heads(language))
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[str]], language: Language) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    # Text that looks like a formula, a number or an address stays text.
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, plain)
    sheet = book.add_worksheet("问题库" if language == "zh" else "Questions")
    bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, head in enumerate(_heads(language)):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, 12 if column in (0, 6, 7, 8) else 16 if column > 8 else 40)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, harmless(cell), wrapped)
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def column_of(head: str) -> str | None:
    """Which column a head names, in either language and any case."""
    wanted = " ".join(head.replace("_", " ").split()).casefold()
    return next((name for name, heads in HEADS.items() if wanted in (name, *map(str.casefold, heads))), None)


def row_of(place: str, told: dict[str, str], there: Iterable[str]) -> Row:
    """A row of a table whose columns are `there`; what it has no column for stays as it is."""
    found = set(there)
    answers = [answer for name, language in _ANSWERS.items() for answer in _answers(told.get(name, ""), language)]
    lacks = {field for name, field in _FIELDS.items() if name not in found}
    if not found & set(_ANSWERS):
        lacks.add("answers")
    return Row(
        place, told.get("title", ""), told.get("code", ""), _lines(told.get("phrasings", "")), tuple(answers),
        told.get("group", ""), _lines(told.get("shops", "")), told.get("campaign", ""), told.get("since", ""),
        told.get("until", ""), lacks=tuple(sorted(lacks)),
    )  # fmt: skip


def unharmed(cell: str) -> str:
    """A cell as it was before it was made harmless for spreadsheets."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _heads(language: Language) -> list[str]:
    return [heads[0 if language == "zh" else 1] for heads in HEADS.values()]


def _messages(answers: Iterable[Answer], language: Language | None) -> str:
    own = [answer for answer in answers if answer.language == language]
    return f"\n{_BETWEEN}\n".join(_message(answer) for answer in own)


def _message(answer: Answer) -> str:
    match answer.kind:
        case "text":
            return answer.content
        case "order":
            return "[order]"
        case kind:
            return f"[{kind} {answer.content}]"


def _answers(cell: str, language: Language | None) -> list[Answer]:
    parts = [part.strip("\n") for part in f"\n{cell}\n".split(f"\n{_BETWEEN}\n")]
    return [_answer(part.strip(), language) for part in parts if part.strip()]


def _answer(part: str, language: Language | None) -> Answer:
    kind, _, content = part[1:-1].partition(" ")
    if part.startswith("[") and part.endswith("]") and kind in _KINDS:
        return Answer(content.strip(), kind, language)  # type: ignore[arg-type]  # one of _KINDS
    return Answer(part, "text", language)


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in cell.splitlines() if line.strip()))


def _wall(at: int | None, zone: str) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}"
