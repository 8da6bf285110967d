"""The one place where ports meet adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import asyncpg

from goldensix.actions.desk import Ports
from goldensix.actions.premises import AssignmentRules, GroupRules, Premises, Reminder, ShopRules, Silence, Wordings
from goldensix.adapters import clock
from goldensix.adapters.imports import Imports
from goldensix.adapters.passwords import Passwords
from goldensix.adapters.pictures import Pictures
from goldensix.adapters.postgres.attempts import Attempts
from goldensix.adapters.postgres.codes import Codes
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.orders import Orders
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.replies import Replies
from goldensix.adapters.postgres.roster import Account, Group, MerchantSettings, Roster, Shop, Wording
from goldensix.adapters.postgres.sessions import Sessions
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.adapters.presets import house
from goldensix.adapters.rehearsals import Rehearsals
from goldensix.adapters.reports import Reports, archive_nightly
from goldensix.adapters.senders.console import Console
from goldensix.adapters.senders.port import CodeSender
from goldensix.adapters.senders.smtp import Smtp, SmtpServer
from goldensix.adapters.visitors import Visitors
from goldensix.api.http.app import create_app
from goldensix.api.http.house import DemoPerson, House
from goldensix.api.live.doors import App, Doors
from goldensix.api.live.floors import Floors
from goldensix.events.ids import ConversationId, Instant, MerchantId
from goldensix.routing.policies import POLICIES
from goldensix.settings import Settings
from goldensix.team.roles import Permission, may


@dataclass(frozen=True)
class Running:
    """A desk, wired: the application to serve and what commands of the terminal work with."""

    app: App
    pool: asyncpg.Pool
    floors: Floors
    house: House


def wordings(texts: tuple[Wording, ...]) -> Wordings:
    return {
        "zh": tuple(each.zh for each in texts if each.zh),
        "en": tuple(each.en for each in texts if each.en),
    }


def _shop_rules(shop: Shop, house: MerchantSettings) -> ShopRules:
    reminders = sorted(shop.settings.still_waiting, key=lambda each: each.after)
    return ShopRules(
        id=shop.id,
        name=shop.name,
        zone=ZoneInfo(shop.zone),
        default_group=shop.default_group,
        welcome=wordings(shop.settings.welcome),
        still_waiting=tuple(Reminder(each.after, wordings(each.wordings)) for each in reminders),
        away=wordings(shop.settings.away),
        silence=Silence(house.end_after, house.end_notice, wordings(shop.settings.ending)) if house.end_after else None,
    )


def _group_rules(group: Group) -> GroupRules:
    return GroupRules(group.id, group.name, group.target, group.settings.overflow, group.settings.priority)


def premises(roster: Roster) -> Premises:
    """What the desk runs by, of all that the roster holds."""
    house = roster.merchant.settings
    return Premises(
        shops={id: _shop_rules(shop, house) for id, shop in roster.shops.items()},
        groups={id: _group_rules(group) for id, group in roster.groups.items()},
        members={id: account.member for id, account in roster.accounts.items()},
        assignment=AssignmentRules(POLICIES[house.policy], house.silent_after, house.gone_after),
    )


def code_sender(settings: Settings) -> CodeSender:
    if not settings.smtp_host:
        return Console()
    return Smtp(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password,
            sender=settings.smtp_sender,
        )
    )


def open_floors(pool: asyncpg.Pool, people: People, pictures: Pictures, now: Callable[[], Instant]) -> Floors:
    snapshots = Snapshots(pool)

    async def load_premises(merchant: MerchantId) -> Premises:
        return premises(await people.roster(merchant))

    return Floors(
        ports=Ports(PostgresLog(pool), now, clock.new_conversation, house()),
        load_premises=load_premises,
        load_folds=snapshots.load,
        save_folds=snapshots.save,
        find_picture=pictures.find,
    )


def may_open(floors: Floors, account: Account, conversation: ConversationId) -> bool:
    """Those who read the desk, any; an agent an open one of his own, or one that waits in his groups."""
    if may(account.role, Permission.READ_DESK):
        return True
    floor = floors.floors.get(account.merchant)
    found = floor.desk.conversation(conversation) if floor else None
    if found is None:
        return False
    return found.agent == account.id or (
        found.queued and account.member.serves(found.shop, found.group, played=found.played)
    )


def agents_ready(floors: Floors, merchant: MerchantId) -> int:
    """How many would receive a consult now."""
    floor = floors.floors.get(merchant)
    return sum(floor.desk.team.receives(agent) for agent in floor.desk.premises.members) if floor else 0


@asynccontextmanager
async def running(
    dsn: str,
    settings: Settings,
    demo_people: tuple[DemoPerson, ...] | None,
    now: Callable[[], Instant] = clock.now,
) -> AsyncIterator[Running]:
    """Everything that serves, on a database that `schema.prepare` has vouched for."""
    pool = await open_pool(dsn)
    people, shops = People(pool, now), Shops(pool)
    pictures = Pictures(pool, settings.data / "pictures", now)
    floors, sessions = open_floors(pool, people, pictures, now), Sessions(pool, now)
    imports = Imports(settings.data, settings.import_most_mb << 20, settings.most_rejected / 100)
    own = {"GOLDENSIX_DATA": str(settings.data.absolute()), "DATABASE_URL": settings.database_url}
    rehearsals = Rehearsals(settings=own)
    reports = Reports({**own, "DATABASE_URL": dsn})
    visitors = Visitors(shops, Buyers(pool, now), now)

    async def opens(account: Account, conversation: ConversationId) -> bool:
        return may_open(floors, account, conversation)

    doors = Doors(floors, visitors.read, sessions.find, settings.public_url or None, {}, settings.buyer_rate)
    house = House(
        people=people,
        sessions=sessions,
        codes=Codes(pool, now),
        attempts=Attempts(pool, now),
        passwords=Passwords(),
        code_sender=code_sender(settings),
        now=now,
        on_roster_changed=floors.roster_changed,
        on_sessions_ended=doors.sessions_ended,
        rehearsal_running=rehearsals.running,
        demo_people=demo_people,
        public_url=settings.public_url or None,
        shops=shops,
        visitors=visitors,
        pictures=pictures,
        orders=Orders(pool, now),
        replies=Replies(pool),
        rehearsals=rehearsals,
        imports=imports,
        reports=reports,
        may_open=opens,
        agents_ready=lambda merchant: agents_ready(floors, merchant),
    )

    async def zones() -> dict[MerchantId, set[str]]:
        rosters = [await people.roster(merchant.id) for merchant in await people.merchants()]
        return {roster.merchant.id: {shop.zone for shop in roster.shops.values()} for roster in rosters}

    nights = asyncio.create_task(archive_nightly(reports, zones, now))
    try:
        for merchant in await people.merchants():
            await floors.open(merchant.id)
        yield Running(doors.beside(create_app(house)), pool, floors, house)
    finally:
        nights.cancel()
        await rehearsals.close()
        await imports.close()
        await reports.stop()
        await floors.close()
        await pool.close()
