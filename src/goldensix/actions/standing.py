"""What the calendar says at an instant: which shops are closed, who is not in shift, whose account is not good."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from goldensix.actions.premises import Premises
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId
from goldensix.robot.modes import Mode
from goldensix.team.hours import Hours, look
from goldensix.team.shifts import changes_next, groups_of, in_shift
from goldensix.team.team import Member


@dataclass(frozen=True, slots=True)
class Standing:
    premises: Premises
    """Of which it speaks."""
    since: Instant
    until: Instant | None
    """Before this nothing of it changes; None: it never does."""
    off: frozenset[AccountId]
    """Nothing is routed to them."""
    members: Mapping[AccountId, Member]
    """Who is in a shift of one group has no other here."""
    closed: frozenset[tuple[ShopId, GroupId]]
    robot: Mapping[tuple[ShopId, GroupId], Mode]
    """Where the robot does something."""

    def holds(self, premises: Premises, at: Instant) -> bool:
        return premises is self.premises and self.since <= at and (self.until is None or at < self.until)

    def is_closed(self, group: GroupId) -> bool:
        """In every shop."""
        return bool(self.closed) and all((shop, group) in self.closed for shop in self.premises.shops)


def standing_at(premises: Premises, at: Instant) -> Standing:
    looked: dict[Hours, tuple[bool, Instant]] = {}
    for _, hours in _hours(premises):
        if hours not in looked:
            looked[hours] = look(hours, at)
    openings = {place: looked[hours] for place, hours in _hours(premises)}
    off, members = _people(premises, at)
    return Standing(
        premises,
        at,
        min((*_changes(premises, at), *(until for _, until in openings.values())), default=None),
        off,
        members,
        frozenset(place for place, (is_open, _) in openings.items() if not is_open),
        dict(_modes(premises, at)),
    )


def _modes(premises: Premises, at: Instant) -> Iterator[tuple[tuple[ShopId, GroupId], Mode]]:
    for shop, rules in premises.shops.items():
        for group in premises.groups:
            if (mode := premises.robot.mode_of(shop, group, rules.zone, at)) != "off":
                yield (shop, group), mode


def _hours(premises: Premises) -> Iterator[tuple[tuple[ShopId, GroupId], Hours]]:
    for shop in premises.shops:
        for group in premises.groups:
            if (hours := premises.hours(shop, group)) is not None:
                yield (shop, group), hours


def _people(premises: Premises, at: Instant) -> tuple[frozenset[AccountId], Mapping[AccountId, Member]]:
    off = {id for id, member in premises.members.items() if not member.is_good(at)}
    narrowed: dict[AccountId, Member] = {}
    for id, shifts in premises.shifts.items():
        now, member = in_shift(shifts, at), premises.members.get(id)
        if not now:
            off.add(id)
        elif member is not None and (groups := groups_of(now, member.groups)) != member.groups:
            narrowed[id] = replace(member, groups=groups)
    return frozenset(off), {**premises.members, **narrowed} if narrowed else premises.members


def _changes(premises: Premises, at: Instant) -> Iterator[Instant]:
    """When people come or go next, as the roster and the dates of accounts say."""
    for member in premises.members.values():
        yield from (each for each in (member.begins, member.ends) if each is not None and each > at)
    for shifts in premises.shifts.values():
        if (next_one := changes_next(shifts, at)) is not None:
            yield next_one
    zones = (rules.zone for rules in premises.shops.values())
    if (robot := premises.robot.changes_next(zones, at)) is not None:
        yield robot
