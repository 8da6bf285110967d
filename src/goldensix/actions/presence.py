"""Who takes a break, by himself or because he has fallen silent, and what then becomes of those who wait."""

from typing import Final

from goldensix.actions.desk import Desk
from goldensix.actions.due import ALONE
from goldensix.actions.say import storable
from goldensix.events.facts import AgentTookBreak
from goldensix.events.ids import TEAM_STREAM, AccountId, Instant

SILENT: Final = "silent"
"""The reason of a break that the desk gave to somebody."""


def take_break(desk: Desk, agent: AccountId, reason: str, now: Instant) -> None:
    """No new consults; the open ones stay."""
    presence, reason = desk.folds.attendance.of(agent), storable(reason)[:40]
    if presence.ready or presence.break_reason != reason:
        desk.record(TEAM_STREAM, AgentTookBreak(agent, reason), now)
        look_at_queue(desk, now)


def has_fallen_silent(desk: Desk, agent: AccountId, since: Instant, now: Instant) -> None:
    """A buyer has waited for him from then until now: unless he did anything meanwhile, no more come to him.

    Otherwise two who are asleep would pass a buyer to each other for ever.
    """
    if desk.folds.attendance.of(agent).ready and desk.acted.get(agent, Instant(0)) <= since:
        take_break(desk, agent, SILENT, now)


def look_at_queue(desk: Desk, now: Instant) -> None:
    """Perhaps nobody is there any more for whom to wait, or it is the service manager's turn."""
    desk.want_routing()
    if desk.deserted == now:
        return  # many go at the same instant when the desk starts
    desk.deserted = now
    for conversation in desk.folds.reception.queued():
        if not conversation.left:
            desk.deadlines.set(Instant(now + ALONE), conversation.id)
