"""The one place that reads the wall clock and draws randomness for names."""

import secrets
import time

from goldensix.events.ids import ConversationId, Instant

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, lower case: no i, l, o, u to misread


def now() -> Instant:
    """Whole milliseconds since 1970 UTC."""
    return Instant(time.time_ns() // 1_000_000)


def steady() -> float:
    """Seconds since some instant: whoever sets the clock does not move them."""
    return time.monotonic()


def new_conversation() -> ConversationId:
    """A name that nobody can guess and that sorts by time: 48 bits of milliseconds, 52 of chance."""
    number = (time.time_ns() // 1_000_000) << 52 | secrets.randbits(52)
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(95, -1, -5)]
    return ConversationId("".join(letters))
