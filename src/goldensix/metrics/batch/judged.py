"""What a caliber makes of a turn, as expressions: the batch interpreter's half of the law."""

from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir

from goldensix.metrics.batch.clock import (
    Clock,
    day_start,
    either,
    is_inside,
    largest,
    smallest,
    weekday_of,
)
from goldensix.metrics.caliber import RATES, WAITS, Caliber
from goldensix.metrics.figures import Reason
from goldensix.metrics.tables import (
    AGENT_STARTED,
    AUTO_SPOKE,
    CLOSERS,
    HUMAN_SPOKE,
    LEAVE,
    NEVER,
    PIECE,
    REACHED,
    ROBOT_SPOKE,
    WHOLE,
    reached_mask,
    variant_of,
)
from goldensix.metrics.zones import DAY, day_number

Reasons = list[tuple[Reason, ir.BooleanValue]]


def has(column: ir.IntegerValue, bits: int) -> ir.BooleanValue:
    return (column & bits) != 0


def out_of_hours(caliber: Caliber, local: ir.IntegerValue) -> Reasons:
    found: Reasons = []
    if caliber.window is not None:
        found.append(("window", ~is_inside(caliber.window, local)))
    if len(caliber.days) < 7:
        found.append(("day", ~weekday_of(local).isin(sorted(caliber.days))))
    if caliber.exempt_days:
        starts = [day_number(day) * DAY for day in sorted(caliber.exempt_days)]
        found.append(("exempt", day_start(local).isin(starts)))
    return found


def barred(caliber: Caliber, flags: ir.IntegerValue) -> Reasons:
    found: Reasons = []
    if caliber.human_stage:
        found.append(("no_human", ~has(flags, reached_mask(caliber))))
    if caliber.exclude_agent_started:
        found.append(("agent_started", has(flags, AGENT_STARTED)))
    if caliber.exclude_bot_only:
        found.append(("bot_only", ~has(flags, HUMAN_SPOKE)))
    elif caliber.exclude_robot_alone:
        found.append(("bot_only", has(flags, ROBOT_SPOKE) & ~has(flags, HUMAN_SPOKE)))
    if caliber.exclude_robot_kept:
        found.append(("bot_only", has(flags, AUTO_SPOKE) & ~has(flags, HUMAN_SPOKE | REACHED)))
    if caliber.exclude_leave:
        found.append(("leave", has(flags, LEAVE)))
    return found


