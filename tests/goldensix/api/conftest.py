from collections.abc import AsyncIterator

import pytest

from house_builders import Office, open_office


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    async with open_office(database) as office:
        yield office
