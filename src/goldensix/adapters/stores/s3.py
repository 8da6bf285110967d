"""Pictures in an S3-compatible store. The bucket stays private: the desk reads, and hands out to whoever may see.

The client is obstore, of `pip install goldensix[s3]`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from goldensix.adapters.stores.port import StoreAway

_FOLDER: Final = "pictures"
_WITHIN: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Bucket:
    endpoint: str
    """Empty: Amazon's own."""
    name: str
    region: str
    key: str
    secret: str


class S3Store:
    def __init__(self, bucket: Bucket) -> None:
        try:
            import obstore
            from obstore.store import S3Store as Client
        except ImportError:
            raise StoreAway("Pictures in S3 need its client: pip install 'goldensix[s3]'.") from None
        self._obstore: Any = obstore
        self._bucket = bucket
        self._client = Client(
            bucket.name,
            endpoint=bucket.endpoint or f"https://s3.{bucket.region}.amazonaws.com",
            region=bucket.region,
            access_key_id=bucket.key,
            secret_access_key=bucket.secret,
            virtual_hosted_style_request=False,
            client_options={"timeout": _WITHIN, "allow_http": bucket.endpoint.startswith("http:")},
            retry_config={"max_retries": 2, "retry_timeout": _WITHIN},
        )

    async def write(self, name: str, data: bytes) -> None:
        try:
            await self._obstore.put_async(self._client, _key(name), data, use_multipart=False)
        except self._failures as failed:
            raise self._away(failed) from None

    async def read(self, name: str) -> bytes | None:
        try:
            found = await self._obstore.get_async(self._client, _key(name))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except self._failures as failed:
            raise self._away(failed) from None

    async def remove(self, name: str) -> None:
        """By a request for this one: many stores do not know the one for several, which the client would send."""
        try:
            address = await self._obstore.sign_async(self._client, "DELETE", _key(name), _WITHIN * 6)
            async with httpx.AsyncClient(timeout=_WITHIN.total_seconds()) as browser:
                answer = await browser.delete(address)
            if answer.status_code != httpx.codes.NOT_FOUND:
                answer.raise_for_status()
        except self._failures as failed:
            raise self._away(failed) from None

    async def names(self) -> AsyncIterator[str]:
        try:
            async for part in self._obstore.list(self._client, prefix=_FOLDER):
                for each in part:
                    yield each["path"].removeprefix(f"{_FOLDER}/").replace("/", "")
        except self._failures as failed:
            raise self._away(failed) from None

    @property
    def _failures(self) -> tuple[type[Exception], ...]:
        return (self._obstore.exceptions.BaseError, httpx.HTTPError, OSError)

    def _away(self, failed: Exception) -> StoreAway:
        """The client's own words name addresses, and keys in some of them: only its kind is told."""
        where = self._bucket.endpoint or "Amazon S3"
        return StoreAway(f"The bucket {self._bucket.name} at {where} cannot be used ({type(failed).__name__}).")


def _key(name: str) -> str:
    return f"{_FOLDER}/{name[:2]}/{name[2:]}"
