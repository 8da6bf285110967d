"""Pictures that buyers and agents send: checked by content, drawn anew, kept in a store.

What a browser gets is never what was uploaded. Decoding and encoding again drops places and camera names
(EXIF), whatever was hidden behind the pixels, and every format but three.
"""

import asyncio
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import asyncpg
from PIL import Image, ImageFile, UnidentifiedImageError

from goldensix.adapters.postgres.times import timestamp
from goldensix.adapters.stores.port import Store
from goldensix.events.facts import Picture
from goldensix.events.ids import Instant, MerchantId

MOST_BYTES: Final = 5 * 1024 * 1024
_MOST_PIXELS: Final = 40_000_000
_LONGEST_SIDE: Final = 2_560
"""Enough to read a label on a phone's photograph; larger ones are shrunk."""
_AT_ONCE: Final = 2
"""Pictures decoded at a time: 40 megapixels are 160 MB of memory."""
_KINDS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/png"}
"""What we accept, and as what we keep it: of a GIF the first frame, whose hard edges only PNG keeps."""
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by what EXIF says of how the camera was held."""
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class Refused(StrEnum):
    """Why a picture was not kept."""

    TOO_LARGE = "picture_too_large"
    TOO_MANY_PIXELS = "picture_too_many_pixels"
    UNKNOWN_FORMAT = "picture_format"
    BROKEN = "picture_broken"
    TOO_MANY = "too_many_pictures"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as we keep it."""

    data: bytes
    width: int
    height: int
    type: str


class Pictures:
    def __init__(self, pool: asyncpg.Pool, store: Store, now: Callable[[], Instant]) -> None:
        self._pool = pool
        self._store = store
        self._now = now
        self._decoding = asyncio.Semaphore(_AT_ONCE)

    async def keep(self, merchant: MerchantId, author: str, uploaded: bytes, *, hourly: int) -> Picture | Refused:
        """Stored when it returns. `author` is named as in message ids, and has `hourly` pictures an hour.

        Raises StoreAway.
        """
        if len(uploaded) > MOST_BYTES:
            return Refused.TOO_LARGE
        if await _kept_within_the_hour(self._pool, merchant, author, self._now()) >= hourly:
            return Refused.TOO_MANY
        async with self._decoding:
            drawn = await asyncio.to_thread(draw, uploaded)
        if isinstance(drawn, Refused):
            return drawn
        picture = Picture(secrets.token_hex(16), drawn.width, drawn.height)
        await self._store.write(picture.id, drawn.data)
        if not await self._note(merchant, author, picture.id, drawn, hourly):
            await self._store.remove(picture.id)
            return Refused.TOO_MANY
        return picture

    async def _note(self, merchant: MerchantId, author: str, picture: str, drawn: Drawn, hourly: int) -> bool:
        """False, and not done, if the author's others, drawn meanwhile here or by another worker, fill the hour."""
        now = self._now()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "select pg_advisory_xact_lock(hashtextextended('pictures ' || $1, $2))", author, merchant
            )
            if await _kept_within_the_hour(connection, merchant, author, now) >= hourly:
                return False
            await connection.execute(
                "insert into pictures (id, merchant_id, author, width, height, type, bytes, created_at)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(picture, merchant, author, drawn.width, drawn.height, drawn.type, len(drawn.data)),
                timestamp(now),
            )
        return True

    async def find(self, merchant: MerchantId, author: str, picture: str) -> Picture | None:
        """The picture, if this author uploaded it: nobody sends another's."""
        row = await self._pool.fetchrow(
            "select id, width, height from pictures where id = $1 and merchant_id = $2 and author = $3",
            *(picture, merchant, author),
        )
        return None if row is None else Picture(**row)

    async def of(self, merchant: MerchantId, picture: str) -> Picture | None:
        """One of the merchant's own, whoever uploaded it."""
        row = await self._pool.fetchrow(
            "select id, width, height from pictures where id = $1 and merchant_id = $2", picture, merchant
        )
        return None if row is None else Picture(**row)

    async def open(self, picture: str) -> tuple[bytes, str] | None:
        """Content and its type; who has its name may see it. Raises StoreAway."""
        kind = await self._pool.fetchval("select type from pictures where id = $1", picture)
        content = None if kind is None else await self._store.read(picture)
        return None if content is None else (content, kind)


async def _kept_within_the_hour(
    database: asyncpg.Pool | asyncpg.pool.PoolConnectionProxy, merchant: MerchantId, author: str, now: Instant
) -> int:
    count: int = await database.fetchval(
        "select count(*) from pictures where merchant_id = $1 and author = $2 and created_at > $3",
        *(merchant, author, timestamp(now) - timedelta(hours=1)),
    )
    return count


def draw(uploaded: bytes) -> Drawn | Refused:
    """Decodes and encodes again. Blocks for up to a second: run it in a thread."""
    try:
        with Image.open(io.BytesIO(uploaded), formats=list(_KINDS)) as image:
            if image.width * image.height > _MOST_PIXELS:
                return Refused.TOO_MANY_PIXELS
            kind = _KINDS.get(image.format or "", "image/jpeg")  # JPEG's variants have names of their own
            return _encode(_upright(image), kind)
    except UnidentifiedImageError:
        return Refused.UNKNOWN_FORMAT
    except Image.DecompressionBombError:
        return Refused.TOO_MANY_PIXELS
    except Exception:  # whatever Pillow's decoders raise on a stranger's file, which is anything
        return Refused.BROKEN


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera meant it, in colours every browser shows, no larger than we keep."""
    if isinstance(image, ImageFile.ImageFile):
        image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
    if image.mode == "I;16":  # 16 bits of grey, which Pillow would clip to white
        image = image.point(lambda level: level / 256).convert("L")
    shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
    shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    turn = _turn(shown)
    return shown if turn is None else shown.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Of EXIF this one tag is read: whatever cameras make of the others does no harm."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # EXIF is a stranger's too, and a picture can be shown without
        return None


def _encode(image: Image.Image, kind: str) -> Drawn:
    stream = io.BytesIO()
    if kind == "image/jpeg":
        image = image.convert("RGB")
    image.info.clear()  # or the old file's profile and comments would be written again
    image.save(stream, format=_FORMATS[kind], quality=85)
    return Drawn(stream.getvalue(), image.width, image.height, kind)