@dataclass(frozen=True)
class Judged:
    """Over a table of turns, or of messages where that is the unit."""

    caliber: Caliber
    turns: ir.Table
    clock: Clock
    as_of: int | None

    @cached_property
    def is_turn(self) -> ir.BooleanValue:
        """Whether a row is a turn to this caliber."""
        caliber, turns = self.caliber, self.turns
        bit = 1 << variant_of(caliber)
        part = PIECE if caliber.split_transfer and caliber.unit != "message" else WHOLE
        found = has(turns.variants, bit) & has(turns.part, part)
        return found & has(turns["first"], bit) if caliber.unit == "session_first" else found

    @cached_property
    def start(self) -> ir.IntegerValue:
        caliber, turns = self.caliber, self.turns
        base = turns.at if caliber.unit == "message" else turns.first_at if caliber.anchor == "first" else turns.last_at
        if caliber.clock == "queue":
            entered = turns.queue_at
            base = largest(base, entered) if caliber.unit == "message" else either(entered == NEVER, base, entered)
        elif caliber.clock == "agent":
            base = largest(base, turns.assigned_at)
        if caliber.human_stage:
            staged = (turns.reply_at == NEVER) | (turns.stage_at <= turns.reply_at)
            base = either(staged, largest(base, turns.stage_at), base)
        return base

    @cached_property
    def booked(self) -> ir.IntegerValue:
        caliber, turns = self.caliber, self.turns
        by_session = caliber.booked == "session" or caliber.unit == "session_first"
        booked = turns.asked_at if by_session else turns.at if caliber.unit == "message" else self.start
        if caliber.booked != "reply":
            return booked
        replied = turns.reply_at != NEVER
        if self.as_of is not None:
            replied = replied & (turns.reply_at <= self.as_of)
        return either(replied, turns.reply_at, booked)

    @cached_property
    def reply(self) -> ir.IntegerValue:
        reply = self.turns.reply_at
        if self.as_of is not None:
            reply = either(reply > self.as_of, NEVER, reply)
        if self.caliber.same_day:
            reply = either(self._other_day, NEVER, reply)
        return reply

    @cached_property
    def reasons(self) -> Reasons:
        """Why it is in neither side: the first that holds."""
        caliber, turns = self.caliber, self.turns
        found: Reasons = []
        if self.as_of is not None:
            found.append(("future", self.start > self.as_of))
        found += out_of_hours(caliber, self._local(self.booked))
        found += barred(caliber, turns.flags)
        if caliber.ignore_closers:
            found.append(("closers", (turns.reply_at == NEVER) & has(turns.flags, CLOSERS)))
        found.append(("skew", self.is_answered & (self.reply - self.start < -caliber.skew_tolerance)))
        if caliber.exclude_zero:
            found.append(("zero", self.is_answered & (self.reply - self.start <= 0)))
        if caliber.cross_day == "exclude":
            found.append(("cross_day", self.is_answered & self._other_day))
        return found + self._unanswered

    @cached_property
    def is_answered(self) -> ir.BooleanValue:
        return self.reply != NEVER

    @cached_property
    def counts(self) -> ir.BooleanValue:
        counted = self.is_turn
        for _, holds in self.reasons:
            counted = counted & ~holds
        return counted

    @cached_property
    def has_wait(self) -> ir.BooleanValue:
        """Unanswered turns have one only where it is the cap."""
        if self.caliber.unanswered == "cap" and self.caliber.measure in WAITS:
            return ibis.literal(True)
        return self.is_answered

    @cached_property
    def wait(self) -> ir.IntegerValue:
        """0 where there is none."""
        caliber = self.caliber
        walled = caliber.service_hours is None
        wait = largest(self.reply - self.start, 0) if walled else self._served(self.reply)
        if caliber.cap is not None:
            wait = smallest(wait, caliber.cap)
        instead = caliber.cap if caliber.unanswered == "cap" and caliber.measure in WAITS else 0
        return either(self.is_answered, wait, instead or 0)

    @cached_property
    def is_within(self) -> ir.BooleanValue:
        caliber = self.caliber
        if caliber.cycle is not None:
            return self.is_answered & (self._local(self.reply) <= self._due)
        assert caliber.threshold is not None
        in_limit = self.wait <= caliber.threshold if caliber.op == "<=" else self.wait < caliber.threshold
        return self.has_wait & in_limit

    @property
    def is_good(self) -> ir.BooleanValue:
        """As whoever opens a figure sees a turn: in time where there is a limit to keep, else answered."""
        limited = self.caliber.threshold is not None and self.caliber.measure != "unanswered"
        return self.is_within if limited else self.is_answered

    def left_out(self) -> Reasons:
        """Each reason with when it is the one."""
        found: Reasons = []
        still = self.is_turn
        for why, holds in self.reasons:
            found.append((why, still & holds))
            still = still & ~holds
        return found

    @property
    def _unanswered(self) -> Reasons:
        caliber = self.caliber
        found: Reasons = []
        if self.as_of is not None and caliber.patience is not None:
            found.append(("pending", ~self.is_answered & self._is_pending(caliber.patience, self.as_of)))
        if caliber.measure not in WAITS:
            return found
        plain = caliber.measure not in RATES
        if caliber.unanswered == "exclude" or (plain and caliber.unanswered != "cap"):
            found.append(("unanswered", ~self.is_answered))
        return found

    def _is_pending(self, limit: int, as_of: int) -> ir.BooleanValue:
        caliber = self.caliber
        now = ibis.literal(as_of, "int64")
        if caliber.cycle is not None:
            return self._local(now) <= self._due
        waited = now - self.start if caliber.service_hours is None else self._served(now)
        return waited <= limit if caliber.op == "<=" else waited < limit

    def _served(self, until: ir.IntegerValue) -> ir.IntegerValue:
        return self.clock.served(self.caliber, self.start, until, self.turns.shop)

    @property
    def _due(self) -> ir.IntegerValue:
        cycle = self.caliber.cycle
        assert cycle is not None
        assert self.caliber.threshold is not None
        return day_start(self._local(self.start) - cycle) + DAY + cycle + self.caliber.threshold

    @property
    def _other_day(self) -> ir.BooleanValue:
        return day_start(self._local(self.turns.reply_at)) != day_start(self._local(self.start))

    def _local(self, at: ir.IntegerValue) -> ir.IntegerValue:
        return self.clock.local(at, self.turns.shop)
