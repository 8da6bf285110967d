"""A caliber (口径): what a platform or a house counts, as data. Both interpreters read nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, get_args

from goldensix.events.ids import Milliseconds

Replier = Literal["agent", "bot_assist", "bot_auto"]
TurnMeasure = Literal[
    "within",
    "late",
    "mean",
    "median",
    "percentile",
    "fastest",
    "recent_weighted",
    "answered",
    "unanswered",
    "waiting_over",
    "skew",
    "slow",
]
TalkMeasure = Literal[
    "answer_ratio", "message_total", "buyer_messages", "agent_messages", "agent_characters", "consulting"
]
SessionMeasure = Literal["sessions", "leave_rate", "no_service_rate", "long_sessions", "ticket_first_reply"]
ReceptionMeasure = Literal[
    "received",
    "received_direct",
    "received_in",
    "passed_on",
    "transfers_in",
    "transfers_out",
    "max_concurrent",
    "reception_time",
]
QueueMeasure = Literal["queue_mean", "queue_max", "abandon_rate"]
RatingMeasure = Literal["satisfaction", "invite_rate", "participation_rate"]
OrderMeasure = Literal["conversion_order", "conversion_paid", "inquiring", "refund_speed"]
StatusMeasure = Literal["status_time"]
Measure = (
    TurnMeasure
    | TalkMeasure
    | SessionMeasure
    | ReceptionMeasure
    | QueueMeasure
    | RatingMeasure
    | OrderMeasure
    | StatusMeasure
)
Unit = Literal["turn", "message", "message_run", "session_first", "session_mean", "session_all", "customer_day"]
Clock = Literal["shop", "queue", "agent"]
Anchor = Literal["first", "last"]
Booked = Literal["start", "session", "reply"]
Unanswered = Literal["fail", "exclude", "cap"]
Reached = Literal["events", "reply"]
Count = Literal["orders", "buyers"]
CrossDay = Literal["count", "exclude"]
Op = Literal["<=", "<"]
Shape = Literal["percent", "seconds", "count"]

TURN_MEASURES: Final[tuple[TurnMeasure, ...]] = get_args(TurnMeasure)
TALK_MEASURES: Final[tuple[TalkMeasure, ...]] = get_args(TalkMeasure)
SESSION_MEASURES: Final[tuple[SessionMeasure, ...]] = get_args(SessionMeasure)
RECEPTION_MEASURES: Final[tuple[ReceptionMeasure, ...]] = get_args(ReceptionMeasure)
QUEUE_MEASURES: Final[tuple[QueueMeasure, ...]] = get_args(QueueMeasure)
RATING_MEASURES: Final[tuple[RatingMeasure, ...]] = get_args(RatingMeasure)
ORDER_MEASURES: Final[tuple[OrderMeasure, ...]] = get_args(OrderMeasure)
STATUS_MEASURES: Final[tuple[StatusMeasure, ...]] = get_args(StatusMeasure)
MEASURES: Final[tuple[Measure, ...]] = (
    *TURN_MEASURES,
    *TALK_MEASURES,
    *SESSION_MEASURES,
    *RECEPTION_MEASURES,
    *QUEUE_MEASURES,
    *RATING_MEASURES,
    *ORDER_MEASURES,
    *STATUS_MEASURES,
)

_PERCENT: Final[frozenset[Measure]] = frozenset(
    {
        "within",
        "late",
        "recent_weighted",
        "answered",
        "answer_ratio",
        "leave_rate",
        "no_service_rate",
        "abandon_rate",
        "satisfaction",
        "invite_rate",
        "participation_rate",
        "conversion_order",
        "conversion_paid",
    }
)
_SECONDS: Final[frozenset[Measure]] = frozenset(
    {
        "mean",
        "median",
        "percentile",
        "fastest",
        "ticket_first_reply",
        "reception_time",
        "queue_mean",
        "queue_max",
        "refund_speed",
        "status_time",
    }
)

RATES: Final[tuple[Measure, ...]] = ("within", "late", "recent_weighted")
"""Shares of a limit: what was not answered is not within it, unless a caliber says otherwise."""
WAITS: Final[tuple[Measure, ...]] = (*RATES, "mean", "median", "percentile", "fastest")
"""What `unanswered` tells of."""
RANKED: Final[tuple[Measure, ...]] = ("median", "percentile", "fastest")

ALL_WEEK: Final = frozenset(range(7))
HOUR: Final = 3_600_000
SECOND: Final = 1_000


class BadCaliber(Exception):
    """A caliber that cannot be used: says in which file, which caliber, which field, and why."""

    def __init__(self, place: str, caliber: str, field: str, why: str) -> None:
        self.place, self.caliber, self.field, self.why = place, caliber, field, why
        where = f"{place}: " if place else ""
        super().__init__(f"{where}caliber {caliber or '(without id)'}: {field}: {why}.")


@dataclass(frozen=True, slots=True)
class SessionRule:
    """How conversations are told apart where the source names none. Turns depend on it."""

    gap_after_close: Milliseconds = Milliseconds(600 * SECOND)
    """A buyer who is back sooner after a close goes on with the conversation; at exactly this, begins a new one."""
    idle_gap: Milliseconds = Milliseconds(1_800 * SECOND)
    """A longer silence ends a conversation that nobody closed."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the figure should be, in the figure's own unit."""

    sense: Literal["at_least", "at_most", "above", "below"]
    value: Decimal


