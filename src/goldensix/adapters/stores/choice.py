"""Where this desk's pictures lie, by its settings. Apart from `wiring`, which a backup need not load."""

from pathlib import Path
from typing import Protocol

from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.stores.port import Store


class OfPictures(Protocol):
    """The settings that say so."""

    @property
    def data(self) -> Path: ...
    @property
    def s3_bucket(self) -> str: ...
    @property
    def s3_endpoint(self) -> str: ...
    @property
    def s3_region(self) -> str: ...
    @property
    def s3_key(self) -> str: ...
    @property
    def s3_secret(self) -> str: ...


def picture_store(settings: OfPictures) -> Store:
    """Raises StoreAway where the client for a bucket is not installed."""
    if not settings.s3_bucket:
        return FolderStore(settings.data / "pictures")
    from goldensix.adapters.stores.s3 import Bucket, S3Store  # a desk with a folder needs none of it

    return S3Store(
        Bucket(settings.s3_endpoint, settings.s3_bucket, settings.s3_region, settings.s3_key, settings.s3_secret)
    )
