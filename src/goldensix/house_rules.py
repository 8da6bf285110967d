"""What a desk runs by, out of what the roster holds."""

from types import MappingProxyType
from zoneinfo import ZoneInfo

from goldensix.actions.premises import (
    AssignmentRules,
    GroupRules,
    Premises,
    Reminder,
    ShopRules,
    Silence,
    Wordings,
)
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.roster import Group, MerchantSettings, Roster, Shop, Wording
from goldensix.adapters.postgres.shifts import Shifts
from goldensix.events.ids import Instant, MerchantId
from goldensix.robot.groups import Sorting
from goldensix.robot.starter_words import STARTER_WORDS
from goldensix.routing.policies import POLICIES
from goldensix.team import shifts as team_shifts


def wordings(texts: tuple[Wording, ...]) -> Wordings:
    return {
        "zh": tuple(each.zh for each in texts if each.zh),
        "en": tuple(each.en for each in texts if each.en),
    }


def _shop_rules(shop: Shop, house: MerchantSettings) -> ShopRules:
    reminders = sorted(shop.settings.still_waiting, key=lambda each: each.after)
    return ShopRules(
        id=shop.id,
        name=shop.name,
        zone=ZoneInfo(shop.zone),
        default_group=shop.default_group,
        welcome=wordings(shop.settings.welcome),
        still_waiting=tuple(Reminder(each.after, wordings(each.wordings)) for each in reminders),
        away=wordings(shop.settings.away),
        silence=Silence(house.end_after, house.end_notice, wordings(shop.settings.ending)) if house.end_after else None,
        opening=shop.settings.opening,
        off_hours=wordings(shop.settings.off_hours),
        notice=wordings(shop.settings.notice),
        which=wordings(shop.settings.which),
        asks_rating=shop.settings.asks_rating,
        groups=frozenset({shop.default_group, *(q.group for q in shop.settings.questions if q.group is not None)}),
    )


def _group_rules(group: Group) -> GroupRules:
    kept = group.settings
    return GroupRules(
        group.id,
        group.name,
        group.target,
        kept.overflow,
        kept.priority,
        kept.opening,
        kept.must,
        kept.prefers,
        kept.judged,
    )


def premises(roster: Roster, shifts: team_shifts.Shifts = MappingProxyType({})) -> Premises:
    """What the desk runs by, of all that the roster holds."""
    house = roster.merchant.settings
    return Premises(
        shops={id: _shop_rules(shop, house) for id, shop in roster.shops.items()},
        groups={id: _group_rules(group) for id, group in roster.groups.items()},
        members={id: account.member for id, account in roster.accounts.items()},
        assignment=AssignmentRules(POLICIES[house.policy], house.silent_after, house.gone_after, house.skill_hold),
        shifts=shifts,
        rules=house.rules,
        ladder=house.ladder,
        robot=house.robot,
    )


async def dated_premises(
    people: People, shifts: Shifts, merchant: MerchantId, since: Instant, until: Instant
) -> Premises:
    """With the shifts of that time."""
    return premises(await people.roster(merchant), await shifts.roster(merchant, since, until))


async def own_words(people: People, merchant: MerchantId) -> Sorting:
    """By the words that each group is known by from the beginning."""
    groups = (await people.roster(merchant)).groups.values()
    return Sorting(words={each.id: STARTER_WORDS[each.duty] for each in groups if each.duty in STARTER_WORDS})
