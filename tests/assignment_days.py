"""Days at a desk on which every rule of assignment is in force, and the laws that hold at any instant of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from builders import AFTER_SALE, PRE_SALE, SHOP, World, agent, buyer, words
from goldensix.actions import presence, reception, route, say
from goldensix.actions.arrival import ConsultRule
from goldensix.actions.premises import AssignmentRules, GroupRules, Premises, Silence
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import (
    AgentAssigned,
    ConversationClosed,
    ConversationLeft,
    ConversationReturned,
    ConversationStarted,
    Language,
    MessageSent,
)
from goldensix.events.ids import NO_CONVERSATION, AccountId, GroupId, Instant, Milliseconds, Skill
from goldensix.log.memory import MemoryLog
from goldensix.log.port import Log
from goldensix.routing.decide import Policy
from goldensix.team.hours import Opening, Span
from goldensix.team.roles import Role
from goldensix.team.shifts import Shift
from goldensix.team.team import Member

BUYERS: Final = ("chen", "kk", "youzi", "zhou", "lynn", "an", "bo")
AGENTS: Final = (1, 2, 3, 4)
GROUPS: Final = (PRE_SALE, AFTER_SALE)
MANAGER: Final = 4
WINE: Final = Skill("wine")
RULES: Final = (
    ConsultRule("corked", "words", texts=("坏",), priority=3, skill=WINE, must=True),
    ConsultRule("choosing", "words", texts=("酒",), skill=WINE),
    ConsultRule("hurry", "words", texts=("急",), priority=9),
)


def team() -> list[Member]:
    """Two of pre-sale, one who also speaks only Chinese and helps both groups, and the service manager."""
    return [
        agent(1, limit=2),
        replace(agent(2, limit=3, groups=GROUPS), group_limits={PRE_SALE: 1}, skills=frozenset({WINE})),
        replace(agent(3, limit=2, groups=(AFTER_SALE,)), languages=frozenset({"zh"}), level=2),
        agent(MANAGER, limit=3, groups=(), role=Role.SERVICE_MANAGER),
    ]


class Day:
    def __init__(self, policy: Policy, limits: Sequence[tuple[int, int]] = (), log: Log | None = None) -> None:
        members = [agent(number, limit=limit) for number, limit in limits] or team()
        self.world = World(members, log or MemoryLog())
        self.desk = self.world.desk
        self.desk.premises = _in_force(self.desk.premises, policy)
        self._numbers = count(1)
        self._judged = 0
        self._holder: dict[str, AccountId | None] = {}
        self._answered: set[str] = set()
        self._ends: dict[str, str] = {}

    # -- deeds

    def ask(self, name: str, group: int, language: Language, text: str, *, settle: bool = True) -> None:
        someone = replace(buyer(name), language=language)
        say.ask(self.desk, someone, self._id(), words(text), group, "", self.world.now)
        if settle:
            self.settle()

    def leave(self, name: str) -> None:
        if (conversation := self._of(name)) is not None:
            reception.leave(self.desk, conversation.id, self.world.now)
        self.settle()

    def arrive(self, number: int) -> None:
        self.deed(number, "connect")
        self.deed(number, "ready")

    def deed(self, number: int, deed: str) -> None:
        desk, me, now = self.desk, AccountId(number), self.world.now
        match deed:
            case "connect":
                reception.connect(desk, me, now)
            case "disconnect":
                reception.disconnect(desk, me, now)
            case "ready":
                reception.become_ready(desk, me, now)
            case "break":
                presence.take_break(desk, me, "rest", now)
            case "type":
                reception.strike_key(desk, me, now)
            case "take":
                route.take(desk, me, None, now)
        self.settle()

    def answer(self, number: int, which: int) -> None:
        if mine := self.having(number):
            id = mine[which % len(mine)].id
            say.answer(self.desk, AccountId(number), id, self._id(), words("在的"), self.world.now)
        self.settle()

    def close(self, number: int, which: int) -> None:
        if mine := self.having(number):
            reception.close(self.desk, AccountId(number), mine[which % len(mine)].id, self.world.now)
        self.settle()

    def end(self, conversation: Conversation) -> None:
        """Answered by whoever has it, and closed."""
        assert conversation.agent is not None
        say.answer(self.desk, conversation.agent, conversation.id, self._id(), words("好了"), self.world.now)
        reception.close(self.desk, conversation.agent, conversation.id, self.world.now)
        self.settle()

    def transfer(self, number: int, which: int, to: int) -> None:
        if mine := self.having(number):
            target = route.Transfer(AccountId(to), None, "VIP") if to > 0 else route.Transfer(None, GroupId(-to))
            route.transfer(self.desk, AccountId(number), mine[which % len(mine)].id, target, self.world.now)
        self.settle()

    def reassign(self, number: int, to: int | None) -> None:
        target = None if to is None else AccountId(to)
        route.reassign(self.desk, AccountId(MANAGER), AccountId(number), target, self.world.now)
        self.settle()

    def move(self, number: int, name: str, how: str) -> None:
        conversation, now = self._of(name), self.world.now
        if conversation is not None and how == "hand":
            route.hand_over(self.desk, AccountId(MANAGER), conversation.id, AccountId(number), now)
        elif conversation is not None and how == "take_over":
            route.take_over(self.desk, AccountId(MANAGER), conversation.id, now)
        elif conversation is not None:
            route.put_back(self.desk, AccountId(number), conversation.id, now)
        self.settle()

    def change(self, number: int, change: Callable[[Member], Member]) -> None:
        """Limits that are lowered take nothing away: the laws count from what an agent had then."""
        members = dict(self.desk.premises.members)
        members[AccountId(number)] = change(members[AccountId(number)])
        self.desk.premises = replace(self.desk.premises, members=members)
        reception.rules_changed(self.desk)
        self.settle()

    def roster(self, number: int, begins: float | None, hours: float) -> None:
        """A shift of his that begins in so many hours, or began so long ago; None: he has no shifts any more."""
        shifts = {id: each for id, each in self.desk.premises.shifts.items() if id != number}
        if begins is not None:
            starts = Instant(self.world.now + round(begins * 3_600_000))
            shifts[AccountId(number)] = (Shift(starts, Instant(starts + round(hours * 3_600_000))),)
        self.desk.premises = replace(self.desk.premises, shifts=shifts)
        reception.rules_changed(self.desk)
        self.settle()

    def end_account(self, number: int, seconds: float) -> None:
        self.change(number, lambda member: replace(member, ends=Instant(self.world.now + round(seconds * 1000))))

    def set_hours(self, group: int, begins: int | None) -> None:
        """Open for two hours a day from this minute on; None: always."""
        week = None if begins is None else tuple((Span(begins, begins + 120),) for _ in range(7))
        groups = dict(self.desk.premises.groups)
        groups[GroupId(group)] = replace(groups[GroupId(group)], opening=Opening(week))
        self.desk.premises = replace(self.desk.premises, groups=groups)
        reception.rules_changed(self.desk)
        self.settle()

    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)
        self.settle()

    def settle(self) -> None:
        reception.keep_deadlines(self.desk, self.world.now)
        self.desk.route_if_wanted()
        self.check()

    # -- what is

    def having(self, number: int) -> list[Conversation]:
        return self.desk.folds.reception.of_agent(AccountId(number))

    def starts_and_assignments(self) -> Counter[str]:
        """How often each conversation was given to somebody; 0 for those that never were."""
        counted: Counter[str] = Counter()
        for published in self.world.pending():
            counted[published.stored.stream] += isinstance(published.stored.event, AgentAssigned)
        return Counter({stream: times for stream, times in counted.items() if stream not in NO_CONVERSATION})

    def _of(self, name: str) -> Conversation | None:
        return self.desk.folds.reception.of_buyer(SHOP, buyer(name).id)

    def _id(self) -> str:
        return f"message{next(self._numbers):05}"

    # -- the laws

    def check(self) -> None:
        self._judge_events()
        self._slots_are_what_the_conversations_say()
        self._nobody_waits_while_hands_are_idle()
        self._the_ladder_knows_who_waits()

    def _judge_events(self) -> None:
        events = self.world.pending()
        for published in events[self._judged :]:
            stored = published.stored
            event, stream = stored.event, stored.stream
            match event:
                case ConversationStarted():
                    self._holder[stream] = None
                case AgentAssigned():
                    self._holder[stream] = event.agent
                    self._judge(event, published.conversation)
                case ConversationReturned():
                    assert self._holder[stream] == event.agent, "only who has a conversation loses it"
                    self._holder[stream] = None
                case MessageSent(by="agent"):
                    assert self._holder[stream] == event.agent, "credit is his who sent it, and he has it"
                    self._answered.add(stream)
                case ConversationLeft():
                    assert self._holder[stream] is None, "what somebody has is no message"
                case ConversationClosed(by="desk"):
                    conversation = published.conversation
                    assert self._holder[stream] is not None, "nobody's consult is never ended by the desk"
                    assert conversation is not None
                    assert stream not in self.desk.folds.reception.open
        self._judged = len(events)

    def _judge(self, event: AgentAssigned, conversation: Conversation | None) -> None:
        desk, member = self.desk, self.desk.premises.members[event.agent]
        group = conversation.group if conversation is not None else None
        assert desk.folds.reception.load(member.id) <= member.limit, "over the limit"
        if group in member.group_limits:
            assert desk.folds.reception.load_in(member.id, group) <= member.group_limits[group], "over a group's limit"
        if event.how not in ("taken", "taken_over"):
            assert desk.team.receives(member.id), "not ready"
            assert self._in_shift(member), "not in shift, or not within the dates of his account"
        if event.how == "routed" and conversation is not None:
            assert conversation.must <= member.skills, "without a skill that is needed"
            assert not desk.is_closed(conversation), "the shop is closed"
            assert event.because == conversation.because
        assert member.id not in event.could_have
        assert len(event.could_have) <= 8

    def _in_shift(self, member: Member) -> bool:
        """From the settings alone."""
        now, shifts = self.world.now, self.desk.premises.shifts.get(member.id)
        good = member.ends is None or now < member.ends
        return good and (shifts is None or any(each.starts <= now < each.ends for each in shifts))

    def _slots_are_what_the_conversations_say(self) -> None:
        folded = self.desk.folds.reception
        held = {id: agent for agent, ids in folded.with_agent.items() for id in ids}
        assert held == {c.id: c.agent for c in folded.open.values() if c.agent is not None}
        assert sum(map(len, folded.with_agent.values())) == len(held), "two agents have one conversation"
        waiting = [id for queue in folded.queues.values() for id in queue]
        assert sorted(waiting) == sorted(c.id for c in folded.open.values() if c.agent is None)
        assert {id: self._holder[id] for id in folded.open} == {c.id: c.agent for c in folded.open.values()}

    def _nobody_waits_while_hands_are_idle(self) -> None:
        desk, now = self.desk, self.world.now
        for c in desk.folds.reception.queued():
            ready = [m for m in route.who_could_have(desk, c) if desk.team.receives(m.id)]
            if desk.is_closed(c):
                assert c.left, "who writes to a closed shop is told"
                continue
            speaking = [m for m in ready if m.speaks(c.language)] or ready
            if c.prefers and now < c.started_at + desk.premises.assignment.skill_hold:
                speaking = [m for m in speaking if c.prefers <= m.skills] or speaking
            idle = [m.id for m in speaking if desk.typing.get(m.id, 0) <= now and route.has_room(desk, m, c.group)]
            assert not idle, f"{c.id} waits while {idle} have idle hands"

    def _the_ladder_knows_who_waits(self) -> None:
        desk, alerts = self.desk, self.desk.folds.alerts
        for alert in alerts.open.values():
            assert all(alert.about(desk.folds.reception.open[id]) for id in alert.waiting), "over, and still an alert"
            assert all(alerts.of[id] == alert.id for id in alert.waiting), "in two alerts"
        for c in desk.folds.reception.open.values():
            since = desk.asked_since(c)
            if since is not None and self.world.now - since >= desk.premises.ladder.manager_after:
                assert c.id in alerts.of, f"{c.id} waits, and nobody is called"

    def everybody_comes(self) -> None:
        """At the end no consult is lost: with people who have room, all of them are handed out."""
        for member in self.desk.premises.members.values():
            able = {"limit": 200, "group_limits": {}, "active": True, "ends": None, "skills": frozenset({WINE})}
            self.change(member.id, lambda m, able=able: replace(m, **able))  # type: ignore[misc]  # of this turn of the loop
        for group in GROUPS:
            self.set_hours(group, None)
        for number in AGENTS:
            self.roster(number, None, 0)
        for number in self.desk.premises.members:
            self.deed(number, "disconnect")
            self.arrive(number)
        self.pass_time(5)
        barred = [c for c in self.desk.folds.reception.queued() if route.not_to(self.desk, c) is None]
        assert not barred, "a consult is lost"
        self.check()


def _in_force(premises: Premises, policy: Policy) -> Premises:
    helps = {PRE_SALE: (AFTER_SALE,), AFTER_SALE: ()}
    groups = {id: GroupRules(id, rules.name, rules.target, helps[id]) for id, rules in premises.groups.items()}
    silence = Silence(Milliseconds(600_000), Milliseconds(60_000), {"zh": ("要结束了",), "en": ("closing",)})
    away = {"zh": ("留言",), "en": ("noted",)}
    shops = {id: replace(rules, away=away, silence=silence) for id, rules in premises.shops.items()}
    rules = AssignmentRules(policy, Milliseconds(300_000), Milliseconds(60_000))
    return replace(premises, groups=groups, shops=shops, assignment=rules, rules=RULES)
