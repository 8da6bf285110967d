"""A merchant's own calibers: a TOML file with their worked examples, used only once every example holds.

    <data>/calibers/<merchant>.toml

`[[caliber]]` as in the package's files (`metrics/presets/`), `[[example]]` as a case of `goldensix check-cases`, whose
`expect` names a caliber of the file.
"""

import json
import re
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from goldensix.adapters.archive.sources import write_whole
from goldensix.adapters.presets import presets
from goldensix.metrics.caliber import BadCaliber, Caliber
from goldensix.metrics.cases import Case, Finding, check
from goldensix.reporting.ground import Ground
from goldensix.reporting.question import CannotReport
from goldensix.wire.cases import BadCases, decode_cases
from goldensix.wire.declared import read_caliber

PLACE = "calibers/own"
_LONGEST_LINE = 4_000
"""Characters: a longer one holds no declaration, but may keep a parser busy for minutes."""
_ID = re.compile(r"\w[\w.-]{0,59}")
"""What errors call the file: whoever reads them may have it from a page."""


class BadToml(Exception):
    """A file that is no declaration of calibers; where its line is known, `at line 3, ...` stands in it."""


class Fault(msgspec.Struct, frozen=True):
    line: int | None
    caliber: str
    field: str
    message: str


class WorkedExample(msgspec.Struct, frozen=True):
    example: str
    caliber: str
    expected: float | None
    live: float | None
    batch: float | None
    holds: bool
    problem: str


class Checked(msgspec.Struct, frozen=True):
    usable: bool
    fault: Fault | None = None
    calibers: list[str] = []
    unworked: list[str] = []
    examples: list[WorkedExample] = []


def own_file(ground: Ground) -> Path:
    return ground.data / "calibers" / f"{ground.merchant}.toml"


def own_text(ground: Ground) -> str:
    path = own_file(ground)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def own_calibers(ground: Ground) -> list[Caliber]:
    """Those in use. A file that was changed by hand is checked again before it counts."""
    text = own_text(ground)
    return _checked_before(text)[1] if text else []


def own_fault(ground: Ground) -> CannotReport | None:
    """Why the merchant's own calibers are not in use, if there are any that are not."""
    text = own_text(ground)
    checked = _checked_before(text)[0] if text else None
    if checked is None or checked.usable:
        return None
    en, zh = _why(checked)
    return CannotReport(f"{own_file(ground)}: {en}", f"{own_file(ground)}：{zh}", code="bad_caliber")


def check_own(text: str) -> Checked:
    return _checked_before(text)[0]


def keep_own(ground: Ground, text: str) -> list[Caliber]:
    """Raises CannotReport, which names the line, the caliber and the field, or the example that does not hold."""
    checked, calibers = _checked_before(text)
    if not checked.usable:
        raise CannotReport(*_why(checked), code="bad_caliber")
    path = own_file(ground)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())
    return calibers


_known: dict[str, tuple[Checked, list[Caliber]]] = {}


def _checked_before(text: str) -> tuple[Checked, list[Caliber]]:
    """The same text has the same outcome: working it out takes a second."""
    if text not in _known:
        _known.clear()
        _known[text] = _check(text)
    return _known[text]


def _check(text: str) -> tuple[Checked, list[Caliber]]:
    try:
        file = _read(text)
        calibers = _calibers(file)
        cases = _cases(file, calibers)
    except BadToml as broken:
        return Checked(False, Fault(_line_in(str(broken)), "", "file", f"It is not TOML: {broken}.")), []
    except BadCaliber as bad:
        return Checked(False, Fault(_line_of(text, bad.caliber, bad.field), bad.caliber, bad.field, f"{bad.why}.")), []
    except BadCases as bad:
        return Checked(False, Fault(None, "", "example", str(bad))), []
    findings = _worked(cases)
    examples = [_told(finding) for finding in findings]
    worked = {example.caliber for example in examples}
    unworked = [caliber.id for caliber in calibers if caliber.id not in worked]
    usable = not unworked and all(example.holds for example in examples)
    return Checked(usable, None, [each.id for each in calibers], unworked, examples), calibers if usable else []


