"""A store that speaks S3, in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from goldensix.adapters.stores.s3 import Bucket, S3Store


@contextmanager
def buckets(folder: Path, *names: str) -> Iterator[list[S3Store]]:
    """One of each name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "localbucket", "--port", str(port), "--host", "127.0.0.1", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        for name in names:
            assert httpx.put(f"{address}/{name}").status_code == 200
        yield [S3Store(Bucket(address, name, "us-east-1", "a key", "a secret")) for name in names]
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            httpx.get(address)
        except httpx.HTTPError:
            assert time.monotonic() < until, "the store does not answer"
            time.sleep(0.05)
        else:
            return
