"""Playing: agents go to work, buyers come one after the other, until the last has gone."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from goldensix.events.ids import AccountId
from goldensix.rehearsal.agent import Agent
from goldensix.rehearsal.buyer import Buyer
from goldensix.rehearsal.stage import Interrupted, Stage
from goldensix.rehearsal.talk import Talk

_TELL_EVERY: Final = 0.25
_LOGGED_IN_WITHIN: Final = 60.0
_STILL_FOR: Final = 300.0
"""Seconds in which nothing at all was stored: it will not end by itself."""
_LEAVE_WITHIN: Final = 2.5
"""Who stops a rehearsal waits for it, and ends it after five seconds."""


async def play(stage: Stage, crew: Mapping[AccountId, str], tell: Callable[[Stage], None]) -> None:
    """Every visit to its end. Raises Interrupted; however it ends, nobody of ours is left on the desk.

    `tell` is called four times a second.
    """
    agents = [Agent(stage, id, token) for id, token in crew.items()]
    buyers: dict[asyncio.Task[None], Buyer] = {}
    around = [asyncio.create_task(each) for each in (_tell(stage, tell), _notice_standstill(stage))]
    try:
        for some in (agents[:1], agents[1:]):  # the desk reads its roster again for the first, and knows them all
            around += [asyncio.create_task(agent.stay_open()) for agent in some]
            await _unless_failed(stage, _all_greeted(some))
        around += [_at_work(stage, agent) for agent in agents]
        await _unless_failed(stage, _arrivals(stage, buyers))
        await _unless_failed(stage, _all(buyers))
    finally:
        await _clear(buyers)
        for task in around:
            task.cancel()
        for agent in agents:
            agent.go()
        await asyncio.sleep(0)
        tell(stage)


def _at_work(stage: Stage, agent: Agent) -> asyncio.Task[None]:
    task = asyncio.create_task(agent.work())
    task.add_done_callback(lambda _: _fail_with(stage, task))
    return task


def _fail_with(stage: Stage, task: asyncio.Task[None]) -> None:
    """A fault of ours must end the rehearsal, not leave it waiting."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        stage.fail(f"A played person could not go on: {fault!r}")


async def _unless_failed(stage: Stage, work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, stage.failure}, return_when=asyncio.FIRST_COMPLETED)
        if stage.failure.done():
            stage.failure.result()
        task.result()
    finally:
        task.cancel()


async def _all_greeted(agents: Sequence[Agent]) -> None:
    try:
        async with asyncio.timeout(_LOGGED_IN_WITHIN):
            await asyncio.gather(*(agent.greeted() for agent in agents))
    except TimeoutError:
        raise Interrupted(f"The desk did not let the played agents in within {_LOGGED_IN_WITHIN:.0f} s.") from None


async def _arrivals(stage: Stage, buyers: dict[asyncio.Task[None], Buyer]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for talk in stage.cast:
        await asyncio.sleep(max(0.0, began + talk.script.arrives / 1000 / stage.speed - loop.time()))
        _begin(stage, talk, buyers)


def _begin(stage: Stage, talk: Talk, buyers: dict[asyncio.Task[None], Buyer]) -> None:
    buyer = Buyer(stage, talk)
    task = asyncio.create_task(buyer.play())
    buyers[task] = buyer

    def ended(_: asyncio.Task[None]) -> None:
        _fail_with(stage, task)
        if not task.cancelled():
            del buyers[task]

    task.add_done_callback(ended)


async def _all(buyers: Mapping[asyncio.Task[None], Buyer]) -> None:
    while buyers:
        await asyncio.wait(set(buyers))


async def _clear(buyers: Mapping[asyncio.Task[None], Buyer]) -> None:
    """Those who are still here end their conversations."""
    here = list(buyers.values())
    for task in buyers:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LEAVE_WITHIN):
            await asyncio.gather(*(buyer.leave() for buyer in here))
    for buyer in here:
        buyer.go()


async def _tell(stage: Stage, tell: Callable[[Stage], None]) -> None:
    while True:
        tell(stage)
        await asyncio.sleep(_TELL_EVERY)


async def _notice_standstill(stage: Stage) -> None:
    before = -1
    while len(stage.acknowledgements.seconds) != before:
        before = len(stage.acknowledgements.seconds)
        await asyncio.sleep(_STILL_FOR)
    stage.fail(
        f"Nothing has happened for {_STILL_FOR:.0f} s: {len(stage.waiting)} buyers wait for an answer, "
        f"{len(stage.cast) - stage.played} of {len(stage.cast)} dialogues are not played."
    )
