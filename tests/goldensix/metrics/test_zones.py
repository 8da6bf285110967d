"""Local time over changes of the clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from goldensix.metrics.zones import local, offset_at, offsets_between

_INSTANTS = st.integers(0, int(datetime(2040, 1, 1, tzinfo=UTC).timestamp() * 1000))
_ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])


@given(_INSTANTS, _ZONES)
def test_an_offset_is_the_zones(at: int, zone: str) -> None:
    told = datetime.fromtimestamp(at // 1000, ZoneInfo(zone)).utcoffset()
    assert told is not None
    assert offset_at(zone, at) == told.total_seconds() * 1000
    assert local(zone, at) == at + offset_at(zone, at)


@given(_INSTANTS, st.integers(0, 10**12), _ZONES)
def test_offsets_between_two_instants_hold_at_each(low: int, more: int, zone: str) -> None:
    found = offsets_between(zone, low, low + more)
    for at in (low, low + more // 3, low + more):
        holding = [offset for start, offset in found if start <= at] or [found[0][1]]
        assert holding[-1] == offset_at(zone, at)
