"""What a caliber makes of one turn, in plain Python: the live interpreter's half of the law."""

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

from goldensix.metrics.caliber import Caliber, Hours
from goldensix.metrics.figures import Grain, Key, Reason
from goldensix.metrics.service import served_until
from goldensix.metrics.tables import AGENT_STARTED, CLOSERS, HUMAN_SPOKE, LEAVE, NEVER
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


def booked_at(caliber: Caliber, turn: TurnRow, start: int) -> int:
    if caliber.unit == "session_first":
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


def barred(caliber: Caliber, flags: int, stage_at: int) -> Reason | None:
    """Why a whole conversation does not count."""
    if caliber.human_stage and stage_at == NEVER and not (caliber.reached == "reply" and flags & HUMAN_SPOKE):
        return "no_human"
    if caliber.exclude_agent_started and flags & AGENT_STARTED:
        return "agent_started"
    if caliber.exclude_bot_only and not flags & HUMAN_SPOKE:
        return "bot_only"
    if caliber.exclude_leave and flags & LEAVE:
        return "leave"
    return None


def judge(caliber: Caliber, turn: TurnRow, zone: str, as_of: int | None) -> Judged:
    start = start_of(caliber, turn)
    booked = booked_at(caliber, turn, start)
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
        why = out_of_hours(caliber, wall) or barred(caliber, turn.flags, turn.stage_at)
    if why is None and caliber.ignore_closers and turn.reply_at == NEVER and turn.flags & CLOSERS:
        why = "closers"
    if why is not None:
        return Judged(start, booked, None, why)
    reply = reply_in_time(caliber, turn.reply_at, start, zone, as_of)
    wait, why = unanswered(caliber, start, zone, as_of) if reply == NEVER else answered(caliber, start, reply, zone)
    return Judged(start, booked, wait, why, reply)


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
        wait = max(0, served_until(caliber, local(zone, reply)) - served_until(caliber, local(zone, start)))
    return wait if caliber.cap is None else min(wait, caliber.cap), None


def unanswered(caliber: Caliber, start: int, zone: str, as_of: int | None) -> tuple[int | None, Reason | None]:
    if caliber.measure not in ("within", "late", "mean", "median", "percentile", "fastest"):
        return None, None
    if as_of is not None and is_pending(caliber, start, zone, as_of):
        return None, "pending"
    if caliber.unanswered == "cap":
        return caliber.cap, None
    if caliber.unanswered == "exclude" or caliber.measure not in ("within", "late"):
        return None, "unanswered"
    return None, None


def is_pending(caliber: Caliber, start: int, zone: str, as_of: int) -> bool:
    """Whether it may still come in time."""
    limit = caliber.threshold if caliber.measure in ("within", "late") else caliber.cap
    if limit is None:
        return False
    if caliber.cycle is not None:
        return local(zone, as_of) <= due(caliber, local(zone, start))
    if caliber.service_hours is not None:
        waited = served_until(caliber, local(zone, as_of)) - served_until(caliber, local(zone, start))
    else:
        waited = as_of - start
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
