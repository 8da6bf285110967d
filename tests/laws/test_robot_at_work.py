"""Laws of the robot at a running desk, over generated histories: in its mode, in and out of it, with people about."""

import asyncio
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import MERCHANT, SHOP, START, World
from goldensix.actions import reception, robot
from goldensix.actions.due import PROMISED
from goldensix.actions.folds import Folds
from goldensix.actions.robot import Considered
from goldensix.events.facts import Body, MessageSent, RobotDecided, RobotTook
from goldensix.events.ids import BuyerId, ConversationId, Instant, Milliseconds
from goldensix.metrics.today import GOLDEN_ANYONE, GOLDEN_HUMAN
from goldensix.robot.decision import Candidate, Decision, Kind, Scores
from goldensix.robot.modes import Mode, RobotRules
from goldensix.robot.question import Answer, Question, QuestionId
from histories import AGENTS, Step, staffed, steps, take_step

QUESTION = Question(QuestionId("ship"), "什么时候发货", answers=(Answer("今天"),))
MODES = st.sampled_from(["off", "assist", "busy", "always"])
KINDS = st.sampled_from(["answer", "ask", "hand_over", "nothing"])
WORDS = {"zh": ("转人工",), "en": ("a person",)}


def decided(kind: Kind, up_to: int) -> Considered:
    candidates = (Candidate(QUESTION, 0.7, Scores(), QUESTION.title),)
    answers = (("text", Body("今天")),) if kind == "answer" else ()
    return Considered(up_to, Decision(kind, "perhaps", "zh", candidates), Milliseconds(3), answers)


def at_work(world: World, mode: Mode) -> None:
    shops = {id: replace(shop, notice=WORDS, which=WORDS) for id, shop in world.desk.premises.shops.items()}
    world.desk.premises = replace(world.desk.premises, shops=shops, robot=RobotRules(mode=mode))
    reception.rules_changed(world.desk)


def robot_acts(world: World, kind: str) -> None:
    """What the one who attends does; a second one, who was slower, does it again."""
    for id in list(world.desk.folds.reception.with_robot):
        conversation = world.desk.folds.reception.open[id]
        if conversation.undecided and kind != "nothing":
            asked = max(said.position for said in conversation.messages.values() if said.by == "buyer")
            for _ in range(2):
                robot.act(world.desk, conversation, decided(kind, asked), world.now)
    world.desk.route_if_wanted()


async def live(history: list[tuple[Step, Mode, str]]) -> World:
    world = staffed()
    at_work(world, "always")
    for number in AGENTS[:2]:
        reception.connect(world.desk, number, world.now)
    committing = asyncio.create_task(world.desk.run())
    mode: Mode = "always"
    for step, wanted, kind in history:
        if step.number == 6 and wanted != mode:
            mode = wanted
            at_work(world, mode)
        take_step(world, step)
        robot_acts(world, kind)
        check(world)
        if step.number == 0:
            await world.desk.settled()
    await world.desk.settled()
    committing.cancel()
    return world


def check(world: World) -> None:
    desk, folds = world.desk, world.desk.folds
    held = folds.reception
    places = Counter([*held.with_robot, *(id for queue in held.queues.values() for id in queue)])
    places.update(id for ids in held.with_agent.values() for id in ids)
    assert set(places) == set(held.open)
    assert set(places.values()) <= {1}, "a conversation is in two places"
    for id, conversation in held.open.items():
        assert conversation.with_robot == (id in held.with_robot)
        if conversation.with_robot:
            assert desk.robot_mode(conversation) in ("busy", "always"), "a robot that is off has a buyer"
            assert conversation.agent is None
            waits = conversation.waiting_since
            assert waits is None or waits + PROMISED > world.now, "a buyer stays with a robot that says nothing"


@settings(max_examples=120)
@given(st.lists(st.tuples(steps.filter(bool).map(lambda found: found[0]), MODES, KINDS), max_size=50))
def test_a_robot_never_answers_twice_nor_after_people_and_leaves_nobody_waiting(
    history: list[tuple[Step, Mode, str]],
) -> None:
    world = asyncio.run(live(history))
    decisions: set[tuple[str, int]] = set()
    people: set[str] = set()
    with_robot: set[str] = set()
    for published in world.published:
        event, stream = published.stored.event, published.stored.stream
        if isinstance(event, RobotTook):
            assert stream not in people, "the robot takes what people had"
            with_robot.add(stream)
        elif isinstance(event, RobotDecided):
            assert (stream, event.up_to) not in decisions, "a turn was decided twice"
            decisions.add((stream, event.up_to))
        elif isinstance(event, MessageSent) and event.by == "bot_auto" and event.kind in ("text", "choice"):
            assert stream in with_robot
            assert stream not in people, "the robot answers after people"
        elif type(event).__name__ in ("AgentAssigned", "RobotHandedOver"):
            people.add(stream)
    folds = Folds()
    for stored in asyncio.run(world.log.read_after(MERCHANT, 0, 100_000)):
        folds.apply(stored)
    assert folds == world.desk.folds


def test_peoples_clock_starts_at_the_hand_over_and_what_the_robot_keeps_is_not_theirs() -> None:
    async def evening() -> World:
        world = staffed()
        at_work(world, "always")
        for number in AGENTS[:1]:
            reception.connect(world.desk, number, world.now)
            reception.become_ready(world.desk, number, world.now)
        ask = Step("ask", "chen", 1, 1, 0)
        take_step(world, ask)
        take_step(world, replace(ask, buyer="kk"))
        world.pass_time(2)
        robot_acts(world, "answer")
        world.pass_time(60)
        take_step(world, replace(ask, number=3))
        robot_acts(world, "hand_over")
        kept = world.desk.folds.reception.of_buyer(SHOP, BuyerId("kk"))
        assert kept is not None
        assert kept.with_robot
        take_step(world, Step("answer", "chen", 1, 5, 4_000))
        return world

    world = asyncio.run(evening())
    later = Instant(world.now + 3_600_000)
    world.desk.figures.settle(later)
    sums = world.desk.figures.within()
    assert (sums[GOLDEN_HUMAN].num, sums[GOLDEN_HUMAN].den) == (1, 1)
    assert (sums[GOLDEN_ANYONE].num, sums[GOLDEN_ANYONE].den) == (2, 2)


def test_a_clock_that_is_cold_hands_over_what_no_process_decides() -> None:
    world = staffed()
    at_work(world, "always")
    take_step(world, Step("ask", "chen", 1, 1, 0))
    assert list(world.desk.folds.reception.with_robot) == [ConversationId("c00001")]
    world.now = Instant(START + PROMISED)
    reception.keep_deadlines(world.desk, world.now)
    conversation = world.desk.folds.reception.open[ConversationId("c00001")]
    assert conversation.queued
    assert conversation.first_reply_at == START + PROMISED
