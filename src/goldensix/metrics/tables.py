"""What the fold makes: columns of turns, of messages and of moments, and the bits in them.

A *moment* is whatever else the log tells that figures are made of: a conversation as a whole, a quarter of an hour of
talk, a reception, a place in the queue, a rating, an order.
"""

from functools import cache
from typing import Final, NamedTuple

from goldensix.metrics.caliber import Caliber, Replier

NEVER: Final = -1
"""In a column of instants, and for an agent or group: none."""

REPLIERS: Final[tuple[Replier, ...]] = ("agent", "bot_assist", "bot_auto")
VARIANTS: Final = 28
"""7 sets of repliers, greetings counting or not, human stage or not. A turn belongs to some of them, one bit each."""
ALL_VARIANTS: Final = (1 << VARIANTS) - 1
_SETS: Final = 7


@cache
def variant(valid: frozenset[Replier], *, ignore_greeting: bool, human_stage: bool) -> int:
    """The number of the bit."""
    chosen = sum(1 << number for number, replier in enumerate(REPLIERS) if replier in valid)
    return chosen - 1 + _SETS * ignore_greeting + 2 * _SETS * human_stage


def variant_of(caliber: Caliber) -> int:
    return variant(caliber.valid, ignore_greeting=caliber.ignore_greeting, human_stage=caliber.human_stage)


def _stops(replier: int, greeting: bool) -> int:
    """The variants whose clock a line of this replier stops."""
    mask = 0
    for bit in range(VARIANTS):
        chosen = bit % _SETS + 1
        ignores = bit // _SETS % 2
        if chosen >> replier & 1 and not (greeting and ignores):
            mask |= 1 << bit
    return mask


STOPS: Final[tuple[int, ...]] = tuple(_stops(replier, greeting) for greeting in (False, True) for replier in range(3))
"""Variants stopped by agent, bot_assist, bot_auto; then by their greetings."""
STAGED: Final = sum(1 << bit for bit in range(2 * _SETS, VARIANTS))
"""Variants that begin at the human stage."""

WHOLE: Final = 1
PIECE: Final = 2
"""Bits of `part`: a turn as the shop sees it, and what transfers leave to each agent. Without transfers it is both."""

AGENT_STARTED: Final = 1
HUMAN_SPOKE: Final = 2
LEAVE: Final = 4
CLOSERS: Final = 8
ASSIST_SPOKE: Final = 16
AUTO_SPOKE: Final = 32
ASKED: Final = 64
REACHED: Final = 128
ROBOT_HAD: Final = 256
"""Bits of a row's `flags`; all but CLOSERS, which is the turn's own, tell of the conversation."""
ROBOT_SPOKE: Final = ASSIST_SPOKE | AUTO_SPOKE
STAGE_SPOKE: Final = HUMAN_SPOKE | ASSIST_SPOKE
"""Whoever says something only where a human has the conversation."""


def reached_mask(caliber: Caliber) -> int:
    """Flags any of which says that a conversation reached a human."""
    return REACHED | STAGE_SPOKE if caliber.reached == "reply" else REACHED


class TurnColumns(NamedTuple):
    """Where each column of a turn stands in what the fold writes."""

    conversation: int = 0
    number: int = 1
    agent: int = 2
    group: int = 3
    variants: int = 4
    first: int = 5
    part: int = 6
    asked_at: int = 7
    first_at: int = 8
    last_at: int = 9
    n: int = 10
    reply_at: int = 11
    by: int = 12
    queue_at: int = 13
    assigned_at: int = 14
    stage_at: int = 15
    closed_at: int = 16
    flags: int = 17
    opened_at: int = 18


class MomentColumns(NamedTuple):
    conversation: int = 0
    number: int = 1
    what: int = 2
    agent: int = 3
    group: int = 4
    at: int = 5
    until: int = 6
    n: int = 7
    m: int = 8
    value: int = 9
    flags: int = 10
    detail: int = 11
    opened_at: int = 12


TURN: Final = TurnColumns()
MOMENT: Final = MomentColumns()

SESSION: Final = 0  # at: first buyer message; until: end; n, m: messages by buyer and agents; flags
TALK: Final = 1  # a quarter of an hour: at: its first buyer message, else first; n, m as above; value: characters
RECEPTION: Final = 2  # at, until; n: 0 direct, 1 by transfer, 2 spoke unassigned; m: 1 ended by transfer, 2 by close
QUEUE: Final = 3  # at: entered; until: assigned or answered, NEVER if abandoned
CLOSED: Final = 4
INVITED: Final = 5
RATED: Final = 6  # value: the score
ORDERED: Final = 7
PAID: Final = 8
REFUND_ASKED: Final = 9
REFUNDED: Final = 10  # value: money; detail: the order
STATUS: Final = 11  # at, until; detail: the status
TICKET: Final = 12  # at: opened; value: until the reply that a ticket system counts
"""Values of a moment's `what`. CLOSED and INVITED have n = 1 the first time in a conversation, else 0; so has RATED."""

DIRECT: Final = 0
BY_TRANSFER: Final = 1
SPOKE: Final = 2
QUARTER: Final = 900_000
