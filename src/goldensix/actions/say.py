"""Writing: a buyer asks, an agent answers; taking a message back; marking as read."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from goldensix.actions import classify
from goldensix.actions.arrival import Arrival, OrderFacts, claim
from goldensix.actions.desk import Desk
from goldensix.actions.outcome import Known, No
from goldensix.actions.premises import wording
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    Body,
    Channel,
    ConversationLeft,
    ConversationStarted,
    Kind,
    Language,
    MessageRecalled,
    MessageSent,
    MessagesRead,
)
from goldensix.events.ids import (
    AccountId,
    BuyerId,
    ConversationId,
    GroupId,
    Instant,
    MessageId,
    Milliseconds,
    ShopId,
)
from goldensix.metrics.closing import is_closing
from goldensix.team.hours import opens_next

LONGEST: Final = 4_000
"""Characters a message."""
RECALLABLE: Final = Milliseconds(120_000)
_LARGEST_NUMBER: Final = 2**53 - 1
"""What a browser can hold, too."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,40}\Z")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A visitor whose identity was checked, on a page of a shop."""

    shop: ShopId
    id: BuyerId
    name: str
    channel: Channel
    language: Language
    address: str = ""
    """What the place it is written from counts as at this merchant."""


def message_of_buyer(buyer: BuyerId, client_id: str) -> MessageId:
    return MessageId(f"b{buyer}.{client_id}")


def message_of_agent(agent: AccountId, client_id: str) -> MessageId:
    return MessageId(f"a{agent}.{client_id}")


def storable(text: str) -> str:
    """Without NUL, the one character that PostgreSQL's JSON cannot hold: it comes with what is pasted."""
    return text.replace("\0", "")


def check(client_id: str, body: Body) -> No | None:
    """Whether a message may be sent at all, whoever sends it."""
    if not _ID.match(client_id):
        return No("bad_id")
    if body.text != storable(body.text):
        return No("bad_command")
    if body.product is not None and not 0 < body.product <= _LARGEST_NUMBER:
        return No("bad_command")
    if len(body.text) > LONGEST:
        return No("too_long")
    if not body.text.strip() and body.picture is None and body.product is None:
        return No("empty")
    return None


def ask(
    desk: Desk,
    buyer: Buyer,
    client_id: str,
    body: Body,
    group: int | None,
    page: str,
    now: Instant,
    orders: OrderFacts = OrderFacts(),
) -> Known | No | None:
    """A buyer writes; with no conversation open in the shop, this starts one.

    The caller has made sure that a message which starts a conversation is not one stored before.
    """
    if (refused := check(client_id, body)) is not None:
        return refused
    message = message_of_buyer(buyer.id, client_id)
    conversation = desk.folds.reception.of_buyer(buyer.shop, buyer.id)
    if conversation is not None and (said := conversation.messages.get(message)) is not None:
        return Known(conversation.id, said.position)
    if desk.premises.blocks and desk.premises.block_of(buyer.id, buyer.address, now) is not None:
        return No("blocked")
    fresh = conversation is None
    if conversation is None:
        arrival = Arrival(buyer.shop, body.text, page, body.product, orders)
        conversation = _start(desk, buyer, group, arrival, now)
    waited = conversation.waiting_since
    desk.record(conversation.id, MessageSent(message, "buyer", None, _kind(body)), now, body)
    if fresh:
        if desk.robot_mode(conversation) in ("busy", "always"):
            desk.fresh.append(conversation.id)
            _welcome(desk, conversation, now)
        elif desk.is_closed(conversation):
            leave_as_message(desk, conversation, now)
        else:
            _welcome(desk, conversation, now)
        desk.want_routing()
    if waited is None or conversation.id in desk.thanked:
        _take_thanks(desk, conversation, body, now, fresh=waited is None)
        desk.look_later(conversation)
    return None


def _take_thanks(desk: Desk, conversation: Conversation, body: Body, now: Instant, *, fresh: bool) -> None:
    """Whoever only says thanks waits for nothing: no agent loses the conversation for it."""
    if fresh:
        desk.thanked.pop(conversation.id, None)
        if is_closing(body.text):
            desk.thanked[conversation.id] = None
    elif desk.thanked[conversation.id] is None and not is_closing(body.text):
        desk.thanked[conversation.id] = now
        desk.deadlines.set(Instant(now + desk.premises.assignment.silent_after), conversation.id)


def _start(desk: Desk, buyer: Buyer, group: int | None, arrival: Arrival, now: Instant) -> Conversation:
    chosen = GroupId(group) if group is not None and group in desk.premises.groups else None
    sorting, played = desk.premises.sorting, buyer.channel == "rehearsal"
    found = sorting.sort(arrival.text) if sorting.on and chosen is None else None
    usual = desk.premises.shops[buyer.shop].default_group
    goes_to = chosen or classify.placed(desk, buyer.shop, usual, found, played=played)
    id = desk.ports.new_conversation()
    due = claim(desk.premises.rules, arrival)
    event = ConversationStarted(
        buyer.shop,
        buyer.id,
        buyer.channel,
        goes_to,
        buyer.language,
        due.priority,
        due.must,
        due.prefers,
        due.because,
        chosen is not None,
    )
    desk.record(id, event, now, Body(name=storable(buyer.name[:40]), page=storable(arrival.page[:500])))
    conversation = desk.folds.reception.open[id]
    if found is not None:
        classify.tell_why(desk, conversation, found, now)
    return conversation


