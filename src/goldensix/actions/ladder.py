"""The alert ladder: who is called when buyers wait. One matter is one alert for a while, however many it is about."""

from goldensix.actions.desk import Desk
from goldensix.actions.due import steps_left
from goldensix.actions.outcome import No
from goldensix.conversations.alerts import Alert
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    AlertAcknowledged,
    AlertEnded,
    AlertEvent,
    AlertGrew,
    AlertKind,
    AlertRaised,
    AlertTold,
    Step,
)
from goldensix.events.ids import ALERT_STREAM, AccountId, AlertId, GroupId, Instant, ShopId


def climb(desk: Desk, c: Conversation, now: Instant) -> None:
    """The highest step that this buyer's wait has reached, if it is a new one."""
    since = desk.asked_since(c)
    if since is None:
        return
    ladder = desk.premises.ladder
    due = [s for s in steps_left(desk.premises, desk.folds.alerts, c) if since + ladder.after(s) <= now]
    if due:
        step = due[-1]
        _call(desk, "waiting", step, c, now, of=c.agent if step == "agent" else None)


def nobody_there(desk: Desk, c: Conversation, now: Instant) -> None:
    """A buyer of this group was told that nobody is there."""
    if desk.premises.ladder.deserted and not c.played:
        _call(desk, "deserted", "phone", c, now, group=c.group)


def watch_queue(desk: Desk, now: Instant) -> None:
    """After each routing: whether too many are left."""
    most, queues = desk.premises.ladder.queue_over, desk.folds.reception.queues
    crowded = sum(map(len, queues.values())) > most > 0
    standing = desk.folds.alerts.standing("crowded phone ")
    if standing is not None and not crowded:
        _record(desk, AlertEnded(standing.id), now)
    elif standing is None and crowded and sum(not c.played for c in desk.folds.reception.queued()) > most:
        _record(desk, AlertRaised(_new(desk), "crowded", "phone", None, None, ()), now)


def acknowledge(desk: Desk, by: AccountId, id: str, now: Instant) -> No | None:
    """Somebody looks after it: it is quiet from now on."""
    alert = desk.folds.alerts.open.get(AlertId(id))
    if alert is None or not concerns(desk, alert, desk.premises.members[by].shops):
        return No("no_alert")
    if alert.acknowledged_by is None:
        _record(desk, AlertAcknowledged(alert.id, by), now)
        for conversation in alert.waiting:
            desk.look_later(desk.folds.reception.open[conversation], now)
    return None


def concerns(desk: Desk, alert: Alert, reach: frozenset[ShopId]) -> bool:
    """Whether a buyer of these shops waits in it; a queue that is too long is everybody's. None named: every shop."""
    waiting = (desk.folds.reception.open[id] for id in alert.waiting)
    return not reach or alert.kind == "crowded" or any(c.shop in reach for c in waiting)


def told(desk: Desk, telling: AlertTold, now: Instant) -> None:
    """What became of a call."""
    _record(desk, telling, now)


def _call(
    desk: Desk,
    kind: AlertKind,
    step: Step,
    c: Conversation,
    now: Instant,
    *,
    group: GroupId | None = None,
    of: AccountId | None = None,
) -> None:
    alert = Alert(_new(desk), kind, step, group, of, now, {}, 0)
    standing = desk.folds.alerts.standing(alert.key)
    if standing is not None and now - standing.raised_at < desk.premises.ladder.window:
        if c.id not in standing.waiting:
            _record(desk, AlertGrew(standing.id, (c.id,)), now)
    else:
        _record(desk, AlertRaised(alert.id, kind, step, group, of, (c.id,)), now)


def _new(desk: Desk) -> AlertId:
    return AlertId(str(desk.folds.alerts.position + 1))


def _record(desk: Desk, event: AlertEvent, now: Instant) -> None:
    desk.record(ALERT_STREAM, event, now)
