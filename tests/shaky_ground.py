"""A desk of several workers on ground that a test shakes: lines before and behind it, a small disk, a clock."""

import contextlib
import os
import resource
import struct
import subprocess
import tempfile
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from bad_line import Line, to_port, to_socket
from goldensix.adapters.postgres.embedded import EmbeddedPostgres
from running_desk import RunningDesk
from several_workers import Workers

_DISK_MB: Final = 400
_CLOCK: Final = Path(__file__).with_name("moved_clock")


@dataclass
class Ground:
    desk: RunningDesk
    """Reached through the line before it."""
    workers: Workers
    postgres: EmbeddedPostgres
    front: Line
    """Between clients and workers."""
    back: Line
    """Between workers and PostgreSQL."""
    disk: "Disk"
    clock: Path

    @property
    def dsn(self) -> str:
        """Past the line."""
        return self.postgres.dsn

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.disk.folder / "postgres" / "postmaster.pid").read_text().split()[0]))

    def move_clock(self, seconds: float) -> None:
        """Of every process of the desk; away from the true time by so much."""
        with self.clock.open("r+b") as file:
            file.write(struct.pack("q", int(seconds * 1e9)))


class Disk:
    """A small one of its own where the system allows a mount; else PostgreSQL's files may not grow when it is full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.real = False

    @contextmanager
    def mounted(self) -> Iterator[None]:
        self.folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m,mode=711", "tmpfs", str(self.folder)]
        with suppress(OSError):
            self.real = subprocess.run(mount, capture_output=True).returncode == 0
        try:
            yield
        finally:
            if self.real:
                subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def fill(self) -> None:
        """To the last byte."""
        if not self.real:
            self._let_files_grow_to(0)
            return
        with suppress(OSError), (self.folder / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(1 << 12))

    def free(self) -> None:
        if self.real:
            (self.folder / "filler").unlink()
        else:
            self._let_files_grow_to(resource.RLIM_INFINITY)

    def _let_files_grow_to(self, most: int) -> None:
        for process in psutil.process_iter(["cwd"]):
            if process.info["cwd"] == str(self.folder / "postgres"):
                with suppress(OSError):
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def shaky_ground(workers: int = 2) -> Iterator[Ground]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="g6-")))
        folder.chmod(0o711)
        disk, clock = Disk(folder / "disk"), folder / "clock"
        clock.write_bytes(bytes(8))
        stack.enter_context(disk.mounted())
        postgres = EmbeddedPostgres(disk.folder, settings="max_connections = 120\nmax_wal_size = 64MB\n")
        stack.enter_context(postgres)
        stack.enter_context(postgres.kept_up())
        back = stack.enter_context(Line(to_socket(_socket_of(postgres.dsn))))
        desk = RunningDesk(
            disk.folder / "data",
            database_url=f"postgresql://postgres@127.0.0.1:{back.port}/postgres",
            workers=workers,
            # While nobody answers our buyers write on, and then send more at once than a person ever would.
            settings={"GOLDENSIX_BUYER_RATE": "0", "PYTHONPATH": str(_CLOCK), "MOVED_CLOCK": str(clock)},
        )
        front = stack.enter_context(Line(to_port(desk.port)))
        stack.callback(lambda: desk.process and desk.stop())
        desk.start()
        workers_of_it = Workers(desk, postgres.dsn).all_ready()
        yield Ground(replace(desk, port=front.port), workers_of_it, postgres, front, back, disk, clock)


def _socket_of(dsn: str) -> str:
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(dsn).query)
    return os.path.join(query["host"][0], f".s.PGSQL.{query['port'][0]}")
