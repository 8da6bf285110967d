"""What every store of pictures must do."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bucket import buckets
from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.stores.port import Store, StoreAway
from goldensix.adapters.stores.s3 import Bucket, S3Store

NAME, OTHER = "ab" + "0" * 30, "ab" + "1" * 30


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with buckets(tmp_path_factory.mktemp("s3"), "shop") as [shop]:
        yield shop


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "pictures")
    store: Store = request.getfixturevalue("s3")
    return store


async def names(store: Store) -> list[str]:
    return [name async for name in store.names()]


async def test_what_was_written_is_read_until_it_is_removed(store: Store) -> None:
    assert await store.read(NAME) is None
    await store.write(NAME, b"a cup")
    await store.write(OTHER, b"a pot" * 100_000)
    assert await store.read(NAME) == b"a cup"
    assert await store.read(OTHER) == b"a pot" * 100_000
    assert sorted(await names(store)) == [NAME, OTHER]
    await store.remove(NAME)
    await store.remove(OTHER)
    assert (await store.read(NAME), await names(store)) == (None, [])


async def test_removing_what_is_not_there_is_no_fault(store: Store) -> None:
    await store.remove("cd" + "0" * 30)


async def test_many_at_once_are_all_there(store: Store) -> None:
    chosen = [f"{number:032x}" for number in range(20)]
    await asyncio.gather(*(store.write(name, name.encode()) for name in chosen))
    assert await asyncio.gather(*map(store.read, chosen)) == [name.encode() for name in chosen]
    await asyncio.gather(*map(store.remove, chosen))


async def test_a_store_that_is_away_says_so_without_its_secrets() -> None:
    store = S3Store(Bucket("http://127.0.0.1:9", "shop", "us-east-1", "a key", "a secret"))
    with pytest.raises(StoreAway, match=r"bucket shop at http://127\.0\.0\.1:9") as away:
        await store.write(NAME, b"a cup")
    assert "secret" not in str(away.value)


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "ab").write_text("in the way")
    with pytest.raises(StoreAway, match="cannot be written"):
        await FolderStore(tmp_path).write(NAME, b"a cup")
