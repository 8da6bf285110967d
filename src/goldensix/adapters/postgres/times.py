"""Between our whole milliseconds and PostgreSQL's timestamptz, exactly."""

from datetime import UTC, datetime, timedelta
from typing import Final

from goldensix.events.ids import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(instant: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=instant)


def instant(timestamp: datetime) -> Instant:
    return Instant((timestamp - _EPOCH) // timedelta(milliseconds=1))
