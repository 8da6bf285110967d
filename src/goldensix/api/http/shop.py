"""What a shop shows: to its pages the window's texts, to everybody its products."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from goldensix.adapters.postgres.roster import Shop
from goldensix.adapters.postgres.shop import Product
from goldensix.api.errors import language, not_found
from goldensix.api.http.guard import Caller, any_site, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer
from goldensix.events.facts import Language
from goldensix.events.ids import Instant, ShopId
from goldensix.team.hours import ALWAYS, hours, local_day
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")


class BothLanguages(Answer):
    zh: str
    en: str


class QuestionChip(BothLanguages):
    group: int | None
    """Where a consult that begins with this question goes; None: where the shop's others go."""


class ShopWindow(Answer):
    """All that the chat window needs before the buyer has written."""

    shop: int
    name: str
    letter: str
    greeting: BothLanguages
    questions: list[QuestionChip]
    hours: str
    """The shop's hours of today, in the language of the request; empty: it is always open."""


class ProductCard(Answer):
    id: int
    title: str
    price_cents: int
    stock: int
    picture_colour: str
    """`#RRGGBB`, painted where there is no picture."""


@router.get("/widget/{shop}", dependencies=[Depends(any_site)])
async def shop_window(shop: int, request: Request, response: Response, house: TheHouse) -> ShopWindow:
    found = await _shop(house, shop)
    settings = found.settings
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Vary"] = "Accept-Language"
    return ShopWindow(
        shop=found.id,
        name=found.name,
        letter=found.letter,
        greeting=BothLanguages(zh=settings.greeting.zh, en=settings.greeting.en),
        questions=[QuestionChip(zh=each.zh, en=each.en, group=each.group) for each in settings.questions],
        hours=_hours_of(found, house.now(), language(request.headers)),
    )


@router.get("/widget/{shop}/products", dependencies=[Depends(any_site)])
async def products_for_buyers(shop: int, response: Response, house: TheHouse) -> list[ProductCard]:
    found = await _shop(house, shop)
    response.headers["Cache-Control"] = "public, max-age=60"
    return [_card(each) for each in await house.shops.products(found.merchant, found.id)]


@router.get("/widget/{shop}/products/{product}", dependencies=[Depends(any_site)])
async def product_for_buyers(shop: int, product: int, response: Response, house: TheHouse) -> ProductCard:
    found = await house.shops.product(ShopId(shop), product)
    if found is None:
        raise not_found("商品", "product")
    response.headers["Cache-Control"] = "public, max-age=60"
    return _card(found)


@router.get("/shops/{shop}/products")
async def products(
    shop: int, caller: Annotated[Caller, Depends(requires(Permission.VIEW_GOODS))], house: TheHouse
) -> list[ProductCard]:
    account = caller.account
    if not account.serves_shop(ShopId(shop)):
        raise not_found("店铺", "shop")
    return [_card(each) for each in await house.shops.products(account.merchant, ShopId(shop))]


def _hours_of(shop: Shop, now: Instant, wording: Language) -> str:
    zone = ZoneInfo(shop.zone)
    found = hours(shop.settings.opening, ALWAYS, zone)
    if found is None:
        return ""
    spans = sorted(found.on(local_day(now, zone)))
    if not spans:
        return "今天不营业" if wording == "zh" else "Closed today"
    told = ", ".join(f"{_clock(span.begins)}–{_clock(span.ends)}" for span in spans)
    return f"今天营业 {told}" if wording == "zh" else f"Open today {told}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


async def _shop(house: House, shop: int) -> Shop:
    found = await house.people.shop(ShopId(shop))
    if found is None:
        raise not_found("店铺", "shop")
    return found


def _card(product: Product) -> ProductCard:
    return ProductCard(
        id=product.id,
        title=product.title,
        price_cents=product.price_cents,
        stock=product.stock,
        picture_colour=product.picture_colour,
    )
