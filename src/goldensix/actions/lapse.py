"""What the desk does by itself when an instant has come: it reminds, takes away, leaves as a message, ends."""

from goldensix.actions.desk import Desk
from goldensix.actions.due import ALONE, ends_at, gone_at, left_at, notice_at, silent_at
from goldensix.actions.ladder import climb, nobody_there
from goldensix.actions.premises import wording
from goldensix.actions.presence import has_fallen_silent
from goldensix.actions.rating import end
from goldensix.actions.robot import keep_promise
from goldensix.actions.route import give_back, somebody_is_there
from goldensix.actions.say import leave_as_message, remind, tell
from goldensix.conversations.conversation import Conversation
from goldensix.events.ids import Instant


def look(desk: Desk, c: Conversation, now: Instant) -> None:
    """Do what is due for an open conversation."""
    keep_promise(desk, c, now)
    remind(desk, c, now)
    climb(desk, c, now)
    if _come(gone_at(desk.premises, desk.folds.attendance, c, desk.begun), now):
        give_back(desk, c, "gone", None, now)
    elif _come(silent_at(desk.premises, c, desk.begun), now) and _truly_waits(desk, c, now):
        _take_from_silent(desk, c, now)
    elif _has_nobody(desk, c, now):
        leave_as_message(desk, c, now)
        if not desk.is_closed(c):
            nobody_there(desk, c, now)
    elif _come(ends_at(desk.premises, c, desk.begun), now):
        end(desk, c, "desk", c.agent, now)
    elif _come(notice_at(desk.premises, c, desk.begun), now):
        silence = desk.premises.shops[c.shop].silence
        tell(desk, c, wording(silence.wordings, c.language, c.id) if silence else None, now)


def _come(at: Instant | None, now: Instant) -> bool:
    return at is not None and at <= now


def _has_nobody(desk: Desk, c: Conversation, now: Instant) -> bool:
    """The shop is closed, or nobody has been there for long enough."""
    if desk.is_closed(c):
        return c.queued and not c.left
    long_enough = _come(left_at(c, desk.begun), now) and now >= desk.deserted + ALONE
    return long_enough and not somebody_is_there(desk, c)


def _truly_waits(desk: Desk, c: Conversation, now: Instant) -> bool:
    """False while the buyer has only said thanks, or asked something else a short while ago."""
    if c.id not in desk.thanked:
        return True
    since = desk.thanked[c.id]
    return since is not None and since + desk.premises.assignment.silent_after <= now


def _take_from_silent(desk: Desk, c: Conversation, now: Instant) -> None:
    """Unless he types: then he is given until his hands rest."""
    agent, since = c.agent, c.waiting_since
    if agent is None or since is None:
        return
    if (until := desk.typing.get(agent, Instant(0))) > now:
        desk.deadlines.set(until, c.id)
        return
    give_back(desk, c, "silent", None, now)
    has_fallen_silent(desk, agent, max(since, c.assigned_at or since, desk.begun), now)
