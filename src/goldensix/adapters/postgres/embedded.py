"""A PostgreSQL of the desk's own: from a wheel, in the data folder, reachable through a private socket only.

The wheel's own Python class is left aside: it opens every parent folder for reading when run as root, shares
one lock between all clusters of a machine and quotes paths through a shell. Only its programs are used here.
"""

import atexit
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Self

import psutil

from goldensix.adapters.postgres.cluster import (
    PostgresDidNotStart,
    disown_stale_lock,
    environment,
    identity,
    prepare,
    programs,
    remove_socket_folder,
    socket_folder,
)

__all__ = [
    "DataFolderInUse",
    "EmbeddedPostgres",
    "PostgresDidNotStart",
    "fresh_database",
    "run_sql",
    "temporary_postgres",
]

_log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 0.5
_READY_WITHIN_SECONDS = 300  # after a crash PostgreSQL replays its log first
_STOPPED_WITHIN_SECONDS = 60

_SETTINGS = """\
# Rewritten at every start. Your own settings go into postgresql.conf, below the line that includes this file.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
fsync = on
synchronous_commit = on   # an acknowledged message is on the disk
wal_compression = on
jit = off                 # short statements only: compiling them costs more than it gains
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_checkpoints = off
"""
_THROWAWAY_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 120
"""


_ROOM_IN_MEMORY: Final = 2 << 30


class DataFolderInUse(Exception):
    """Another desk works in this data folder."""


@dataclass(frozen=True)
class _Postmaster:
    """The server that postmaster.pid tells of."""

    process: psutil.Process
    port: str
    socket_folder: str
    ready: bool

    def dsn(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.socket_folder}&port={self.port}"


class EmbeddedPostgres:
    """One cluster in `folder/postgres`, running while the `with` block lasts.

    A server that outlived its desk (after a SIGKILL) is taken over by the next start.
    """

    def __init__(self, folder: Path, *, settings: str = "", throwaway: bool = False) -> None:
        self._folder = folder.absolute()
        self._cluster = self._folder / "postgres"
        self._settings = _SETTINGS + settings
        self._throwaway = throwaway
        self._lock: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._server: _Postmaster | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def dsn(self) -> str:
        if self._server is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._server.dsn()

    def start(self) -> str:
        """Starts or takes over the server; answers a DSN for asyncpg and psql."""
        self._lock = _claim(self._folder)
        atexit.register(self.stop)
        _leave_through_the_exits()
        try:
            prepare(self._cluster, self._settings)
            self._server = self._started_or_taken_over()
        except BaseException:  # Ctrl-C too: no server may be left behind
            self.stop()
            raise
        return self.dsn

    def stop(self) -> None:
        """Ends the server, checkpoint included, and gives the folder free. May be called twice."""
        process = self._process()
        if process is not None:
            _end(process, at_once=self._throwaway)
            remove_socket_folder(self._cluster)
        if self._child is not None:
            self._child.wait()
        if self._lock is not None:
            os.close(self._lock)
        self._child = self._server = self._lock = None
        atexit.unregister(self.stop)

    @contextlib.contextmanager
    def kept_up(self) -> Iterator[None]:
        """While this lasts a server that ends by itself (killed for its memory, say) is started again."""
        enough = threading.Event()
        watching = threading.Thread(target=self._keep_up, args=(enough,), name="postgres")
        watching.start()
        try:
            yield
        finally:
            enough.set()
            watching.join()

    def _keep_up(self, enough: threading.Event) -> None:
        told = ""
        while not enough.wait(_LOOK_EVERY_SECONDS):
            if self._lives():
                continue
            if not told:
                _log.error("PostgreSQL has ended by itself and is started again")
            try:
                self._child = self._server = None
                self._server = self._started_or_taken_over()
                told = ""
            except PostgresDidNotStart as failed:  # what is left of the old one may have to go first
                if str(failed) != told:
                    told = str(failed)
                    _log.error("%s", told)

    def _lives(self) -> bool:
        if self._child is not None:
            return self._child.poll() is None
        return self._server is not None and self._server.process.is_running()

    def _process(self) -> psutil.Process | None:
        if self._server is not None:
            return self._server.process
        if self._child is None or self._child.poll() is not None:
            return None
        return psutil.Process(self._child.pid)

    def _started_or_taken_over(self) -> _Postmaster:
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            server = _postmaster(self._cluster)
            if server is not None and server.ready:
                return server
            if self._child is None and server is None:
                self._child = self._launched()
            if self._child is not None and self._child.poll() is not None:
                raise PostgresDidNotStart(self._why_it_ended())
            time.sleep(0.01)
        raise PostgresDidNotStart(f"PostgreSQL was not ready in time; its log is {self._log_file}")

    def _launched(self) -> subprocess.Popen[bytes]:
        disown_stale_lock(self._cluster)
        folders = ["-D", str(self._cluster), "-k", str(socket_folder(self._cluster))]
        with self._log_file.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches the desk, not the server under it.
            return subprocess.Popen(
                [str(programs() / "postgres"), *folders],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env=environment(),
                **identity(self._cluster),
            )

    @property
    def _log_file(self) -> Path:
        return self._folder / "postgres.log"

    def _why_it_ended(self) -> str:
        lines = self._log_file.read_text(errors="replace").splitlines()
        status = self._child.returncode if self._child is not None else None
        silent = (
            f"no reason given, but it was ended by signal {-status}" if status and status < 0 else "no reason given"
        )
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or [silent]
        return f"PostgreSQL did not start in {self._cluster}: {telling[-1]} (its log is {self._log_file})"


@contextlib.contextmanager
def temporary_postgres(settings: str = "") -> Iterator[str]:
    """A throwaway cluster for tests, fast and unsafe, in memory where that can hold it; gives its DSN."""
    folder = Path(tempfile.mkdtemp(prefix="g6-", dir=_memory()))
    folder.chmod(0o711)  # started by root, the server runs as another user and passes through
    try:
        with EmbeddedPostgres(folder, settings=_THROWAWAY_SETTINGS + settings, throwaway=True) as postgres:
            yield postgres.dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """The system's folder in memory, if there is one with room enough."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own with a random name is made in it
    try:
        return folder if shutil.disk_usage(folder).free > _ROOM_IN_MEMORY else None
    except OSError:
        return None


