"""A file of questions, read by a process of its own (`teaching.sheets`)."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from goldensix.adapters.bank.rows import Row
from goldensix.adapters.beside import made_of

READER: Final = (sys.executable, "-m", "goldensix.teaching.sheets")
MOST_BYTES: Final = 5 << 20
_WITHIN: Final = 30.0
_AT_ONCE: Final = 2


class CannotRead(Exception):
    """Both sentences name the file."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class _Sentence(msgspec.Struct, frozen=True):
    zh: str
    en: str


class _Told(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...] = ()
    error: _Sentence | None = None


class Sheets:
    def __init__(self, command: Sequence[str] = READER, within: float = _WITHIN) -> None:
        self._command, self._within = command, within
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def read(self, name: str, content: bytes) -> tuple[Row, ...]:
        """Raises CannotRead."""
        async with self._at_once:
            told = await self._told(name, content)
        if told is None:
            raise CannotRead(f"{name} 读不出来，可能已损坏。", f"{name} cannot be read: it may be damaged.")
        if told.error is not None:
            raise CannotRead(told.error.zh, told.error.en)
        return told.rows

    async def _told(self, name: str, content: bytes) -> _Told | None:
        """None: the process was ended, or ended by itself."""
        try:
            return msgspec.json.decode(await made_of(content, [*self._command, name], self._within), type=_Told)
        except msgspec.DecodeError:
            return None
