"""Our own worked examples, by hand from the definitions: both interpreters come to each figure."""

from pathlib import Path

import pytest

from goldensix.metrics.cases import Finding
from goldensix.worked import work_out

FINDINGS = work_out(Path(__file__).with_name("cases.json"))


def named(finding: Finding) -> str:
    return f"{finding.case.id} {finding.expectation.metric}"


@pytest.mark.parametrize("finding", FINDINGS, ids=named)
def test_a_worked_example(finding: Finding) -> None:
    assert not finding.expectation.unknown
    assert finding.holds, (finding.case.title, finding.expectation.expected, dict(finding.got))
