"""Pictures as files of a folder: `<folder>/ab/cdef...`, so that no folder grows too large to list."""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from goldensix.adapters.stores.port import StoreAway

_NAME: Final = re.compile(r"[0-9a-f]{32}")


class FolderStore:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, name: str, data: bytes) -> None:
        try:
            await asyncio.to_thread(_write, self._file(name), data)
        except OSError as failed:
            raise StoreAway(f"The folder of pictures cannot be written: {failed.strerror}.") from None

    async def read(self, name: str) -> bytes | None:
        try:
            return await asyncio.to_thread(self._file(name).read_bytes)
        except FileNotFoundError:
            return None
        except OSError as failed:
            raise StoreAway(f"The folder of pictures cannot be read: {failed.strerror}.") from None

    async def remove(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    async def names(self) -> AsyncIterator[str]:
        for path in sorted(self._folder.glob("??/*")):
            if _NAME.fullmatch(name := path.parent.name + path.name):
                yield name

    def _file(self, name: str) -> Path:
        return self._folder / name[:2] / name[2:]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)
