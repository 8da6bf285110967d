from hypothesis import given
from hypothesis import strategies as st

from goldensix.events.ids import Instant
from goldensix.team.online import QUARTER, Online

NOON = 1_762_862_400_000


@given(st.lists(st.tuples(st.integers(0, 4 * QUARTER), st.integers(0, 4 * QUARTER), st.booleans()), max_size=20))
def test_a_day_is_what_lies_in_it(spans: list[tuple[int, int, bool]]) -> None:
    hours, at = Online(), NOON - 20 * QUARTER
    start = Instant(NOON)
    connected = ready = 0
    for gap, length, is_ready in spans:
        since, until = at + gap, at + gap + length
        hours.add(Instant(since), Instant(until), ready=is_ready)
        connected += max(0, until - max(since, start))
        ready += max(0, until - max(since, start)) if is_ready else 0
        at = until
    assert hours.since(start) == (connected, ready)


def test_two_days_are_remembered_and_no_more() -> None:
    hours = Online()
    hours.add(Instant(NOON), Instant(NOON + 30 * 96 * QUARTER), ready=True)
    assert len(hours.connected) == len(hours.ready) <= 2 * 96
