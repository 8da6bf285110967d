"""Question lists, labelled turns and cases: JSON or JSON lines, plain or gzip. What cannot be read names its place.

A row is one of four:

- `{"faq": id, "question": words, "route"?, "phrasings"?: [words], "answer"?: words}`: a question
- `{"text": words, "faq": id or null, "route"?, "previous"?}`: a turn and its question
- `{"text": words, "intent": id, "route"?}`: the same, or in a list of questions one of its wordings
- `{"cluster": id, "faq": words, "queries": [words]}`: a question, and turns that ask it
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from goldensix.robot.question import Answer, Labelled, Question, QuestionId, Route

_GZIP: Final = b"\x1f\x8b"
Id = str | int


class BadFile(Exception):
    """One sentence that names the file, and the line and field where there is one."""


class Row(msgspec.Struct, frozen=True):
    faq: Id | msgspec.UnsetType | None = msgspec.UNSET
    question: str | None = None
    text: str | None = None
    intent: Id | None = None
    cluster: Id | None = None
    queries: list[str] = []
    route: str | None = None
    previous: str | None = None
    phrasings: list[str] = []
    answer: str | None = None


Rows = list[tuple[str, Row]]
"""Each with its place, as a person would say it."""


def questions(files: list[Path]) -> list[Question]:
    """The questions of all files together. Raises BadFile."""
    found: dict[str, Question] = {}
    for file in files:
        for place, row in _rows(file):
            question = _question(place, row, len(found))
            known = found.get(question.id)
            if known is not None and row.intent is None:
                raise BadFile(f"{place}: `{_id_field(row)}` {question.id!r} is there twice.")
            found[question.id] = question if known is None else _joined(known, question)
    return list(found.values())


def labelled(file: Path, known: list[Question]) -> list[Labelled]:
    """Turns with their questions, which must be among those known. Raises BadFile."""
    ids = {question.id for question in known}
    turns = [(place, row, turn) for place, row in _rows(file) for turn in _turns(place, row)]
    for place, row, turn in turns:
        if turn.question is not None and turn.question not in ids:
            raise BadFile(f"{place}: `{_id_field(row)}` {turn.question!r} is none of the questions.")
    return [turn for _, _, turn in turns]


def _question(place: str, row: Row, number: int) -> Question:
    if row.cluster is not None:
        id: object = row.cluster
        field, title = "faq", row.faq
    elif row.question is not None or row.faq is not msgspec.UNSET:
        id, field, title = _given(place, "faq", row.faq), "question", row.question
    else:
        id, field, title = f"#{number + 1}" if row.intent is None else row.intent, "text", row.text
    words = _given(place, field, title)
    if not isinstance(words, str) or not words.strip():
        raise BadFile(f"{place}: `{field}` must be words.")
    return Question(
        QuestionId(str(id)),
        words,
        tuple(row.phrasings) if row.intent is None else (words,),
        (Answer(row.answer),) if row.answer else (),
        Route(row.route) if row.route else None,
    )


def _joined(known: Question, more: Question) -> Question:
    """Another wording of a question that is known by its intent."""
    return replace(known, phrasings=(*known.phrasings, more.title), route=known.route or more.route)


def _turns(place: str, row: Row) -> Iterator[Labelled]:
    route = Route(row.route) if row.route else None
    if row.cluster is not None:
        for query in row.queries:
            yield Labelled(query, QuestionId(str(row.cluster)), route)
        return
    text = _given(place, "text", row.text)
    if row.intent is not None:
        id: Id | None = row.intent
    elif isinstance(row.faq, msgspec.UnsetType):
        raise BadFile(f"{place}: `faq` is missing; null says that the turn has no question.")
    else:
        id = row.faq
    yield Labelled(str(text), None if id is None else QuestionId(str(id)), route, row.previous or "")


def _given(place: str, field: str, value: object) -> object:
    if value is None or value is msgspec.UNSET:
        raise BadFile(f"{place}: `{field}` is missing.")
    return value


def _id_field(row: Row) -> str:
    return "cluster" if row.cluster is not None else "intent" if row.intent is not None else "faq"


def _rows(file: Path) -> Rows:
    content = _content(file).removeprefix(b"\xef\xbb\xbf")
    if content.lstrip().startswith(b"["):
        rows = _listed(file, content)
    else:
        lines = enumerate(content.split(b"\n"), 1)
        rows = [
            (place, _row(place, line)) for number, line in lines if line.strip() for place in [f"{file}, line {number}"]
        ]
    if not rows:
        raise BadFile(f"{file} holds no row.")
    return rows


def _listed(file: Path, content: bytes) -> Rows:
    try:
        listed = msgspec.json.decode(content, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise BadFile(f"{file}: {error}.") from None
    return [(place, _row(place, raw)) for number, raw in enumerate(listed, 1) for place in [f"{file}, row {number}"]]


def _row(place: str, line: bytes | msgspec.Raw) -> Row:
    try:
        return msgspec.json.decode(line, type=Row)
    except msgspec.ValidationError as error:
        said, _, field = str(error).partition(" - at ")
        raise BadFile(f"{place}: {_named(field)}{said}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFile(f"{place}: {error}.") from None


def _named(field: str) -> str:
    name = field.strip("`").removeprefix("$").removeprefix(".")
    return f"`{name}`: " if name else ""


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as failed:
        raise BadFile(f"{file} cannot be read: {failed.strerror}.") from None
    if not content.startswith(_GZIP):
        if file.suffix == ".gz":
            raise BadFile(f"{file} is called .gz but is not gzip.")
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as failed:
        raise BadFile(f"{file} is damaged gzip: {failed}.") from None
