"""A real desk, in a process of its own, for tests that come through its doors."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

PASSWORD: Final = "liu-miao-6"
ADMINISTRATOR, SERVICE_MANAGER, OPERATIONS = "13800000001", "13800000002", "13800000003"
AGENTS: Final = ("13800000004", "13800000005", "13800000006", "13800000007")
_STARTS_WITHIN: Final = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def _begun() -> Path:
    """The data folder of a desk that was started and stopped once, to be copied: each first start takes seconds."""
    folder = Path(tempfile.mkdtemp(prefix="g6-begun-"))
    folder.chmod(0o711)  # started by root, PostgreSQL runs as another user and passes through
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    RunningDesk(folder / "data").begin().stop()
    return folder / "data"


def _copy(folder: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", folder, to], check=True)  # with owners, which copytree leaves behind


@dataclass
class RunningDesk:
    """`goldensix serve --demo` on a port and in a data folder of its own."""

    data: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""
    nats_url: str = ""
    workers: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    """More of them, by variable."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text(errors="replace")

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": self.database_url, "NATS_URL": self.nats_url, **self.settings}

    def command(self, name: str, *options: str) -> list[str]:
        """Of `goldensix`, on this desk's data folder."""
        return [sys.executable, "-m", "goldensix", name, *options, "--data", str(self.data)]

    def start(self) -> "RunningDesk":
        """Answers once the desk does. A first start finds what an earlier desk's first start has made."""
        if not self.data.exists() and not self.database_url:
            _copy(_begun(), self.data)
        return self.begin()

    def begin(self) -> "RunningDesk":
        """A start in whatever the folder holds."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        log = (self.data.parent / f"{self.data.name}.log").open("ab")
        self.process = subprocess.Popen(
            self.command("serve", "--demo", "--port", str(self.port), "--workers", str(self.workers)),
            stdout=log,
            stderr=log,
            env=self.environment,
            start_new_session=True,
        )
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the desk ended with code {self.process.returncode}:\n{self.output}")
            with suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/widget/1", timeout=5).read()  # noqa: S310 (our own address)
                return self
            time.sleep(0.05)
        raise AssertionError(f"the desk did not answer within {_STARTS_WITHIN} s:\n{self.output}")

    def kill(self) -> None:
        """As a power cut does to the process; its PostgreSQL goes on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The way a person stops it; answers the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)
