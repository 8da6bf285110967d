"""Writes docs/reference/ and the settings of README.md from the code. A test holds the files to what this says.

.venv/bin/python docs/reference.py
"""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Final, get_args

from goldensix.adapters.presets import presets
from goldensix.events import facts
from goldensix.metrics.caliber import Caliber
from goldensix.metrics.wording import told
from goldensix.settings import Settings
from goldensix.team import roles
from goldensix.team.roles import PAGES, PERMISSIONS, Permission, Role
from goldensix.wire.stored import NAMES, VERSIONS

FOLDER: Final = Path(__file__).parent / "reference"
README: Final = FOLDER.parents[1] / "README.md"
_STREAMS: Final = (
    (facts.ConversationEvent, "a conversation"),
    (facts.TeamEvent, "the team"),
    (facts.AlertEvent, "the alerts"),
    (facts.OrderEvent, "the orders"),
)
_WRITTEN: Final = "<!-- Written by docs/reference.py; change the code and run it again. -->"


def pages() -> dict[str, str]:
    """The text of each file, by its name."""
    return {"settings.md": settings(), "events.md": events(), "roles.md": permissions(), "calibers.md": calibers()}


def settings() -> str:
    lead = "Read from the environment; options of the command line come before them."
    return _page("Settings", lead, _settings_table())


def with_settings(readme: str) -> str:
    """The readme with the table that stands between its two marks written anew."""
    before, begin, rest = readme.partition("<!-- settings: docs/reference.py -->\n")
    _, end, after = rest.partition("<!-- end of settings -->")
    return f"{before}{begin}\n{_settings_table()}\n\n{end}{after}"


def _settings_table() -> str:
    return _table(("variable", "default", "meaning"), settings_rows())


def settings_rows() -> list[tuple[str, str, str]]:
    return [
        (f"`{each.metadata['variable']}`", _default(each.default), each.metadata["meaning"])
        for each in fields(Settings)
    ]


def _default(value: object) -> str:
    return f"`{value}`" if str(value) else ""


def events() -> str:
    parts = [_event(kind, stream) for union, stream in _STREAMS for kind in get_args(union)]
    lead = (
        "What the log holds. Each event also has its stream and positions, and two clocks: when it happened and when "
        "it was written down. Words are apart from it: see `Body` in `src/goldensix/events/facts.py`."
    )
    return _page("Events", lead, "\n\n".join(parts))


def _event(kind: type[facts.Event], stream: str) -> str:
    said = inspect.cleandoc(kind.__doc__ or "")
    meaning = "" if said.startswith(f"{kind.__name__}(") else f"{said}\n\n"  # a dataclass makes one of its own
    name = NAMES[kind]
    head = (
        f"## {kind.__name__}\n\n{meaning}Stored as `{name}`, version {VERSIONS[name]}, in the stream of {stream}.\n\n"
    )
    return head + _table(("field", "type", "meaning"), _fields(kind))


def _fields(kind: type[facts.Event]) -> Iterator[tuple[str, str, str]]:
    """Fields with the string that stands under each in the source."""
    (body,) = (node.body for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef))
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            words = after.value if isinstance(after, ast.Expr) else None
            meaning = words.value if isinstance(words, ast.Constant) else ""
            yield f"`{node.target.id}`", f"`{ast.unparse(node.annotation)}`", " ".join(str(meaning).split())


def permissions() -> str:
    heads = ("permission", *(role.value.replace("_", " ") for role in Role), "what it opens")
    opens = dict(re.findall(r'= "(\w+)"  # (.+)', inspect.getsource(roles.Permission)))
    rows = [
        (f"`{each}`", *("yes" if each in PERMISSIONS[role] else "" for role in Role), opens[each])
        for each in Permission
    ]
    opened = [
        (page.value, *("yes" if needs & PERMISSIONS[role] else "" for role in Role)) for page, needs in PAGES.items()
    ]
    lead = "One table, `src/goldensix/team/roles.py`, which the API, the sockets and the pages all read."
    return _page("Roles", lead, _table(heads, rows) + "\n\n## Pages\n\n" + _table(("page", *heads[1:-1]), opened))


def calibers() -> str:
    lead = (
        "How each platform counts, as it comes with the package. Dates and versions are those of the source; what the "
        "source leaves open is said to be our assumption. `goldensix calibers NAME` tells one, also in Chinese "
        "(`--language zh`); each is worked out in `tests/golden/presets.json`."
    )
    platforms: dict[str, list[Caliber]] = {}
    for each in presets().values():
        platforms.setdefault(each.platform, []).append(each)
    return _page("Calibers", lead, "\n\n".join(_platform(name, platforms[name]) for name in sorted(platforms)))


def _platform(name: str, calibers: Iterable[Caliber]) -> str:
    rows = [
        (
            f"`{each.id}`<br>{each.names['en']}<br>{each.names['zh']}",
            "<br>".join([each.version, *([f"from {each.valid_from}"] if each.valid_from else [])]),
            "<br>".join(f"{line.head.en}: {line.text.en}" for line in told(each)),
            "<br>".join(each.source.split(" ; ")),
            "<br>".join(each.assumed.get("en", ())),
        )
        for each in calibers
    ]
    return f"## {name}\n\n" + _table(("caliber", "version", "definition", "source", "our assumption"), rows)


def _page(title: str, lead: str, body: str) -> str:
    return f"{_WRITTEN}\n# {title}\n\n{lead}\n\n{body}\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(_line(line) for line in lines)


def _line(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
    README.write_text(with_settings(README.read_text()))
