"""Turns made where the log lives: the fold once more, as expressions for any engine that Ibis speaks to.

For a log that is too large to move, or must not be. It makes the turns, and the buyer's lines, of given calibers; not
the moments, and not what transfers leave to each agent. Conversations must have names: what a silence ends is told
apart by the fold only. A law holds it to the fold. Each row is a turn to one variant; the fold writes one for many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from goldensix.log.columns import CLOSING_WORDS, GREETING, NO_REPLY_NEEDED, ROBOT_HAS, SPAM
from goldensix.metrics.batch.clock import either
from goldensix.metrics.caliber import TURN_MEASURES, Caliber
from goldensix.metrics.order import AFTER, BANDS, CLOSE, QUESTION, SAYING
from goldensix.metrics.tables import (
    AGENT_STARTED,
    ASKED,
    ASSIST_SPOKE,
    AUTO_SPOKE,
    CLOSERS,
    HUMAN_SPOKE,
    LEAVE,
    NEVER,
    REACHED,
    ROBOT_HAD,
    WHOLE,
    variant_of,
)

_RANKS = {"queue_enter": 0, "to_human": 1, "assign": 2, "transfer": 2, "leave_message": 3, "close": CLOSE}
_SPOKEN = {"agent": HUMAN_SPOKE, "bot_assist": ASSIST_SPOKE, "bot_auto": AUTO_SPOKE}
_CODES = {"agent": 1, "bot_assist": 2, "bot_auto": 3}
_WHOSE = ("shop", "session")


class NotPortable(Exception):
    """A caliber that needs the fold: names it, and says why."""


@dataclass(frozen=True)
class PortableTurns:
    turns: ir.Table
    messages: ir.Table


def portable_turns(lines: ir.Table, calibers: Sequence[Caliber]) -> PortableTurns:
    """Of `lines` (`log.columns.LINES`), for calibers over turns."""
    for caliber in calibers:
        if caliber.measure not in TURN_MEASURES or caliber.split_transfer:
            raise NotPortable(f"{caliber.id}: it is not made of whole turns, so its log has to be derived by the fold.")
    placed = _placed(lines)
    said = _running(placed)
    made = [_of_variant(said, caliber) for caliber in _one_of_each_variant(calibers)]
    turns = _with_conversation(ibis.union(*made) if len(made) > 1 else made[0], placed)
    asked = _questions(placed).select("shop", "session", "place", said_at="at")
    inside = [asked.shop == turns.shop, asked.session == turns.session]
    inside += [asked.place >= turns.first_place, asked.place <= turns.last_place]
    messages = turns.join(asked, inside).mutate(at=ibis._.said_at)
    return PortableTurns(turns, messages.select(*turns.columns, "at"))


def _one_of_each_variant(calibers: Iterable[Caliber]) -> list[Caliber]:
    return list({variant_of(caliber): caliber for caliber in calibers}.values())


def _flag(condition: ir.BooleanValue) -> ir.IntegerValue:
    return either(condition.fill_null(False), ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _has(lines: ir.Table, bit: int) -> ir.BooleanValue:
    return (lines.flags & bit) != 0


def _is_said(lines: ir.Table, by: str) -> ir.BooleanValue:
    return ((lines.what == "message") & (lines.by == by)).fill_null(False)


def _placed(lines: ir.Table) -> ir.Table:
    """Lines that count, each once, numbered from 1 in the order of `metrics.order`; and whose conversation it is."""
    lines = lines.filter(lines.session.notnull())
    rank: ir.IntegerValue = either(lines.what == "message", SAYING, AFTER)
    for what, number in _RANKS.items():
        rank = either(lines.what == what, number, rank)
    rank = either(_is_said(lines, "buyer"), QUESTION, rank)
    band: ir.IntegerValue = ibis.literal(BANDS[-1], "int64")
    for number, name in reversed(list(enumerate(BANDS[:-1]))):
        band = either(rank <= number, name, band)
    by_server = ibis.window(group_by=[*_WHOSE, lines.seq.isnull()], order_by=[lines.seq, lines.line], following=0)
    latest = lines["at"].max().over(by_server)
    numbered = lines.seq.notnull()
    lines = lines.mutate(
        instant=either(numbered, latest, lines["at"]), band=either(numbered, 1, band),
        number=lines.seq.fill_null(NEVER), rank=either(numbered, 0, rank),
    )  # fmt: skip
    order = [ibis._[name] for name in ("instant", "band", "number", "rank", "line")]
    lines = lines.mutate(place=ibis.row_number().over(ibis.window(group_by=_WHOSE, order_by=order)).cast("int64") + 1)
    copies = ibis.window(group_by=[*_WHOSE, "line"])
    lines = lines.mutate(
        first_copy=lines.place.min().over(copies), taken_back=_flag(lines.recalled).max().over(copies),
        named=either(lines.buyer.fill_null("") != "", lines.place, 1 << 40).min().over(ibis.window(group_by=_WHOSE)),
    )  # fmt: skip
    named = lines.filter(lines.place == lines.named).select(*_WHOSE, owner_name="buyer")
    counted = lines.filter((lines.place == lines.first_copy) & (lines.taken_back == 0) & ~_has(lines, SPAM))
    counted = counted.drop("buyer").left_join(named, list(_WHOSE))
    counted = counted.mutate(buyer=counted.owner_name.fill_null(""))
    return counted.select(*_WHOSE, "platform", "buyer", "line", "what", "by", "agent", "group", "at", "flags", "place")


def _questions(lines: ir.Table) -> ir.Table:
    return lines.filter(_is_said(lines, "buyer") & ~_has(lines, NO_REPLY_NEEDED))


def _running(lines: ir.Table) -> ir.Table:
    """At each line, the places of the latest ones of a kind so far; 0 where there is none."""
    so_far = ibis.window(group_by=_WHOSE, order_by="place", following=0)
    before = ibis.window(group_by=_WHOSE, order_by="place", preceding=(None, 1))

    def latest(condition: ir.BooleanValue, window: object = so_far) -> ir.IntegerValue:
        return either(condition.fill_null(False), lines.place, 0).max().over(window).fill_null(0)

    taken = lines.what.isin(["assign", "transfer"])
    spoke = _is_said(lines, "agent")
    reached = taken | (lines.what == "to_human") | spoke | _is_said(lines, "bot_assist")
    lines = lines.mutate(
        p_owner=latest((taken | spoke) & lines.agent.notnull()),
        p_taken=latest(taken),
        p_group=latest(lines.group.notnull()),
        p_spoke=latest(spoke),
        p_reached=latest(reached, before),
        p_held=latest(taken & lines.agent.notnull(), before),
        p_free=latest((taken & lines.agent.isnull()) | (lines.what == "close"), before),
    )
    queued = (lines.what == "queue_enter") & (lines.p_held <= lines.p_free)
    return lines.mutate(p_queued=either(queued, lines.place, 0).max().over(so_far))


def _of_variant(lines: ir.Table, caliber: Caliber) -> ir.Table:
    """Runs of questions between the lines that end them."""
    auto = _is_said(lines, "bot_auto") & (lines.p_reached == 0)
    ends = ibis.or_(*(_is_said(lines, by) for by in sorted(caliber.valid)))
    if caliber.ignore_greeting:
        ends = ends & ~_has(lines, GREETING)
    drops = auto if caliber.human_stage else ibis.literal(False)
    lines = lines.mutate(drops=_flag(drops), cuts=_flag(ends | drops))
    so_far = ibis.window(group_by=_WHOSE, order_by="place", following=0)
    lines = lines.mutate(run=lines.cuts.sum().over(so_far).cast("int64"))
    runs = _questions(lines).group_by(*_WHOSE, "run").aggregate(
        first_place=ibis._.place.min(), last_place=ibis._.place.max(), n=ibis._.count(),
        closers=_flag(_has(ibis._, CLOSING_WORDS)).min(),
    )  # fmt: skip
    runs = _until(runs, lines)
    runs = runs.filter(runs.drops == 0)
    earliest = ibis.window(group_by=_WHOSE)
    bit = 1 << variant_of(caliber)
    return runs.mutate(
        variants=ibis.literal(bit, "int32"),
        first=either(runs.run == runs.run.min().over(earliest), bit, 0).cast("int32"),
    )


def _until(runs: ir.Table, lines: ir.Table) -> ir.Table:
    """With the line that ended each run, or else the conversation's last; and what was so by then."""
    last = lines.group_by(*_WHOSE).aggregate(end_place=ibis._.place.max())
    ended = lines.filter(lines.cuts == 1).select(*_WHOSE, run=lines.run - 1, cut_place=lines.place)
    runs = runs.left_join(ended, [*_WHOSE, "run"]).drop("shop_right", "session_right", "run_right")
    runs = runs.join(last, list(_WHOSE))
    runs = runs.mutate(answered=_flag(runs.cut_place.notnull()), until=ibis.coalesce(runs.cut_place, runs.end_place))
    runs = runs.drop("cut_place", "end_place")
    columns = {"until": "place", "reply": "at", "replier": "by", "spoke": "agent", "drops": "drops",
               "e_owner": "p_owner", "e_taken": "p_taken", "e_group": "p_group", "e_queued": "p_queued"}  # fmt: skip
    runs = _joined(runs, lines, columns)
    began = {"first_place": "place", "first_at": "at", "b_queued": "p_queued", "b_spoke": "p_spoke"}
    runs = _joined(runs, lines, began)
    runs = _joined(runs, lines, {"last_place": "place", "last_at": "at"})
    before = either(runs.b_queued > runs.b_spoke, runs.b_queued, 0)
    runs = runs.mutate(
        q_place=either(runs.e_queued > runs.first_place, runs.e_queued, before),
        drops=either(runs.answered == 1, runs.drops, 0),
    )
    runs = _joined(runs, lines, {"q_place": "place", "queue_at": "at"})
    runs = _joined(runs, lines, {"e_taken": "place", "assigned_at": "at"})
    runs = _joined(runs, lines, {"e_group": "place", "group": "group"})
    return _joined(runs, lines, {"e_owner": "place", "owner": "agent"})


