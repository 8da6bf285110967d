"""What happens by itself when a shop opens or closes, a shift begins or ends, an account runs out."""

import asyncio
from dataclasses import replace
from typing import Any

from builders import MERCHANT, PRE_SALE, SHOP, START, World, agent, buyer, words
from goldensix.actions import reception, route, say
from goldensix.actions.desk import Desk
from goldensix.actions.folds import Folds
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import MessageSent
from goldensix.events.ids import AccountId, Instant
from goldensix.team.hours import Opening, Span, SpecialDay, local_day
from goldensix.team.shifts import Shift

HOUR = 3_600_000


def opened(world: World, week: Any = None, special: tuple[SpecialDay, ...] = ()) -> None:
    shops = {
        id: replace(
            rules,
            opening=Opening(week, special),
            away={"zh": ("没人",), "en": ("away",)},
            off_hours={"zh": ("休息，{opens} 上班",), "en": ("closed until {opens}",)},
        )
        for id, rules in world.desk.premises.shops.items()
    }
    world.desk.premises = replace(world.desk.premises, shops=shops)
    reception.rules_changed(world.desk)


def rostered(world: World, number: int, *hours: tuple[float, float]) -> None:
    shifts = tuple(Shift(Instant(START + round(a * HOUR)), Instant(START + round(b * HOUR))) for a, b in hours)
    world.desk.premises = replace(world.desk.premises, shifts={**world.desk.premises.shifts, AccountId(number): shifts})
    reception.rules_changed(world.desk)


def come(world: World, number: int) -> None:
    reception.connect(world.desk, AccountId(number), world.now)
    reception.become_ready(world.desk, AccountId(number), world.now)
    go_on(world)


def go_on(world: World, seconds: float = 0) -> None:
    world.pass_time(seconds)
    reception.keep_deadlines(world.desk, world.now)
    world.desk.route_if_wanted()


def ask(world: World, name: str = "chen", language: Any = "zh") -> Conversation:
    say.ask(world.desk, replace(buyer(name), language=language), f"message-{name}", words(), PRE_SALE, "", world.now)
    world.desk.route_if_wanted()
    found = world.desk.folds.reception.of_buyer(SHOP, buyer(name).id)
    assert found is not None
    return found


def told(world: World) -> list[str]:
    """What the desk itself said."""
    said = (each.stored for each in world.pending())
    return [s.body.text for s in said if s.body and isinstance(s.event, MessageSent) and s.event.by == "bot_auto"]


def at_ten(*spans: Span) -> Any:
    return tuple(spans for _ in range(7))


def test_a_consult_off_hours_is_a_message_that_is_handed_out_when_the_shop_opens() -> None:
    """It is 20:00; the shop opens at 22:00."""
    world = World([agent(1)])
    opened(world, at_ten(Span(22 * 60, 60)))
    come(world, 1)
    consult = ask(world)
    assert (consult.left, consult.agent) == (True, None)
    assert told(world) == ["休息，22:00 上班"]  # and no welcome that says somebody comes
    go_on(world, 7_199)
    assert (consult.agent, told(world)) == (None, ["休息，22:00 上班"])  # nor that we still look for somebody
    go_on(world, 1)
    assert consult.agent == 1
    go_on(world, 90)
    assert len(told(world)) == 1


def test_an_agent_may_take_off_hours_what_is_not_routed() -> None:
    world = World([agent(1)])
    opened(world, at_ten())
    come(world, 1)
    consult = ask(world, language="en")
    assert told(world) == ["away"]  # closed for good: no hour to name
    assert route.take(world.desk, AccountId(1), consult.id, world.now) is None
    assert consult.agent == 1


def test_who_waits_when_the_shop_closes_is_told_and_who_is_served_stays_so() -> None:
    """A special day goes before the week."""
    world = World([agent(1, limit=1)])
    today = local_day(START, world.desk.premises.shops[SHOP].zone)
    opened(world, at_ten(), (SpecialDay(today, today, "Double Eleven", (Span(0, 21 * 60),)),))
    come(world, 1)
    served, waits = ask(world, "chen"), ask(world, "kk")
    assert (served.agent, waits.agent, waits.left) == (1, None, False)
    say.answer(world.desk, AccountId(1), served.id, "message-answer", words("在的"), world.now)
    go_on(world, 3_600)
    assert (served.agent, waits.left, told(world)[-1]) == (1, True, "没人")
    reception.close(world.desk, AccountId(1), served.id, world.now)
    go_on(world)
    assert waits.agent is None


def test_a_shift_brings_consults_and_its_end_brings_no_more() -> None:
    world = World([agent(1), agent(2)])
    rostered(world, 1, (1, 2))
    come(world, 1)
    first = ask(world, "chen")
    assert (first.agent, world.desk.shift_of(AccountId(1))) == (None, "out")
    go_on(world, 10)
    assert first.left
    go_on(world, 3_590)
    assert (first.agent, world.desk.shift_of(AccountId(1))) == (1, "in")
    say.answer(world.desk, AccountId(1), first.id, "message-answer", words("在的"), world.now)
    go_on(world, 3_600)
    second = ask(world, "kk")
    assert (first.agent, second.agent) == (1, None)
    assert route.hand_over(world.desk, AccountId(2), second.id, AccountId(1), world.now) is not None
    come(world, 2)  # who has no shifts works whenever he is ready
    assert (second.agent, world.desk.shift_of(AccountId(2))) == (2, "none")


def test_a_shift_of_one_group_brings_no_other_groups_consults() -> None:
    world = World([agent(1, groups=[1, 2])])
    shift = Shift(START, Instant(START + HOUR), world.desk.premises.groups[PRE_SALE].id)
    world.desk.premises = replace(world.desk.premises, shifts={AccountId(1): (shift,)})
    come(world, 1)
    say.ask(world.desk, buyer("kk"), "message-kk", words(), 2, "", world.now)
    go_on(world)
    assert ask(world, "chen").agent == 1
    assert world.desk.folds.reception.load(AccountId(1)) == 1


def test_an_account_that_runs_out_gets_nothing_more_and_loses_who_waits() -> None:
    ends = Instant(START + 100_000)
    world = World([replace(agent(1), ends=ends), replace(agent(2), begins=ends)])
    come(world, 1)
    come(world, 2)
    consult = ask(world)
    assert consult.agent == 1
    go_on(world, 99)
    assert consult.agent == 1
    go_on(world, 1)
    assert consult.agent == 2


def test_the_hour_is_kept_by_a_desk_that_was_started_again() -> None:
    world = World([agent(1)])
    opened(world, at_ten(Span(22 * 60, 60)))
    come(world, 1)
    consult = ask(world).id

    async def restart() -> Desk:
        committing = asyncio.create_task(world.desk.run())
        await world.desk.settled()
        committing.cancel()
        again = Desk(MERCHANT, world.desk.premises, world.desk.ports)
        again.router = lambda now: route.route(again, now)
        await again.load(Folds())
        return again

    world.desk = asyncio.run(restart())
    assert world.desk.folds.reception.open[consult].off_hours
    go_on(world, 7_200)
    assert world.desk.folds.reception.open[consult].agent == 1


def test_recorded_buyers_are_played_at_any_hour() -> None:
    world = World([agent(1)])
    opened(world, at_ten())
    come(world, 1)
    played = replace(buyer("kk"), channel="rehearsal")
    say.ask(world.desk, played, "message-kk", words(), PRE_SALE, "", world.now)
    world.desk.route_if_wanted()
    assert world.desk.folds.reception.load(AccountId(1)) == 1