def _read(text: str) -> dict[str, Any]:
    """Raises BadToml."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            raise BadToml(f"a line has at most {_LONGEST_LINE:,} characters (at line {number}, column {_LONGEST_LINE})")
    try:
        file = tomllib.loads(text)
    except RecursionError:
        raise BadToml("it is nested too deeply") from None
    except ValueError as broken:  # TOML's own fault, or a number that Python does not take
        raise BadToml(str(broken)) from None
    for key in ("caliber", "example"):
        tables = file.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            raise BadToml(f"{key} is written as tables, each under [[{key}]]")
    return file


def _calibers(file: dict[str, Any]) -> list[Caliber]:
    shared = {"platform": "own"} | {key: value for key, value in file.items() if key not in ("caliber", "example")}
    calibers = [read_caliber({**shared, **declared}, PLACE) for declared in file.get("caliber", [])]
    known = set(presets())
    for caliber in calibers:
        if _ID.fullmatch(caliber.id) is None:
            why = "at most 60 letters, digits and _ - . are expected, not one of these in front but _"
            raise BadCaliber(PLACE, caliber.id[:60], "id", why)
        if caliber.id in known:
            raise BadCaliber(PLACE, caliber.id, "id", "there is one of this name already")
        known.add(caliber.id)
    return calibers


def _cases(file: dict[str, Any], calibers: list[Caliber]) -> list[Case]:
    cases = [{"id": f"example {number}", **given} for number, given in enumerate(file.get("example", []), 1)]
    if not cases:
        return []  # which the calibers are told to lack, each by its name
    text = json.dumps({"cases": cases}, default=_as_json)
    return decode_cases(text, PLACE, {**presets(), **{each.id: each for each in calibers}})


def _as_json(value: object) -> str:
    """TOML's times are told with their offset."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in an example")


def _worked(cases: list[Case]) -> list[Finding]:
    from goldensix.adapters.columnar.cases import batch_of

    return check(cases, batch_of(cases)) if cases else []


def _told(finding: Finding) -> WorkedExample:
    got = {reading: _number(each.value) for reading, each in finding.got.items()}
    return WorkedExample(
        finding.case.id,
        finding.expectation.metric,
        _number(finding.expectation.expected.value),
        got.get("live"),
        got.get("batch"),
        finding.holds,
        finding.expectation.unknown,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _line_in(message: str) -> int | None:
    """Of TOML's own errors: `... (at line 3, column 7)`."""
    _, found, rest = message.partition("at line ")
    number = rest.partition(",")[0]
    return int(number) if found and number.isdecimal() else None


def _line_of(text: str, caliber: str, field: str) -> int | None:
    """Where a field of a caliber stands; where it does not, the caliber's own line."""
    mine, found = not caliber, None
    for number, line in enumerate(text.splitlines(), 1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if line.strip() == "[[caliber]]":
            mine = not caliber
        if equals and key == "id" and value.strip("\"'") == caliber:
            mine, found = True, number
        if mine and equals and key == field:
            return number
    return found


def _why(checked: Checked) -> tuple[str, str]:
    if checked.fault is not None:
        fault = checked.fault
        place = f"line {fault.line}, " if fault.line else ""
        line = f"第 {fault.line} 行，" if fault.line else ""
        if not fault.caliber:
            return f"{place}{fault.message}", f"{line}{fault.message}"
        return (
            f"{place}{fault.caliber}, {fault.field}: {fault.message}",
            f"{line}{fault.caliber} 的 {fault.field}：{fault.message}",
        )
    if checked.unworked:
        names = ", ".join(checked.unworked)
        return f"Each caliber needs a worked example; {names} has none.", f"每个口径都要有例题，{names} 没有。"
    missed = next(example for example in checked.examples if not example.holds)
    return (
        f"{missed.example}, {missed.caliber}: expected {missed.expected}, got {missed.live} live and {missed.batch} in "
        f"batch{f' ({missed.problem})' if missed.problem else ''}.",
        f"{missed.example}，{missed.caliber}：应为 {missed.expected}，实时得 {missed.live}，批量得 {missed.batch}。",
    )
