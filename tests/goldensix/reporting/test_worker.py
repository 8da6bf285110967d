"""What a report process says is understood, or the process is replaced: nobody is given another's answer."""

import asyncio
import sys

import pytest

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
                assert await reports.ask(MerchantId(2), "short", {}) == b"{}"
        finally:
            await reports.close()

    asyncio.run(story())


def test_a_refusal_does_not_repeat_all_it_was_sent() -> None:
    told = _refusal(CannotReport("x" * 200_000, "字" * 200_000))["error"]
    assert len(told["en"]) < 1_000
    assert len(told["zh"]) < 1_000
