"""What rules make of a consult, and that a point of priority is worth a minute of waiting: no more."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from builders import AFTER_SALE, OTHER_SHOP, PRE_SALE, SHOP, World, agent, buyer, words
from goldensix.actions import reception, say
from goldensix.actions.arrival import Arrival, Claim, ConsultRule, OrderFacts, asks_for_orders, claim
from goldensix.conversations.conversation import POINT
from goldensix.events.facts import AgentAssigned
from goldensix.events.ids import AccountId, Skill

WINE = Skill("wine")


def arrival(text: str = "在吗", page: str = "", product: int | None = None, **orders: int) -> Arrival:
    return Arrival(SHOP, text, page, product, OrderFacts(**orders))  # type: ignore[arg-type]  # fields by name


def test_each_rule_is_true_of_what_it_is_about_and_all_that_are_true_hold() -> None:
    rules = (
        ConsultRule("words", "words", texts=("开瓶", "Cork"), skill=WINE),
        ConsultRule("page", "page", texts=("/wine/",), skill=WINE, must=True, priority=1),
        ConsultRule("product", "product", product=7, priority=2),
        ConsultRule("unpaid", "unpaid_order", cents=50_000, priority=5),
        ConsultRule("refund", "refund", priority=3),
        ConsultRule("regular", "bought", cents=100_000, priority=4),
        ConsultRule("elsewhere", "words", texts=("在",), shop=OTHER_SHOP, priority=9),
    )
    assert claim(rules, arrival()) == Claim()
    assert claim(rules, arrival("my CORK broke")) == Claim(0, (), ("wine",), ("words",))  # type: ignore[arg-type]  # skills are text
    assert claim(rules, arrival("开瓶器", "https://s.example/wine/1")) == Claim(1, (WINE,), (), ("words", "page"))
    assert claim(rules, arrival(product=7, unpaid_cents=50_000)) == Claim(5, (), (), ("product", "unpaid"))
    assert claim(rules, arrival(unpaid_cents=49_999, refund_asked=True)) == Claim(3, (), (), ("refund",))
    assert claim(rules, arrival(paid_cents=100_000)) == Claim(4, (), (), ("regular",))
    assert asks_for_orders(rules, SHOP)
    assert not asks_for_orders(rules[:3], SHOP)


def test_an_assignment_says_by_which_rule_it_came_first() -> None:
    world = World([agent(1, limit=1)])
    world.desk.premises = replace(
        world.desk.premises, rules=(ConsultRule("unpaid", "unpaid_order", cents=1, priority=1),)
    )
    for name, orders in (("chen", OrderFacts()), ("kk", OrderFacts(unpaid_cents=9_900))):
        say.ask(world.desk, buyer(name), f"message-{name}", words(), PRE_SALE, "", world.now, orders)
        world.pass_time(1)
    reception.connect(world.desk, AccountId(1), world.now)
    reception.become_ready(world.desk, AccountId(1), world.now)
    world.desk.route_if_wanted()
    (conversation,) = world.desk.folds.reception.of_agent(AccountId(1))
    assert (conversation.buyer, conversation.because) == ("kk", ("unpaid",))
    (assigned,) = (e for p in world.pending() if isinstance(e := p.stored.event, AgentAssigned))
    assert assigned.because == ("unpaid",)


ARRIVALS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([PRE_SALE, AFTER_SALE]), st.integers(0, 200)))


@given(ARRIVALS, st.integers(0, 9))
def test_nobody_is_overtaken_by_who_came_later_than_its_points_are_worth(
    arrivals: list[tuple[int, int, int]], of_group: int
) -> None:
    world = World([])
    rules = tuple(ConsultRule(f"p{n}", "words", texts=(f"p{n}.",), priority=n) for n in range(1, 10))
    groups = dict(world.desk.premises.groups)
    groups[AFTER_SALE] = replace(groups[AFTER_SALE], priority=of_group)
    world.desk.premises = replace(world.desk.premises, groups=groups, rules=rules)
    for number, (points, group, seconds) in enumerate(arrivals):
        say.ask(world.desk, buyer(f"b{number}"), f"message{number:04}", words(f"p{points}."), group, "", world.now)
        world.pass_time(seconds)
    priorities = world.desk.premises.priorities
    order = list(world.desk.folds.reception.queued(None, priorities))
    points_of = {c.id: c.priority + priorities.get(c.group, 0) for c in order}
    for first, second in pairwise(order):
        lead = (points_of[first.id] - points_of[second.id]) * POINT
        assert first.started_at - second.started_at <= lead
    assert [world.desk.folds.reception.place(c) for c in world.desk.folds.reception.queued([PRE_SALE])] == list(
        range(1, 1 + sum(c.group == PRE_SALE for c in order))
    )
