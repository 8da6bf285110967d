"""Who gets whom: limits, overflow, the fallback, the last agent, and the policies."""

from dataclasses import replace

import pytest

from builders import AFTER_SALE, PRE_SALE, SHOP, START, agent
from goldensix.events.ids import AccountId, ConversationId, GroupId, Instant, Skill
from goldensix.routing.decide import Assignment, Hand, Overflow, Waiting, decide
from goldensix.routing.policies import POLICIES, PolicyName
from goldensix.team.roles import Role
from goldensix.team.team import Member

HELP: Overflow = {PRE_SALE: (AFTER_SALE,)}
BEFORE = Instant(START - 1_000_000)


def hand(member: Member, load: int = 0, *, typing: bool = False, last: int = 0) -> Hand:
    return Hand(member, load, typing, Instant(BEFORE + last))


def waiting(number: int = 1, **fields: object) -> Waiting:
    base = Waiting(ConversationId(f"c{number}"), SHOP, PRE_SALE, Instant(START - 10_000))
    return replace(base, **fields)  # type: ignore[arg-type]  # fields by name


def given(
    *consults: Waiting, to: list[Hand], policy: PolicyName = "idle_hands", overflow: Overflow = HELP
) -> list[int]:
    return [each.agent for each in decide(consults, to, POLICIES[policy], START, overflow)]


def only(consult: Waiting, to: list[Hand], overflow: Overflow = HELP) -> Assignment:
    (assignment,) = decide([consult], to, POLICIES["idle_hands"], START, overflow)
    return assignment


def test_a_consult_goes_to_its_own_group_and_names_who_else_could_have_had_it() -> None:
    found = only(waiting(), [hand(agent(1), 1), hand(agent(2)), hand(agent(3, groups=[AFTER_SALE]))])
    assert found == Assignment(ConversationId("c1"), AccountId(2), (AccountId(1),), "group", PRE_SALE)


def test_a_group_that_is_full_is_helped_out_by_the_next_in_its_order() -> None:
    third = GroupId(3)
    full, helper, last = hand(agent(1), 3), hand(agent(2, groups=[AFTER_SALE])), hand(agent(3, groups=[third]))
    order = {PRE_SALE: (third, AFTER_SALE)}
    found = only(waiting(), [full, helper, last], order)
    assert (found.agent, found.through, found.group) == (3, "overflow", third)
    assert only(waiting(), [full, helper]).agent == 2
    assert decide([waiting()], [full, helper], POLICIES["idle_hands"], START) == []


def test_the_service_manager_has_what_nobody_is_there_for_and_nothing_else() -> None:
    manager = hand(agent(9, groups=[], role=Role.SERVICE_MANAGER))
    found = only(waiting(), [manager])
    assert (found.agent, found.through, found.group) == (9, "manager", None)
    assert given(waiting(), to=[manager, hand(agent(1), 3)]) == []  # full is not away
    elsewhere = hand(agent(9, groups=[], shops=[99], role=Role.SERVICE_MANAGER))
    assert given(waiting(), to=[elsewhere]) == []


def test_who_let_a_consult_go_is_passed_over_and_counts_as_nobody() -> None:
    manager = hand(agent(9, groups=[], role=Role.SERVICE_MANAGER))
    again = waiting(not_to=AccountId(1))
    assert given(again, to=[hand(agent(1)), hand(agent(2), 2)]) == [2]
    assert given(again, to=[hand(agent(1))]) == []
    assert given(again, to=[hand(agent(1)), manager]) == [9]


def test_the_last_agent_has_his_buyer_again_only_while_he_can_answer() -> None:
    known = waiting(last_agent=AccountId(1))
    assert given(known, to=[hand(agent(1), 2), hand(agent(2))]) == [1]
    assert only(known, [hand(agent(1), 2), hand(agent(2))]).through == "last_agent"
    assert given(known, to=[hand(agent(1), 3), hand(agent(2))]) == [2]
    assert given(known, to=[hand(agent(1), typing=True), hand(agent(2))]) == [2]
    assert given(known, to=[hand(agent(2))]) == [2]
    assert given(known, to=[hand(agent(1, groups=[3])), hand(agent(2))]) == [2]


