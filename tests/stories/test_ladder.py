"""Who is called when a buyer waits, one after the other, and when nobody is."""

import asyncio
from dataclasses import replace
from itertools import count

from builders import AFTER_SALE, MERCHANT, SHOP, World, agent, buyer, premises, words
from goldensix.actions import ladder, presence, reception, route, say
from goldensix.actions.desk import Desk, Ports
from goldensix.conversations.alerts import Alert
from goldensix.conversations.conversation import Conversation
from goldensix.events.facts import TaskHandedOn
from goldensix.events.ids import AccountId, ConversationId, Instant, MessageId
from goldensix.log.memory import MemoryLog
from goldensix.team.roles import Role

WEI, MANAGER = AccountId(1), AccountId(9)
_NUMBERS = count(1)


def floor(*, limit: int = 20) -> World:
    """Wei answers, and a service manager is there."""
    world = World([agent(1, limit=limit), agent(9, groups=(), role=Role.SERVICE_MANAGER)])
    for each in (WEI, MANAGER):
        reception.connect(world.desk, each, world.now)
    reception.become_ready(world.desk, WEI, world.now)
    return world


def asks(world: World, name: str = "chen", text: str = "在吗", group: int | None = None) -> Conversation:
    said = say.ask(world.desk, buyer(name), f"message{next(_NUMBERS):05}", words(text), group, "", world.now)
    assert said is None
    world.desk.route_if_wanted()
    found = world.desk.folds.reception.of_buyer(SHOP, buyer(name).id)
    assert found is not None
    return found


def waits(world: World, seconds: float) -> list[Alert]:
    """The open alerts after so long."""
    world.pass_time(seconds)
    reception.keep_deadlines(world.desk, world.now)
    world.desk.route_if_wanted()
    return list(world.desk.folds.alerts.open.values())


def answers(world: World, c: Conversation) -> None:
    say.answer(world.desk, WEI, c.id, f"message{next(_NUMBERS):05}", words("在的"), world.now)


def test_a_buyer_who_waits_climbs_step_by_step_until_somebody_answers() -> None:
    world = floor()
    chen = asks(world)
    assert waits(world, 59.9) == []
    assert [alert.step for alert in waits(world, 0.1)] == ["manager"]
    assert [alert.step for alert in waits(world, 60)] == ["phone"]
    assert [alert.step for alert in waits(world, 60)] == ["administrator"]
    answers(world, chen)
    assert waits(world, 1_000) == []
    assert [alert.step for alert in world.desk.folds.alerts.recent] == ["manager", "phone", "administrator"]
    assert world.desk.folds.alerts.recent[-1].ended_at == world.now - 1_000_000


def test_many_at_once_are_one_alert_and_later_ones_join_it_for_a_while() -> None:
    world = floor()
    early = [asks(world, f"early{number}") for number in range(14)]
    [alert] = waits(world, 60)
    assert (len(alert.waiting), alert.most) == (14, 14)
    late = asks(world, "late")
    waits(world, 20)
    later = asks(world, "later")
    assert waits(world, 39.9) == [alert]
    waits(world, 0.1)
    assert world.desk.folds.alerts.of_conversation(late.id) is not alert, "the window is over: another alert"
    for each in (*early, late, later):
        answers(world, each)
    assert waits(world, 0) == []


def test_leaving_ends_an_alert_and_thanks_are_no_wait() -> None:
    world = floor()
    chen = asks(world)
    assert waits(world, 61)
    reception.leave(world.desk, chen.id, world.now)
    assert waits(world, 0) == []
    kk = asks(world, "kk")
    answers(world, kk)
    asks(world, "kk", "好的谢谢")
    assert waits(world, 200) == []
    asks(world, "kk", "对了，什么时候发货")
    assert waits(world, 59) == []
    assert [list(alert.waiting) for alert in waits(world, 1)] == [[kk.id]]


def test_whoever_acknowledges_looks_after_it_and_only_the_administrator_is_called_then() -> None:
    world = floor()
    asks(world)
    [alert] = waits(world, 60)
    assert ladder.acknowledge(world.desk, MANAGER, alert.id, world.now) is None
    assert (alert.acknowledged_by, alert.acknowledged_at) == (MANAGER, world.now)
    assert waits(world, 119) == [alert]
    assert [each.step for each in waits(world, 1)] == ["administrator"]
    refused = ladder.acknowledge(world.desk, MANAGER, "none", world.now)
    assert refused is not None
    assert refused.code == "no_alert"


