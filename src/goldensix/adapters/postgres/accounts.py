"""Adding and changing one account, each in one transaction with its audit row."""

import msgspec

from goldensix.adapters.identifiers import email_address, phone_number
from goldensix.adapters.postgres.pool import Connection
from goldensix.adapters.postgres.refusing import Refusal, one_at_a_time
from goldensix.adapters.postgres.roster import ACCOUNTS, Account, Refused, account_of
from goldensix.adapters.postgres.times import timestamp
from goldensix.events.ids import AccountId, MerchantId
from goldensix.team.roles import Role


async def find(connection: Connection, merchant: MerchantId, account: AccountId) -> Account:
    await one_at_a_time(connection, merchant)
    row = await connection.fetchrow(ACCOUNTS + "where merchant_id = $1 and id = $2", merchant, account)
    if row is None:
        raise Refusal(Refused.UNKNOWN_ACCOUNT)
    return account_of(row)


async def store(connection: Connection, account: Account) -> Account:
    """Writes an account whose row exists; answers it with phone and e-mail in stored form."""
    phone = phone_number(account.phone) if account.phone else None
    email = email_address(account.email) if account.email else None
    if not (phone or email or account.rehearsal):
        raise Refusal(Refused.UNREACHABLE)
    if account.term.kind == "outsourced" and not account.is_limited:
        raise Refusal(Refused.UNLIMITED)
    await connection.execute(
        "update accounts set name = $2, role = $3, phone = $4, email = $5, reception_limit = $6, active = $7, "
        "settings = $8, kind = $9, begins_at = $10, ends_at = $11 where id = $1",
        *(account.id, account.name, account.role, phone, email, account.limit, account.active),
        *(msgspec.json.encode(account.settings).decode(), account.term.kind),
        *(None if at is None else timestamp(at) for at in (account.term.begins, account.term.ends)),
    )
    await _place(connection, account)
    row = await connection.fetchrow(ACCOUNTS + "where id = $1", account.id)
    assert row is not None
    return account_of(row)


async def _place(connection: Connection, account: Account) -> None:
    """Writes the groups it works in and the shops it is limited to."""
    await connection.execute("delete from account_groups where account_id = $1", account.id)
    await connection.execute("delete from account_shops where account_id = $1", account.id)
    await connection.execute(
        "insert into account_groups (merchant_id, account_id, group_id) select $1, $2, unnest($3::bigint[])",
        *(account.merchant, account.id, sorted(account.groups)),
    )
    await connection.execute(
        "insert into account_shops (merchant_id, account_id, shop_id) select $1, $2, unnest($3::bigint[])",
        *(account.merchant, account.id, sorted(account.shops)),
    )


async def require_administrator(connection: Connection, merchant: MerchantId) -> None:
    """One whose account is good for ever."""
    found = await connection.fetchval(
        "select exists (select from accounts where merchant_id = $1 and role = $2 and active and not rehearsal"
        " and begins_at is null and ends_at is null)",
        *(merchant, Role.ADMINISTRATOR),
    )
    if not found:
        raise Refusal(Refused.LAST_ADMINISTRATOR)


def changes(before: Account, after: Account) -> str:
    """What differs, for the audit: names of fields, and values only of those that are nobody's secret."""
    said = [
        f"{name} {getattr(before, name)} -> {getattr(after, name)}"
        for name in ("role", "active", "limit", "level")
        if getattr(before, name) != getattr(after, name)
    ]
    said += [
        name
        for name in ("name", "phone", "email", "groups", "shops", "group_limits", "languages", "skills", "term")
        if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(said)
