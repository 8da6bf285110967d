"""A database as one file, and back: PostgreSQL's own programs, which the wheel brings.

A dump is logical, so that it goes into a newer PostgreSQL than it came from.
"""

import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from goldensix.adapters.postgres.cluster import environment, programs


class DumpFailed(Exception):
    """The message is the program's own last sentence."""


def dump(dsn: str, file: Path) -> None:
    """Everything at one instant, whoever writes meanwhile."""
    _run("pg_dump", dsn, "--format=custom", "--no-owner", "--no-privileges", "--file", str(file))


def load(dsn: str, file: Path) -> None:
    """All of it, or nothing."""
    _run("pg_restore", dsn, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file))


def _run(program: str, dsn: str, *arguments: str) -> None:
    address, password = without_password(dsn)
    known = environment() | ({"PGPASSWORD": password} if password else {})
    command = [str(programs() / program), "--no-password", "--dbname", address, *arguments]
    done = subprocess.run(command, env=known, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = [line for line in done.stderr.strip().splitlines() if "error" in line] or [f"status {done.returncode}"]
        raise DumpFailed(f"{program}: {said[0].removeprefix(f'{program}: ')}")


def without_password(dsn: str) -> tuple[str, str | None]:
    """The address as others on the machine may see it in the list of programs, and its password."""
    parts = urlsplit(dsn)
    if parts.password is None:
        return dsn, None
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}")), unquote(parts.password)
