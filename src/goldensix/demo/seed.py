"""Makes the demo merchant in an empty database; a second time it finds everything there and changes nothing."""

from collections.abc import Callable, Iterable
from typing import Protocol

from goldensix.adapters.passwords import Passwords
from goldensix.adapters.postgres.mirror import Mirror, OrderDraft
from goldensix.adapters.postgres.orders import Item, Orders
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.replies import QuickReplyDraft, Replies
from goldensix.adapters.postgres.roster import Merchant, Roster, Shop
from goldensix.adapters.postgres.shop import Shops
from goldensix.adapters.visitors import Claim, Visitors, customer_signature
from goldensix.demo.goods import ORDERS, PRODUCTS, DemoCustomer, DemoOrder
from goldensix.demo.people import ACCOUNTS, GROUPS, MERCHANT, PASSWORD, PEOPLE
from goldensix.demo.questions import QUESTIONS, starter
from goldensix.demo.replies import REPLIES
from goldensix.demo.shops import SHOPS, ZONE, settings
from goldensix.events.ids import BuyerId, GroupId, Instant

__all__ = ["PEOPLE", "seed"]


class Stage(Protocol):
    """What the demo is set up on; the house of the REST doors is one."""

    @property
    def people(self) -> People: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def shops(self) -> Shops: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def mirror(self) -> Mirror: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def visitors(self) -> Visitors: ...
    @property
    def now(self) -> Callable[[], Instant]: ...


async def seed(stage: Stage) -> None:
    """Where another merchant works already, nothing is made. One that was broken off half-way is completed."""
    merchants = await stage.people.merchants()
    if not merchants:
        demo = await stage.people.add_merchant(MERCHANT, demo=True)
    elif merchants[0].demo:
        demo = merchants[0]
    else:
        return
    groups = await _groups(stage, demo)
    await _shops(stage, demo, groups)
    await _accounts(stage, demo, groups)
    await _replies(stage, demo, groups)
    await _bank(stage, demo)
    await _trade(stage, demo)


async def _groups(stage: Stage, demo: Merchant) -> dict[str, GroupId]:
    """Those that a demo's administrator renamed stay so: they are the demo's first."""
    found = list((await _roster(stage, demo)).groups)
    for group in GROUPS[len(found) :]:
        found.append((await stage.people.add_group(demo.id, group.name, group.duty, group.target)).id)
    return {group.name: id for group, id in zip(GROUPS, found, strict=False)}


async def _shops(stage: Stage, demo: Merchant, groups: dict[str, GroupId]) -> None:
    """The same of shops."""
    for shop in SHOPS[len((await _roster(stage, demo)).shops) :]:
        await stage.people.add_shop(
            demo.id,
            shop.name,
            default_group=groups[GROUPS[0].name],
            letter=shop.letter,
            zone=ZONE,
            settings=settings(shop, groups),
        )


async def _accounts(stage: Stage, demo: Merchant, groups: dict[str, GroupId]) -> None:
    """Whom a demo's administrator renamed or stopped stays so: a phone number tells who is there."""
    found = {account.phone for account in (await _roster(stage, demo)).accounts.values()}
    missing = [account for account in ACCOUNTS if f"+86{account.phone}" not in found]
    password_hash = await stage.passwords.hash(PASSWORD) if missing else None
    for account in missing:
        await stage.people.add_account(
            demo.id,
            account.name,
            account.role,
            phone=account.phone,
            email=account.email,
            groups=[groups[group.name] for group in account.groups],
            limit=account.limit,
            password_hash=password_hash,
        )


async def _replies(stage: Stage, demo: Merchant, groups: dict[str, GroupId]) -> None:
    drafts = [
        QuickReplyDraft(reply.code, reply.title, reply.text, groups[reply.group.name] if reply.group else None)
        for reply in REPLIES
    ]
    await stage.replies.add_all(demo.id, drafts)


async def _bank(stage: Stage, demo: Merchant) -> None:
    """Once: what a demo's people removed stays away."""
    if await stage.questions.any(demo.id):
        return
    groups = (await _roster(stage, demo)).by_duty
    drafts = [(None, each.code, starter(each, groups)) for each in QUESTIONS]
    await stage.questions.put(demo.id, drafts, None, approve=True)


async def _trade(stage: Stage, demo: Merchant) -> None:
    for shop, there in zip(SHOPS, (await _roster(stage, demo)).shops.values(), strict=False):
        titles = {product.title for product in await stage.shops.products(demo.id, there.id)}
        missing = [product for product in PRODUCTS[shop] if product.title not in titles]
        await stage.shops.list_products(demo.id, there.id, missing)
        mine = [order for order in ORDERS if order.shop == shop]
        known = await _known(stage, there, {order.customer for order in mine})
        drafts = [_draft(order, stage.now()) for order in mine if order.number not in known]
        await stage.mirror.take(demo.id, there.id, drafts, stage.now())


async def _known(stage: Stage, shop: Shop, customers: Iterable[DemoCustomer]) -> set[str]:
    """Numbers of orders that are there: what the demo's people and hours made of them stays."""
    found: set[str] = set()
    for customer in customers:
        buyer = await _buyer(stage, shop, customer)
        found |= {order.number for order in await stage.orders.of_buyer(shop.merchant, shop.id, buyer)}
    return found


async def _buyer(stage: Stage, shop: Shop, customer: DemoCustomer) -> BuyerId:
    signature = customer_signature(customer.id, shop.secret, customer.name)
    welcomed = await stage.visitors.welcome(shop.id, Claim("", customer.id, signature, customer.name))
    assert welcomed is not None
    return welcomed[1].buyer


def _draft(order: DemoOrder, now: Instant) -> OrderDraft:
    return OrderDraft(
        customer=order.customer.id,
        number=order.number,
        times=order.times(now),
        price_cents=sum(what.price_cents * quantity for what, _, quantity in order.lines),
        items=tuple(Item(None, what.title, variant, count, what.price_cents) for what, variant, count in order.lines),
        receiver=order.customer.receiver,
        remark=order.remark,
    )


async def _roster(stage: Stage, demo: Merchant) -> Roster:
    return await stage.people.roster(demo.id)
