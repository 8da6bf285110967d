"""`goldensix backup` and `restore`: a whole desk as one file, and a desk from it, on this machine or another.

    manifest.json    what is in it, of which version, and how far each merchant's log goes
    database.dump    as `adapters.postgres.dump` writes it
    files/...        of the data folder: pictures, imports, calibers; not what can be made again

The desk may run meanwhile. A restore goes into an empty place and is there as a whole or not at all.
"""

import asyncio
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, Final

import asyncpg

from goldensix.adapters.postgres.dump import DumpFailed, dump, load
from goldensix.adapters.postgres.schema import prepare, revision_of, revisions
from goldensix.adapters.stores.folder import FolderStore
from goldensix.adapters.stores.port import Store, StoreAway

_FORMAT: Final = 1
_MADE_AGAIN: Final = ("turns",)
"""Folders that reports make anew."""
_CARRIED: Final = ("archive", "calibers", "pictures")
_MANIFEST: Final = "manifest.json"
_DATABASE: Final = "database.dump"
_POSTGRES: Final = "postgres"
_MAKING: Final = ".restoring"
_ANOTHER_DESK: Final = "update installations set id = default"
"""The desk it was saved from may still run: by the same id their workers would talk to each other over one NATS."""
_CALLS_NOBODY: Final = (
    "delete from push_devices",
    "delete from senders",
    "update outside_robots set is_on = false",
)