@dataclass(frozen=True, slots=True)
class Hours:
    """[start, end) in milliseconds of the local day; start after end goes over midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caliber:
    """Durations are whole milliseconds. What a field means stands in the guide and in the platform's source."""

    id: str
    measure: Measure
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    platform: str = "house"
    version: str = ""
    versions: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the version is called, by language, where it is called differently."""
    valid_from: date | None = None
    source: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    assumed: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Which parts are our own assumption, by language."""
    target: Target | None = None

    unit: Unit = "turn"
    valid: frozenset[Replier] = frozenset({"agent"})
    clock: Clock = "shop"
    anchor: Anchor = "first"
    booked: Booked = "start"
    """The instant that hours and days are tested on: the clock's start (a conversation's first question where its first
    turn is the unit), the conversation's first question, or the reply."""
    human_stage: bool = False
    reached: Reached = "events"
    """Whether only events say that a conversation reached a human, or a reply by one or an assisting robot does too."""
    threshold: Milliseconds | None = None
    op: Op = "<="
    window: Hours | None = None
    days: frozenset[int] = ALL_WEEK
    """Weekdays that count, 0 = Monday."""
    exempt_days: frozenset[date] = frozenset()
    service_hours: Hours | None = None
    """Waits are measured inside these hours only."""
    service_days: frozenset[int] = ALL_WEEK
    cap: Milliseconds | None = None
    unanswered: Unanswered = "exclude"
    exclude_zero: bool = False
    cross_day: CrossDay = "count"
    same_day: bool = False
    """A reply counts only on the local day of the question."""
    split_transfer: bool = False
    exclude_agent_started: bool = False
    exclude_bot_only: bool = False
    """Also what nobody answered at all."""
    exclude_robot_alone: bool = False
    """Only where a robot wrote and no human did."""
    exclude_robot_kept: bool = False
    """Where a full-auto robot wrote, no human did, and none was ever called."""
    exclude_leave: bool = False
    ignore_greeting: bool = False
    ignore_closers: bool = False
    sessions: SessionRule = SessionRule()
    skew_tolerance: Milliseconds = Milliseconds(5 * SECOND)
    cycle: Milliseconds | None = None
    """Due `threshold` after the end of the local day-long cycle that ends at this time of day."""
    p: int | None = None
    """Percentile, or the fastest so many percent."""
    limit: int | None = None
    """Slow: milliseconds of a person's mean; long: of a conversation; satisfaction: the lowest good score."""
    count: Count = "buyers"
    within_days: int | None = None
    statuses: frozenset[str] = frozenset()
    min_sample: int | None = None
    period_days: int | None = None

    @property
    def shape(self) -> Shape:
        """What the figure is: percent, seconds or a count."""
        return "percent" if self.measure in _PERCENT else "seconds" if self.measure in _SECONDS else "count"

    @property
    def patience(self) -> Milliseconds | None:
        """How old an open turn must be before its silence tells anything; None: any age."""
        if self.measure in RATES or self.measure == "unanswered":
            return self.threshold
        return self.cap if self.measure in WAITS else None


def fault_of(caliber: Caliber) -> tuple[str, str] | None:
    """The first field that does not fit the others and why, or None."""
    measure, unit = caliber.measure, caliber.unit
    if measure in (*RATES, "waiting_over") and caliber.threshold is None:
        return "threshold", f"{measure} needs one"
    if measure in ("percentile", "fastest") and caliber.p is None:
        return "p", f"{measure} needs one"
    if measure in (*RANKED, "recent_weighted") and unit not in ("turn", "message", "session_first"):
        return "unit", f"{measure} is taken over turn, message or session_first"
    if measure in ("waiting_over", "skew") and unit not in ("turn", "session_first"):
        return "unit", f"{measure} is counted over turn or session_first"
    if measure == "mean" and unit not in ("turn", "message", "session_first", "session_mean"):
        return "unit", "a mean is taken over turn, message, session_first or session_mean"
    if measure in ("slow", "long_sessions") and caliber.limit is None:
        return "limit", f"{measure} needs one"
    if caliber.unanswered == "cap" and caliber.cap is None:
        return "cap", "unanswered = cap needs one"
    if measure == "status_time" and not caliber.statuses:
        return "statuses", "status_time needs at least one"
    if not caliber.valid:
        return "valid", "at least one of agent, bot_assist, bot_auto"
    if caliber.cycle is not None and measure not in ("within", "late"):
        return "cycle_hour", "only for within and late"
    return _fault_of_reply(caliber) if caliber.booked == "reply" and measure in TURN_MEASURES else None


def _fault_of_reply(caliber: Caliber) -> tuple[str, str] | None:
    """A figure booked on replies has waits of its own only, and is none of silence."""
    if caliber.measure not in WAITS:
        return "booked", f"reply is only for {', '.join(WAITS)}"
    if caliber.unit in ("session_mean", "session_all", "customer_day"):
        return "booked", "reply is only for turns and messages, each by itself"
    if caliber.unanswered != "exclude":
        return "unanswered", "what is booked on its reply needs exclude"
    return None
