"""What every store of pictures must do."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.stores.port import Store, StoreAway
from goldensix.adapters.stores.s3 import Bucket, S3Store

NAME, OTHER = "ab" + "0" * 30, "ab" + "1" * 30


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a store in a process of its own, that speaks S3."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("s3")
    command = [sys.executable, "-m", "localbucket", "--port", str(port), "--host", "127.0.0.1", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        assert httpx.put(f"{address}/shop").status_code == 200
        yield address
    finally:
        server.terminate()
        server.wait(10)


def wait_for(address: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            httpx.get(address)
        except httpx.HTTPError:
            assert time.monotonic() < until, "the store does not answer"
            time.sleep(0.05)
        else:
            return


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "pictures")
    return S3Store(Bucket(request.getfixturevalue("s3"), "shop", "us-east-1", "a key", "a secret"))


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