class CannotBackUp(Exception):
    """One sentence: why there is no backup, or no desk from it. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    version: str
    revision: str
    made_at: str
    logs: dict[str, int]
    """Position of the last event, by merchant."""
    files: int


def back_up(dsn: str | None, data: Path, target: Path, now: datetime, pictures: Store | None = None) -> Manifest:
    """Write a desk to `target`, which is not there before it is whole. Raises CannotBackUp.

    `dsn`: None where nothing but imports was ever made. `pictures`: where they lie, if not in the data folder alone.
    """
    if target.exists():
        raise CannotBackUp(f"{target} is there already: give another name.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as folder:
            return _write(dsn, data, Path(folder), target, now, pictures)
    except OSError as failed:
        raise CannotBackUp(f"{target} cannot be written: {failed.strerror}.") from None
    except DumpFailed as failed:
        raise CannotBackUp(f"The database could not be saved: {failed}.") from None


def _write(dsn: str | None, data: Path, folder: Path, target: Path, now: datetime, pictures: Store | None) -> Manifest:
    part = folder / "backup.tar"
    with tarfile.open(part, "w") as tar:
        # Imports and closed days first: the log goes further than they do. Pictures last: no message lacks its own.
        files = _add(tar, data, "archive") + _add(tar, data, "calibers")
        logs: dict[str, int] = {}
        revision: str | None = None
        if dsn is not None:
            logs, revision = asyncio.run(_positions(dsn)), asyncio.run(_revision(dsn))
            dump(dsn, folder / _DATABASE)
            tar.add(folder / _DATABASE, _DATABASE)
        files += _add(tar, data, "pictures")
        if pictures is not None and not isinstance(pictures, FolderStore):
            files += asyncio.run(_add_stored(tar, pictures))
        manifest = Manifest(_FORMAT, version("goldensix"), revision or revisions()[-1], now.isoformat(), logs, files)
        (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
        tar.add(folder / _MANIFEST, _MANIFEST)
    part.chmod(0o600)  # it holds what buyers wrote
    with part.open("rb") as written:
        os.fsync(written.fileno())
    os.link(part, target)  # unlike a renaming it does not write over another backup
    return manifest


def _add(tar: tarfile.TarFile, data: Path, name: str) -> int:
    count = 0
    for path in _files(data / name):
        try:
            tar.add(path, f"files/{path.relative_to(data)}", recursive=False)
        except FileNotFoundError:
            continue  # what a report or an import tidied away meanwhile
        count += 1
    return count


async def _add_stored(tar: tarfile.TarFile, pictures: Store) -> int:
    """As if they lay in the data folder: a restore puts them where its desk keeps them."""
    count = 0
    async for name in pictures.names():
        content = await pictures.read(name)
        if content is None:  # erased meanwhile
            continue
        member = tarfile.TarInfo(f"files/pictures/{name[:2]}/{name[2:]}")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
        count += 1
    return count


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each not in _MADE_AGAIN and not each.startswith(".")]
        for name in sorted(names):
            path = Path(place) / name
            if not name.startswith(".") and not name.endswith(".lock") and path.is_file() and not path.is_symlink():
                yield path


async def _positions(dsn: str) -> dict[str, int]:
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("select to_regclass('log_heads')") is None:
            return {}
        rows = await connection.fetch("select merchant_id, position from log_heads order by merchant_id")
        return {str(row["merchant_id"]): row["position"] for row in rows}
    finally:
        await connection.close()


async def _revision(dsn: str) -> str | None:
    connection = await asyncpg.connect(dsn)
    try:
        return await revision_of(connection)
    finally:
        await connection.close()


def restore(
    source: Path,
    data: Path,
    database: Callable[[Path], AbstractContextManager[str]] | str,
    pictures: Store | None = None,
    *,
    for_trial: bool = False,
) -> Manifest:
    """Make a desk from a backup. Raises CannotBackUp.

    `database`: the address of an empty one, or what starts one in a folder. `data` must be empty or not there.
    `pictures`: where they go, if not into the data folder. `for_trial`: it knows nobody whom it could call.
    """
    refuse_half_restored(data)
    try:
        if data.exists() and any(data.iterdir()):
            raise CannotBackUp(f"{data} is not empty: restore into a new data folder, with --data.")
        was_there = data.exists()
        making = data / _MAKING
        making.mkdir(parents=True)
    except OSError as failed:
        raise CannotBackUp(f"{data} cannot be used: {failed.strerror}.") from None
    try:
        manifest = _make(source, making, database, pictures, for_trial=for_trial)
        # The database last: with it there is a desk.
        for name in sorted((path.name for path in making.iterdir()), key=_POSTGRES.__eq__):
            (making / name).rename(data / name)
        making.rmdir()
    except BaseException:  # Ctrl-C too: the folder was empty before, and is again
        for left in data.iterdir():
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
        if not was_there:
            data.rmdir()
        raise
    return manifest


def refuse_half_restored(data: Path) -> None:
    """Raises CannotBackUp where a restore was broken off by force: what is there is no desk, and must not be two."""
    if (data / _MAKING).exists():
        raise CannotBackUp(
            f"A restore into {data} was broken off: remove the folder {data / _MAKING}, then restore again."
        )


def _make(
    source: Path,
    making: Path,
    database: Callable[[Path], AbstractContextManager[str]] | str,
    pictures: Store | None,
    *,
    for_trial: bool,
) -> Manifest:
    with tempfile.TemporaryDirectory(dir=making) as folder:
        manifest = _unpacked(source, Path(folder))
        saved = Path(folder) / _DATABASE
        with _stored(Path(folder) / "files" / "pictures", pictures):
            if saved.exists():
                with nullcontext(database) if isinstance(database, str) else database(making) as dsn:
                    _fill(dsn, saved, manifest, for_trial=for_trial)
        for found in (Path(folder) / "files").glob("*"):
            found.rename(making / found.name)
    return manifest


@contextmanager
def _stored(folder: Path, pictures: Store | None) -> Iterator[None]:
    """The pictures go where the restored desk keeps its own; if it comes to nothing, they go away again."""
    if pictures is None:
        yield
        return
    put: list[str] = []
    try:
        asyncio.run(_store(folder, pictures, put))
        yield
    except BaseException:  # Ctrl-C too: nobody would know whose pictures these are
        asyncio.run(_take_away(pictures, put))
        raise
    shutil.rmtree(folder, ignore_errors=True)


async def _store(folder: Path, pictures: Store, put: list[str]) -> None:
    there = {name async for name in pictures.names()}
    async for name in FolderStore(folder).names():
        content = await FolderStore(folder).read(name)
        if name not in there and content is not None:
            put.append(name)
            await pictures.write(name, content)


async def _take_away(pictures: Store, names: list[str]) -> None:
    with suppress(StoreAway):  # it is away, which most likely is why it came to nothing
        for name in names:
            await pictures.remove(name)


def _fill(dsn: str, saved: Path, manifest: Manifest, *, for_trial: bool) -> None:
    if asyncio.run(_is_taken(dsn)):
        raise CannotBackUp("There is a desk in this database already: restore into an empty one.")
    try:
        load(dsn, saved)
    except DumpFailed as failed:
        raise CannotBackUp(f"The database could not be restored: {failed}.") from None
    asyncio.run(prepare(dsn, upgrade=True))
    asyncio.run(_execute(dsn, [_ANOTHER_DESK, *(_CALLS_NOBODY if for_trial else ())]))
    after = asyncio.run(_positions(dsn))
    short = [merchant for merchant, position in manifest.logs.items() if after.get(merchant, 0) < position]
    if short:
        raise CannotBackUp(f"The log of merchant {short[0]} is shorter than the backup says: it is damaged.")


def _unpacked(source: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                _unpack(tar, member, folder)
        if not (folder / _MANIFEST).exists():
            raise ValueError(_MANIFEST)
        told: dict[str, Any] = json.loads((folder / _MANIFEST).read_text())
        manifest = Manifest(**told)
    except (OSError, tarfile.TarError, ValueError, TypeError) as failed:
        why = getattr(failed, "strerror", None) or "it is no backup of a desk, or not whole"
        raise CannotBackUp(f"{source} cannot be restored: {why}.") from None
    if manifest.format != _FORMAT or manifest.revision not in revisions():
        raise CannotBackUp(f"{source} was made by Golden Six {manifest.version}, which is newer: restore it with that.")
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Plain files in the places that a backup has; whoever made the file may not mean well."""
    place = PurePosixPath(member.name)
    carried = len(place.parts) > 2 and place.parts[0] == "files" and place.parts[1] in _CARRIED
    known = carried or str(place) in (_MANIFEST, _DATABASE)
    if not (known and member.isreg()) or ".." in place.parts:
        raise ValueError(member.name)
    target = folder / place
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None
    with content, target.open("xb") as written:
        shutil.copyfileobj(content, written)


async def _execute(dsn: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _is_taken(dsn: str) -> bool:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("select to_regclass('alembic_version')") is not None
    finally:
        await connection.close()