def test_an_agents_phone_is_called_for_his_own_buyers_only() -> None:
    world = floor()
    world.desk.premises = replace(world.desk.premises, phones=frozenset({WEI}))
    chen = asks(world)
    [alert] = waits(world, 30)
    assert (alert.step, alert.of) == ("agent", WEI)
    route.put_back(world.desk, WEI, chen.id, world.now)
    assert waits(world, 0) == [], "it is not his any more"


def test_a_recorded_buyer_calls_nobodys_phone() -> None:
    world = floor()
    say.ask(world.desk, replace(buyer("kk"), channel="rehearsal"), "message00000", words(), None, "", world.now)
    world.desk.route_if_wanted()
    assert [alert.step for alert in waits(world, 300)] == ["manager"]


def test_a_group_with_nobody_there_is_called_once_and_its_messages_wait_from_when_somebody_has_them() -> None:
    world = floor()
    presence.take_break(world.desk, MANAGER, "", world.now)
    chen, kk = asks(world, "chen", group=AFTER_SALE), asks(world, "kk", group=AFTER_SALE)
    [alert] = waits(world, 11)
    assert (alert.kind, alert.group, list(alert.waiting)) == ("deserted", AFTER_SALE, [chen.id, kk.id])
    assert waits(world, 3_600) == [alert], "no buyer climbs who was told that nobody is there"
    reception.become_ready(world.desk, MANAGER, world.now)
    assert waits(world, 0) == [], "they are handed out"
    assert waits(world, 59) == []
    assert [(each.step, each.most) for each in waits(world, 1)] == [("manager", 2)]


def test_a_queue_over_the_limit_is_called_until_it_is_short_again() -> None:
    world = floor(limit=1)
    rules = replace(world.desk.premises.ladder, queue_over=2)
    world.desk.premises = replace(world.desk.premises, ladder=rules)
    for number in range(4):
        asks(world, f"buyer{number}")
    [alert] = waits(world, 0)
    assert alert.kind == "crowded"
    [first, *_] = world.desk.folds.reception.of_agent(WEI)
    reception.close(world.desk, WEI, first.id, world.now)
    assert waits(world, 0) == []


def test_a_desk_that_starts_again_goes_on_where_it_was() -> None:
    async def day() -> None:
        log = MemoryLog()
        world = World([agent(1), agent(9, groups=(), role=Role.SERVICE_MANAGER)], log)
        reception.connect(world.desk, WEI, world.now)
        reception.become_ready(world.desk, WEI, world.now)
        chen = asks(world)
        waits(world, 60)
        task = asyncio.create_task(world.desk.run())
        await world.desk.settled()
        task.cancel()
        again = Desk(
            MERCHANT,
            premises([agent(1)]),
            Ports(log, lambda: world.now, lambda: ConversationId("c"), world.desk.ports.calibers),
        )
        await again.load(await again.saved_folds())
        assert again.folds == world.desk.folds
        assert again.folds.alerts.of_conversation(chen.id) is not None
        world.pass_time(60)
        reception.keep_deadlines(again, world.now)
        assert [alert.step for alert in again.folds.alerts.open.values()] == ["phone"]

    asyncio.run(day())


def test_online_hours_are_of_the_day_and_break_is_not_ready() -> None:
    world = floor()
    world.pass_time(3_600)
    presence.take_break(world.desk, WEI, "", world.now)
    world.pass_time(600)
    there = world.desk.folds.attendance.of(WEI)
    assert there.online(Instant(0), world.now) == (4_200_000, 3_600_000)
    reception.disconnect(world.desk, WEI, world.now)
    world.pass_time(86_400)
    assert world.desk.folds.attendance.of(WEI).online(Instant(0), world.now) == (4_200_000, 3_600_000)
    assert world.desk.folds.attendance.of(WEI).online(Instant(world.now // 900_000 * 900_000), world.now) == (0, 0)


def test_a_task_goes_on_with_what_the_buyer_wishes_and_is_counted() -> None:
    world = floor()
    chen = asks(world)
    to = route.Transfer(None, AFTER_SALE, "寄到哈尔滨", "order_change", "address", 7)
    assert route.transfer(world.desk, WEI, chen.id, to, world.now) is None
    handed = next(each.stored for each in world.pending() if isinstance(each.stored.event, TaskHandedOn))
    assert (handed.event, handed.body) == (
        TaskHandedOn(MessageId(f"n{chen.id}.{handed.stream_position}"), WEI, "order_change", "address", 7),
        words("寄到哈尔滨"),
    )
    assert chen.group == AFTER_SALE
    assert world.desk.folds.tasks.since(Instant(world.now // 900_000 * 900_000)) == {("order_change", "address"): 1}
    assert world.desk.folds.tasks.since(Instant(world.now + 900_000)) == {}
