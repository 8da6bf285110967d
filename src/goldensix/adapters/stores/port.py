"""What pictures need of the place where they lie. A name is 32 hexadecimal digits and names one content for ever."""

from collections.abc import AsyncIterator
from typing import Protocol


class StoreAway(Exception):
    """It cannot be used now; the message is one sentence without secrets."""


class Store(Protocol):
    async def write(self, name: str, data: bytes) -> None:
        """Safe when it returns, and never half of it under the name. Raises StoreAway."""
        ...

    async def read(self, name: str) -> bytes | None:
        """None if it is not there. Raises StoreAway."""
        ...

    async def remove(self, name: str) -> None:
        """Gone when it returns; also if it never was. Raises StoreAway."""
        ...

    def names(self) -> AsyncIterator[str]:
        """All that is there. Raises StoreAway."""
        ...
