"""An import process that fails in any way ends its import: the next one may start."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from goldensix.adapters.imports import Imports, Refused
from goldensix.events.ids import MerchantId

MERCHANT = MerchantId(1)
TOO_LONG = (sys.executable, "-c", "print('x' * (70 << 20))")
ABSENT = ("/no/such/program",)


@pytest.mark.parametrize("worker", [TOO_LONG, ABSENT], ids=["too long", "absent"])
def test_a_process_that_says_nothing_of_use_ends_the_import(tmp_path: Path, worker: tuple[str, ...]) -> None:
    async def story() -> None:
        imports = Imports(tmp_path, 1_000, worker=worker)
        upload = await imports.keep(MERCHANT, "a.csv", _content())
        with pytest.raises(Refused):
            await imports.look([upload], "UTC", None)
        assert imports.start(MERCHANT, {}, [upload])
        while imports.current(MERCHANT).state == "running":
            await asyncio.sleep(0.01)
        assert imports.current(MERCHANT).state == "failed"
        assert imports.upload(MERCHANT, upload.id) is not None
        await imports.close()

    asyncio.run(story())


def test_of_a_files_name_only_what_can_be_seen_is_kept(tmp_path: Path) -> None:
    kept = asyncio.run(Imports(tmp_path, 1_000).keep(MERCHANT, "C:\\logs\\十一月\x1b[31m\0\u202e.csv", _content()))
    assert kept.name == "十一月[31m.csv"


async def _content() -> AsyncIterator[bytes]:
    yield b"a,b\n"
