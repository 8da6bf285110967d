"""`goldensix doctor`: looks at everything that a deployment stands on, and says what to mend."""

import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import asyncpg
import httpx
from rich.console import Console
from rich.table import Table

from goldensix.adapters import clock
from goldensix.adapters.bus.nats import BusUnreachable, NatsBus, without_secrets
from goldensix.adapters.bus.port import Unanswered
from goldensix.adapters.bus.server import url_of_running
from goldensix.adapters.postgres.owners import SILENT, look
from goldensix.adapters.postgres.schema import UnusableDatabase, check_server, revision_of, revisions
from goldensix.adapters.postgres.single import DESK_LOCK
from goldensix.adapters.stores.choice import picture_store
from goldensix.adapters.stores.port import StoreAway
from goldensix.settings import Settings

_ANSWERS_WITHIN: Final = 5.0
_SKEW: Final = 1_000
"""Milliseconds between the clocks of this machine and the database's from which on figures are doubtful."""
_LITTLE, _TOO_LITTLE = 5 << 30, 1 << 30
"""Bytes of free disk."""
_STYLES: Final = {"good": "green", "note": "yellow", "bad": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    state: Literal["good", "note", "bad"]
    """`note`: it works, and deserves a look. `bad`: it is to be mended."""
    words: str


async def examine(settings: Settings, dsn: str | None) -> list[Finding]:
    """`dsn`: of the database, where one is known."""
    found = [*_data_folder(settings.data)]
    if dsn is None:
        found.append(Finding("database", "note", "No desk ran here yet: `goldensix serve` makes its database."))
    else:
        found += [finding async for finding in _database(dsn)]
    its_own = url_of_running(settings.data) if any(finding.what == "workers" for finding in found) else None
    if nats_url := settings.nats_url or its_own:
        found.append(await _nats(nats_url))
    if settings.s3_bucket:
        found.append(await _pictures(settings))
    if settings.public_url:
        found.append(await _public(settings.public_url))
    return found


def _data_folder(data: Path) -> list[Finding]:
    place = data.absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
        probe = place / f".doctor-{time.monotonic_ns()}"
        probe.write_bytes(b"golden")
        probe.unlink()
        free = shutil.disk_usage(place).free
    except OSError as failed:
        mend = "give the account that runs the desk this folder, or another one with GOLDENSIX_DATA"
        return [Finding("data folder", "bad", f"{place} cannot be written ({failed.strerror}): {mend}.")]
    words = f"{free / 2**30:.1f} GB free at {place}"
    if free < _TOO_LITTLE:
        disk = Finding("disk", "bad", f"{words}: make room before PostgreSQL stops taking messages.")
    elif free < _LITTLE:
        disk = Finding("disk", "note", f"{words}: make room soon.")
    else:
        disk = Finding("disk", "good", f"{words}.")
    return [Finding("data folder", "good", f"{place} can be written."), disk]


async def _database(dsn: str) -> AsyncIterator[Finding]:
    try:
        connection = await asyncpg.connect(dsn, timeout=_ANSWERS_WITHIN)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as failed:
        reason = str(failed) or type(failed).__name__
        mend = "is it running, and is DATABASE_URL right?"
        yield Finding("database", "bad", f"It cannot be reached ({reason.rstrip('.')}): {mend}")
        return
    try:
        yield await _version(connection)
        yield await _clocks(connection)
        schema = await _schema(connection)
        yield schema
        if schema.state == "good":
            async for finding in _workers(connection):
                yield finding
    finally:
        await connection.close()


async def _version(connection: asyncpg.Connection) -> Finding:
    version = connection.get_server_version()
    try:
        check_server(version)
    except UnusableDatabase as old:
        return Finding("database", "bad", str(old))
    durable = {name: await connection.fetchval(f"show {name}") for name in ("fsync", "synchronous_commit")}
    words = f"PostgreSQL {version.major}.{version.minor} answers"
    if lax := [name for name, value in durable.items() if value == "off"]:
        return Finding("database", "bad", f"{words}, but {' and '.join(lax)} is off: a power cut loses messages.")
    return Finding("database", "good", f"{words}.")


async def _clocks(connection: asyncpg.Connection) -> Finding:
    """The best of a few tries: what the answer takes to come is in the difference."""
    skews = []
    for _ in range(5):
        before = clock.now()
        theirs = await connection.fetchval("select (extract(epoch from clock_timestamp()) * 1000)::bigint")
        after = clock.now()
        skews.append((after - before, theirs - (before + after) // 2))
    skew = min(skews)[1]
    words = f"The database's clock differs from this machine's by {abs(skew)} ms"
    if abs(skew) > _SKEW:
        return Finding("clocks", "bad", f"{words}: set both by NTP, or waits will be measured wrong.")
    return Finding("clocks", "good", f"{words}.")


async def _schema(connection: asyncpg.Connection) -> Finding:
    found, newest = await revision_of(connection), revisions()[-1]
    if found is None:
        return Finding("schema", "note", "The database is empty: the first start fills it.")
    if found == newest:
        return Finding("schema", "good", f"Revision {found}, as this version needs.")
    if found in revisions():
        return Finding("schema", "bad", f"Revision {found}, and {newest} is needed: back up, then `goldensix migrate`.")
    return Finding("schema", "bad", f"Revision {found} is newer than this version knows: run a newer Golden Six.")


async def _workers(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    seen = await look(connection)
    alone = await connection.fetchval(
        "select count(*) from pg_locks where locktype = 'advisory' and objid = $1 and objsubid = 1 and granted"
        " and mode = 'ExclusiveLock' and database = (select oid from pg_database where datname = current_database())",
        DESK_LOCK,
    )
    if not seen.owners:
        yield Finding("merchants", "note", "There is none yet: `goldensix init` makes one.")
    if alone:
        yield Finding("desk", "good", "It runs as one process.")
        return
    if not seen.workers:
        yield Finding("desk", "note", "It does not run.")
        return
    silent = sorted(worker for worker, (_, seconds) in seen.workers.items() if seconds >= SILENT)
    names = ", ".join(sorted(set(seen.workers) - set(silent)))
    yield Finding("workers", "good" if names else "bad", f"{len(seen.workers) - len(silent)} alive: {names or 'none'}.")
    if silent:
        yield Finding("workers", "bad", f"Silent: {', '.join(silent)}. Is the process stopped, or its machine away?")
    without = sorted(merchant for merchant, owner in seen.owners.items() if owner is None or owner in silent)
    if without:
        numbers = ", ".join(map(str, without))
        yield Finding("owners", "bad", f"Merchants without one: {numbers}. If this stays so, restart the workers.")
    else:
        yield Finding("owners", "good", f"Each of {len(seen.owners)} merchants has one that lives.")


async def _nats(url: str) -> Finding:
    where = without_secrets(url)
    try:
        bus = await NatsBus.connected_to(url, "goldensix doctor")
    except BusUnreachable as failed:
        return Finding("NATS", "bad", f"{failed} Is it running, and is NATS_URL right?")
    try:

        async def echo(question: bytes) -> bytes:
            return question

        subject = f"goldensix.doctor.{time.monotonic_ns()}"
        await bus.serve(subject, echo)
        before = time.perf_counter()
        await bus.ask(subject, b"", _ANSWERS_WITHIN)
        took = time.perf_counter() - before
    except Unanswered:
        return Finding("NATS", "bad", f"{where} lets us in and carries nothing: may this user publish and subscribe?")
    finally:
        with contextlib.suppress(Exception):
            await bus.close()
    return Finding("NATS", "good", f"{where} answers in {took * 1000:.1f} ms.")


async def _pictures(settings: Settings) -> Finding:
    """Writes, reads and removes one, as the desk would."""
    name = f"{time.monotonic_ns():032x}"
    try:
        store = picture_store(settings)
        before = time.perf_counter()
        await store.write(name, b"golden")
        whole = await store.read(name) == b"golden"
        await store.remove(name)
        took = time.perf_counter() - before
    except StoreAway as away:
        return Finding("pictures", "bad", f"{away} Look at GOLDENSIX_S3_ENDPOINT, the bucket and the keys.")
    if not whole:
        return Finding("pictures", "bad", f"The bucket {settings.s3_bucket} gives back other than was put there.")
    return Finding("pictures", "good", f"The bucket {settings.s3_bucket} takes and gives in {took * 1000:.0f} ms.")


async def _public(url: str) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=_ANSWERS_WITHIN) as browser:
            answer = await browser.get(f"{url.rstrip('/')}/readyz")
            told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failed:
        reason = str(failed) or type(failed).__name__
        return Finding("public URL", "bad", f"{url} does not lead here ({reason}): look at the proxy and at DNS.")
    if not isinstance(told, dict) or "ready" not in told:
        return Finding("public URL", "bad", f"At {url} something else answers: look at the proxy.")
    if not told["ready"]:
        return Finding("public URL", "bad", f"{url} leads to a desk that is not ready: {', '.join(told['faults'])}.")
    return Finding("public URL", "good", f"{url} leads to a desk that is ready.")


def print_findings(findings: list[Finding], console: Console) -> bool:
    """False if something is to be mended."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        table.add_row(f"[{_STYLES[finding.state]}]{finding.state}[/]", finding.what, finding.words)
    console.print(table, highlight=False)
    return all(finding.state != "bad" for finding in findings)
