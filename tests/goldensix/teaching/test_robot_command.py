"""`goldensix robot` as a person calls it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from goldensix.cli import app
from robot_builders import labelled, pairs, questions


def _lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, str]:
    faq = [{"faq": each.id, "question": each.title, "route": each.route} for each in questions()]
    (tmp_path / "faq.json").write_text(json.dumps(faq, ensure_ascii=False))
    rows = [{"text": each.text, "faq": each.question, "route": each.route} for each in labelled()]
    log = [{"context": [pair.turn], "pos": [pair.reply]} for pair in pairs(2_100)]
    return {
        "faq": str(tmp_path / "faq.json"),
        "cases": str(_lines(tmp_path / "cases.jsonl", rows[::2])),
        "phrasings": str(_lines(tmp_path / "phrasings.jsonl", rows[1::2])),
        "log": str(_lines(tmp_path / "log.jsonl.gz", log)),
        "model": str(tmp_path / "shop.model"),
    }


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["robot", *arguments])


def test_fit_then_evaluate(shop: dict[str, str]) -> None:
    fitted = _run("fit", shop["log"], "-o", shop["model"])
    assert fitted.exit_code == 0, fitted.output
    assert "2,100 turns" in fitted.stdout
    files = ["--faq", shop["faq"], "--cases", shop["cases"], "--phrasings", shop["phrasings"], "--json"]
    one, other = _run("evaluate", *files, "--model", shop["model"]), _run("evaluate", *files, "--log", shop["log"])
    found = json.loads(one.stdout)
    assert found["cases"] == len(labelled()[::2])
    assert found["top1"] > 0.8
    assert found["answered"] + found["asked"] + found["handed_over"] == found["cases"]
    assert {"mrr", "p_at_60", "coverage_at_p90", "precision_at_25", "route_accuracy", "decision_p99_ms"} <= set(found)
    same = [name for name in found if not name.endswith("_ms")]
    again = json.loads(other.stdout)
    assert {name: found[name] for name in same} == {name: again[name] for name in same}


def test_a_model_that_does_not_load_is_said_and_words_go_on(shop: dict[str, str]) -> None:
    Path(shop["model"]).write_bytes(b"PK\x03\x04 not really")
    found = _run("evaluate", "--faq", shop["faq"], "--cases", shop["cases"], "--model", shop["model"])
    assert found.exit_code == 0
    assert "no model file" in found.stderr
    assert "right question first" in found.stdout


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [("cases", '{"text": "x", "faq": "ship"}\n{"text": 5, "faq": null}', "cases.jsonl, line 2: `text`: Expected"),
     ("cases", '{"text": "x"}', "line 1: `faq` is missing"),
     ("cases", '{"text": "x", "faq": "moon"}', "line 1: `faq` 'moon' is none of the questions"),
     ("cases", "{", "cases.jsonl, line 1: "),
     ("cases", "", "holds no row"),
     ("phrasings", '{"faq": "ship"}', "phrasings.jsonl, line 1: `text` is missing"),
     ("faq", '[{"faq": "a", "question": " "}]', "faq.json, row 1: `question` must be words"),
     ("faq", '[{"faq": "a", "question": "b"}, {"faq": "a", "question": "c"}]', "row 2: `faq` 'a' is there twice"),
     ("log", "no gzip", "is called .gz but is not gzip")],
)  # fmt: skip
def test_bad_input_is_one_sentence(shop: dict[str, str], file: str, content: str, sentence: str) -> None:
    Path(shop[file]).write_text(content)
    arguments = [part for name in ("faq", "cases", "phrasings", "log") for part in (f"--{name}", shop[name])]
    found = _run("evaluate", *arguments)
    assert found.exit_code == 2
    assert sentence in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_log_that_is_too_short_to_fit(shop: dict[str, str], tmp_path: Path) -> None:
    short = _lines(tmp_path / "short.jsonl", [{"context": ["a"], "pos": ["b"]}])
    found = _run("fit", str(short), "-o", shop["model"])
    assert (found.exit_code, Path(shop["model"]).exists()) == (2, False)
    assert "needs 2000" in found.stderr