def _joined(runs: ir.Table, lines: ir.Table, columns: dict[str, str]) -> ir.Table:
    """The line at a place; `columns`: first the place, then what is wanted of that line."""
    (place, _), *wanted = columns.items()
    kept = [name for name in runs.columns if name not in dict(wanted)]
    found = lines.select(j_shop="shop", j_session="session", j_place="place", **dict(wanted))
    same = [runs.shop == found.j_shop, runs.session == found.j_session, runs[place] == found.j_place]
    return runs.select(*kept).left_join(found, same).drop("j_shop", "j_session", "j_place")


def _conversations(lines: ir.Table) -> ir.Table:
    """What turns say of their conversation as a whole."""
    asks, spoke = _is_said(lines, "buyer"), _is_said(lines, "agent")
    staged = lines.what.isin(["assign", "transfer", "to_human"])
    far = ibis.literal(1 << 40, "int64")

    def first(condition: ir.BooleanValue) -> ir.IntegerValue:
        return either(condition.fill_null(False), lines.place, far).min()

    def any_of(condition: ir.BooleanValue, bit: int) -> ir.IntegerValue:
        return _flag(condition).max() * bit

    found = lines.group_by(*_WHOSE).aggregate(
        c_asked=first(asks), c_spoke=first(spoke), c_left=first(lines.what == "leave_message"),
        c_staged=first(staged),
        c_last_ask=either(asks, lines.place, 0).max(), c_close=either(lines.what == "close", lines.place, 0).max(),
        c_flags=any_of(asks, ASKED) + any_of(lines.what == "leave_message", LEAVE)
        + any_of(spoke, HUMAN_SPOKE) + any_of(_is_said(lines, "bot_assist"), ASSIST_SPOKE)
        + any_of(_is_said(lines, "bot_auto"), AUTO_SPOKE) + any_of(staged, REACHED)
        + any_of(_is_said(lines, "bot_auto") & _has(lines, ROBOT_HAS), ROBOT_HAD),
        platform=lines.platform.max(), buyer=lines.buyer.max(),
    )  # fmt: skip
    started = (found.c_spoke < found.c_asked) & (found.c_spoke < found.c_left)
    found = found.mutate(
        c_flags=found.c_flags + either(started, AGENT_STARTED, 0),
        c_close=either(found.c_close > found.c_last_ask, found.c_close, 0),
    )
    for place, name in (("c_asked", "asked_at"), ("c_staged", "stage_at"), ("c_close", "closed_at")):
        found = _joined(found, lines, {place: "place", name: "at"})
    return found


