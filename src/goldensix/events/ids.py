"""The names by which things are known. A NewType each, so that mypy keeps a buyer from being an agent."""

from typing import NewType

MerchantId = NewType("MerchantId", int)
ShopId = NewType("ShopId", int)
GroupId = NewType("GroupId", int)
AccountId = NewType("AccountId", int)
BuyerId = NewType("BuyerId", str)
Skill = NewType("Skill", str)
"""What some can do and others cannot, in the merchant's own words."""
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
"""`<author>.<the client's own id>`: unique for ever, so a message sent again is the same message."""

AlertId = NewType("AlertId", str)

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00Z."""
Milliseconds = NewType("Milliseconds", int)

TEAM_STREAM = "team"
"""The stream that holds what happens to a merchant's people."""
ALERT_STREAM = "alerts"
"""The stream that holds who was called because buyers wait."""
ORDER_STREAM = "orders"
"""The stream that holds what became of orders: its n-th event is the n-th move of the merchant's orders."""
NO_CONVERSATION = frozenset({TEAM_STREAM, ALERT_STREAM, ORDER_STREAM})
"""Every other stream is a conversation's."""
