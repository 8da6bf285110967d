"""This process as one worker of several: what it does for others, and what it asks of a merchant's owner."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
import msgspec
import structlog

from goldensix.adapters.bus.port import Bus
from goldensix.adapters.outside import Outside, Said, Taken
from goldensix.adapters.postgres.owners import Owners
from goldensix.api.live.company import Company, Errand, NobodyAnswers
from goldensix.api.live.doors import Doors
from goldensix.api.live.floors import Floors, NotHere
from goldensix.api.live.vitals import Vitals
from goldensix.events.ids import AccountId, BuyerId, ConversationId, MerchantId, ShopId

log = structlog.get_logger()


@dataclass(frozen=True)
class Place:
    """What makes this process one worker of several."""

    bus: Bus
    owners: Owners


class Here:
    """What REST doors ask of the live side, for merchants whose desk is in this process."""

    def __init__(self, floors: Floors, outside: Outside) -> None:
        self._floors, self._outside = floors, outside

    async def has(self, merchant: MerchantId, account: AccountId, conversation: ConversationId) -> bool:
        """Whether it is an open one of this agent's own, or one that waits in his groups."""
        floor = self._floors.floors.get(merchant)
        found = floor.desk.conversation(conversation) if floor else None
        if floor is None or found is None:
            return False
        member = floor.desk.premises.members.get(account)
        return member is not None and (
            found.agent == account or (found.queued and member.serves(found.shop, found.group, played=found.played))
        )

    async def addresses(self, merchant: MerchantId, shop: ShopId, buyer: BuyerId) -> list[str]:
        """Where a buyer who is here writes from, as the merchant marks it."""
        floor = self._floors.floors.get(merchant)
        return sorted(floor.hub.addresses.get((shop, buyer), ())) if floor else []

    async def agents_ready(self, merchant: MerchantId) -> int:
        """How many would receive a consult now."""
        floor = self._floors.floors.get(merchant)
        return sum(floor.desk.team.receives(agent) for agent in floor.desk.premises.members) if floor else 0

    async def roster_changed(self, merchant: MerchantId) -> None:
        await self._floors.roster_changed(merchant)

    async def orders_moved(self, merchant: MerchantId) -> None:
        """Its log is to be told of orders."""
        self._floors.orders_moved(merchant)

    async def robot_answered(
        self, _: MerchantId, robot: int, conversation: ConversationId, turn: int, said: Said
    ) -> Taken:
        return self._outside.answered(robot, conversation, turn, said)


class There:
    """The same of a merchant's owner, whoever that is; where nobody answers, as if nobody were at work."""

    def __init__(self, company: Company) -> None:
        self._company = company

    async def has(self, merchant: MerchantId, account: AccountId, conversation: ConversationId) -> bool:
        return bool(await self._ask(merchant, "has", account, conversation))

    async def addresses(self, merchant: MerchantId, shop: ShopId, buyer: BuyerId) -> list[str]:
        answer = await self._ask(merchant, "addresses", shop, buyer)
        return answer if isinstance(answer, list) else []

    async def agents_ready(self, merchant: MerchantId) -> int:
        answer = await self._ask(merchant, "agents_ready")
        return answer if isinstance(answer, int) else 0

    async def roster_changed(self, merchant: MerchantId) -> None:
        """An owner who does not answer reads the roster when he comes, or once the bus is back."""
        await self._ask(merchant, "roster_changed")

    async def orders_moved(self, merchant: MerchantId) -> None:
        """An owner who does not answer looks by himself."""
        await self._ask(merchant, "orders_moved")

    async def robot_answered(
        self, merchant: MerchantId, robot: int, conversation: ConversationId, turn: int, said: Said
    ) -> Taken:
        told = await self._ask(merchant, "robot_answered", robot, conversation, turn, msgspec.to_builtins(said))
        return told if told in ("taken", "late", "unknown") else "away"

    async def _ask(self, merchant: MerchantId, what: str, *given: object) -> object:
        with contextlib.suppress(NobodyAnswers):
            answer: object = await self._company.ask(merchant, what, *given)
            return answer
        return None


async def company_of(place: Place, pool: asyncpg.Pool, doors: Doors) -> Company:
    company = Company(place.bus, place.owners, doors, await pool.fetchval("select id from installations"))
    doors.elsewhere = company.relay
    return company


def errands(here: Here, vitals: Vitals) -> dict[str, Errand]:
    async def robot_answered(merchant: MerchantId, robot: int, c: ConversationId, turn: int, said: object) -> object:
        return await here.robot_answered(merchant, robot, c, turn, msgspec.convert(said, Said))

    async def figures() -> object:
        return dict(vitals.figures())

    return {
        "has": here.has,
        "addresses": here.addresses,
        "agents_ready": here.agents_ready,
        "roster_changed": here.roster_changed,
        "orders_moved": here.orders_moved,
        "robot_answered": robot_answered,
        "figures": figures,
    }


async def join(company: Company, floors: Floors, doors: Doors, deeds: Mapping[str, Errand]) -> None:
    """From now on this worker takes merchants, and sockets of other workers."""

    async def open_floor(merchant: MerchantId) -> None:
        """Its deadlines run from now on, whoever comes: tried until it is open, or another's."""
        while company.is_ours(merchant):
            try:
                await floors.open(merchant)
            except NotHere:
                return
            except Exception:  # whatever it is, buyers wait for this desk: it is told, and tried again
                log.exception("a merchant's desk could not be opened yet", merchant=merchant)
                await asyncio.sleep(1)
            else:
                return

    async def taken(merchant: MerchantId) -> None:
        company.begin(open_floor(merchant))

    async def look() -> None:
        company.owners.look_now()

    async def hand_over(merchant: MerchantId) -> None:
        await floors.close_one(merchant)
        company.owners.given(merchant)
        await company.owners.looked()
        company.tell_all("look")

    async def interrupted() -> None:
        """Changes may have been told to nobody: of people and rules, and of log-ins that ended."""
        for merchant in list(floors.floors):
            await floors.roster_changed(merchant)
        await doors.look_at_sessions()

    company.owners.taken, company.owners.lost = taken, floors.abandon
    company.owners.give = lambda merchant: company.begin(hand_over(merchant))
    notices: dict[str, Errand] = {
        "sessions_ended": doors.sessions_ended,
        "look": look,
        "interrupted": interrupted,
    }
    await company.start(deeds, notices)
