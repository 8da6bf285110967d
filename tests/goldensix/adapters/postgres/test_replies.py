"""How quick replies sound, and products: kept by their title."""

from collections.abc import AsyncIterator

import pytest

from goldensix.adapters.postgres.replies import sounds
from goldensix.adapters.postgres.shop import ProductDraft, Shops
from shop_builders import Counter, open_counter


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_counter(database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("title", "initials", "pinyin"),
    [
        ("发货时间", "fhsj", "fahuoshijian"),
        ("七天无理由退货", "qtwlyth", "qitianwuliyoutuihuo"),
        ("重新发货", "cxfh", "chongxinfahuo"),
        ("Shipping time", "shippingtime", "shippingtime"),
        ("尺码 M 还是 L？", "cmmhsl", "chimamhaishil"),
    ],
)
def test_a_title_is_found_as_one_types_it(title: str, initials: str, pinyin: str) -> None:
    assert sounds(title) == (initials, pinyin)


async def test_a_product_is_updated_by_its_title_and_keeps_its_id(counter: Counter) -> None:
    shops = Shops(counter.pool)
    before = await shops.list_products(*counter.place, [ProductDraft("Teapot", 19_900, 3, "#AA0000")])
    after = await shops.list_products(*counter.place, [ProductDraft("Teapot", 17_900, 2, "#AA0000")])
    assert before == after
    (product,) = await shops.products(*counter.place)
    assert (product.price_cents, product.stock) == (17_900, 2)
    assert await shops.product(counter.shop.id, product.id) == product
    other = await counter.people.add_shop(counter.merchant.id, "Kettles", default_group=counter.group.id)
    assert await shops.product(other.id, product.id) is None
