"""Things that tests are about, made in one word."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

from goldensix.actions.desk import Desk, Ports, Published
from goldensix.actions.premises import GroupRules, Premises, Reminder, ShopRules
from goldensix.actions.reception import serve_queues
from goldensix.actions.say import Buyer
from goldensix.adapters.presets import house
from goldensix.events.facts import Body
from goldensix.events.ids import (
    AccountId,
    BuyerId,
    ConversationId,
    GroupId,
    Instant,
    MerchantId,
    Milliseconds,
    ShopId,
)
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Log
from goldensix.team.roles import Role
from goldensix.team.team import Member

MERCHANT = MerchantId(1)
SHOP, OTHER_SHOP = ShopId(1), ShopId(2)
PRE_SALE, AFTER_SALE = GroupId(1), GroupId(2)
START = Instant(1_762_862_400_000)
"""2025-11-11 20:00:00 in Shanghai."""


def agent(
    number: int,
    limit: int = 3,
    groups: Iterable[int] = (PRE_SALE,),
    shops: Iterable[int] = (),
    role: Role = Role.AGENT,
) -> Member:
    return Member(
        AccountId(number),
        f"agent {number}",
        role,
        frozenset(GroupId(each) for each in groups),
        frozenset(ShopId(each) for each in shops),
        limit,
    )


def premises(members: Iterable[Member] = (), zone: str = "Asia/Shanghai") -> Premises:
    reminders = tuple(
        Reminder(Milliseconds(seconds * 1000), {"zh": (f"还在等 {seconds}", f"请稍等 {seconds}"), "en": ("wait",)})
        for seconds in (20, 60)
    )
    rules = [
        ShopRules(id, f"shop {id}", ZoneInfo(zone), PRE_SALE, {"zh": ("您好", "欢迎"), "en": ("hi",)}, reminders)
        for id in (SHOP, OTHER_SHOP)
    ]
    groups = [
        GroupRules(PRE_SALE, "pre-sale", Milliseconds(6_000)),
        GroupRules(AFTER_SALE, "after-sale", Milliseconds(60_000)),
    ]
    return Premises(
        {each.id: each for each in rules}, {each.id: each for each in groups}, {each.id: each for each in members}
    )


def buyer(name: str = "chen", shop: ShopId = SHOP) -> Buyer:
    return Buyer(shop, BuyerId(name), name, "widget", "zh")


@dataclass
class World:
    """A desk on a log of its own, with a clock that the test moves."""

    members: list[Member] = field(default_factory=lambda: [agent(1), agent(2)])
    log: Log = field(default_factory=MemoryLog)
    now: Instant = START
    published: list[Published] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)

        def new() -> ConversationId:
            return ConversationId(f"c{next(numbers):05}")

        self.desk = Desk(MERCHANT, premises(self.members), Ports(self.log, lambda: self.now, new, house()))
        self.desk.publish = self.published.extend
        self.desk.router = partial(serve_queues, self.desk)

    def pass_time(self, seconds: float) -> Instant:
        self.now = Instant(self.now + round(seconds * 1000))
        return self.now

    def pending(self) -> list[Published]:
        """Everything recorded so far, durable or not yet."""
        return [*self.published, *self.desk.recorded]

    def with_agent(self, number: int) -> list[ConversationId]:
        return [each.id for each in self.desk.folds.reception.of_agent(AccountId(number))]


def words(text: str = "在吗") -> Body:
    return Body(text)


async def stored() -> bool:
    """The log has it all."""
    return True
