"""Whom each group could route to, over days to come: before it happens that it is nobody.

Who has shifts counts within them; who has none counts always, as routing takes him whenever he is ready. Nothing is
sampled: the calendar is followed from one change of it to the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from goldensix.actions.arrival import ConsultRule
from goldensix.actions.premises import Premises
from goldensix.actions.standing import Standing, standing_at
from goldensix.events.ids import AccountId, GroupId, Instant, ShopId, Skill
from goldensix.team.roles import Permission, Role, may
from goldensix.team.team import Member

State = Literal["closed", "nobody", "manager", "people"]
Place = tuple[GroupId, ShopId | None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which nothing changes for a group in a shop."""

    begins: Instant
    ends: Instant
    state: State
    people: tuple[AccountId, ...]
    """Who could have a consult: the group's people and those who help it out, or else the service managers."""


@dataclass(frozen=True, slots=True)
class Cover:
    group: GroupId
    shop: ShopId | None
    """None: no shop leads its buyers there; whoever passes a conversation on does."""
    stretches: tuple[Stretch, ...]

    @property
    def holes(self) -> list[Stretch]:
        return [each for each in self.stretches if each.state == "nobody"]


def coverage(premises: Premises, since: Instant, until: Instant) -> list[Cover]:
    """Of every group, in every shop that leads to it."""
    places = list(_places(premises))
    found: dict[Place, list[Stretch]] = {place: [] for place in places}
    for standing, begins, ends in _calendar(premises, since, until):
        for place in places:
            found[place].append(_stretch(standing, place, begins, ends))
    return [Cover(group, shop, _joined(found[group, shop])) for group, shop in places]


def _calendar(premises: Premises, since: Instant, until: Instant) -> Iterator[tuple[Standing, Instant, Instant]]:
    at = since
    while at < until:
        standing = standing_at(premises, at)
        ends = until if standing.until is None else min(standing.until, until)
        yield standing, at, ends
        at = ends


def _places(premises: Premises) -> Iterator[Place]:
    for group in premises.groups:
        leading: list[ShopId | None] = [s for s, rules in premises.shops.items() if group in rules.groups]
        yield from ((group, shop) for shop in leading or [None])


def _stretch(standing: Standing, place: Place, begins: Instant, ends: Instant) -> Stretch:
    group, shop = place
    if standing.is_closed(group) if shop is None else (shop, group) in standing.closed:
        return Stretch(begins, ends, "closed", ())
    people, through = could_have(standing, group, shop)
    return Stretch(begins, ends, through, people)


def could_have(
    standing: Standing, group: GroupId, shop: ShopId | None, skills: frozenset[Skill] = frozenset()
) -> tuple[tuple[AccountId, ...], State]:
    """Who would be asked by routing, were all ready and free who may be. `skills`: what a rule asks for beside."""
    rules = standing.premises.groups[group]
    must = rules.must | skills
    there = [m for m in standing.members.values() if _works(standing, m) and must <= m.skills]
    chain = {group, *rules.overflow}
    able = [m for m in there if m.groups & chain and (shop is None or m.serves_shop(shop))]
    if able:  # whoever never has room is there all the same: it is not the service manager's turn
        room = tuple(m.id for m in able if m.limit > 0 and m.group_limits.get(group, 1) > 0)
        return room, "people" if room else "nobody"
    managers = [m for m in there if m.role is Role.SERVICE_MANAGER and (shop is None or m.serves_shop(shop))]
    room = tuple(m.id for m in managers if m.limit > 0 and m.group_limits.get(group, 1) > 0)
    return room, "manager" if room else "nobody"


def _works(standing: Standing, member: Member) -> bool:
    return _receives(member) and member.id not in standing.off


