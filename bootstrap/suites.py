"""Tests, checks, formatters and benchmarks: what `./run` does for those who work on Golden Six."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import chromium
import environment
import faces
from environment import PYTHON, ROOT, SCRIPTS
from progress import Step, StepFailed, carry_out

_BROWSER_TESTS = ROOT / "tests" / "browser"
_FUZZED = 800
_NO_TESTS_FOUND = 5  # pytest's status
_SIDE_BY_SIDE = f"--numprocesses={min(6, (os.cpu_count() or 2) + 1)}"  # one more than can run: tests often wait
_ENGINES = ("spark",)
"""Beyond this machine, and tried where there is Java: the tests need no more than that."""
_EACH_FILE_IN_ONE = "--dist=loadfile"  # the tests of a file share a desk
_AS_SORTED = "--no-loadscope-reorder"  # the long ones first, by tests/conftest.py: many tests need not be long
_AT_ONCE = (_SIDE_BY_SIDE, _EACH_FILE_IN_ONE, _AS_SORTED)


@dataclass(frozen=True)
class _Program:
    name: str
    command: Sequence[str | Path]
    folder: Path = ROOT
    environment: Mapping[str, str] | None = None
    needs_browser: bool = False


def test(arguments: list[str]) -> int:
    environment.ensure(development=True, extras=_ENGINES if not arguments and shutil.which("java") else ())
    # Tests start hundreds of processes: without what Python keeps of its compiling, each would compile everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    programs = _chosen_tests(arguments) if arguments else _all_tests()
    browser = _browser_environment() if any(program.needs_browser for program in programs) else {}
    results = {program.name: _tested(program, browser, bool(arguments)) for program in programs}
    for name, (passed, seconds) in results.items():
        _line(name, passed, seconds)
    return 0 if all(passed for passed, _ in results.values()) else 1


def _tested(program: _Program, browser: dict[str, str] | None, may_be_empty: bool) -> tuple[bool, float]:
    if program.needs_browser:
        if browser is None:
            return False, 0.0
        program = replace(program, environment={**(program.environment or os.environ), **browser})
    passed, seconds = _in_the_open(program, may_be_empty)
    if passed or _SIDE_BY_SIDE not in program.command:
        return passed, seconds
    passed, more = _in_the_open(_once_more(program), may_be_empty)
    return passed, seconds + more


def _once_more(program: _Program) -> _Program:
    """Only what failed, one after the other: in a whole run many servers share a small machine, and time runs out.

    What passes now is named as failed above, so that somebody looks at it.
    """
    again = [part for part in program.command if part not in _AT_ONCE]
    return replace(program, name=f"{program.name}, those that failed once more", command=[*again, "--last-failed"])


def faults(arguments: list[str]) -> int:
    """The proofs at length: bursts and faults under load, told as they come. Options go to pytest."""
    environment.ensure(development=True)
    os.environ["GOLDENSIX_FAULTS"] = "1"
    os.environ.setdefault("GOLDENSIX_BURSTS", "1000")
    os.chdir(ROOT)
    chosen = ["tests/laws/test_assignment.py", "tests/laws/test_assignment_stored.py", "tests/faults"]
    return environment.become(PYTHON, "-m", "pytest", "--capture=no", *chosen, *arguments)


def fuzz(arguments: list[str]) -> int:
    """Every door and command, asked a hundred times as much as the tests do, or as often as is said."""
    many = arguments[0] if arguments else str(_FUZZED)
    if not many.isdigit():
        raise StepFailed("./run fuzz takes one number: how often each door is asked.")
    environment.ensure(development=True)
    os.environ["GOLDENSIX_FUZZ"] = many
    return environment.become(PYTHON, "-m", "pytest", str(ROOT / "tests" / "fuzz"))


def check(arguments: list[str]) -> int:
    """Everything at once, a program's output only where it found fault."""
    environment.ensure(development=True)
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as at_once:
        running = [at_once.submit(_quietly, program) for program in _checks() if _is_chosen(program, arguments)]
        passed = [_report(*one.result()) for one in as_completed(running)]
    return 0 if all(passed) else 1


def fix(_: list[str]) -> int:
    """Everything that needs no thought: generated files first, then their form and everybody else's."""
    environment.ensure(development=True)
    programs = [
        _Program("contract", [SCRIPTS / "goldensix", "schema"]),
        *_npm("contract"),
        _Program("imports and small faults", [SCRIPTS / "ruff", "check", "--fix-only", "--quiet", "."]),
        _Program("format", [SCRIPTS / "ruff", "format", "."]),
        *_npm("lint:fix"),
    ]
    results = [_in_the_open(program, may_be_empty=False) for program in programs]
    return 0 if all(passed for passed, _ in results) else 1


def bench(arguments: list[str]) -> int:
    names = sorted(path.stem for path in (ROOT / "bench").glob("[!_]*.py"))
    if not arguments or arguments[0] not in names:
        raise StepFailed(f"./run bench needs the name of one of these: {', '.join(names) or 'none yet'}.")
    environment.ensure(development=True)
    return environment.become(PYTHON, str(ROOT / "bench" / f"{arguments[0]}.py"), *arguments[1:])


