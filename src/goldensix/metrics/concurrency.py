"""The most conversations that an agent had at a time."""

from bisect import bisect_right
from collections.abc import Iterable

from goldensix.metrics.contributions import View
from goldensix.metrics.figures import Key
from goldensix.metrics.judge import Whose
from goldensix.metrics.moments import MomentRow
from goldensix.metrics.tables import NEVER


def most_at_a_time(spans: Iterable[MomentRow], view: View) -> dict[Key, int]:
    """Sweep over each agent's receptions; at one instant what ends comes before what begins.

    Counted when a reception begins and booked there; one that goes on over midnight is not booked on the new day again.
    """
    per_agent: dict[tuple[int, str], list[MomentRow]] = {}
    for span in spans:
        if span.agent is not None:
            per_agent.setdefault((span.shop, span.agent), []).append(span)
    most: dict[Key, int] = {}
    for own in per_agent.values():
        begins = sorted(span.at for span in own)
        ends = sorted(span.until for span in own if span.until != NEVER)
        for span in own:
            key = view.key(Whose(span.shop, span.platform, span.agent, span.group), span.at)
            if key is not None:
                most[key] = max(most.get(key, 0), bisect_right(begins, span.at) - bisect_right(ends, span.at))
    return most
