"""What the commands of the terminal do with a database, besides serving."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
from rich.console import Console
from rich.markup import escape

from goldensix.actions.coverage import Hole, Unmet, coverage, holes, unmet
from goldensix.actions.premises import Premises
from goldensix.adapters import clock
from goldensix.adapters.identifiers import email_address, phone_number
from goldensix.adapters.passwords import Passwords, weakness
from goldensix.adapters.postgres.audit import Audit, Wanted
from goldensix.adapters.postgres.erasing import (
    StillOpen,
    buyer_of_conversation,
    buyer_of_customer,
    buyer_of_id,
    known_of,
)
from goldensix.adapters.postgres.erasing import erase_buyer as forget_buyer
from goldensix.adapters.postgres.findings import FORGET_FINDINGS
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.rebuild import rebuild as rebuild_merchant
from goldensix.adapters.postgres.roster import Account, Duty, Merchant, Roster
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.postgres.shifts import Shifts
from goldensix.adapters.postgres.slots import audit_slots
from goldensix.adapters.stores.port import Store
from goldensix.cannot import CannotDo
from goldensix.events.ids import AccountId, Instant, MerchantId, Milliseconds, ShopId
from goldensix.house_rules import dated_premises, premises
from goldensix.log.port import Stored
from goldensix.team.roles import Role
from goldensix.wire.stored import NAMES, encode_facts

console: Final = Console(soft_wrap=True)
_GROUPS: Final[tuple[tuple[str, Duty, int], ...]] = (
    ("售前", "pre_sale", 6_000),
    ("改单", "order_change", 30_000),
    ("售后", "after_sale", 60_000),
    ("疑难", "hard_cases", 180_000),
)


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    await prepare(dsn, upgrade=False)
    pool = await open_pool(dsn, most=4)
    try:
        yield pool
    finally:
        await pool.close()


async def chosen(people: People, number: int | None) -> Merchant:
    """The merchant of this number, or the only one."""
    merchants = await people.merchants()
    found = [each for each in merchants if number in (None, each.id)]
    if len(found) == 1:
        return found[0]
    if not merchants:
        raise CannotDo("There is no merchant in this database yet: `goldensix init` makes one.")
    names = ", ".join(f"{each.id} ({each.name})" for each in merchants)
    raise CannotDo(f"Say which merchant with --merchant: {names}.")


async def set_up(dsn: str, *, merchant: str, shop: str, name: str, login: str, password: str, zone: str) -> None:
    """Everything is checked before anything is made."""
    phone, email = (None, email_address(login)) if "@" in login else (phone_number(login), None)
    if phone is None and email is None:
        raise CannotDo(f"{login!r} is neither a phone number nor an e-mail address.")
    if (weak := weakness(password, phone, email)) is not None:
        raise CannotDo(f"The password {weak[1]}.")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CannotDo(f"{zone!r} is not a time zone; one is called Asia/Shanghai.") from None
    async with opened(dsn) as pool:
        people = People(pool, clock.now)
        if await people.credentials(phone or email or "") is not None:
            raise CannotDo(f"Somebody logs in with {login} already.")
        password_hash = await Passwords().hash(password)  # takes a while, in which nothing is half made yet
        made = await people.add_merchant(merchant)
        groups = [await people.add_group(made.id, *_group(each)) for each in _GROUPS]
        await people.add_shop(made.id, shop, default_group=groups[0].id, zone=zone)
        administrator = await people.add_account(
            made.id,
            name,
            Role.ADMINISTRATOR,
            phone=phone,
            email=email,
            groups=[group.id for group in groups],
            password_hash=password_hash,
        )
        if not isinstance(administrator, Account):
            raise CannotDo(f"The administrator could not be made: {administrator}.")


def _group(group: tuple[str, Duty, int]) -> tuple[str, Duty, Milliseconds]:
    name, duty, target = group
    return name, duty, Milliseconds(target)


async def rebuild(dsn: str, number: int | None) -> None:
    async with opened(dsn) as pool:
        people = People(pool, clock.now)
        merchants = await people.merchants() if number is None else [await chosen(people, number)]
        for merchant in merchants:
            rules = premises(await people.roster(merchant.id))
            made = await rebuild_merchant(pool, merchant.id, rules.zone_of)
            console.print(
                f"{escape(merchant.name)}: folded {made.events} events; {made.open_conversations} conversations open; "
                f"{made.mended} rows mended."
            )


async def audit_of_slots(dsn: str, number: int | None) -> bool:
    """True if no slot drifted; each that did is named."""
    async with opened(dsn) as pool:
        people = People(pool, clock.now)
        merchants = await people.merchants() if number is None else [await chosen(people, number)]
        audits = [(merchant, await audit_slots(pool, merchant.id)) for merchant in merchants]
    for merchant, found in audits:
        drifted = f"{len(found.drifted) or 'none'} drifted"
        slots = f"{found.slots} slots in use, {found.waiting} waiting"
        console.print(f"{escape(merchant.name)}: {found.events} events; {slots}; {drifted}.")
        for drift in found.drifted:
            place = f"  {drift.conversation} in {drift.where}"
            console.print(f"{place}: with {drift.is_with}, but by the log with {drift.should_be}.", markup=False)
    return not any(found.drifted for _, found in audits)


async def check_hours(dsn: str, number: int | None, days: int) -> bool:
    """True if every group could route to somebody whenever it is open, and every rule be met; each fault is told."""
    now, until = clock.now(), Instant(clock.now() + days * 86_400_000)
    async with opened(dsn) as pool:
        people = People(pool, clock.now)
        merchants = await people.merchants() if number is None else [await chosen(people, number)]
        shifts = Shifts(pool, people, clock.now)
        found = [(await people.roster(m.id), await dated_premises(people, shifts, m.id, now, until)) for m in merchants]
    sound = [_say_hours(roster, rules, now, until, days) for roster, rules in found]
    return all(sound)


def _say_hours(roster: Roster, rules: Premises, now: Instant, until: Instant, days: int) -> bool:
    """True if there is nothing to mend."""
    holes_, lacking = holes(rules, coverage(rules, now, until)), unmet(rules, now, until)
    said = f"{len(holes_)} holes" if holes_ else "somebody could be there whenever it is open"
    beside = f"; {len(lacking)} rules ask for what nobody can" if lacking else ""
    console.print(f"{escape(roster.merchant.name)}: the next {days} days, {said}{beside}.")
    for line in (*(_hole(each, rules, roster.zone) for each in holes_), *(_unmet(each, rules) for each in lacking)):
        console.print(f"  {line}", markup=False, highlight=False)
    return not (holes_ or lacking)


def _unmet(found: Unmet, rules: Premises) -> str:
    asks = f"Rule {found.rule} asks for {found.skill}"
    if not found.holders:
        return f"{asks}, and nobody has it. Give an account the skill, or change the rule."
    places = [rules.groups[group].name + _of_shop(shop, rules) for group, shop in found.places]
    names = ", ".join(rules.members[id].name for id in found.holders)
    return f"{asks}: nobody with it could have a buyer of {', '.join(places)}. Let {names} serve there."


def _hole(hole: Hole, rules: Premises, zone: ZoneInfo) -> str:
    begins, ends = (datetime.fromtimestamp(at / 1000, zone) for at in (hole.begins, hole.ends))
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%a %Y-%m-%d %H:%M}"
    place = rules.groups[hole.group].name + _of_shop(hole.shop, rules)
    return f"{place} can route to nobody: {begins:%a %Y-%m-%d %H:%M} to {until}. {_remedy(hole, rules)}"


def _of_shop(shop: ShopId | None, rules: Premises) -> str:
    return "" if shop is None else f" of {rules.shops[shop].name}"


def _remedy(hole: Hole, rules: Premises) -> str:
    if hole.extend is not None:
        return f"Let {rules.members[hole.extend].name} stay until then."
    if hole.helper is not None:
        return f"{rules.groups[hole.helper].name} could help out."
    return "Put somebody on the roster, or into the group."


async def print_audit(dsn: str, number: int | None, what: str | None, account: int | None, days: int) -> None:
    from goldensix.api.http.audit import as_csv
    from goldensix.api.http.differences import Reader

    async with opened(dsn) as pool:
        people = People(pool, clock.now)
        merchant = await chosen(people, number)
        reader = Reader("en", await people.roster(merchant.id))
        since = Instant(clock.now() - days * 86_400_000)
        wanted = Wanted(None if account is None else AccountId(account), what, since)
        async for line in as_csv(Audit(pool, clock.now).all(merchant.id, wanted), reader):
            sys.stdout.write(line.removeprefix("\ufeff").replace("\r\n", "\n"))


async def follow(dsn: str, number: int | None, after: int | None, *, words: bool) -> None:
    async with opened(dsn) as pool:
        log = PostgresLog(pool)
        merchant = await chosen(People(pool, clock.now), number)
        begin = await log.head(merchant.id) if after is None else after
        async for batch in log.follow(merchant.id, begin):
            for stored in batch:
                console.print(_line(stored, words=words), markup=False, highlight=False)


def _line(stored: Stored, *, words: bool) -> str:
    """Words are shown as Python writes them, so that nothing a buyer types can act on the terminal."""
    event = stored.event
    said = f" {stored.body.text!r}" if words and stored.body is not None else ""
    place = f"{stored.position} {stored.stream}/{stored.stream_position} {stored.occurred_at}"
    return f"{place} {NAMES[type(event)]} {encode_facts(event).decode()}{said}"


async def erase(dsn: str, number: int | None, conversations: Sequence[str]) -> None:
    async with opened(dsn) as pool:
        merchant: MerchantId = (await chosen(People(pool, clock.now), number)).id
        erased = await PostgresLog(pool).erase(merchant, conversations)
        await pool.execute(FORGET_FINDINGS, merchant)
        await Audit(pool, clock.now).note(merchant, None, "words erased", f"by hand, in {', '.join(conversations)}")
        console.print(f"Forgot the words of {erased} events in {len(conversations)} conversations.")


async def erase_buyer(
    dsn: str,
    number: int | None,
    pictures: Store,
    *,
    conversation: str | None,
    buyer: str | None,
    customer: str | None,
    shop: int | None,
) -> None:
    async with opened(dsn) as pool:
        merchant: MerchantId = (await chosen(People(pool, clock.now), number)).id
        if buyer is not None:
            who = await buyer_of_id(pool, merchant, buyer)
        elif conversation is not None:
            who = await buyer_of_conversation(pool, merchant, conversation)
        else:
            who = await buyer_of_customer(pool, merchant, shop or 0, customer or "")
        if who is None:
            raise CannotDo(f"There is no buyer of {buyer or conversation or customer}.")
        try:
            known = await known_of(pool, merchant, who)
            for picture in known.pictures:  # first: without its row nobody would find the file any more
                await pictures.remove(picture)
            erased = await forget_buyer(pool, merchant, who, known, clock.now())
        except StillOpen:
            raise CannotDo("The buyer is in conversation now: end it first, then erase.") from None
        console.print(
            f"Forgot the words of {erased.words} events in {len(known.conversations)} conversations, "
            f"{len(known.pictures)} pictures, the receiver of {erased.orders} orders, "
            f"and {erased.taught} labels and questions of the robot in these words."
        )


def erase_imported_buyer(data: Path, number: int | None, shop: int, buyer: str) -> None:
    from goldensix.adapters.archive.erasing import erase_imported
    from goldensix.adapters.archive.sources import Archive, drop_derived, merchants

    known = [each for each in merchants(data) if number in (None, each)]
    if len(known) != 1:
        raise CannotDo(f"Say which merchant with --merchant: {', '.join(map(str, known)) or 'none has imports'}.")
    archive = Archive(data, known[0])
    with archive.writing():
        lines = erase_imported(archive, shop, buyer)
    if not lines:
        raise CannotDo(f"No imported line of shop {shop} is of {buyer!r}.")
    drop_derived(data, known[0])
    console.print(f"Forgot what {lines} imported lines said, and the name in them.", markup=False)
