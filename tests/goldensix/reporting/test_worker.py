"""What a report process says is understood, or the process is replaced: nobody is given another's answer."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop

from goldensix.adapters.reports import Refused, Reports
from goldensix.events.ids import MerchantId
from goldensix.reporting.question import CannotReport
from goldensix.reporting.worker import _refusal

ENDLESS = """
import sys
for line in sys.stdin:
    if "long" in line:
        print('{"error": "' + "x" * 300_000, flush=True)
    print('{"bytes": 2}\\n{}', end="", flush=True)
"""


def test_an_answer_that_is_not_understood_is_followed_by_a_new_process() -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", ENDLESS))
        try:
            with pytest.raises(Refused) as refused:
                await reports.ask(MerchantId(1), "long", {})
            assert refused.value.status == 503
            for _ in range(3):
                assert await reports.ask(MerchantId(1), "short", {}) == b"{}"
        finally:
            await reports.close()

    asyncio.run(story())


def test_a_refusal_does_not_repeat_all_it_was_sent() -> None:
    told = _refusal(CannotReport("x" * 200_000, "字" * 200_000))["error"]
    assert len(told["en"]) < 1_000
    assert len(told["zh"]) < 1_000


SILENT = "import time; time.sleep(600)"
STUCK_ON_ONE = """
import os, sys, time
for line in sys.stdin:
    if "stuck" in line:
        time.sleep(600)
    answer = str(os.getpid()).encode()
    sys.stdout.buffer.write(b'{"bytes": %d}\\n%s' % (len(answer), answer))
    sys.stdout.flush()
"""


def test_a_report_that_takes_too_long_is_given_up() -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", SILENT), longest=0.2)
        try:
            with pytest.raises(Refused) as refused:
                await reports.ask(MerchantId(1), "long", {})
            assert (refused.value.status, refused.value.code) == (503, "report_too_long")
        finally:
            await reports.close()

    asyncio.run(story())


def test_a_merchant_who_asks_for_much_holds_up_no_other() -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", STUCK_ON_ONE))
        stuck = asyncio.create_task(reports.ask(MerchantId(1), "stuck", {}))
        await asyncio.sleep(0)
        assert await reports.ask(MerchantId(2), "short", {})
        assert not stuck.done()
        await reports.stop()
        with pytest.raises(Refused):
            await stuck

    asyncio.run(story())


def test_a_merchants_questions_go_where_its_log_was_read() -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", STUCK_ON_ONE))
        try:
            (home,) = {await reports.ask(MerchantId(1), "short", {}) for _ in range(3)}
            alike = await asyncio.gather(*(reports.ask(MerchantId(1), "short", {}) for _ in range(3)))
            assert {*alike} == {home}
        finally:
            await reports.close()

    asyncio.run(story())


@pytest.mark.parametrize("runner", [asyncio.run, uvloop.run])
def test_a_report_process_that_was_ended_while_it_had_nothing_to_do_is_replaced_unseen(
    runner: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", STUCK_ON_ONE), processes=1)
        try:
            first = await reports.ask(MerchantId(1), "short", {})
            os.kill(int(first), signal.SIGKILL)
            await asyncio.sleep(0.5)
            assert await reports.ask(MerchantId(1), "short", {}) != first
        finally:
            await reports.close()

    runner(story())


def test_who_waits_for_a_report_when_the_desk_stops_is_told_so_at_once() -> None:
    async def story() -> None:
        reports = Reports({}, (sys.executable, "-c", SILENT))
        waiting = [asyncio.create_task(reports.ask(MerchantId(1), "long", {})) for _ in range(2)]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await reports.stop()
            told = await asyncio.gather(*waiting, return_exceptions=True)
        assert [each.status for each in told if isinstance(each, Refused)] == [503, 503]
        with pytest.raises(Refused):
            await reports.ask(MerchantId(1), "short", {})

    asyncio.run(story())


def test_a_desk_that_has_gone_leaves_no_traceback_of_its_report_process(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    asked = json.dumps({"merchant": 1, "what": "calibers", "ask": {}}) + "\n"
    ended = subprocess.run(
        [sys.executable, "-m", "goldensix.reporting.worker"],
        input=asked * 3,
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "GOLDENSIX_DATA": str(tmp_path), "DATABASE_URL": ""},
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")