def _welcome(desk: Desk, conversation: Conversation, now: Instant) -> None:
    text = wording(desk.premises.shops[conversation.shop].welcome, conversation.language, conversation.id)
    if text is not None:
        event = MessageSent(MessageId(f"r{conversation.id}.welcome"), "bot_auto", None, "welcome")
        desk.record(conversation.id, event, now, Body(text))


def leave_as_message(desk: Desk, c: Conversation, now: Instant, kind: Kind = "auto_reply") -> None:
    """Nobody is there for whom to wait, or the shop is closed: the buyer is told, and hears when it opens."""
    rules, off_hours = desk.premises.shops[c.shop], desk.is_closed(c)
    desk.record(c.id, ConversationLeft(c.group, off_hours), now)
    opening = _opening(desk, c, now) if off_hours else None
    text = wording(rules.away if opening is None else rules.off_hours, c.language, c.id)
    tell(desk, c, text if text is None or opening is None else text.replace("{opens}", opening), now, kind)


def _opening(desk: Desk, c: Conversation, now: Instant) -> str | None:
    """When the shop opens, in its own time and the buyer's language; None: not soon."""
    hours = desk.premises.hours(c.shop, c.group)
    opens = None if hours is None else opens_next(hours, now)
    if hours is None or opens is None:
        return None
    at, today = (datetime.fromtimestamp(each / 1000, hours.zone) for each in (opens, now))
    day = f"{at.month}月{at.day}日 " if c.language == "zh" else f"{at:%B} {at.day}, "
    return f"{'' if at.date() == today.date() else day}{at:%H:%M}"


def remind(desk: Desk, conversation: Conversation, now: Instant) -> None:
    """Send the notice that is due; a human answer in the meantime has cancelled it."""
    reminders = desk.premises.shops[conversation.shop].still_waiting
    since, number = conversation.waiting_since, conversation.reminders
    if since is None or conversation.off_hours or number >= len(reminders) or now < since + reminders[number].after:
        return
    text = wording(reminders[number].wordings, conversation.language, conversation.id)
    tell(desk, conversation, text, now)


def tell(desk: Desk, conversation: Conversation, text: str | None, now: Instant, kind: Kind = "auto_reply") -> None:
    """An automatic notice; None: the shop has no words for it."""
    if text is not None:
        message = MessageId(f"r{conversation.id}.{conversation.position + 1}")
        desk.record(conversation.id, MessageSent(message, "bot_auto", None, kind), now, Body(text))


def answer(desk: Desk, agent: AccountId, id: str, client_id: str, body: Body, now: Instant) -> Known | No | None:
    """An agent writes in a conversation of his own."""
    if (refused := check(client_id, body)) is not None:
        return refused
    conversation = desk.conversation(id)
    if conversation is None:
        return No("no_conversation")
    message = message_of_agent(agent, client_id)
    if (said := conversation.messages.get(message)) is not None:
        return Known(conversation.id, said.position)
    if conversation.agent != agent:
        return No("not_yours")
    desk.record(conversation.id, MessageSent(message, "agent", agent, _kind(body)), now, body)
    desk.act(agent, now)
    if desk.typing.pop(agent, None) is not None:
        desk.want_routing()
    if desk.premises.shops[conversation.shop].silence is not None:
        desk.look_later(conversation)
    return None


def recall(
    desk: Desk,
    conversation: ConversationId,
    message: str,
    by: Literal["buyer", "agent"],
    author: str,
    now: Instant,
) -> No | None:
    """Take back a message of one's own within two minutes. `author` is what its id begins with."""
    found = desk.conversation(conversation)
    said = None if found is None else found.messages.get(MessageId(message))
    if found is None:
        return No("no_conversation")
    if said is None or said.by != by or not message.startswith(f"{author}."):
        return No("unknown_message")
    if said.recalled:
        return None
    if now - said.at > RECALLABLE:
        return No("too_late")
    desk.record(found.id, MessageRecalled(MessageId(message), by, said.agent), now)
    desk.look_later(found)
    return None


def read(desk: Desk, conversation: Conversation, agent: AccountId | None, up_to: int, now: Instant) -> None:
    """One side has seen the messages up to a position. Less than was known changes nothing.

    Only messages can be seen: a page that answers each mark with a mark must not write for ever.
    """
    up_to = min(up_to, conversation.last_said)
    known = conversation.read_by_buyer if agent is None else conversation.read_by_agent
    if up_to > known:
        side: Literal["buyer", "agent"] = "buyer" if agent is None else "agent"
        desk.record(conversation.id, MessagesRead(side, agent, up_to), now)


def _kind(body: Body) -> Kind:
    if body.picture is not None:
        return "picture"
    return "text" if body.product is None else "product"
