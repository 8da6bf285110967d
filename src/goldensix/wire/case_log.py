"""The small log of a worked example, as lines."""

from collections.abc import Sequence
from typing import Final

from goldensix.log.columns import BYS, CLOSING_WORDS, GREETING, NO_REPLY_NEEDED, ROBOT_HAS, SPAM, WHATS, By, What
from goldensix.metrics.closing import is_closing
from goldensix.metrics.order import Line
from goldensix.wire.given import Given, Unfit, a_truth, a_whole, an_instant, name, objects, text

_ORDERED: Final = ("order_created", "paid", "refund_requested", "refund_done")
_NO_LINE: Final = ("presence",)
"""Events of the format that no figure is made of."""
_BY: Final[dict[object, By]] = {by: by for by in BYS}
_WHAT: Final[dict[object, What]] = {what: what for what in WHATS if what != "message"}


def lines_of(given: Given, shop: int) -> list[Line]:
    """Raises Unfit."""
    messages = _messages(objects(given, "messages"), shop)
    return messages + _events(objects(given, "events"), shop, messages)


def _messages(rows: Sequence[Given], shop: int) -> list[Line]:
    """Rows of one id are one message, so they get one name; a row without id is its own."""
    names: dict[str, str] = {}
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        try:
            own = name(row, "id")
            line = names.setdefault(f"#{number}" if own is None else f"={own}", f"m{number:08}")
            lines.append(_message(row, shop, line))
        except Unfit as unfit:
            raise Unfit(f"message {number}: {unfit}") from None
    return lines


def _message(given: Given, shop: int, line: str) -> Line:
    said, by = text(given, "text"), given.get("from")
    if not isinstance(by, str) or by not in _BY:
        raise Unfit(f"from: one of {', '.join(BYS)} is expected, not {by!r}")
    if given.get("recalled_at") is not None:
        an_instant(given["recalled_at"], "recalled_at")
    flags = SPAM * a_truth(given, "spam") | NO_REPLY_NEEDED * a_truth(given, "no_reply_needed")
    flags |= GREETING * a_truth(given, "greeting") | CLOSING_WORDS * is_closing(said)
    flags |= ROBOT_HAS * a_truth(given, "robot_has")
    return Line(
        shop, "case", name(given, "buyer") or "", name(given, "session"), line, "message", _BY[by],
        name(given, "agent"), None, name(given, "group"), text(given, "kind") or "text",
        an_instant(given.get("t"), "t"), seq=a_whole(given, "seq"), recalled=given.get("recalled_at") is not None,
        flags=flags, chars=len(said),
    )  # fmt: skip


def _events(rows: Sequence[Given], shop: int, messages: Sequence[Line]) -> list[Line]:
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        if row.get("type") in _NO_LINE:
            continue
        try:
            lines.append(_event(row, shop, f"e{number:08}", messages))
        except Unfit as unfit:
            raise Unfit(f"event {number}: {unfit}") from None
    return lines


def _event(given: Given, shop: int, line: str, messages: Sequence[Line]) -> Line:
    what = given.get("type")
    if not isinstance(what, str) or what not in _WHAT:
        raise Unfit(f"type: there is no event {what!r}")
    buyer, session, at = name(given, "buyer") or "", name(given, "session"), an_instant(given.get("t"), "t")
    if session is None and what not in _ORDERED:
        session = _session_then(messages, buyer, at)
    detail = name(given, "order") if what in _ORDERED else name(given, "value") if what == "status" else None
    value = a_whole(given, "score" if what == "rating" else "amount")
    return Line(
        shop, "case", buyer, session, line, _WHAT[what], None, name(given, "agent"), name(given, "from_agent"),
        name(given, "group"), "", at, seq=a_whole(given, "seq"), value=value, detail=detail,
    )  # fmt: skip


def _session_then(messages: Sequence[Line], buyer: str, at: int) -> str | None:
    """The named conversation that the buyer was in at an instant, or was first in after it."""
    own = sorted((line for line in messages if line.buyer == buyer and line.session), key=lambda line: line.at)
    before = [line for line in own if line.at <= at]
    return before[-1].session if before else own[0].session if own else None