def fresh_database(dsn: str, *, template: str | None = None) -> str:
    """A new database on the server at `dsn`, empty or a copy of the one at `template`; answers its DSN."""
    name = f"t{uuid.uuid4().hex}"
    copied = "template1" if template is None else _name(template)
    run_sql(dsn, f'create database {name} template "{copied}" strategy file_copy')
    return urllib.parse.urlsplit(dsn)._replace(path=f"/{name}").geturl()


def drop_database(dsn: str) -> None:
    """With whoever is still connected to it."""
    server = urllib.parse.urlsplit(dsn)._replace(path="/postgres").geturl()
    run_sql(server, f'drop database if exists "{_name(dsn)}" with (force)')


def _name(dsn: str) -> str:
    return urllib.parse.urlsplit(dsn).path.removeprefix("/")


def run_sql(dsn: str, statement: str) -> str:
    """What psql answers: for set-up outside any event loop."""
    options = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
    command: list[str | Path] = [programs() / "psql", *options, "--command", statement, dsn]
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _claim(folder: Path) -> int:
    """Locks the data folder for this desk; the system releases the lock however the desk ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "desk.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode().strip() or "unknown"
        os.close(lock)
        raise DataFolderInUse(
            f"Another desk (process {holder}) uses the data folder {folder}: stop it or choose another."
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _leave_through_the_exits() -> None:
    """SIGTERM and a closed terminal end Python without its `finally` blocks: the server would stay behind."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)


def _end(server: psutil.Process, *, at_once: bool) -> None:
    # psutil knows a process by its start time too: a number given to someone else meanwhile is not signalled.
    with contextlib.suppress(psutil.NoSuchProcess):
        # "fast": end the sessions, then checkpoint; or, of what is thrown away, "immediate"
        server.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        try:
            server.wait(_STOPPED_WITHIN_SECONDS)
        except psutil.TimeoutExpired:
            server.send_signal(signal.SIGQUIT)  # "immediate": the next start replays the log, nothing is lost
            server.wait(_STOPPED_WITHIN_SECONDS)


def _postmaster(cluster: Path) -> _Postmaster | None:
    """The living server of this cluster, if there is one."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        process = psutil.Process(int(lines[0]))
        its_folder = Path(process.cwd())
    except (OSError, IndexError, ValueError, psutil.Error):
        return None
    if not its_folder.exists() or not its_folder.samefile(cluster):
        return None
    lines += [""] * (8 - len(lines))
    return _Postmaster(process, port=lines[3], socket_folder=lines[4], ready=lines[7].strip() == "ready")
