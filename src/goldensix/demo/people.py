"""Who works in the demo shop, and in which groups."""

from dataclasses import dataclass
from typing import Final

from goldensix.adapters.postgres.roster import Duty
from goldensix.events.ids import Milliseconds
from goldensix.team.roles import Role

MERCHANT: Final = "南栖"
PASSWORD: Final = "liu-miao-6"  # noqa: S105 - the demo's, printed at every start


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to log in as in the demo shop; the log-in page offers them."""

    name: str
    role: Role
    identifier: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoGroup:
    name: str
    duty: Duty
    target: Milliseconds


PRE_SALE: Final = DemoGroup("售前", "pre_sale", Milliseconds(6_000))
ORDER_CHANGE: Final = DemoGroup("改单", "order_change", Milliseconds(30_000))
AFTER_SALE: Final = DemoGroup("售后", "after_sale", Milliseconds(60_000))
HARD_CASES: Final = DemoGroup("疑难", "hard_cases", Milliseconds(180_000))
GROUPS: Final = (PRE_SALE, ORDER_CHANGE, AFTER_SALE, HARD_CASES)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    name: str
    role: Role
    phone: str
    email: str
    groups: tuple[DemoGroup, ...]
    limit: int


ACCOUNTS: Final = (
    DemoAccount("南知微", Role.ADMINISTRATOR, "13800000001", "zhiwei@nanqi.example", (), 0),
    DemoAccount("陈望舒", Role.SERVICE_MANAGER, "13800000002", "wangshu@nanqi.example", (HARD_CASES,), 4),
    DemoAccount("陆以宁", Role.OPERATIONS, "13800000003", "yining@nanqi.example", (), 0),
    # One who is in every group: whoever tries the desk alone, with one agent, reaches every buyer.
    DemoAccount("周小满", Role.AGENT, "13800000004", "xiaoman@nanqi.example", GROUPS, 8),
    DemoAccount("许青禾", Role.AGENT, "13800000005", "qinghe@nanqi.example", (PRE_SALE, ORDER_CHANGE), 8),
    DemoAccount("郭丹", Role.AGENT, "13800000006", "guodan@nanqi.example", (PRE_SALE,), 6),
    DemoAccount("苏念", Role.AGENT, "13800000007", "sunian@nanqi.example", (AFTER_SALE, HARD_CASES), 5),
)

PEOPLE: Final = tuple(DemoPerson(each.name, each.role, each.phone, PASSWORD) for each in ACCOUNTS)
