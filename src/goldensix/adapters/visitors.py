"""Who a buyer is: an identity we sign, the browser keeps, and a socket checks without asking the database.

Two kinds of buyer. An *anonymous* one is a random id. A *customer* is vouched for by the shop: its server
signs its own customer id with the shop's secret (hex HMAC-SHA256), and the same customer is the same buyer
for ever, on every device.

- The customer wins: a page that brings a valid signature gets the customer's buyer, whatever token it held.
  What was said anonymously is not moved over: whoever held that token before could then read on.
- A customer's token without the signature gives a new anonymous buyer: signing out of the shop on a shared
  computer ends the access to the chat.
- A wrong signature is an anonymous buyer too, never an error: a shop's slip must not shut its buyers out.
- A *played* buyer, one of a rehearsal, is an anonymous one whose token says so. No page is given such a token: whoever
  has the merchant's secret, which is the desk's database, makes it. A page only keeps the one it holds.
- Names prove nothing. A page's `name` is shown only if the signature covers it as well, being that of
  "<customer>\\n<name>"; otherwise a customer is called as the shop named them before, or by the id's end.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from itsdangerous import BadData, URLSafeSerializer

from goldensix.adapters import clock
from goldensix.events.ids import BuyerId, Instant, MerchantId, ShopId

_LIFETIME: Final = 400 * 86_400_000
_SECRETS_KEPT: Final = 60_000
_SHOPS_KEPT: Final = 10_000
_LONGEST_TOKEN: Final = 1_000
LONGEST_CUSTOMER: Final = 200
_LONGEST_NAME: Final = 40
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u to misread


@dataclass(frozen=True, slots=True)
class ShopSecrets:
    merchant: MerchantId
    merchant_secret: bytes
    """Signs visitor tokens; the merchant never sees it."""
    shop_secret: bytes
    """Signs customer ids; the shop's server knows it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    shop: ShopId
    merchant: MerchantId
    buyer: BuyerId
    name: str
    customer: bool
    """The shop vouches for who this is."""
    played: bool = False
    """A recorded buyer of a rehearsal."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a page says about its visitor; nothing of it is believed unsigned."""

    token: str = ""
    customer: str = ""
    signature: str = ""
    name: str = ""


class Secrets(Protocol):
    async def shop_secrets(self, shop: ShopId) -> ShopSecrets | None:
        """None if there is no such shop."""
        ...


class Customers(Protocol):
    async def buyer_of(
        self, merchant: MerchantId, shop: ShopId, customer: str, name: str | None, new: BuyerId
    ) -> tuple[BuyerId, str]:
        """The customer's buyer, `new` if they never came before, and the name the shop knows them by.

        A `name` is remembered; None leaves the known one.
        """
        ...


