from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from desk_stage import Stage, open_stage
from goldensix.adapters.postgres.embedded import fresh_database
from walked_desk import Walk, open_walk


@pytest.fixture
async def stage(database: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(database, tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    async with open_walk(fresh_database(postgres_server), tmp_path_factory.mktemp("walk")) as walk:
        yield walk
