"""Laws of hours, shifts and what the check says of them, with clocks that are changed."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import AFTER_SALE, OTHER_SHOP, PRE_SALE, SHOP, World, buyer, words
from calendars import BEGIN, END, ZONES, instants, merchants, openings
from goldensix.actions import reception, say
from goldensix.actions.arrival import ConsultRule
from goldensix.actions.coverage import coverage, holes, unmet
from goldensix.actions.premises import Premises
from goldensix.actions.standing import standing_at
from goldensix.events.ids import GroupId, Instant, ShopId, Skill
from goldensix.team.hours import DAY, Hours, Opening, hours, look

zones = st.sampled_from(ZONES).map(ZoneInfo)


def wall_says_open(found: Hours, at: Instant) -> bool:
    """As somebody would say who looks at a clock on the wall and at the sign on the door."""
    wall = datetime.fromtimestamp(at / 1000, found.zone)
    minute = wall.hour * 60 + wall.minute
    today, yesterday = found.on(wall.date()), found.on(wall.date() - timedelta(1))
    return any(each.begins <= minute and (minute < each.ends or each.ends <= each.begins) for each in today) or any(
        minute < each.ends <= each.begins for each in yesterday
    )


def clocks_change(zone: ZoneInfo, at: Instant) -> bool:
    """Within a day of it."""
    near = (datetime.fromtimestamp(at / 1000 + hours * 3600, zone).utcoffset() for hours in range(-26, 27))
    return len(set(near)) > 1


@given(zones, openings, openings, instants)
def test_a_shop_is_open_when_the_clock_on_its_wall_says_so(
    zone: ZoneInfo, shop: Opening, group: Opening, at: Instant
) -> None:
    found = hours(shop, group, zone)
    if found is None:
        assert not shop.is_set
        return
    is_open, until = look(found, at)
    if not clocks_change(zone, at):
        assert is_open == wall_says_open(found, at)
    assert until > at
    assert look(found, Instant(until - 1))[0] == is_open
    assert look(found, until)[0] != is_open or until - at >= 60 * DAY * 60_000


@given(merchants(), instants)
def test_nothing_of_the_calendar_changes_before_it_says(house: Premises, at: Instant) -> None:
    standing = standing_at(house, at)
    until = standing.until or END
    for between in (at, Instant((at + until) // 2), Instant(until - 1)):
        other = standing_at(house, between)
        assert (other.off, other.members, other.closed) == (standing.off, standing.members, standing.closed)


@settings(max_examples=150)
@given(merchants(), instants, st.sampled_from([PRE_SALE, AFTER_SALE]), st.sampled_from([SHOP, OTHER_SHOP]))
def test_the_check_says_of_every_instant_what_the_desk_would_do(
    house: Premises, at: Instant, group: GroupId, shop: ShopId
) -> None:
    """Everybody is ready and has nobody; then a buyer comes."""
    covers = coverage(house, BEGIN, END)
    (cover,) = (each for each in covers if (each.group, each.shop) == (group, shop))
    (stretch,) = (each for each in cover.stretches if each.begins <= at < each.ends)
    world = World(list(house.members.values()), now=at)
    world.desk.premises = house
    for member in house.members:
        reception.connect(world.desk, member, at)
        reception.become_ready(world.desk, member, at)
    say.ask(world.desk, buyer(shop=shop), "message00001", words(), group, "", at)
    world.desk.route_if_wanted()
    (conversation,) = world.desk.folds.reception.open.values()
    assert (conversation.agent is not None) == (stretch.state in ("people", "manager"))
    assert conversation.agent is None or conversation.agent in stretch.people
    assert conversation.left == (stretch.state == "closed")


@settings(max_examples=50)
@given(merchants())
def test_the_check_leaves_no_instant_out_and_every_hole_is_in_it(house: Premises) -> None:
    covers = coverage(house, BEGIN, END)
    for cover in covers:
        assert [cover.stretches[0].begins, cover.stretches[-1].ends] == [BEGIN, END]
        assert all(one.ends == next_.begins for one, next_ in pairwise(cover.stretches))
    found = {(hole.group, hole.shop, hole.begins, hole.ends) for hole in holes(house, covers)}
    assert found == {(each.group, each.shop, hole.begins, hole.ends) for each in covers for hole in each.holes}


@settings(max_examples=25)
@given(merchants(), st.sampled_from([None, SHOP, OTHER_SHOP]), st.sampled_from(["wine", "French", "Thai"]))
def test_a_rule_is_unmet_where_with_its_skill_a_must_of_the_group_nobody_could_ever_have_a_buyer(
    house: Premises, shop: ShopId | None, asked: str
) -> None:
    skill, first = Skill(asked), next(iter(house.members.values()))
    speaker = replace(first, skills=first.skills | {Skill("French")})
    house = replace(house, members={**house.members, first.id: speaker})
    rule = ConsultRule("Reds", "words", ("red",), shop=shop, skill=skill, must=True)
    asking = replace(house, rules=(rule, replace(rule, name="Rather", must=False)))
    strict = {id: replace(group, must=group.must | {skill}) for id, group in house.groups.items()}
    covers = coverage(replace(house, groups=strict), BEGIN, END)
    led = [cover for cover in covers if cover.shop is not None and shop in (None, cover.shop)]
    states = {(cover.group, cover.shop): {each.state for each in cover.stretches} for cover in led}
    expected = {place for place, found in states.items() if "nobody" in found and found <= {"nobody", "closed"}}
    found = unmet(asking, BEGIN, END)
    nobody_has_it = all(skill not in member.skills for member in house.members.values())
    assert [each.rule for each in found] == (["Reds"] if expected or nobody_has_it else [])
    assert all(set(each.places) == expected and bool(each.holders) != nobody_has_it for each in found)