class Visitors:
    """Signs and reads identities. Secrets are kept a minute, so a changed one counts within that time."""

    def __init__(self, secrets_of: Secrets, customers: Customers, now: Callable[[], Instant] = clock.now) -> None:
        self._secrets_of = secrets_of
        self._customers = customers
        self._now = now
        self._kept: dict[ShopId, tuple[Instant, ShopSecrets]] = {}

    async def issue(
        self, shop: ShopId, buyer: BuyerId | None = None, name: str = "", *, played: bool = False
    ) -> str | None:
        """A token for this buyer, or for a new anonymous one. None if there is no such shop."""
        found = await self._shop(shop)
        if found is None:
            return None
        visitor = _anonymous(shop, found) if buyer is None else _known(shop, found, buyer, name)
        return self._sign(replace(visitor, played=played), found)

    async def read(self, token: str) -> Visitor | None:
        """Whom the token names; None if it is forged, damaged or was last refreshed over 400 days ago."""
        prefix, dot, _ = token.partition(".")
        if not dot or not token.isascii() or not prefix.isdigit():
            return None
        shop = ShopId(int(prefix[:15]))
        found = await self._shop(shop)
        return None if found is None else self._verify(token, shop, found)

    async def welcome(self, shop: ShopId, claim: Claim) -> tuple[str, Visitor] | None:
        """Decides who a page's visitor is, and a fresh token that says so. None if there is no such shop."""
        found = await self._shop(shop)
        if found is None:
            return None
        visitor = await self._customer(shop, found, claim)
        if visitor is None:
            held = self._verify(claim.token, shop, found)
            visitor = _anonymous(shop, found) if held is None or held.customer else held
        return self._sign(visitor, found), visitor

    async def mark(self, visitor: Visitor, address: str) -> str:
        """What an address is called at the visitor's merchant: a hash that nobody without its secret can work back.

        Empty for no address.
        """
        found = await self._shop(visitor.shop) if address else None
        if found is None:
            return ""
        digest = hmac.new(found.merchant_secret, f"address\n{address}".encode(), hashlib.sha256)
        return f"@{digest.hexdigest()[:24]}"

    async def _customer(self, shop: ShopId, found: ShopSecrets, claim: Claim) -> Visitor | None:
        """The visitor as the shop vouches for them; None unless it does."""
        if not printable(claim.customer, LONGEST_CUSTOMER):
            return None
        name: str | None = claim.name.strip() if printable(claim.name.strip(), _LONGEST_NAME) else None
        covers_name = name is not None and _signed(f"{claim.customer}\n{name}", claim, found)
        if not covers_name and not _signed(claim.customer, claim, found):
            return None
        buyer, known_as = await self._customers.buyer_of(
            found.merchant, shop, claim.customer, name if covers_name else None, new_buyer()
        )
        return _known(shop, found, buyer, known_as)

    async def _shop(self, shop: ShopId) -> ShopSecrets | None:
        until, found = self._kept.get(shop, (Instant(0), None))
        if found is not None and self._now() < until:
            return found
        found = await self._secrets_of.shop_secrets(shop)
        if found is not None:
            if len(self._kept) >= _SHOPS_KEPT:
                self._kept.clear()
            self._kept[shop] = (Instant(self._now() + _SECRETS_KEPT), found)
        return found

    def _sign(self, visitor: Visitor, found: ShopSecrets) -> str:
        payload = [visitor.buyer, visitor.name, int(visitor.customer), self._now() // 1000, *[1] * visitor.played]
        return f"{visitor.shop}.{_signer(visitor.shop, found).dumps(payload)}"

    def _verify(self, token: str, shop: ShopId, found: ShopSecrets) -> Visitor | None:
        prefix, _, signed = token.partition(".")
        if prefix != str(shop) or not token.isascii() or len(token) > _LONGEST_TOKEN:
            return None
        try:
            buyer, name, customer, issued, *played = _signer(shop, found).loads(signed)
        except BadData:
            return None
        if self._now() - issued * 1000 > _LIFETIME:
            return None
        return Visitor(shop, found.merchant, BuyerId(buyer), name, bool(customer), bool(played))


def customer_signature(customer: str, shop_secret: bytes, name: str = "") -> str:
    """What the shop's server puts into its page: see this module's beginning."""
    words = f"{customer}\n{name}" if name else customer
    return hmac.new(shop_secret, words.encode(), hashlib.sha256).hexdigest()


def _signed(words: str, claim: Claim, found: ShopSecrets) -> bool:
    right = customer_signature(words, found.shop_secret)
    return hmac.compare_digest(right.encode(), claim.signature.encode(errors="replace"))


def _signer(shop: ShopId, found: ShopSecrets) -> URLSafeSerializer:
    # The shop is part of the salt, so a token moved to another shop of the merchant does not verify.
    return URLSafeSerializer(
        found.merchant_secret,
        salt=f"visitor/{shop}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _anonymous(shop: ShopId, found: ShopSecrets) -> Visitor:
    buyer = new_buyer()
    return Visitor(shop, found.merchant, buyer, f"访客 {buyer[-4:].upper()}", customer=False)


def _known(shop: ShopId, found: ShopSecrets, buyer: BuyerId, name: str) -> Visitor:
    return Visitor(shop, found.merchant, buyer, name or f"顾客 {buyer[-4:].upper()}", customer=True)


def new_buyer() -> BuyerId:
    """80 bits of chance in letters that a message's name may begin with."""
    number = secrets.randbits(80)
    return BuyerId("".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 80, 5)))


def printable(text: str, longest: int) -> bool:
    """Neither empty nor too long, and no control or direction characters that could disguise it."""
    return 0 < len(text) <= longest and not any(unicodedata.category(letter)[0] == "C" for letter in text)
