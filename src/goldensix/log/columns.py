"""One log as columns: what importers write, the archive keeps and the fold reads. One row a message or event.

Lived, imported and simulated lines look alike; `LINES` is their order and type. Words stand apart, by `line`.
"""

from typing import Final, Literal, get_args

What = Literal[
    "message",
    "queue_enter",
    "assign",
    "transfer",
    "to_human",
    "leave_message",
    "close",
    "rating_invite",
    "rating",
    "order_created",
    "paid",
    "refund_requested",
    "refund_done",
    "status",
]
By = Literal["buyer", "agent", "bot_assist", "bot_auto", "system", "note"]
Type = Literal["int8", "int32", "int64", "text", "bool"]

WHATS: Final[tuple[What, ...]] = get_args(What)
BYS: Final[tuple[By, ...]] = get_args(By)

LINES: Final[dict[str, Type]] = {
    "shop": "int32",
    "platform": "text",
    "buyer": "text",
    "session": "text",  # null: the source names no conversations, they are derived
    "line": "text",  # equal = the same line
    "what": "text",
    "by": "text",
    "agent": "text",  # who sent, or to whom it was assigned
    "from_agent": "text",  # transfer: who passed it on
    "group": "text",
    "kind": "text",
    "at": "int64",  # milliseconds UTC
    "seq": "int64",  # the server's order; wins over `at`
    "recalled": "bool",
    "flags": "int8",
    "chars": "int32",
    "value": "int64",  # rating score; money in cents
    "detail": "text",  # order id; ticket status
}

SPAM: Final = 1
NO_REPLY_NEEDED: Final = 2
GREETING: Final = 4
CLOSING_WORDS: Final = 8
ROBOT_HAS: Final = 64
"""Bits of `flags`. The last: a robot wrote who had the conversation to itself, which the desk's own log tells."""
