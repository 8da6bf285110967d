"""Whoever asks too much is told to wait, whoever is many behind one address is not, and memory stays bounded."""

from contextlib import ExitStack, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldensix.api.limits import Buckets, Limits, address_of, limits

HONEST = 500


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def usual(watch: Watch) -> Limits:
    return limits(now=watch)


def test_what_is_refused_is_taken_after_the_wait_that_was_told(watch: Watch) -> None:
    buckets = Buckets(2.0, 3, watch)
    assert [buckets.take("kk") for _ in range(4)] == [0, 0, 0, 0.5]
    watch.at += 0.5
    assert buckets.take("kk") == 0
    assert buckets.take("chen") == 0


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 3)), max_size=60), st.integers(1, 5), st.integers(3, 9))
def test_no_more_is_ever_taken_than_burst_and_rate_allow(asks: list[tuple[float, int]], rate: int, burst: int) -> None:
    watch = Watch()
    buckets, began, taken = Buckets(rate, burst, watch), watch.at, 0
    for later, cost in asks:
        watch.at += later
        taken += cost * (buckets.take("kk", cost) == 0)
        assert taken <= burst + rate * (watch.at - began) + 1e-6


def test_strangers_fill_no_memory(watch: Watch) -> None:
    buckets = Buckets(1, 1, watch, most=100)
    for number in range(10_000):
        buckets.take(number)
    assert len(buckets) == 100


def test_five_pictures_of_one_author_are_on_their_way_and_make_room_however_they_end(usual: Limits) -> None:
    for _ in range(2):
        with suppress(ConnectionError), ExitStack() as open_:
            room = [open_.enter_context(usual.uploading("b1", "10.1.1.1")) for _ in range(6)]
            assert room == [True] * 5 + [False]
            raise ConnectionError
    assert (len(usual.uploads), len(usual.uploads_from)) == (0, 0)


def test_thirty_pictures_are_on_their_way_from_one_address(usual: Limits) -> None:
    with ExitStack() as open_:
        room = [open_.enter_context(usual.uploading(f"b{author}", "10.1.1.1")) for author in range(31)]
        assert room == [True] * 30 + [False]
        assert open_.enter_context(usual.uploading("b31", "10.1.1.2"))


def test_no_rate_is_no_limit(watch: Watch) -> None:
    buckets = Buckets(0, 0, watch)
    assert not any(buckets.take("kk") for _ in range(1_000))


def test_five_hundred_honest_buyers_behind_one_address_are_never_refused(usual: Limits, watch: Watch) -> None:
    """Double Eleven in a dormitory: all open the page and ask within a minute, then write a line every five seconds."""
    refused = 0.0
    for buyer in range(HONEST):
        watch.at += 60 / HONEST
        refused += usual.newcomers.take("10.0.0.1")
        refused += sum(usual.requests_from.take("10.0.0.1") for _ in range(8))
        refused += usual.visit(buyer, "10.0.0.1")
        refused += usual.say(buyer, "10.0.0.1", starts=True)
    for _ in range(60):
        watch.at += 5
        refused += sum(usual.say(buyer, "10.0.0.1", starts=False) for buyer in range(HONEST))
    refused += sum(usual.pictures_from.take("10.0.0.1", 1 << 20) for _ in range(HONEST * 2))
    assert refused == 0


def test_all_of_them_at_one_instant_are_not_refused_either(usual: Limits) -> None:
    assert not any(usual.newcomers.take("10.0.0.1") for _ in range(HONEST))
    assert not any(usual.visit(buyer, "10.0.0.1") for buyer in range(HONEST))
    assert not any(usual.say(buyer, "10.0.0.1", starts=True) for buyer in range(HONEST))


def test_a_machine_that_invents_buyers_is_stopped(usual: Limits) -> None:
    assert any(usual.newcomers.take("10.0.0.1") for _ in range(5_000))
    assert any(usual.say(buyer, "10.0.0.1", starts=True) for buyer in range(5_000))
    assert usual.say("another", "10.0.0.2", starts=True) == 0


def test_a_window_that_floods_is_stopped_and_others_are_not(usual: Limits) -> None:
    assert any(usual.say("kk", "10.0.0.1", starts=False) for _ in range(100))
    assert usual.say("chen", "10.0.0.1", starts=False) == 0


def test_a_window_that_comes_back_without_end_is_stopped_and_others_are_not(usual: Limits) -> None:
    assert any(usual.visit("kk", "10.0.0.1") for _ in range(100))
    assert usual.visit("chen", "10.0.0.1") == 0


@pytest.mark.parametrize(
    ("host", "counts_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        (None, ""),
        ("testclient", ""),
    ],
)
def test_a_household_is_one_address_and_this_machine_is_none(host: str | None, counts_as: str) -> None:
    assert address_of(host) == counts_as
