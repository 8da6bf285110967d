"""When the desk's own deeds for a conversation are due. Instants only: `lapse.py` does them.

`begun` is since when the desk runs: while it did not, nobody could answer, come or write, and nobody is to blame.
"""

from itertools import dropwhile
from typing import Final

from goldensix.actions.premises import Premises
from goldensix.conversations.alerts import Alerts
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import Step
from goldensix.events.ids import ConversationId, Instant, Milliseconds
from goldensix.robot.modes import Mode
from goldensix.team.team import Attendance

ALONE: Final = Milliseconds(10_000)
"""So long nobody must be there before a consult is a message: pages that reconnect come back sooner."""

QUEUED: Final = Milliseconds(1_000)
"""So long a consult waits in the queue for a hand before a robot that helps out takes it."""
PROMISED: Final = Milliseconds(5_000)
"""What the robot has not decided by then a person decides, and the buyer is told: a second before the six are over."""
ROBOT_SILENCE: Final = Milliseconds(1_800_000)
"""A conversation that only the robot had ends after so long a silence, where the shop says nothing else."""

CALENDAR: Final = ConversationId("calendar")
"""Stands among the deadlines for no conversation: a shift or a shop's hours begin or end."""


def reminds_at(premises: Premises, c: Conversation) -> Instant | None:
    """The next "still waiting" notice of this wait; none to whom it was said that the shop is closed."""
    reminders = premises.shops[c.shop].still_waiting
    if c.waiting_since is None or c.off_hours or c.reminders >= len(reminders):
        return None
    return Instant(c.waiting_since + reminders[c.reminders].after)


def silent_at(premises: Premises, c: Conversation, begun: Instant) -> Instant | None:
    """From when on the agent has let the buyer wait too long."""
    after = premises.assignment.silent_after
    if not after or c.waiting_since is None or c.assigned_at is None:
        return None
    return Instant(max(c.waiting_since, c.assigned_at, begun) + after)


def gone_at(premises: Premises, attendance: Attendance, c: Conversation, begun: Instant) -> Instant | None:
    """From when on the agent of a waiting buyer has been away too long; at once if his account is not good any more."""
    if c.waiting_since is None or c.agent is None:
        return None
    member, presence = premises.members.get(c.agent), attendance.of(c.agent)
    if member is None or not member.active:
        return c.waiting_since
    after = premises.assignment.gone_after
    away = Instant(max(presence.since, begun) + after) if after and not presence.connected else None
    over = None if member.ends is None else max(member.ends, c.waiting_since)
    return min((each for each in (away, over) if each is not None), default=None)


def answers_at(c: Conversation, mode: Mode) -> Instant | None:
    """When the robot has to have said something, or takes what still waits in the queue."""
    if c.undecided and c.waiting_since is not None:
        return Instant(c.waiting_since + PROMISED)
    if mode in ("off", "assist") or c.first_reply_at is not None or c.began_at is None or c.with_robot:
        return None
    return Instant(c.began_at + PROMISED)


def left_at(c: Conversation, begun: Instant) -> Instant | None:
    """When a consult that nobody is there for becomes a message."""
    return Instant(max(c.entered_at, begun) + ALONE) if c.queued and not c.left else None


def overflows_at(premises: Premises, c: Conversation) -> Instant | None:
    """From when on it does not wait for those with the preferred skills any more."""
    prefers = c.prefers or premises.groups[c.group].prefers
    return Instant(c.entered_at + premises.assignment.skill_hold) if c.queued and prefers else None


def ends_at(premises: Premises, c: Conversation, begun: Instant) -> Instant | None:
    """When it ends if nobody says anything. While somebody waits for us it never does."""
    silence = premises.shops[c.shop].silence
    if c.waiting_since is not None or c.closed or (c.agent is None and not c.with_robot):
        return None
    if silence is not None:
        return Instant(max(c.spoken_at, begun) + silence.after)
    return Instant(max(c.spoken_at, begun) + ROBOT_SILENCE) if c.with_robot else None


def notice_at(premises: Premises, c: Conversation, begun: Instant) -> Instant | None:
    """When the buyer is told of that end; None: not at all, or he is told."""
    silence, end = premises.shops[c.shop].silence, ends_at(premises, c, begun)
    if silence is None or end is None or not silence.notice or c.told_of_end:
        return None
    return Instant(end - silence.notice)


STEPS: Final[tuple[Step, ...]] = ("agent", "manager", "phone", "administrator")


def steps_left(premises: Premises, alerts: Alerts, c: Conversation) -> list[Step]:
    """What of the ladder a waiting buyer has yet to reach.

    A recorded buyer calls nobody's phone. Whoever acknowledged an alert looks after it: only the administrator is
    called then.
    """
    left: list[Step] = list(STEPS)
    if (alert := alerts.of_conversation(c.id)) is not None and alert.kind == "waiting":
        left = list(dropwhile(lambda step: step != alert.step, STEPS))[1:]
        if alert.acknowledged_by is not None:
            left = [step for step in left if step == "administrator"]
    return [step for step in left if premises.ladder.after(step) and _calls_somebody(premises, c, step)]


def _calls_somebody(premises: Premises, c: Conversation, step: Step) -> bool:
    if c.played:
        return step == "manager"
    return step != "agent" or c.agent in premises.phones


def climbs_at(premises: Premises, alerts: Alerts, c: Conversation, since: Instant | None) -> Instant | None:
    """When a buyer who waits since then reaches the next step of the ladder."""
    if since is None:
        return None
    return min((Instant(since + premises.ladder.after(s)) for s in steps_left(premises, alerts, c)), default=None)


def next_due(
    premises: Premises, attendance: Attendance, c: Conversation, begun: Instant, after: Instant
) -> Instant | None:
    """The earliest of them that is not behind `after`."""
    instants = (
        reminds_at(premises, c),
        silent_at(premises, c, begun),
        gone_at(premises, attendance, c, begun),
        left_at(c, begun),
        overflows_at(premises, c),
        ends_at(premises, c, begun),
        notice_at(premises, c, begun),
    )
    return min((each for each in instants if each is not None and each > after), default=None)
