"""What a caliber makes of one turn, in plain Python: the live interpreter's half of the law."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from goldensix.metrics.caliber import RATES, WAITS, Caliber, Hours
from goldensix.metrics.figures import Grain, Key, Reason
from goldensix.metrics.service import served
from goldensix.metrics.tables import (
    AGENT_STARTED,
    AUTO_SPOKE,
    CLOSERS,
    HUMAN_SPOKE,
    LEAVE,
    NEVER,
    REACHED,
    ROBOT_SPOKE,
    reached_mask,
)
from goldensix.metrics.zones import DAY, HOUR, day_name, day_number, local, weekday


class TurnRow(NamedTuple):
    """A row of turns or messages (`metrics.tables`), with names instead of codes."""

    shop: int
    platform: str
    buyer: str
    session: str
    agent: str | None
    group: str | None
    variants: int
    first: int
    part: int
    asked_at: int
    first_at: int
    last_at: int
    n: int
    reply_at: int
    by: int
    queue_at: int
    assigned_at: int
    stage_at: int
    closed_at: int
    flags: int
    at: int = NEVER


class Judged(NamedTuple):
    start: int
    booked: int
    """The instant that window and day are tested on."""
    wait: int | None
    """None: unanswered."""
    why: Reason | None
    """Why it is in neither side."""
    reply: int = NEVER
    """The reply that counts."""


def start_of(caliber: Caliber, turn: TurnRow) -> int:
    base = turn.at if caliber.unit == "message" else turn.first_at if caliber.anchor == "first" else turn.last_at
    if caliber.clock == "queue" and turn.queue_at != NEVER:
        base = max(base, turn.queue_at) if caliber.unit == "message" else turn.queue_at
    elif caliber.clock == "agent":
        base = max(base, turn.assigned_at)
    if caliber.human_stage and (turn.reply_at == NEVER or turn.stage_at <= turn.reply_at):
        base = max(base, turn.stage_at)
    return base


def booked_at(caliber: Caliber, turn: TurnRow, start: int, as_of: int | None) -> int:
    """What waits for the reply that it is booked on has no place of its own yet: as if booked on the start."""
    if caliber.booked == "reply" and turn.reply_at != NEVER and (as_of is None or turn.reply_at <= as_of):
        return turn.reply_at
    if caliber.booked == "session" or caliber.unit == "session_first":
        return turn.asked_at
    return turn.at if caliber.unit == "message" else start


def is_inside(hours: Hours, time: int) -> bool:
    if hours.start < hours.end:
        return hours.start <= time < hours.end
    return time >= hours.start or time < hours.end


def out_of_hours(caliber: Caliber, local_at: int) -> Reason | None:
    """Why an instant, as the wall clock has it, does not count."""
    if caliber.window is None and len(caliber.days) == 7 and not caliber.exempt_days:
        return None
    day, time = divmod(local_at, DAY)
    if caliber.window is not None and not is_inside(caliber.window, time):
        return "window"
    if weekday(day) not in caliber.days:
        return "day"
    if caliber.exempt_days and any(day_number(exempt) == day for exempt in caliber.exempt_days):
        return "exempt"
    return None


def barred(caliber: Caliber, flags: int) -> Reason | None:
    """Why a whole conversation does not count."""
    if caliber.human_stage and not flags & reached_mask(caliber):
        return "no_human"
    if caliber.exclude_agent_started and flags & AGENT_STARTED:
        return "agent_started"
    if caliber.exclude_bot_only and not flags & HUMAN_SPOKE:
        return "bot_only"
    if caliber.exclude_robot_alone and flags & ROBOT_SPOKE and not flags & HUMAN_SPOKE:
        return "bot_only"
    if caliber.exclude_robot_kept and flags & AUTO_SPOKE and not flags & (HUMAN_SPOKE | REACHED):
        return "bot_only"
    if caliber.exclude_leave and flags & LEAVE:
        return "leave"
    return None


def judge(caliber: Caliber, turn: TurnRow, zone: str, as_of: int | None) -> Judged:
    start = start_of(caliber, turn)
    booked = booked_at(caliber, turn, start, as_of)
    return judge_booked(caliber, turn, start, booked, local(zone, booked), zone, as_of)


_OF_OPEN_TURNS: Final[dict[str, Any]] = {
    "id": "", "names": {}, "platform": "", "version": "", "valid_from": None, "source": "", "assumed": {},
    "target": None, "measure": "mean", "unit": "turn", "valid": frozenset(), "clock": "shop", "anchor": "first",
    "threshold": None, "op": "<=", "unanswered": "exclude", "split_transfer": False, "ignore_greeting": False,
    "p": None, "limit": None, "count": "buyers", "within_days": None, "statuses": frozenset(), "min_sample": None,
    "period_days": None,
}  # fmt: skip


def judged_alike(caliber: Caliber) -> Caliber:
    """The same for calibers that judge a turn alike, once it is booked and unless it `is_open`."""
    return replace(caliber, **_OF_OPEN_TURNS)


def is_open(found: Judged) -> bool:
    """No reply counts, and nothing but what a caliber says of unanswered turns decides what becomes of it."""
    return found.reply == NEVER and found.why in (None, "pending", "unanswered")


def judge_booked(
    caliber: Caliber, turn: TurnRow, start: int, booked: int, wall: int, zone: str, as_of: int | None
) -> Judged:
    """Where the clock began is known, and what the wall clock showed at the instant it is booked at."""
    why: Reason | None
    if as_of is not None and start > as_of:
        why = "future"
    else:
        why = out_of_hours(caliber, wall) or barred(caliber, turn.flags)
    if why is None and caliber.ignore_closers and turn.reply_at == NEVER and turn.flags & CLOSERS:
        why = "closers"
    if why is not None:
        return Judged(start, booked, None, why)
    reply = reply_in_time(caliber, turn.reply_at, start, zone, as_of)
    wait, why = unanswered(caliber, start, zone, as_of) if reply == NEVER else answered(caliber, start, reply, zone)
    return Judged(start, booked, wait, why, reply)


JudgeOfBooked = Callable[[TurnRow, int, int, int, str, int | None], Judged]
"""Turn, start, booked, wall clock, zone, instant: `judge_booked` of one caliber."""


def judging(caliber: Caliber) -> JudgeOfBooked:
    """`judge_booked` with a short way for what is frequent: outside the window, or answered later than asked.

    The short way is only taken by calibers of which nothing but the window can leave such a turn out.
    """
    whole, cap = partial(judge_booked, caliber), caliber.cap
    if not _is_plain(caliber):
        return whole
    opens, closes = (caliber.window.start, caliber.window.end) if caliber.window else (0, DAY)

    def judge_quickly(turn: TurnRow, start: int, booked: int, wall: int, zone: str, as_of: int | None) -> Judged:
        if as_of is None or start <= as_of:
            if not opens <= wall % DAY < closes:
                return Judged(start, booked, None, "window")
            reply = turn.reply_at
            if NEVER != reply > start and (as_of is None or reply <= as_of):
                wait = reply - start
                return Judged(start, booked, wait if cap is None or wait < cap else cap, None, reply)
        return whole(turn, start, booked, wall, zone, as_of)

    return judge_quickly


def _is_plain(caliber: Caliber) -> bool:
    bars = (
        caliber.human_stage or caliber.exclude_agent_started or caliber.exclude_bot_only
        or caliber.exclude_robot_alone or caliber.exclude_robot_kept or caliber.exclude_leave
    )  # fmt: skip
    looks_at_days = len(caliber.days) < 7 or caliber.exempt_days or caliber.same_day or caliber.cross_day == "exclude"
    over_midnight = caliber.window is not None and caliber.window.start >= caliber.window.end
    return not (bars or looks_at_days or over_midnight or caliber.service_hours is not None)


def reply_in_time(caliber: Caliber, reply: int, start: int, zone: str, as_of: int | None) -> int:
    """The reply, unless it is yet to come, or came on another day where only the same day counts."""
    if reply == NEVER or (as_of is not None and reply > as_of):
        return NEVER
    if caliber.same_day and local(zone, reply) // DAY != local(zone, start) // DAY:
        return NEVER
    return reply


def answered(caliber: Caliber, start: int, reply: int, zone: str) -> tuple[int | None, Reason | None]:
    wait = reply - start
    if wait < -caliber.skew_tolerance:
        return None, "skew"
    wait = max(0, wait)
    if caliber.exclude_zero and wait == 0:
        return None, "zero"
    if caliber.cross_day == "exclude" and local(zone, reply) // DAY != local(zone, start) // DAY:
        return None, "cross_day"
    if caliber.service_hours is not None:
        wait = served(caliber, zone, start, reply)
    return wait if caliber.cap is None else min(wait, caliber.cap), None


def unanswered(caliber: Caliber, start: int, zone: str, as_of: int | None) -> tuple[int | None, Reason | None]:
    if as_of is not None and is_pending(caliber, start, zone, as_of):
        return None, "pending"
    if caliber.measure not in WAITS:
        return None, None
    if caliber.unanswered == "cap":
        return caliber.cap, None
    if caliber.unanswered == "exclude" or caliber.measure not in RATES:
        return None, "unanswered"
    return None, None


def is_pending(caliber: Caliber, start: int, zone: str, as_of: int) -> bool:
    """Whether it may still come in time."""
    limit = caliber.patience
    if limit is None:
        return False
    if caliber.cycle is not None:
        return local(zone, as_of) <= due(caliber, local(zone, start))
    waited = as_of - start if caliber.service_hours is None else served(caliber, zone, start, as_of)
    return waited <= limit if caliber.op == "<=" else waited < limit


def due(caliber: Caliber, local_start: int) -> int:
    """By when, on the wall clock: so long after the end of the cycle that the question falls into."""
    assert caliber.cycle is not None
    assert caliber.threshold is not None
    cycles = (local_start - caliber.cycle) // DAY + 1
    return cycles * DAY + caliber.cycle + caliber.threshold


def is_within(caliber: Caliber, judged: Judged, zone: str) -> bool:
    if judged.wait is None:
        return False
    if caliber.cycle is not None:
        return judged.reply != NEVER and local(zone, judged.reply) <= due(caliber, local(zone, judged.start))
    assert caliber.threshold is not None
    return judged.wait <= caliber.threshold if caliber.op == "<=" else judged.wait < caliber.threshold


class Whose(NamedTuple):
    """What the grains other than time are taken from."""

    shop: int
    platform: str
    agent: str | None
    group: str | None


def key_of(by: tuple[Grain, ...], whose: Whose, local_at: int) -> Key:
    return _key_of(by, whose, local_at // HOUR)


@lru_cache(maxsize=8_192)
def _key_of(by: tuple[Grain, ...], whose: Whose, hour: int) -> Key:
    parts: list[int | str | None] = []
    for grain in by:
        match grain:
            case "shop":
                parts.append(whose.shop)
            case "platform":
                parts.append(whose.platform)
            case "agent":
                parts.append(whose.agent)
            case "group":
                parts.append(whose.group)
            case "day":
                parts.append(day_name(hour // 24))
            case "hour":
                parts.append(hour % 24)
    return tuple(parts)
