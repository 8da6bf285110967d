"""Saved folds: a cache that shortens the start. Without it, or with another version's, the log is folded anew."""

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
import msgspec

from goldensix.actions.folds import Folds
from goldensix.events.ids import MerchantId

_RULES: Final = 1
"""Raise it when a fold comes to mean something else without changing its shape."""
_WITHIN: Final = 60.0
"""Seconds: folds of a large day are megabytes."""
_decoder = msgspec.msgpack.Decoder(Folds)


def version() -> str:
    """Changes with the shape of the folds, so that an older program's are never mistaken for ours."""
    fields = msgspec.inspect.type_info(Folds)
    return f"{_RULES}-{hashlib.sha256(_shape(fields).encode()).hexdigest()[:16]}"


def _shape(node: Any) -> str:
    """The names and kinds of every field, at any depth."""
    if isinstance(node, msgspec.inspect.DataclassType):
        return f"{node.cls.__name__}({', '.join(f'{f.name}: {_shape(f.type)}' for f in node.fields)})"
    parts = [_shape(part) for name in ("key_type", "value_type", "item_type") if (part := getattr(node, name, None))]
    parts += [_shape(part) for name in ("types", "item_types") for part in getattr(node, name, ())]
    parts += [f"{f.name}: {_shape(f.type)}" for f in getattr(node, "fields", ())]
    return f"{type(node).__name__}[{', '.join(parts)}]"


class Snapshots:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def load(self, merchant: MerchantId) -> Folds:
        """The saved folds, or empty ones: either may be brought up to the log's end."""
        state = await self._pool.fetchval(
            "select state from snapshots where merchant_id = $1 and version = $2", merchant, version(), timeout=_WITHIN
        )
        if state is None:
            return Folds()
        try:
            return _decoder.decode(state)
        except msgspec.MsgspecError:
            return Folds()

    async def save(self, merchant: MerchantId, folds: Folds, stored: Callable[[], Awaitable[bool]]) -> float:
        """Folds may be ahead of the log: as they are now they are saved once `stored` says that the log has them.

        How many seconds it took to encode them: until then nothing else is done.
        """
        began = time.perf_counter()
        with folds.today.without_fresh():
            state, position = msgspec.msgpack.encode(folds), folds.position
        encoded = time.perf_counter() - began
        if not await stored():
            return encoded
        await self._pool.execute(
            """insert into snapshots (merchant_id, version, position, state) values ($1, $2, $3, $4)
               on conflict (merchant_id) do update
               set version = $2, position = $3, state = $4, saved_at = now()""",
            merchant,
            version(),
            position,
            state,
            timeout=_WITHIN,
        )
        return encoded

    async def drop(self, merchant: MerchantId) -> None:
        await self._pool.execute("delete from snapshots where merchant_id = $1", merchant)
