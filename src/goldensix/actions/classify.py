"""Into which group's queue a consult goes whose buyer chose none: by its first words, at its start, at once."""

from goldensix.actions.desk import Desk
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import Body, ConversationClassified, SortedBy
from goldensix.events.ids import GroupId, Instant, MessageId, ShopId
from goldensix.robot.groups import Sorted


def placed(desk: Desk, shop: ShopId, group: GroupId, sorted_: Sorted | None, *, played: bool) -> GroupId:
    """Where it goes: what is not sure enough stays, and so does what would wait there for nobody."""
    if sorted_ is None or sorted_.group == group or sorted_.confidence < desk.premises.sorting.least:
        return group
    return sorted_.group if is_served(desk, shop, group, sorted_.group, played=played) else group


def is_served(desk: Desk, shop: ShopId, group: GroupId, other: GroupId, *, played: bool) -> bool:
    """Whether the other group's people answer as soon as this one's would."""
    if other not in desk.premises.groups:
        return False
    closed = () if played else desk.standing.closed
    if (shop, other) in closed and (shop, group) not in closed:
        return False
    return _has_people(desk, shop, other, played=played) or not _has_people(desk, shop, group, played=played)


def _has_people(desk: Desk, shop: ShopId, group: GroupId, *, played: bool) -> bool:
    members = desk.premises.members.values()
    return any(m.serves(shop, group, played=played) and desk.team.receives(m.id) for m in members)


def tell_why(desk: Desk, c: Conversation, sorted_: Sorted, now: Instant) -> None:
    """The consult stands in its group already; this keeps how that was found."""
    _record(desk, c, c.group, sorted_.group, sorted_.confidence, sorted_.by, sorted_.told, now)


def move(desk: Desk, c: Conversation, group: GroupId, confidence: float, now: Instant) -> bool:
    """What the robot read it as. False: it stays, as somebody has it, or had, or the buyer chose, or it is not sure."""
    sorting = desk.premises.sorting
    untouched = c.agent is None and c.had_by is None and not c.closed and not c.chosen
    usual = desk.premises.shops[c.shop].default_group
    if not (sorting.on and untouched and c.group == usual != group and confidence >= sorting.least):
        return False
    if not is_served(desk, c.shop, c.group, group, played=c.played):
        return False
    _record(desk, c, group, group, confidence, "robot", (), now)
    desk.look_later(c)
    desk.want_routing()
    return True


def _record(
    desk: Desk,
    c: Conversation,
    group: GroupId,
    likeliest: GroupId,
    confidence: float,
    by: SortedBy,
    told: tuple[str, ...],
    now: Instant,
) -> None:
    name = MessageId(f"g{c.id}.{c.position + 1}")
    event = ConversationClassified(name, group, likeliest, round(confidence, 4), by)
    desk.record(c.id, event, now, Body(" · ".join(told)))
