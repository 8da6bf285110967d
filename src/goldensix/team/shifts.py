"""Who is to work when: the roster of a merchant's people, in instants."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from goldensix.events.ids import AccountId, GroupId, Instant


@dataclass(frozen=True, slots=True)
class Shift:
    starts: Instant
    ends: Instant
    """The first instant that no longer belongs to it."""
    group: GroupId | None = None
    """The one group he works for in it; None: all of his."""


Shifts = Mapping[AccountId, Sequence[Shift]]
"""In the order in which they start. Whoever is not named has no shifts, and works whenever he is ready."""


def in_shift(shifts: Sequence[Shift], at: Instant) -> list[Shift]:
    """Those that hold at an instant: several where they overlap."""
    begun = bisect_right(shifts, at, key=lambda shift: shift.starts)
    return [shift for shift in shifts[:begun] if shift.ends > at]


def changes_next(shifts: Iterable[Shift], at: Instant) -> Instant | None:
    """When the next of them starts or ends."""
    bounds = (bound for shift in shifts for bound in (shift.starts, shift.ends) if bound > at)
    return min(bounds, default=None)


def groups_of(shifts: Sequence[Shift], own: frozenset[GroupId]) -> frozenset[GroupId]:
    """For which of his groups he works in these shifts."""
    if any(shift.group is None for shift in shifts):
        return own
    return own & {shift.group for shift in shifts if shift.group is not None}
