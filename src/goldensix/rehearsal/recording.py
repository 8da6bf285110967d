"""Recorded dialogues: JSON lines, plain or gzip, in either of two shapes.

JDDC: `{"id", "turns": [{"role": "customer" | "agent", "text"}, ...]}`. ECD: `{"id", "context": [...], "pos": [...]}`,
where `context` alternates and ends with the buyer, and the first of `pos` is what the agent answered.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from goldensix.actions.say import LONGEST

_GZIP: Final = b"\x1f\x8b"
Author = Literal["buyer", "agent"]


class Utterance(NamedTuple):
    by: Author
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    name: str
    utterances: tuple[Utterance, ...]


class BadRecording(Exception):
    """The file cannot be played; the message names it, the line and the reason."""


class _Turn(msgspec.Struct):
    role: Literal["customer", "agent"]
    text: str


class _Turns(msgspec.Struct):
    turns: list[_Turn]
    id: str | int = ""


class _Context(msgspec.Struct):
    context: list[str]
    pos: list[str] = []
    id: str | int = ""


def read(file: Path) -> list[Dialogue]:
    """Every dialogue of a file, in its order. Raises BadRecording; nothing is skipped in silence."""
    dialogues = [_dialogue(file, number, line) for number, line in _lines(file)]
    if not dialogues:
        raise BadRecording(f"{file} holds no dialogue.")
    return dialogues


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(_content(file).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as failed:
        raise BadRecording(f"{file} cannot be read: {failed.strerror}.") from None
    if not content.startswith(_GZIP):
        if file.suffix == ".gz":
            raise BadRecording(f"{file} is called .gz but is not gzip.")
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as failed:
        raise BadRecording(f"{file} is damaged gzip: {failed}.") from None


def _dialogue(file: Path, number: int, line: bytes) -> Dialogue:
    try:
        read = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        name, utterances = _jddc(line) if "turns" in read else _ecd(line)
    except msgspec.MsgspecError as failed:
        raise BadRecording(f"{file}, line {number}: {failed}.") from None
    except UnicodeDecodeError:
        raise BadRecording(f"{file}, line {number}: not UTF-8.") from None
    if (fault := _fault(utterances)) is not None:
        raise BadRecording(f"{file}, line {number}: {fault}.")
    return Dialogue(name or str(number), tuple(utterances))


def _jddc(line: bytes) -> tuple[str, list[Utterance]]:
    recorded = msgspec.json.decode(line, type=_Turns)
    utterances = [Utterance("agent" if each.role == "agent" else "buyer", each.text) for each in recorded.turns]
    return str(recorded.id), utterances


def _ecd(line: bytes) -> tuple[str, list[Utterance]]:
    """Authors are counted from the context's end, which is always the buyer's."""
    recorded = msgspec.json.decode(line, type=_Context)
    last = len(recorded.context) - 1
    utterances = [
        Utterance("agent" if (last - place) % 2 else "buyer", text) for place, text in enumerate(recorded.context)
    ]
    return str(recorded.id), utterances + [Utterance("agent", text) for text in recorded.pos[:1]]


def _fault(utterances: list[Utterance]) -> str | None:
    """Why the desk could not take this dialogue."""
    for number, each in enumerate(utterances, 1):
        if not each.text.strip():
            return f"turn {number} has no text"
        if "\0" in each.text:
            return f"turn {number} holds a NUL, which no message can"
        if len(each.text) > LONGEST:
            return f"turn {number} is longer than {LONGEST:,} characters"
    return None if any(each.by == "buyer" for each in utterances) else "the buyer says nothing"
