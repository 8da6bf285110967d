"""Whether any slot drifted: what the desk goes by, beside the log folded from its beginning."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import asyncpg

from goldensix.actions.folds import Folds
from goldensix.adapters.postgres.log import PostgresLog
from goldensix.adapters.postgres.snapshots import Snapshots
from goldensix.conversations.reception import Reception
from goldensix.events.ids import AccountId, MerchantId
from goldensix.metrics.today import Today

_READ: Final = 5_000
Holders = dict[str, str]
"""Who has each open conversation, in words."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One conversation that is somewhere else than the log says."""

    conversation: str
    where: str
    is_with: str
    should_be: str


@dataclass(frozen=True, slots=True)
class Audit:
    events: int
    slots: int
    """In use."""
    waiting: int
    drifted: tuple[Drift, ...]


async def audit_slots(pool: asyncpg.Pool, merchant: MerchantId) -> Audit:
    """Of one moment, and nobody waits for it: the log only grows, and rows change in the append's transaction."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchval("select position from log_heads where merchant_id = $1", merchant) or 0
        rows = await connection.fetch("select conversation, agent_id from receptions where merchant_id = $1", merchant)
    log = PostgresLog(pool)
    truth = await _up_to(log, merchant, Folds(), head)
    saved = await Snapshots(pool).load(merchant)
    if saved.position <= head:
        saved = await _up_to(log, merchant, saved, head)
    should = _holders(truth.reception)
    drifted = [
        *_differences("receptions", {row["conversation"]: _name(row["agent_id"]) for row in rows}, should),
        *(_differences("saved folds", _by_slot(saved.reception), should) if saved.position == head else ()),
        *_differences("slots", _by_slot(truth.reception), should),
    ]
    held = sum(conversation.agent is not None for conversation in truth.reception.open.values())
    return Audit(head, held, len(should) - held, tuple(drifted))


async def _up_to(log: PostgresLog, merchant: MerchantId, folds: Folds, head: int) -> Folds:
    while folds.position < head:
        for stored in await log.read_after(merchant, folds.position, min(_READ, head - folds.position)):
            folds.apply(stored)
        folds.today = Today()  # what figures are made of is not asked here, and would be the whole log
    return folds


def _name(agent: AccountId | None) -> str:
    return "nobody" if agent is None else f"account {agent}"


def _holders(reception: Reception) -> Holders:
    return {id: _name(conversation.agent) for id, conversation in reception.open.items()}


def _by_slot(reception: Reception) -> Holders:
    """By the slots and the queues, which the running desk counts; who is in two of them is with both."""
    found: dict[str, list[str]] = {}
    for queue in reception.queues.values():
        for id in queue:
            found.setdefault(id, []).append(_name(None))
    for agent, ids in reception.with_agent.items():
        for id in ids:
            found.setdefault(id, []).append(_name(agent))
    return {id: " and ".join(names) for id, names in found.items()}


def _differences(where: str, found: Holders, should: Holders) -> Iterator[Drift]:
    for conversation in sorted(found.keys() | should.keys()):
        one, other = found.get(conversation, "not open"), should.get(conversation, "not open")
        if one != other:
            yield Drift(conversation, where, one, other)
