"""Alerts as the pages of those who see the floor show them."""

from typing import Final

from goldensix.actions.desk import Desk
from goldensix.actions.ladder import concerns
from goldensix.api.live.board import NameOf, waiting_row
from goldensix.conversations.alerts import Alert
from goldensix.events.ids import Instant, ShopId
from goldensix.wire import floor

_ROWS: Final = 20
_RECENT: Final = 20


def alerts_now(desk: Desk, name_of: NameOf, now: Instant, reach: frozenset[ShopId]) -> floor.AlertsNow:
    """Of the shops within reach; an agent's own step is the agent's business: it is not among them.

    What is over does not know its shops any more: whoever is limited to some sees none of it.
    """
    alerts = desk.folds.alerts
    shown = [alert for alert in alerts.open.values() if alert.step != "agent" and concerns(desk, alert, reach)]
    over = [] if reach else [alert for alert in reversed(alerts.recent) if alert.step != "agent"][:_RECENT]
    return floor.AlertsNow(
        [_shown(desk, a, name_of, now, reach) for a in shown], [_shown(desk, a, name_of, now, reach) for a in over]
    )


def _shown(desk: Desk, alert: Alert, name_of: NameOf, now: Instant, reach: frozenset[ShopId]) -> floor.AlertNow:
    open_ = desk.folds.reception.open
    waiting = [open_[id] for id in alert.waiting if not reach or open_[id].shop in reach]
    waiting.sort(key=lambda c: c.waiting_since or now)
    queued = _queued(desk, reach) if alert.kind == "crowded" else 0
    return floor.AlertNow(
        id=alert.id,
        kind=alert.kind,
        step=alert.step,
        group=alert.group,
        raised_at=alert.raised_at,
        ended_at=alert.ended_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        waiting=len(waiting) if alert.kind != "crowded" or alert.ended_at else queued,
        most=alert.most,
        rows=[waiting_row(desk, c, name_of, now) for c in waiting[:_ROWS]],
        tellings=[
            floor.TellingNow(
                each.at, each.way, each.account, desk.premises.senders.get(each.sender or 0, ""), each.told
            )
            for each in alert.tellings
        ],
    )


def _queued(desk: Desk, reach: frozenset[ShopId]) -> int:
    reception = desk.folds.reception
    if not reach:
        return sum(map(len, reception.queues.values()))
    return sum(c.shop in reach for c in reception.queued())