def test_a_limit_for_a_group_holds_beside_the_limit_in_all() -> None:
    few = replace(agent(1, limit=3, groups=[PRE_SALE, AFTER_SALE]), group_limits={PRE_SALE: 1})
    consults = [waiting(1), waiting(2), waiting(3, group=AFTER_SALE), waiting(4, group=AFTER_SALE), waiting(5)]
    assert [each.conversation for each in decide(consults, [hand(few)], POLICIES["idle_hands"], START)] == [
        "c1",
        "c3",
        "c4",
    ]


def test_a_buyer_is_given_to_who_speaks_his_language_if_one_is_there() -> None:
    chinese = replace(agent(1), languages=frozenset({"zh"}))
    english = replace(agent(2), languages=frozenset({"en"}))
    assert given(waiting(language="en"), to=[hand(chinese), hand(english, 2)]) == [2]
    assert given(waiting(language="en"), to=[hand(chinese), hand(english, 3)]) == []
    assert given(waiting(language="en"), to=[hand(chinese)]) == [1]


def test_who_backs_up_comes_after_those_who_do_not() -> None:
    backup = replace(agent(1), level=2)
    assert given(waiting(1), waiting(2), to=[hand(backup), hand(agent(2), 2)]) == [2, 1]


def test_idle_hands_are_waited_for_three_seconds() -> None:
    busy = [hand(agent(1), typing=True)]
    assert given(waiting(since=Instant(START - 2_999)), to=busy) == []
    assert given(waiting(since=Instant(START - 3_000)), to=busy) == [1]
    helper = hand(agent(2, groups=[AFTER_SALE]))
    assert given(waiting(since=START), to=[*busy, helper]) == [2]
    assert given(waiting(since=START), to=busy, policy="least_loaded") == [1]


@pytest.mark.parametrize(
    ("policy", "chosen"), [("idle_hands", 3), ("least_loaded", 2), ("round_robin", 4), ("weighted", 1)]
)
def test_each_policy_chooses_by_its_own_rule(policy: PolicyName, chosen: int) -> None:
    team = [
        hand(agent(1, limit=20), 4, last=40),
        hand(agent(2, limit=3), 1, typing=True, last=30),
        hand(agent(3, limit=4), 2, last=20),
        hand(agent(4, limit=9), 8, last=10),
    ]
    assert given(waiting(), to=team, policy=policy) == [chosen]


def test_weighted_hands_out_in_proportion_to_the_limits() -> None:
    team = [hand(agent(1, limit=6)), hand(agent(2, limit=3))]
    assert sorted(given(*map(waiting, range(6)), to=team, policy="weighted")) == [1, 1, 1, 1, 2, 2]


def test_the_given_hands_are_not_changed() -> None:
    limited = replace(agent(1), group_limits={PRE_SALE: 2})
    team = [hand(limited)]
    assert given(*map(waiting, range(5)), to=team) == [1, 1]
    assert team == [hand(limited)]


WINE, GLASS = Skill("wine"), Skill("glass")


def skilled(number: int, *skills: Skill, groups: tuple[GroupId, ...] = (PRE_SALE,)) -> Member:
    return replace(agent(number, groups=groups), skills=frozenset(skills))


def test_nobody_without_a_skill_that_is_needed_is_given_a_consult() -> None:
    needs = waiting(must=frozenset({WINE}), last_agent=AccountId(1))
    manager = hand(agent(9, groups=[], role=Role.SERVICE_MANAGER))
    assert given(needs, to=[hand(agent(1)), manager]) == []
    assert given(needs, to=[hand(agent(1)), hand(skilled(2, WINE, GLASS), 2)]) == [2]
    assert given(needs, to=[hand(agent(1)), hand(skilled(2, WINE), 3)]) == []
    assert given(needs, to=[hand(agent(1)), hand(skilled(3, WINE, groups=(AFTER_SALE,)))]) == [3]


def test_a_skill_that_is_preferred_is_waited_for_only_so_long() -> None:
    patient = waiting(prefers=frozenset({WINE}), patient=True)
    full, other = hand(skilled(1, WINE), 3), hand(agent(2))
    assert given(patient, to=[hand(skilled(1, WINE), 2), other]) == [1]
    assert given(patient, to=[full, other]) == []
    assert given(patient, to=[hand(agent(3)), other]) == [2]  # where nobody has it there is nobody to wait for
    assert given(replace(patient, patient=False), to=[full, other]) == [2]
    assert given(replace(patient, patient=False), to=[hand(skilled(1, WINE), 2), other]) == [1]
    helper = hand(skilled(3, WINE, groups=(AFTER_SALE,)))
    assert given(patient, to=[other, helper]) == [3]
