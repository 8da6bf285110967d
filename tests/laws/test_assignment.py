"""Laws of assignment, over generated days at a desk with every rule in force."""

import asyncio
import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from assignment_days import AGENTS, BUYERS, GROUPS, Day
from builders import MERCHANT
from goldensix.actions.folds import Folds
from goldensix.routing.policies import POLICIES, PolicyName

agents, buyers, groups = st.sampled_from(AGENTS), st.sampled_from(BUYERS), st.sampled_from(GROUPS)


class Days(RuleBasedStateMachine):
    """After each step what is due is done and who waits is routed; then `Day.check` says whether the laws hold."""

    @initialize(policy=st.sampled_from(list(POLICIES)), here=st.lists(agents, unique=True))
    def begin(self, policy: PolicyName, here: list[int]) -> None:
        self.day = Day(POLICIES[policy])
        for number in here:
            self.day.arrive(number)

    @rule(
        buyer=buyers,
        group=groups,
        language=st.sampled_from(["zh", "en"]),
        text=st.sampled_from(["在吗", "谢谢", "选酒", "酒坏了", "急"]),
    )
    def asks(self, buyer: str, group: int, language: Any, text: str) -> None:
        self.day.ask(buyer, group, language, text)

    @rule(several=st.lists(buyers, unique=True, min_size=2), group=groups)
    def several_ask_at_once(self, several: list[str], group: int) -> None:
        for each in several:
            self.day.ask(each, group, "zh", "在吗", settle=False)
        self.day.settle()

    @rule(buyer=buyers)
    def leaves(self, buyer: str) -> None:
        self.day.leave(buyer)

    @rule(agent=agents)
    def arrives(self, agent: int) -> None:
        self.day.arrive(agent)

    @rule(agent=agents, deed=st.sampled_from(["disconnect", "connect", "ready", "break", "type", "take"]))
    def comes_and_goes(self, agent: int, deed: str) -> None:
        self.day.deed(agent, deed)

    @rule(agent=agents, number=st.integers(0, 5))
    def answers(self, agent: int, number: int) -> None:
        self.day.answer(agent, number)

    @rule(agent=agents, number=st.integers(0, 5))
    def closes(self, agent: int, number: int) -> None:
        self.day.close(agent, number)

    @rule(agent=agents, number=st.integers(0, 5), to=st.one_of(agents, groups.map(lambda each: -each)))
    def passes_on(self, agent: int, number: int, to: int) -> None:
        self.day.transfer(agent, number, to)

    @rule(agent=agents, to=st.one_of(st.none(), agents))
    def is_relieved(self, agent: int, to: int | None) -> None:
        self.day.reassign(agent, to)

    @rule(agent=agents, buyer=buyers, how=st.sampled_from(["hand", "take_over", "put_back"]))
    def is_moved(self, agent: int, buyer: str, how: str) -> None:
        self.day.move(agent, buyer, how)

    @rule(agent=agents, limit=st.integers(0, 4), group_limit=st.integers(0, 3), active=st.booleans())
    def is_given_other_limits(self, agent: int, limit: int, group_limit: int, active: bool) -> None:
        self.day.change(agent, lambda m: replace(m, limit=limit, group_limits={GROUPS[0]: group_limit}, active=active))

    @rule(agent=agents, begins=st.sampled_from([None, -1, -0.01, 0.01, 1]), hours=st.sampled_from([0.02, 0.5, 3]))
    def is_put_on_the_roster(self, agent: int, begins: float | None, hours: float) -> None:
        self.day.roster(agent, begins, hours)

    @rule(agent=agents, seconds=st.sampled_from([-5, 20, 400]))
    def has_an_account_that_ends(self, agent: int, seconds: float) -> None:
        self.day.end_account(agent, seconds)

    @rule(group=groups, begins=st.sampled_from([None, 1200, 1201, 1080, 1081]))
    def hours_are_set(self, group: int, begins: int | None) -> None:
        """A day begins at 20:00, minute 1,200."""
        self.day.set_hours(group, begins)

    @rule(seconds=st.sampled_from([0.5, 2, 3, 10, 30, 61, 301, 700]))
    def time_passes(self, seconds: float) -> None:
        self.day.pass_time(seconds)

    def teardown(self) -> None:
        if hasattr(self, "day"):
            self.day.everybody_comes()


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=100, stateful_step_count=40)


async def burst(seed: int) -> Day:
    """50 buyers begin at the same instant; 5 agents have room for 15 of them."""
    day = Day(POLICIES["idle_hands"], [(number, 3) for number in range(1, 6)])
    for number in range(1, 6):
        day.arrive(number)
    for number in range(50):
        day.ask(f"buyer{seed}-{number}", GROUPS[0], "zh", "在吗", settle=False)
    day.settle()
    committing = asyncio.create_task(day.desk.run())
    await day.desk.settled()
    committing.cancel()
    return day


@pytest.mark.parametrize("seed", range(int(os.environ.get("GOLDENSIX_BURSTS", "1"))))
def test_fifty_starts_at_once_are_none_over_none_doubled_none_lost(seed: int) -> None:
    day = asyncio.run(burst(seed))
    loads = [len(day.having(number)) for number in range(1, 6)]
    queued = list(day.desk.folds.reception.queued())
    assert (loads, len(queued)) == ([3] * 5, 35)
    day.check()
    served = 0
    while mine := [c for number in range(1, 6) for c in day.having(number)]:
        for conversation in mine:
            day.end(conversation)
            served += 1
        day.check()
    assert served == 50
    assert not any(day.desk.folds.reception.queues.values())
    assert sum(day.starts_and_assignments().values()) == 50
    assert set(day.starts_and_assignments().values()) == {1}


def test_the_log_of_a_day_folded_anew_is_the_running_state() -> None:
    day = asyncio.run(burst(0))
    folds = Folds()
    for stored in asyncio.run(day.world.log.read_after(MERCHANT, 0, 100_000)):
        folds.apply(stored)
    assert folds == day.desk.folds
