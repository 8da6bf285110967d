"""Who a buyer is, and who cannot pretend to be one."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest
from itsdangerous import URLSafeSerializer

from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.visitors import Claim, ShopSecrets, Visitor, Visitors, customer_signature
from goldensix.events.ids import BuyerId, ShopId
from shop_builders import Counter, open_counter


@pytest.fixture
async def counter(database: str) -> AsyncIterator[Counter]:
    async with open_counter(database) as opened:
        yield opened


@pytest.fixture
def visitors(counter: Counter) -> Visitors:
    return Visitors(Shops(counter.pool), Buyers(counter.pool, counter.clock), counter.clock)


def signed(counter: Counter, customer: str, name: str = "", token: str = "") -> Claim:
    return Claim(token, customer, customer_signature(customer, counter.shop.secret, name), name)


async def welcomed(visitors: Visitors, shop: ShopId, claim: Claim) -> tuple[str, Visitor]:
    answer = await visitors.welcome(shop, claim)
    assert answer is not None
    return answer


async def test_an_anonymous_visitor_stays_the_same_over_reloads(counter: Counter, visitors: Visitors) -> None:
    token, first = await welcomed(visitors, counter.shop.id, Claim())
    _, again = await welcomed(visitors, counter.shop.id, Claim(token=token))
    assert again == first
    assert await visitors.read(token) == first
    assert first.name == f"访客 {first.buyer[-4:].upper()}"
    assert not first.customer


async def test_two_visitors_are_two_buyers(counter: Counter, visitors: Visitors) -> None:
    _, one = await welcomed(visitors, counter.shop.id, Claim())
    _, other = await welcomed(visitors, counter.shop.id, Claim())
    assert one.buyer != other.buyer


async def test_a_token_lives_400_days_from_its_last_refresh(counter: Counter, visitors: Visitors) -> None:
    token, first = await welcomed(visitors, counter.shop.id, Claim())
    counter.clock.forward(days=399)
    refreshed, _ = await welcomed(visitors, counter.shop.id, Claim(token=token))
    counter.clock.forward(days=2)
    assert await visitors.read(token) is None
    assert await visitors.read(refreshed) == first


async def test_a_customer_is_the_same_buyer_on_every_device(counter: Counter, visitors: Visitors) -> None:
    _, on_the_phone = await welcomed(visitors, counter.shop.id, signed(counter, "c-1"))
    _, at_the_desk = await welcomed(visitors, counter.shop.id, signed(counter, "c-1"))
    assert on_the_phone.customer
    assert on_the_phone.buyer == at_the_desk.buyer


async def test_signing_in_makes_an_anonymous_visitor_the_customer(counter: Counter, visitors: Visitors) -> None:
    _, known = await welcomed(visitors, counter.shop.id, signed(counter, "c-1"))
    token, anonymous = await welcomed(visitors, counter.shop.id, Claim())
    _, now = await welcomed(visitors, counter.shop.id, signed(counter, "c-1", token=token))
    assert now.buyer == known.buyer != anonymous.buyer


async def test_signing_out_of_the_shop_ends_the_customers_identity(counter: Counter, visitors: Visitors) -> None:
    token, customer = await welcomed(visitors, counter.shop.id, signed(counter, "c-1"))
    _, next_person = await welcomed(visitors, counter.shop.id, Claim(token=token))
    assert next_person.buyer != customer.buyer
    assert not next_person.customer


@pytest.mark.parametrize("signature", ["", "0" * 64, "ü", customer_signature("c-1", b"another shop's secret")])
async def test_without_a_right_signature_nobody_is_a_customer(
    counter: Counter, visitors: Visitors, signature: str
) -> None:
    _, visitor = await welcomed(visitors, counter.shop.id, Claim("", "c-1", signature, "Ms Chen"))
    assert not visitor.customer
    assert "Chen" not in visitor.name


async def test_a_name_counts_only_if_the_signature_covers_it(counter: Counter, visitors: Visitors) -> None:
    only_id = customer_signature("c-1", counter.shop.secret)
    _, claimed = await welcomed(visitors, counter.shop.id, Claim("", "c-1", only_id, "Support Lead"))
    assert claimed.name == f"顾客 {claimed.buyer[-4:].upper()}"
    _, vouched = await welcomed(visitors, counter.shop.id, signed(counter, "c-1", "Ms Chen"))
    assert vouched.name == "Ms Chen"
    _, later = await welcomed(visitors, counter.shop.id, signed(counter, "c-1"))
    assert later.name == "Ms Chen"


@pytest.mark.parametrize("customer", ["c\n1", "c\u202e1", "c" * 201])
async def test_a_customer_id_that_could_disguise_itself_is_nobody(
    counter: Counter, visitors: Visitors, customer: str
) -> None:
    _, visitor = await welcomed(visitors, counter.shop.id, signed(counter, customer))
    assert not visitor.customer


async def test_only_a_token_issued_so_is_a_played_buyers_and_stays_so(counter: Counter, visitors: Visitors) -> None:
    token = await visitors.issue(counter.shop.id, played=True) or ""
    refreshed, played = await welcomed(visitors, counter.shop.id, Claim(token=token))
    _, of_the_shop = await welcomed(visitors, counter.shop.id, signed(counter, "c-1", token=token))
    newcomer, _ = await welcomed(visitors, counter.shop.id, Claim())
    found = [await visitors.read(each) for each in (token, refreshed, newcomer)]
    assert [each is not None and each.played for each in found] == [True, True, False]
    assert (played, found[1]) == (found[0], found[0])
    assert not of_the_shop.played


async def test_a_token_of_before_there_were_played_buyers_is_good(counter: Counter, visitors: Visitors) -> None:
    signer = URLSafeSerializer(
        counter.merchant.secret,
        salt=f"visitor/{counter.shop.id}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
    old = signer.dumps(["chen", "Chen", 0, counter.clock() // 1000])
    assert await visitors.read(f"{counter.shop.id}.{old}") == Visitor(
        *counter.place[::-1], BuyerId("chen"), "Chen", False
    )


async def test_a_changed_token_is_nobodys(counter: Counter, visitors: Visitors) -> None:
    token, _ = await welcomed(visitors, counter.shop.id, Claim())
    prefix, payload, signature = token.split(".")
    forged = [
        f"{token}\ud800",
        f"{token}ü",
        "",
        ".",
        "x",
        f"{prefix}.{payload}",
        f"{prefix}.{payload}x.{signature}",
        f"0{token}",
        "9" * 5000,
    ]
    assert [await visitors.read(each) for each in forged] == [None] * len(forged)


async def test_a_token_of_another_shop_of_the_merchant_counts_for_nothing(counter: Counter, visitors: Visitors) -> None:
    other = await counter.people.add_shop(counter.merchant.id, "Kettles", default_group=counter.group.id)
    token, visitor = await welcomed(visitors, counter.shop.id, Claim())
    _, there = await welcomed(visitors, other.id, Claim(token=token))
    assert there.buyer != visitor.buyer
    assert await visitors.read(f"{other.id}.{token.partition('.')[2]}") is None


async def test_a_shop_that_does_not_exist_has_no_visitors(visitors: Visitors) -> None:
    assert await visitors.welcome(ShopId(999), Claim()) is None
    assert await visitors.issue(ShopId(999)) is None


class CountedShops(Shops):
    asked = 0

    async def shop_secrets(self, shop: ShopId) -> ShopSecrets | None:
        self.asked += 1
        return await super().shop_secrets(shop)


async def test_reading_tokens_asks_the_database_once_a_minute(counter: Counter) -> None:
    shops = CountedShops(counter.pool)
    visitors = Visitors(shops, Buyers(counter.pool, counter.clock), counter.clock)
    token = await visitors.issue(counter.shop.id)
    assert token is not None
    for _ in range(20):
        assert await visitors.read(token) is not None
    assert shops.asked == 1
    counter.clock.forward(minutes=1)
    await visitors.read(token)
    assert shops.asked == 2


async def test_two_first_visits_at_once_are_one_buyer(counter: Counter) -> None:
    buyers = Buyers(counter.pool, counter.clock)
    found = await asyncio.gather(
        *(buyers.buyer_of(*counter.place, "c-1", None, BuyerId(f"new{number}")) for number in range(8))
    )
    assert len({buyer for buyer, _ in found}) == 1
