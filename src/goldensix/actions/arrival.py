"""What a merchant's rules make of a consult when it begins: its priority, and the skills it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from goldensix.events.ids import ShopId, Skill

On = Literal["words", "page", "product", "unpaid_order", "refund", "bought"]
OF_ORDERS: Final[frozenset[On]] = frozenset({"unpaid_order", "refund", "bought"})


@dataclass(frozen=True, slots=True)
class ConsultRule:
    """What is true of a consult, and what follows."""

    name: str
    on: On
    texts: tuple[str, ...] = ()
    """Of `words` and `page`: any of them is in the first message, or in the page's address."""
    product: int = 0
    cents: int = 0
    """Of `unpaid_order` one that is worth as much; of `bought` all that was paid."""
    shop: ShopId | None = None
    """None: in every shop."""
    priority: int = 0
    skill: Skill | None = None
    must: bool = False
    """Nobody without the skill is given it; otherwise those with it come first."""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the buyer's orders in the shop say."""

    unpaid_cents: int = 0
    """The largest that is not paid."""
    refund_asked: bool = False
    paid_cents: int = 0
    """Of all orders together, less what was refunded."""


@dataclass(frozen=True, slots=True)
class Arrival:
    shop: ShopId
    text: str
    page: str
    product: int | None
    orders: OrderFacts


@dataclass(frozen=True, slots=True)
class Claim:
    """What the rules that are true give: the highest of their priorities, and all their skills."""

    priority: int = 0
    must: tuple[Skill, ...] = ()
    prefers: tuple[Skill, ...] = ()
    because: tuple[str, ...] = ()


def asks_for_orders(rules: Iterable[ConsultRule], shop: ShopId) -> bool:
    """True if somebody has to look up what the buyer ordered."""
    return any(rule.on in OF_ORDERS and rule.shop in (None, shop) for rule in rules)


def claim(rules: Iterable[ConsultRule], arrival: Arrival) -> Claim:
    true = [rule for rule in rules if rule.shop in (None, arrival.shop) and _is_true(rule, arrival)]
    must = {rule.skill for rule in true if rule.skill is not None and rule.must}
    prefers = {rule.skill for rule in true if rule.skill is not None} - must
    return Claim(
        max((rule.priority for rule in true), default=0),
        tuple(sorted(must)),
        tuple(sorted(prefers)),
        tuple(rule.name for rule in true),
    )


def _is_true(rule: ConsultRule, arrival: Arrival) -> bool:
    match rule.on:
        case "words":
            said = arrival.text.casefold()
            return any(text.casefold() in said for text in rule.texts)
        case "page":
            return any(text in arrival.page for text in rule.texts)
        case "product":
            return rule.product == arrival.product
        case "unpaid_order":
            return arrival.orders.unpaid_cents >= max(1, rule.cents)
        case "refund":
            return arrival.orders.refund_asked
        case "bought":
            return arrival.orders.paid_cents >= max(1, rule.cents)
