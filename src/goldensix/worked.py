"""Worked examples on the terminal: each expectation with what came of it, live and in batch."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from goldensix.adapters.columnar.cases import batch_of
from goldensix.adapters.presets import presets
from goldensix.metrics.cases import Finding, Got, check
from goldensix.wire.cases import BadCases, decode_cases


def work_out(file: Path) -> list[Finding]:
    """Raises BadCases."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as failed:
        raise BadCases(f"{file} cannot be read: {failed.strerror}.") from None
    except UnicodeDecodeError:
        raise BadCases(f"{file} cannot be read: it is not text in UTF-8.") from None
    cases = decode_cases(text, str(file), presets())
    return check(cases, batch_of(cases))


def print_findings(findings: Sequence[Finding], console: Console) -> bool:
    """One line for each expectation, then how many cases hold of how many. Whether all do."""
    for finding in findings:
        colour = "green" if finding.holds else "red"
        word = "ok  " if finding.holds else "MISS"
        console.print(f"[{colour}]{word}[/] {escape(_printable(_line(finding)))}", soft_wrap=True)
    cases = {finding.case.shop for finding in findings}
    missed = {finding.case.shop for finding in findings if not finding.holds}
    console.print(f"{len(cases) - len(missed)} of {len(cases)}", highlight=False)
    return not missed


def _line(finding: Finding) -> str:
    expectation = finding.expectation
    head = f"{finding.case.id:<7} {expectation.metric}  expected {_shown(expectation.expected)}"
    if expectation.unknown:
        return f"{head}  cannot be worked out: {expectation.unknown}"
    return head + "".join(f"  {reading} {_shown(got)}" for reading, got in finding.got.items())


def _printable(line: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in line)


def _shown(got: Got) -> str:
    value = "null" if got.value is None else str(got.value)
    if got.den is None:
        return value
    return f"{value} ({'' if got.num is None else format(got.num, 'g')}/{got.den:g})"