def _receives(member: Member) -> bool:
    return member.active and not member.played and may(member.role, Permission.CONSULT)


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours that say the same are one."""
    alike = groupby(stretches, key=lambda each: (each.state, each.people))
    return tuple(
        Stretch(run[0].begins, run[-1].ends, state, people)
        for (state, people), run in ((what, list(each)) for what, each in alike)
    )


Remedy = Literal["grant_skill", "add_helper", "extend_shift", "set_hours", "add_people"]


@dataclass(frozen=True, slots=True)
class Hole:
    """A time in which a buyer would be routed to nobody, though the shop is open; and what would mend it."""

    group: GroupId
    shop: ShopId | None
    begins: Instant
    ends: Instant
    remedies: tuple[Remedy, ...]
    helper: GroupId | None = None
    """Of `add_helper`: a group that has people for all of that time."""
    extend: AccountId | None = None
    """Of `extend_shift`: who works for it until the hole begins."""


def holes(premises: Premises, covers: Sequence[Cover]) -> list[Hole]:
    """The first to come first."""
    found = [_hole(premises, cover, stretch) for cover in covers for stretch in cover.holes]
    return sorted(found, key=lambda hole: (hole.begins, hole.group))


def _hole(premises: Premises, cover: Cover, hole: Stretch) -> Hole:
    helper = next((other for other in premises.groups if _could_help(premises, other, cover, hole)), None)
    before = next((each for each in cover.stretches if each.ends == hole.begins and each.state == "people"), None)
    extend = None if before is None else next((id for id in before.people if id in premises.shifts), None)
    remedies: list[Remedy] = []
    if _lacks_skill(premises, cover, hole):
        remedies.append("grant_skill")
    if extend is not None:
        remedies.append("extend_shift")
    if helper is not None:
        remedies.append("add_helper")
    if not remedies:
        remedies.append("add_people")
    if cover.shop is not None:
        remedies.append("set_hours")
    return Hole(cover.group, cover.shop, hole.begins, hole.ends, tuple(remedies), helper, extend)


def _lacks_skill(premises: Premises, cover: Cover, hole: Stretch) -> bool:
    """Whether somebody is there when it begins, and only has not the skills that the group must have."""
    rules = premises.groups[cover.group]
    if not rules.must:
        return False
    standing = standing_at(premises, hole.begins)
    there = [m for m in standing.members.values() if _works(standing, m) and m.groups & {cover.group, *rules.overflow}]
    able = [m for m in there if m.limit > 0 and (cover.shop is None or m.serves_shop(cover.shop))]
    return any(not rules.must <= member.skills for member in able)


def _could_help(premises: Premises, other: GroupId, cover: Cover, hole: Stretch) -> bool:
    """Whether with this group as one more helper somebody would be there from the hole's beginning to its end."""
    rules = premises.groups[cover.group]
    if other == cover.group or other in rules.overflow:
        return False
    for standing, _, _ in _calendar(premises, hole.begins, hole.ends):
        there = (m for m in standing.members.values() if _works(standing, m) and rules.must <= m.skills)
        helps = (m for m in there if other in m.groups and m.limit > 0)
        if not any(cover.shop is None or m.serves_shop(cover.shop) for m in helps):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Unmet:
    """A rule that asks for a skill which nobody who could have its consults has, however long they wait."""

    rule: str
    skill: Skill
    holders: tuple[AccountId, ...]
    """Who has it, and is out of reach in these places; none: nobody has it at all."""
    places: tuple[Place, ...]
    """Of those that the rule leads to."""


def unmet(premises: Premises, since: Instant, until: Instant) -> list[Unmet]:
    asking = ((rule, rule.skill) for rule in premises.rules if rule.must and rule.skill is not None)
    found = (_unmet(premises, rule, skill, since, until) for rule, skill in asking)
    return [each for each in found if each.places or not each.holders]


def _unmet(premises: Premises, rule: ConsultRule, skill: Skill, since: Instant, until: Instant) -> Unmet:
    holders = {id: member for id, member in premises.members.items() if skill in member.skills and _receives(member)}
    theirs = {id: shifts for id, shifts in premises.shifts.items() if id in holders}
    # As if nobody else worked here: nobody else could have these consults, and the calendar of a few is short.
    calendar = [each for each, _, _ in _calendar(replace(premises, members=holders, shifts=theirs), since, until)]
    places = [
        (group, shop)
        for shop, rules in premises.shops.items()
        for group in premises.groups
        if rule.shop in (None, shop) and group in rules.groups
    ]
    out_of_reach = tuple(each for each in places if _is_out_of_reach(calendar, *each, skill))
    return Unmet(rule.name, skill, tuple(holders), out_of_reach)


def _is_out_of_reach(calendar: Sequence[Standing], group: GroupId, shop: ShopId, skill: Skill) -> bool:
    """Whether there are hours, and nobody with it could have a consult in any of them."""
    hours = [each for each in calendar if (shop, group) not in each.closed]
    return bool(hours) and not any(could_have(each, group, shop, frozenset({skill}))[0] for each in hours)
