"""Blocking a buyer: whoever has the conversation does, and a service manager sees all blocks and lifts them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.blocks import UNDO_WITHIN, Blocked, Why
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import ConversationId, Instant
from goldensix.team.roles import Permission, may

router = APIRouter(prefix="/api")

_HOUR: Final = 3_600_000
_LONGEST: Final = 24 * 366
Agent = Annotated[Caller, Depends(requires(Permission.CONSULT))]
Manager = Annotated[Caller, Depends(requires(Permission.ASSIGN))]


class BlockAsk(Ask):
    why: Why
    note: Annotated[str, Field(max_length=200)] = ""
    hours: Annotated[int, Field(ge=1, le=_LONGEST)] | None = None
    """None: until somebody lifts it."""
    address: bool = False
    """Also everybody else who writes from where this buyer is now."""


class BlockMade(Answer):
    id: int
    addresses: int
    """How many addresses are blocked, too; 0 where the buyer has left, or writes from this machine."""
    undo_until: int
    """Until then whoever blocked may take it back."""


class BlockShown(Answer):
    id: int
    buyer: str
    name: str
    """Empty: erased."""
    conversation: str
    why: Why
    note: str
    addresses: int
    by: int
    at: int
    until: int | None
    """None: until somebody lifts it."""
    holds: bool
    lifted_by: int | None
    lifted_at: int | None


@router.post("/conversations/{conversation}/block", status_code=201)
async def block(conversation: str, body: BlockAsk, house: TheHouse, caller: Agent) -> BlockMade:
    """The conversation ends, and nothing more of the buyer is taken."""
    account, c = caller.account, ConversationId(conversation)
    found = await house.orders.buyer_in(account.merchant, c)
    if found is None or not account.serves_shop(found[0]):
        raise not_found("会话", "conversation")
    if not may(account.role, Permission.ASSIGN) and not await house.has(account.merchant, account.id, c):
        raise ApiError(
            403,
            "not_yours",
            zh="只能拉黑自己正在接待的买家。",
            en="You can block only buyers in conversations of your own.",
        )
    shop, buyer = found
    now = house.now()
    addresses = await house.addresses(account.merchant, shop, buyer) if body.address else []
    until = None if body.hours is None else Instant(now + body.hours * _HOUR)
    id = await house.blocks.add(
        account.merchant, buyer, c, account.id, why=body.why, note=body.note, until=until, addresses=addresses
    )
    await house.on_roster_changed(account.merchant)
    return BlockMade(id=id, addresses=len(addresses), undo_until=now + UNDO_WITHIN)


@router.get("/blocks")
async def blocks(house: TheHouse, caller: Manager) -> list[BlockShown]:
    """The newest 500 of one's shops, those that hold first."""
    now, account = house.now(), caller.account
    return [_shown(each, now) for each in await house.blocks.of(account.merchant, account.shops)]


@router.delete("/blocks/{block}", status_code=204)
async def lift(block: int, house: TheHouse, caller: Agent) -> None:
    """The buyer may write again. Whoever may not assign takes back only blocks of his own, and soon."""
    account = caller.account
    own_only = not may(account.role, Permission.ASSIGN)
    if not await house.blocks.lift(account.merchant, block, account.id, account.shops, own_only=own_only):
        raise not_found("可以解除的拉黑", "block that you can lift")
    await house.on_roster_changed(account.merchant)


def _shown(block: Blocked, now: Instant) -> BlockShown:
    return BlockShown(
        id=block.id,
        buyer=block.buyer,
        name=block.name,
        conversation=block.conversation,
        why=block.why,
        note=block.note,
        addresses=block.addresses,
        by=block.by,
        at=block.at,
        until=block.until,
        holds=block.lifted_at is None and (block.until is None or block.until > now),
        lifted_by=block.lifted_by,
        lifted_at=block.lifted_at,
    )
