"""The one place where ports meet adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import asyncpg
import structlog

from goldensix.actions.desk import Ports
from goldensix.actions.premises import (
    Premises,
)
from goldensix.adapters import clock
from goldensix.adapters.answers import Answers
from goldensix.adapters.classifying import Classifying
from goldensix.adapters.imports import Imports
from goldensix.adapters.lessons import Lessons
from goldensix.adapters.nights import Nights
from goldensix.adapters.notifiers.push import Push
from goldensix.adapters.notifiers.senders import Senders
from goldensix.adapters.outside import Outside
from goldensix.adapters.passwords import Passwords
from goldensix.adapters.pictures import Pictures
from goldensix.adapters.postgres.attempts import Attempts
from goldensix.adapters.postgres.audit import Audit
from goldensix.adapters.postgres.bank import BankStore
from goldensix.adapters.postgres.bank_list import BankList
from goldensix.adapters.postgres.blocks import Blocks
from goldensix.adapters.postgres.campaigns import Campaigns
from goldensix.adapters.postgres.classification import Classification
from goldensix.adapters.postgres.codes import Codes
from goldensix.adapters.postgres.findings import Findings
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.marks import Marks
from goldensix.adapters.postgres.mirror import Mirror
from goldensix.adapters.postgres.notices import Notices
from goldensix.adapters.postgres.orders import Orders
from goldensix.adapters.postgres.outside import OutsideRobots
from goldensix.adapters.postgres.owners import Owners
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.pool import open_pool
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.replies import Replies
from goldensix.adapters.postgres.retention import Keeping
from goldensix.adapters.postgres.roster import Account
from goldensix.adapters.postgres.sessions import SessionId, Sessions
from goldensix.adapters.postgres.shifts import AHEAD as SHIFTS_AHEAD
from goldensix.adapters.postgres.shifts import Shifts
from goldensix.adapters.postgres.shop import Buyers, Shops
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.adapters.presets import house
from goldensix.adapters.refits import refit_nightly
from goldensix.adapters.rehearsals import Rehearsals
from goldensix.adapters.reports import Reports
from goldensix.adapters.retention import retain_aside
from goldensix.adapters.rewording import Endpoint, Rewording
from goldensix.adapters.robots import Robots
from goldensix.adapters.senders.console import Console
from goldensix.adapters.senders.port import CodeSender
from goldensix.adapters.senders.smtp import Smtp, SmtpServer
from goldensix.adapters.stores.choice import picture_store
from goldensix.adapters.visitors import Visitors
from goldensix.api.http.app import create_app
from goldensix.api.http.at_owner import AtOwner
from goldensix.api.http.house import DemoPerson, House
from goldensix.api.limits import Limits, limits
from goldensix.api.live.attending import Attendants
from goldensix.api.live.company import Company
from goldensix.api.live.doors import App, Doors
from goldensix.api.live.floors import Floors
from goldensix.api.live.ringing import Ringing
from goldensix.api.live.telling import Moves
from goldensix.api.live.vitals import Vitals
from goldensix.events.ids import ConversationId, Instant, MerchantId
from goldensix.house_rules import dated_premises, own_words
from goldensix.settings import Settings
from goldensix.sharing import Here, Place, There, company_of, errands, join
from goldensix.team.roles import Permission, may

_ANSWERS_WITHIN: Final = 10.0
"""Seconds for the database to answer what people or the desk wait for."""
log = structlog.get_logger()
_NOBODY_TO_ASK: Final = "mailto:desk@localhost.invalid"
"""Push services want an address of whoever sends; a desk that does not know its own has none."""


@dataclass(frozen=True)
class Running:
    """A desk, wired: the application to serve and what commands of the terminal work with."""

    app: App
    pool: asyncpg.Pool
    floors: Floors
    doors: Doors
    house: House
    company: Company | None = None
    """None: this is the only process."""


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


def open_floors(
    pool: asyncpg.Pool,
    people: People,
    pictures: Pictures,
    ringing: Ringing,
    now: Callable[[], Instant],
    owners: Owners | None,
    robots: Robots,
    outside: Outside,
    rewording: Rewording,
) -> Floors:
    snapshots, shifts, blocks = Snapshots(pool), Shifts(pool, people, now), Blocks(pool, now)
    classification = Classification(pool, now)
    log = PostgresLog(pool, None if owners is None else owners.epochs)
    orders, mirror = Orders(pool, now), Mirror(pool, now)
    answers, marks = Answers(orders, pictures, Campaigns(pool, now)), Marks(pool, now)

    async def load_premises(merchant: MerchantId) -> Premises:
        since = now()
        dated = await dated_premises(people, shifts, merchant, since, Instant(since + SHIFTS_AHEAD))
        phones = await ringing.notices.with_phones(merchant)
        senders = {each.id: each.name for each in await ringing.notices.senders(merchant)}
        sorting = await classification.sorting(merchant, await own_words(people, merchant))
        blocked = await blocks.that_hold(merchant)
        return replace(dated, phones=phones, senders=senders, blocks=blocked, sorting=sorting)

    return Floors(
        ports=Ports(log, now, clock.new_conversation, house(), clock.steady if now is clock.now else None),
        load_premises=load_premises,
        load_folds=snapshots.load,
        save_folds=snapshots.save,
        find_picture=pictures.find,
        attendants=Attendants(robots, outside, rewording, answers.ready, marks.put, marks.of),
        moves=Moves(mirror.untold, mirror.forget),
        find_orders=orders.facts,
        ring=ringing.ring,
        note=Audit(pool, now).note,
        is_ours=(lambda _: True) if owners is None else owners.owns,
    )


def _of_store(settings: Settings) -> dict[str, str]:
    """What a process of its own needs to know to find the pictures."""
    return {
        "GOLDENSIX_S3_BUCKET": settings.s3_bucket,
        "GOLDENSIX_S3_ENDPOINT": settings.s3_endpoint,
        "GOLDENSIX_S3_REGION": settings.s3_region,
        "GOLDENSIX_S3_KEY": settings.s3_key,
        "GOLDENSIX_S3_SECRET": settings.s3_secret,
    }


def bounds_of(settings: Settings) -> Limits:
    limited = settings.buyer_rate > 0
    return limits(
        message_rate=settings.message_rate * limited,
        start_rate=settings.start_rate * limited,
        address_rate=settings.address_rate * limited,
        newcomer_rate=settings.newcomer_rate * limited,
        request_rate=settings.request_rate,
        account_rate=settings.account_rate * limited,
        picture_mb=settings.picture_mb,
    )


@asynccontextmanager
async def running(
    dsn: str,
    settings: Settings,
    demo_people: tuple[DemoPerson, ...] | None,
    now: Callable[[], Instant] = clock.now,
    place: Place | None = None,
) -> AsyncIterator[Running]:
    """Everything that serves, on a database that `schema.prepare` has vouched for."""
    pool = await open_pool(dsn, answers_within=_ANSWERS_WITHIN)
    people, shops = People(pool, now), Shops(pool)
    shifts = Shifts(pool, people, now)
    pictures = Pictures(pool, picture_store(settings), now)
    owners = None if place is None else place.owners
    ringing = await _ringing(pool, settings, now)
    marks = Marks(pool, now)
    robots = Robots(BankStore(pool, now), marks.all, settings.data)
    endpoint = Endpoint(settings.model_url, settings.model_name, settings.model_embeddings, settings.model_key)
    rewording, outside_robots = Rewording(endpoint), OutsideRobots(pool, now)
    outside = Outside(outside_robots, now, f"{settings.address}/api/robots/answers", bool(settings.private_senders))
    floors = open_floors(pool, people, pictures, ringing, now, owners, robots, outside, rewording)
    sessions = Sessions(pool, now)
    imports = Imports(settings.data, settings.import_most_mb << 20, settings.most_rejected / 100)
    own = {"GOLDENSIX_DATA": str(settings.data.absolute()), "DATABASE_URL": settings.database_url}
    rehearsals = Rehearsals(settings=own)
    reports = Reports({**own, "DATABASE_URL": dsn})
    lessons = Lessons({**own, "DATABASE_URL": dsn})
    visitors = Visitors(shops, Buyers(pool, now), now)

    bounds = bounds_of(settings)
    doors = Doors(
        floors,
        visitors.read,
        visitors.mark,
        sessions.find,
        sessions.alive,
        settings.public_url or None,
        {},
        settings.buyer_rate,
        bounds,
    )
    here = Here(floors, outside)
    company = None if place is None else await company_of(place, pool, doors)
    live: Here | There = here if company is None else There(company)

    vitals = Vitals(pool, floors, now, company)

    orders = Orders(pool, now)

    async def may_open(account: Account, conversation: ConversationId) -> bool:
        """Those who read the desk, any of their shops; an agent his own and what waits in his groups."""
        if may(account.role, Permission.READ_DESK):
            found = await orders.buyer_in(account.merchant, conversation) if account.shops else None
            if not account.shops or (found is not None and account.serves_shop(found[0])):
                return True
        return await live.has(account.merchant, account.id, conversation)

    async def sessions_ended(ended: Sequence[SessionId]) -> None:
        await doors.sessions_ended(ended)
        if company is not None:
            company.tell_all("sessions_ended", list(ended))

    classification = Classification(pool, now)
    classifying = Classifying(classification, partial(own_words, people), live.roster_changed, now)

    house = House(
        people=people,
        sessions=sessions,
        codes=Codes(pool, now),
        attempts=Attempts(pool, now),
        passwords=Passwords(),
        code_sender=code_sender(settings),
        now=now,
        on_roster_changed=live.roster_changed,
        on_sessions_ended=sessions_ended,
        demo_people=demo_people,
        public_url=settings.public_url or None,
        shops=shops,
        visitors=visitors,
        pictures=pictures,
        orders=orders,
        mirror=Mirror(pool, now),
        on_orders_moved=live.orders_moved,
        shifts=shifts,
        premises=partial(dated_premises, people, shifts),
        replies=Replies(pool, now),
        campaigns=Campaigns(pool, now),
        bank=BankStore(pool, now),
        bank_list=BankList(pool, now),
        questions=Questions(pool, now),
        classification=classification,
        classifying=classifying,
        outside=outside,
        outside_robots=outside_robots,
        robot_answered=live.robot_answered,
        findings=Findings(pool, now),
        lessons=lessons,
        rehearsals=rehearsals,
        imports=imports,
        reports=reports,
        robots=robots,
        marks=marks,
        ringing=ringing,
        vitals=vitals,
        metrics_token=settings.metrics_token,
        limits=bounds,
        audit=Audit(pool, now),
        blocks=Blocks(pool, now),
        keeping=Keeping(pool, now),
        addresses=live.addresses,
        has=live.has,
        may_open=may_open,
        agents_ready=live.agents_ready,
    )

    async def zones() -> dict[MerchantId, set[str]]:
        rosters = [await people.roster(merchant.id) for merchant in await people.merchants()]
        return {roster.merchant.id: {shop.zone for shop in roster.shops.values()} for roster in rosters}

    retain = partial(retain_aside, {**own, **_of_store(settings), "DATABASE_URL": dsn})

    async def sort_anew(merchant: MerchantId) -> None:
        if (await classification.of(merchant)).on:
            classifying.soon(merchant)

    each_night = Nights(reports, zones, now, floors.is_ours, house.keeping.is_behind, retain, sort_anew)
    nights = asyncio.create_task(each_night.run())
    learning = asyncio.create_task(refit_nightly(lessons, floors.nights, now))
    looking = asyncio.create_task(doors.keep_looking())
    try:
        rest = create_app(house)
        if company is None:
            for merchant in await people.merchants():
                await floors.open(merchant.id)
            yield Running(doors.beside(rest), pool, floors, doors, house)
        else:
            at_owner = AtOwner(rest, company, sessions.find)
            company.owners.away = pool.expire_connections
            company.owners.may_give = lambda m: not rehearsals.running(m) and imports.current(m).state != "running"
            await join(company, floors, doors, {"http": at_owner.answer, **errands(here, vitals)})
            yield Running(doors.beside(at_owner), pool, floors, doors, house, company)
    finally:
        nights.cancel()
        learning.cancel()
        looking.cancel()
        if owners is not None:
            owners.stop_taking()
        await classifying.close()
        await rehearsals.close()
        await imports.close()
        await lessons.close()
        await reports.stop()
        await floors.close()
        await robots.close()
        if company is not None:
            await company.close()
        await pool.close()


async def _ringing(pool: asyncpg.Pool, settings: Settings, now: Callable[[], Instant]) -> Ringing:
    private_too = bool(settings.private_senders)
    notices = Notices(pool, now)
    subject = settings.public_url or _NOBODY_TO_ASK
    push = Push(await notices.push_key(), subject, private_too=private_too)
    return Ringing(notices, push, Senders(private_too=private_too), now, settings.public_url)