def screenshots(arguments: list[str]) -> int:
    script = ROOT / "docs" / "screenshots.py"
    if not script.exists():
        raise StepFailed("There is no docs/screenshots.py yet.")
    environment.ensure(development=True)
    browser = _browser_environment()
    if browser is None:
        return 1
    os.environ |= browser
    return environment.become(PYTHON, str(script), *arguments)


def pin(_: list[str]) -> int:
    environment.ensure(development=True)
    environment.pin()
    return 0


def _all_tests() -> list[_Program]:
    programs = [_pytest("tests", "tests", f"--ignore={_BROWSER_TESTS}", *_AT_ONCE)]
    if _BROWSER_TESTS.exists():
        programs.append(_browser_tests("tests/browser", *_AT_ONCE))
    return programs + _npm("test")


def _chosen_tests(arguments: list[str]) -> list[_Program]:
    """Arguments that name files choose them; options alone hold for every Python test."""
    named = [argument for argument in arguments if (ROOT / argument.partition("::")[0]).exists()]
    options = [argument for argument in arguments if argument not in named]
    browser = [name for name in named if (ROOT / name.partition("::")[0]).is_relative_to(_BROWSER_TESTS)]
    others = [name for name in named if name not in browser]
    programs = []
    if others or not named:
        programs.append(_pytest("tests", *(others or ["tests"]), f"--ignore={_BROWSER_TESTS}", *options))
    if browser or (not named and _BROWSER_TESTS.exists()):
        programs.append(_browser_tests(*(browser or ["tests/browser"]), *options))
    return programs


def _pytest(name: str, *arguments: str) -> _Program:
    return _Program(name, [PYTHON, "-m", "pytest", *arguments])


def _browser_tests(*arguments: str) -> _Program:
    # A process of their own: after Playwright's synchronous interface, asynchronous tests fail.
    return replace(_pytest("browser tests", *arguments), needs_browser=True)


def _browser_environment() -> dict[str, str] | None:
    """The variables that tell the browser tests their Chromium; nothing, and a sentence, if there is none."""
    try:
        browser = _installed_browser()
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        browser = None
    if browser is None:
        print("There is no Chromium on this machine: install it and run this again.", file=sys.stderr, flush=True)
        return None
    return {"GOLDENSIX_CHROMIUM": str(browser)}


def _installed_browser() -> Path | None:
    browser = chromium.found(PYTHON)
    steps = []
    if browser is None:
        steps.append(Step("Installing Chromium", lambda output: chromium.install(output, PYTHON)))
    if chromium.fonts_are_missing():
        steps.append(Step("Installing Chinese fonts", chromium.install_fonts))
    if steps:
        carry_out(steps, environment.LOG)
    return browser or chromium.found(PYTHON)


def _checks() -> list[_Program]:
    return [
        _Program("types", [SCRIPTS / "mypy"]),
        *_npm("check:types"),
        _Program("architecture", [SCRIPTS / "lint-imports"]),
        *_npm("lint"),
        *_npm("contract:check"),
        _Program("contract", [SCRIPTS / "goldensix", "schema", "--check"]),
        _Program("lint", [SCRIPTS / "ruff", "check", "."]),
        _Program("format", [SCRIPTS / "ruff", "format", "--check", "--output-format=concise", "."]),
    ]


def _npm(script: str) -> list[_Program]:
    """The script of web/package.json, if there is one of that name."""
    web, node = ROOT / "web", environment.node()
    try:
        scripts = json.loads((web / "package.json").read_text(encoding="utf-8"))["scripts"]
    except (OSError, KeyError):
        return []
    if script not in scripts:
        return []
    return [_Program(f"web {script}", faces.npm(node, "run", "--silent", script), web, faces.environment(node))]


def _is_chosen(program: _Program, names: list[str]) -> bool:
    return not names or any(name in program.name for name in names)


def _in_the_open(program: _Program, may_be_empty: bool) -> tuple[bool, float]:
    print(f"-- {program.name}", file=sys.stderr, flush=True)
    since = time.monotonic()
    status = subprocess.call(program.command, cwd=program.folder, env=program.environment)
    passed = status == 0 or (may_be_empty and status == _NO_TESTS_FOUND)
    return passed, time.monotonic() - since


def _quietly(program: _Program) -> tuple[_Program, bool, float, str]:
    since = time.monotonic()
    done = subprocess.run(
        program.command,
        cwd=program.folder,
        env=program.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return program, done.returncode == 0, time.monotonic() - since, done.stdout


def _report(program: _Program, passed: bool, seconds: float, output: str) -> bool:
    _line(program.name, passed, seconds)
    if not passed:
        print(output, flush=True)
    return passed


def _line(name: str, passed: bool, seconds: float) -> None:
    print(f"{'ok    ' if passed else 'FAILED'}  {name}  {seconds:.1f} s", flush=True)