def _with_conversation(runs: ir.Table, lines: ir.Table) -> ir.Table:
    whole = _conversations(lines)
    whole = whole.select(
        w_shop="shop", w_session="session", platform="platform", buyer="buyer", asked_at="asked_at",
        stage_at="stage_at", closed_at="closed_at", c_flags="c_flags",
    )  # fmt: skip
    turns = runs.join(whole, [runs.shop == whole.w_shop, runs.session == whole.w_session])
    answered = turns.answered == 1
    by: ir.IntegerValue = ibis.literal(NEVER, "int64")
    for replier, code in _CODES.items():
        by = either(answered & (turns.replier == replier), code, by)
    shop = turns.shop.cast("string")
    return turns.select(
        "shop", "platform", "buyer", "session", "group", "variants", "first", "first_at", "last_at", "n",
        "first_place", "last_place",
        agent=ibis.ifelse(answered, ibis.coalesce(turns.spoke, turns.owner), turns.owner),
        part=ibis.literal(WHOLE, "int8"),
        asked_at=turns.asked_at.fill_null(NEVER),
        reply_at=either(answered, turns.reply, NEVER),
        by=by.cast("int8"),
        queue_at=turns.queue_at.fill_null(NEVER),
        assigned_at=turns.assigned_at.fill_null(NEVER),
        stage_at=turns.stage_at.fill_null(NEVER),
        closed_at=turns.closed_at.fill_null(NEVER),
        flags=(turns.c_flags + either(turns.closers == 1, CLOSERS, 0)).cast("int32"),
        buyer_key=shop + ":" + turns.buyer,
        session_key=shop + ":" + turns.session,
    )  # fmt: skip
