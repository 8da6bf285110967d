"""`goldensix rehearse`, when it cannot: one clear sentence, and nothing started."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from goldensix.rehearsal.command import rehearse

NOWHERE = ["--desk", "http://127.0.0.1:1"]


def _run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(rehearse)
    return CliRunner().invoke(app, [*arguments], env={"DATABASE_URL": "", "COLUMNS": "500"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say what is played: a FILE of recorded dialogues, or --bundled; one of the two."),
        (["x.jsonl", "--bundled"], "Say what is played: a FILE of recorded dialogues, or --bundled; one of the two."),
        (["missing.jsonl"], "missing.jsonl cannot be read: No such file or directory."),
        (["--bundled", "--rate", "0"], "--rate must be above 0, not 0."),
        (["--bundled", "--rate", "nan"], "--rate must be above 0, not nan."),
        (["--bundled", "--speed", "-1"], "--speed must be above 0, not -1."),
        (["--bundled", "--agents", "0"], "--agents must be at least 1, not 0."),
        (["--bundled", "--sessions", "0"], "--sessions must be at least 1, not 0."),
        (["--bundled", "--limit", "0"], "--limit must be at least 1, not 0."),
        (["--bundled", "--limit", "201"], "--limit must be at most 200, not 201."),
    ],
)
def test_bad_input_is_named(arguments: list[str], sentence: str) -> None:
    result = _run(*arguments, *NOWHERE)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "recording.jsonl"
    file.write_text('{"turns": [{"role": "customer", "text": "在吗"}]}\n{"turns": []}\n')
    result = _run(str(file), *NOWHERE)
    assert (result.exit_code, result.stderr) == (2, f"{file}, line 2: the buyer says nothing.\n")


def test_a_program_gets_the_sentence_as_json() -> None:
    result = _run("missing.jsonl", "--json-progress")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {"error": "missing.jsonl cannot be read: No such file or directory."}


def test_a_desk_that_is_not_there_is_named() -> None:
    result = _run("--bundled", *NOWHERE)
    assert (result.exit_code, result.stderr) == (1, "No desk answers at http://127.0.0.1:1.\n")
