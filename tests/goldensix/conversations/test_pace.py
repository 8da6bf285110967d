"""The wait to expect is measured in the present spell of queueing, or not told."""

from builders import AFTER_SALE, PRE_SALE, START
from goldensix.conversations.pace import QueuePace
from goldensix.events.ids import Instant


def moved(*seconds: float) -> QueuePace:
    """A queue that somebody left at these seconds, with others behind."""
    pace = QueuePace()
    for each in seconds:
        pace.leave(PRE_SALE, Instant(START + round(each * 1000)), others_wait=True)
    return pace


def expected(pace: QueuePace, place: int, at: float) -> int | None:
    return pace.expected(PRE_SALE, place, Instant(START + round(at * 1000)))


def test_nothing_is_known_before_the_queue_has_moved_three_times() -> None:
    assert expected(moved(0, 10, 20), 1, 30) is None
    assert expected(moved(0, 10, 20, 30), 1, 30) == 10_000
    assert expected(moved(0, 10, 20, 30), 6, 30) == 60_000


def test_a_queue_that_stands_makes_the_wait_longer() -> None:
    assert expected(moved(0, 10, 20, 30), 1, 90) == 30_000


def test_what_was_more_than_five_minutes_ago_does_not_count() -> None:
    assert expected(moved(0, 1, 2, 3, 400), 1, 401) is None


def test_a_queue_that_was_empty_begins_anew_and_groups_have_their_own() -> None:
    pace = moved(0, 10, 20, 30)
    assert pace.expected(AFTER_SALE, 1, START) is None
    pace.leave(PRE_SALE, START, others_wait=False)
    assert expected(pace, 1, 31) is None
