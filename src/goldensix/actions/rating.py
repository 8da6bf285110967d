"""Ending a conversation, asking its buyer how it was, and what the buyer says."""

from typing import Literal

from goldensix.actions.desk import Desk
from goldensix.actions.outcome import No
from goldensix.actions.say import Buyer
from goldensix.conversations.conversation import Conversation
from goldensix.conversations.ratings import GOOD, PRAISE, RATABLE
from goldensix.events.facts import ConversationClosed, ConversationRated, RatingInvited, RatingReason, Score
from goldensix.events.ids import AccountId, ConversationId, Instant


def end(
    desk: Desk, c: Conversation, by: Literal["agent", "buyer", "desk"], agent: AccountId | None, now: Instant
) -> None:
    """The buyer is asked how it was, if the shop wants that and anybody had answered."""
    if desk.premises.shops[c.shop].asks_rating and not c.played and c.answered:
        desk.record(c.id, RatingInvited(), now)
    desk.record(c.id, ConversationClosed(by, agent), now)


def rate(desk: Desk, buyer: Buyer, id: str, score: Score, reasons: tuple[RatingReason, ...], now: Instant) -> No | None:
    """A buyer's word on a conversation of his own that ended lately, said once."""
    if not fits(score, reasons):
        return No("bad_command")
    parted = desk.folds.ratings.parted.get(ConversationId(id))
    if parted is None or (parted.shop, parted.buyer) != (buyer.shop, buyer.id) or now - parted.ended_at > RATABLE:
        return No("no_rating")
    if parted.rated:
        return No("rated")
    if desk.premises.block_of(buyer.id, buyer.address, now) is not None:
        return No("blocked")
    desk.record(ConversationId(id), ConversationRated(score, reasons), now)
    return None


def fits(score: Score, reasons: tuple[RatingReason, ...]) -> bool:
    """Praise goes with good scores only, and no reason is named twice."""
    return len(set(reasons)) == len(reasons) and all((reason in PRAISE) == (score >= GOOD) for reason in reasons)
