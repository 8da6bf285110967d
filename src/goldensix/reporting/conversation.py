"""One conversation: its lines, and what a caliber's clock made of them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.contributions import turns_for
from goldensix.metrics.folding import Folded, Folder
from goldensix.metrics.judge import Judged, TurnRow, is_within, judge
from goldensix.metrics.order import Line, in_order
from goldensix.metrics.tables import NEVER
from goldensix.reporting.book import Book
from goldensix.reporting.calibers import known_calibers
from goldensix.reporting.explain import one_caliber
from goldensix.reporting.question import Language, Question, unknown
from goldensix.reporting.words import Heard, desk_conversation, imported_lines


@dataclass(frozen=True, slots=True)
class _Opened:
    heard: list[Heard]
    folded: Folded
    on_desk: bool


def told(book: Book, question: Question) -> bytes:
    (shop,) = book.shops(question)
    caliber = one_caliber(book, question)
    opened = _open(book, question, shop.id, caliber)
    lines = _lines_of(opened, question.session)
    buyer = next((each.line.buyer for each in lines if each.line.buyer), question.buyer)
    clocks = _clocks(caliber, opened, question, shop.zone)
    return msgspec.json.encode(
        {
            "shop": shop.id,
            "shop_name": shop.name,
            "zone": shop.zone,
            "buyer": buyer,
            "session": question.session,
            "on_desk": opened.on_desk,
            "lines": [_line(book, each, question.language) for each in lines],
            "clocks": [_clock(caliber, judged, shop.zone) for judged in clocks],
            "others": [
                other
                for each in known_calibers(book.ground, question).values()
                if each.measure in TURN_MEASURES and (other := _other(each, opened, question, shop.zone)) is not None
            ],
        }
    )


def _open(book: Book, question: Question, shop: int, caliber: Caliber) -> _Opened:
    """Raises CannotReport for a conversation that is not there, or not in this shop."""
    heard = [each for each in desk_conversation(book.ground, question.session) if each.line.shop == shop]
    on_desk = bool(heard)
    if not heard:
        heard = imported_lines(book.ground, shop, session=question.session, buyer=question.buyer)
    if not heard:
        raise unknown("conversation", "会话", question.session)
    return _Opened(heard, Folder(caliber.sessions).fold(_once(heard)), on_desk)


def _once(heard: list[Heard]) -> list[Line]:
    """A line that was taken back comes twice: it counts once, as taken back."""
    known: dict[str, Line] = {}
    for line, _ in heard:
        known[line.line] = line._replace(recalled=line.recalled or (line.line in known and known[line.line].recalled))
    return [*known.values()]


def _lines_of(opened: _Opened, session: str) -> list[Heard]:
    """Of a conversation that was derived: those between its first line and the next one's."""
    texts = {each.line.line: each.text for each in opened.heard if each.text is not None}
    lines = [Heard(line, texts.get(line.line)) for line in in_order(_once(opened.heard))]
    if all(each.line.session is not None for each in lines):
        return lines
    starts = sorted({_began(moment.session) for moment in opened.folded.moments} - {NEVER})
    began = _began(session)
    after = next((start for start in starts if start > began), None)
    return [each for each in lines if began <= each.line.at and (after is None or each.line.at < after)]


def _began(session: str) -> int:
    """Of a derived conversation, whose name ends in @ and the instant it began."""
    _, at, instant = session.rpartition("@")
    return int(instant) if at and instant.isdecimal() else NEVER


def _line(book: Book, heard: Heard, language: Language) -> dict[str, Any]:
    line = heard.line
    return {
        "at": line.at,
        "what": line.what,
        "by": line.by,
        "agent": line.agent,
        "agent_name": book.name("agent", line.agent, language) if line.agent else "",
        "kind": line.kind,
        "text": None if line.recalled else heard.text,
        "recalled": line.recalled,
        "score": line.value if line.what == "rating" else None,
    }


def _rows(caliber: Caliber, folded: Folded, session: str) -> list[TurnRow]:
    rows = folded.messages if caliber.unit == "message" else folded.turns
    return [row for row in turns_for(caliber, rows) if row.session == session]


def _clocks(caliber: Caliber, opened: _Opened, question: Question, zone: str) -> list[Judged]:
    if caliber.measure not in TURN_MEASURES:
        return []
    rows = _rows(caliber, opened.folded, question.session)
    return [judge(caliber, row, zone, question.now) for row in rows]


def _clock(caliber: Caliber, judged: Judged, zone: str) -> dict[str, Any]:
    return {
        "start": judged.start,
        "stop": judged.reply if judged.reply != NEVER else None,
        "wait": judged.wait,
        "counts": judged.why is None,
        "why": judged.why,
        "hit": _hit(caliber, judged, zone),
    }


def _hit(caliber: Caliber, judged: Judged, zone: str) -> bool | None:
    if judged.why is not None or caliber.threshold is None or caliber.measure == "unanswered":
        return None
    return is_within(caliber, judged, zone)


def _other(caliber: Caliber, opened: _Opened, question: Question, zone: str) -> dict[str, Any] | None:
    """Its first turn under another caliber, if that has one of the same conversation."""
    rows = _rows(caliber, opened.folded, question.session)
    if not rows:
        return None
    judged = judge(caliber, rows[0], zone, question.now)
    return {"caliber": caliber.id, "hit": _hit(caliber, judged, zone), "wait": judged.wait, "why": judged.why}
