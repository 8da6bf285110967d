"""A robot's answer made ready for one buyer: variables filled in, pictures and products found, the last order told."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from goldensix.adapters.pictures import Pictures
from goldensix.adapters.postgres.campaigns import Campaigns
from goldensix.adapters.postgres.orders import Order, Orders
from goldensix.events.facts import Body, Kind, OrderStatus
from goldensix.events.ids import BuyerId, MerchantId, ShopId
from goldensix.robot.decision import Decision
from goldensix.robot.question import Answer, Language

Message = tuple[Kind, Body]
_VARIABLE: Final = re.compile(r"\{([a-z]+(?:\.[a-z]+)?)\}")
_STATUSES: Final[Mapping[OrderStatus, tuple[str, str]]] = {
    "placed": ("待付款", "awaiting payment"),
    "paid": ("待发货", "paid, not shipped yet"),
    "shipped": ("已发货", "shipped"),
    "received": ("已签收", "received"),
    "refund_asked": ("退款处理中", "refund under way"),
    "refunded": ("已退款", "refunded"),
}


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is answered."""

    merchant: MerchantId
    shop: ShopId
    shop_name: str
    buyer: BuyerId


class _Lacking(Exception):
    """Something that the answer needs is not there: a person has to answer."""


@dataclass(frozen=True, slots=True)
class Answers:
    orders: Orders
    pictures: Pictures
    campaigns: Campaigns

    async def ready(self, whom: Whom, decision: Decision) -> tuple[Message, ...]:
        """The messages of an answer; none of them where anything is missing."""
        try:
            values = await self._values(whom, decision.answers, decision.language)
            return tuple([await self._message(whom, each, values, decision.language) for each in decision.answers])
        except _Lacking:
            return ()

    async def _values(self, whom: Whom, answers: Sequence[Answer], language: Language) -> Mapping[str, str]:
        """Of the variables that stand in them; nothing is asked for the others."""
        wanted = {name for each in answers if each.kind == "text" for name in _VARIABLE.findall(each.content)}
        values = {"shop": whom.shop_name, "agent": whom.shop_name}
        if any(name.startswith("order") for name in wanted):
            order = await self._last_order(whom)
            values |= {"order": order.number, "order.status": _STATUSES[order.status][language == "en"]}
        if "event" in wanted:
            running = (each.draft.name for each in await self.campaigns.all(whom.merchant) if each.running)
            if (name := next(running, None)) is not None:
                values["event"] = name
        return values

    async def _message(self, whom: Whom, answer: Answer, values: Mapping[str, str], language: Language) -> Message:
        match answer.kind:
            case "text":
                return "text", Body(_filled(answer.content, values))
            case "order":
                return "text", Body(_told(await self._last_order(whom), language))
            case "product":
                if not answer.content.isascii() or not answer.content.isdigit():
                    raise _Lacking
                return "product", Body(product=int(answer.content))
            case "picture":
                picture = await self.pictures.of(whom.merchant, answer.content)
                if picture is None:
                    raise _Lacking
                return "picture", Body(picture=picture)

    async def _last_order(self, whom: Whom) -> Order:
        found = await self.orders.of_buyer(whom.merchant, whom.shop, whom.buyer)
        if not found:
            raise _Lacking
        return found[0]


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise _Lacking
        return values[match[1]]

    return _VARIABLE.sub(value, text)


def _told(order: Order, language: Language) -> str:
    status, lines = (
        _STATUSES[order.status][language == "en"],
        [f"{each.title} × {each.quantity}" for each in order.items],
    )
    head = f"订单 {order.number} · {status}" if language == "zh" else f"Order {order.number}: {status}"
    return "\n".join([head, *lines, f"¥{order.price_cents / 100:.2f}"])
