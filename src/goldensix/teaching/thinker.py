"""The process in which robots think, one for a desk: `wire/thinking.py` on its standard input and output.

It reads no database and no log. It ends when its input does, so it never outlives its desk. A bank is made ready in a
thread beside the one that answers.
"""

import contextlib
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from goldensix.robot.bands import Bands
from goldensix.robot.decision import Decision
from goldensix.robot.robot import Robot
from goldensix.robot.rules import Rules
from goldensix.robot.turn import language_of
from goldensix.wire.thinking import (
    HEAD,
    Band,
    Decide,
    Decided,
    Learn,
    Learned,
    Order,
    Suggest,
    Suggested,
    Suggestion,
    Told,
    framed,
    length,
    orders,
)

_KINDNESS: Final = 2
"""Of the desk's own process before this one."""
SHOWN: Final = 5


class Thinker:
    def __init__(self, out: BinaryIO) -> None:
        self._out, self._telling = out, threading.Lock()
        self._robots: dict[int, Robot] = {}
        self._bands: dict[int, Bands] = {}
        self._newest: dict[int, Learn] = {}
        """What was last asked to be learned: an older one that is ready later is not put to work."""
        self._learning = threading.Lock()

    def take(self, order: Order) -> None:
        match order:
            case Learn():
                self._newest[order.merchant] = order
                self._bands[order.merchant] = order.bands
                threading.Thread(target=self._learn, args=(order,), daemon=True).start()
            case Band():
                self._band(order)
            case Decide():
                self.tell(Decided(order.id, self._decide(order)))
            case Suggest():
                self.tell(Suggested(order.id, self._suggest(order)))

    def tell(self, told: Told) -> None:
        with self._telling:
            self._out.write(framed(told))
            self._out.flush()

    def _learn(self, order: Learn) -> None:
        with self._learning:  # one at a time: two would only be late together
            if self._newest.get(order.merchant) is not order:
                return
            try:
                robot, fault = _robot(order)
            except Exception as failed:  # whatever the bank holds, the desk hears of it and the one before answers on
                self.tell(Learned(order.merchant, order.version, 0, 0, f"{type(failed).__name__}: {failed}"))
                return
        robot = self._robots[order.merchant] = replace(robot, bands=self._bands[order.merchant])
        pairs = robot.bank.model.pairs if robot.bank.model else 0
        self.tell(Learned(order.merchant, order.version, len(order.questions), pairs, fault))

    def _band(self, order: Band) -> None:
        self._bands[order.merchant] = order.bands
        if (robot := self._robots.get(order.merchant)) is not None:
            self._robots[order.merchant] = replace(robot, bands=order.bands)

    def _decide(self, order: Decide) -> Decision | None:
        robot = self._robots.get(order.merchant)
        return None if robot is None else robot.decide(order.turn, order.scene)

    def _suggest(self, order: Suggest) -> tuple[Suggestion, ...]:
        robot = self._robots.get(order.merchant)
        if robot is None:
            return ()
        found = robot.bank.suggest(order.typed or order.turn.text, order.scene, SHOWN)
        language = language_of(order.typed, language_of(order.turn.text))
        return tuple(Suggestion(each.id, each.title, each.words_in(language)) for each in found)


def _robot(order: Learn) -> tuple[Robot, str]:
    """Without the model where that does not load, and why. NumPy is imported where the first bank is made."""
    from goldensix.robot.bank import Bank
    from goldensix.teaching.models import read_or_none

    file = Path(order.model)
    model, fault = read_or_none(file) if file.exists() else (None, None)
    bank = Bank(order.questions, order.labelled, model)
    return Robot(bank, Rules(order.rules)), fault or ""


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy starts: the desk wants the other processors
    with contextlib.suppress(OSError):
        os.nice(_KINDNESS)
    thinker, orders_in = Thinker(sys.stdout.buffer), sys.stdin.buffer
    while len(head := orders_in.read(HEAD)) == HEAD:
        order = orders.decode(orders_in.read(length(head)))
        try:
            thinker.take(order)
        except BrokenPipeError:
            return
        except Exception as failed:  # a turn that cannot be read must not silence the robot for all others
            print(f"{type(order).__name__}: {failed!r}", file=sys.stderr, flush=True)  # noqa: T201 - its only log
            if isinstance(order, Decide):
                thinker.tell(Decided(order.id, None))
            elif isinstance(order, Suggest):
                thinker.tell(Suggested(order.id, ()))


if __name__ == "__main__":
    main()
