from collections.abc import AsyncIterator

import pytest

from house_builders import Premises, open_premises


@pytest.fixture
async def premises(database: str) -> AsyncIterator[Premises]:
    async with open_premises(database) as premises:
        yield premises
