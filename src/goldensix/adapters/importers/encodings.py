"""How a text file is encoded, found out from its bytes; and the same file as UTF-8."""

import codecs
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

ENCODINGS: Final = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 1 << 20
_WINDOW: Final = 1 << 18
_CHUNK: Final = 1 << 23
_ASCII: Final = bytes(range(128))
_ZEROS: Final = 0.05
"""Of a UTF-16 text's bytes on one side, at least: delimiters, digits and line ends are ASCII in any language."""

_UNPACKS_TO: Final = 1 << 28
_UNPACKS_TIMES: Final = 200
"""Of a packed file's own bytes; a smaller one may always unpack to `_UNPACKS_TO`."""


class Unreadable(Exception):
    """A file cannot be read; the message names it and says why."""


def most_unpacked(path: Path) -> int:
    """Bytes beyond which a packed file is none that anybody exported."""
    return max(_UNPACKS_TO, _UNPACKS_TIMES * path.stat().st_size)


def is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def opened(path: Path) -> "IO[bytes] | gzip.GzipFile":
    """The content, whether packed or not."""
    return gzip.open(path) if is_gzip(path) else path.open("rb")


def samples(path: Path) -> list[bytes]:
    """The head of a file and, if it can be entered anywhere, pieces of the rest."""
    with opened(path) as file:
        found = [file.read(_HEAD)]
        if isinstance(file, gzip.GzipFile) or len(found[0]) < _HEAD:
            return found
        size = path.stat().st_size
        for quarter in (1, 2, 3, 4):
            file.seek(max(_HEAD, size * quarter // 4 - _WINDOW) & ~1)
            found.append(file.read(_WINDOW))
    return found


def bom_of(head: bytes) -> str | None:
    return next((encoding for bom, encoding in _BOMS if head.startswith(bom)), None)


def detect(pieces: list[bytes]) -> str:
    """One of ENCODINGS. UTF-8 where most of what is not ASCII is valid in it: that is no chance, while GB18030 takes
    nearly everything, so a few stray bytes must not make one of the other."""
    if (told := bom_of(pieces[0])) is not None:
        return told
    if (wide := _wide(pieces[0])) is not None:
        return wide
    whole = (pieces[0], *(piece.partition(b"\n")[2] or piece for piece in pieces[1:]))  # the others are cut anywhere
    faults, characters = map(sum, zip(*map(_utf8_of, whole), strict=True))
    return "utf-8" if characters >= faults else "gb18030"


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: zeros stand on one side of the pairs."""
    if len(head) < 4:
        return None
    even, odd = head[::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
    if odd > _ZEROS and odd > 4 * even:
        return "utf-16-le"
    if even > _ZEROS and even > 4 * odd:
        return "utf-16-be"
    return None


def _utf8_of(piece: bytes) -> tuple[int, int]:
    """What is not UTF-8, and the characters beyond ASCII; one that is cut at the end of the piece is no fault."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(piece)
    faults = text.count("\ufffd")
    ascii_bytes = len(piece) - len(piece.translate(None, _ASCII))
    return faults, len(text) - faults - ascii_bytes


def text_of(piece: bytes, encoding: str) -> str:
    """As much of a piece as can be read, without its mark."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(piece).removeprefix("\ufeff")


def chunks(path: Path, encoding: str) -> Iterator[tuple[str, int]]:
    """The text in pieces, each with the bytes it was read from; no mark at its start."""
    decoder, first = codecs.getincrementaldecoder(encoding)("replace"), True
    with opened(path) as file:
        while piece := file.read(_CHUNK):
            text = decoder.decode(piece)
            yield (text.removeprefix("\ufeff") if first else text), len(piece)
            first = False
    yield decoder.decode(b"", final=True), 0


def as_utf8(path: Path, encoding: str, into: Path, told: Callable[[int], None]) -> Path:
    """`path` itself if it is plain UTF-8; else a copy in `into` that is. `told` hears of bytes read."""
    with path.open("rb") as file:
        head = file.read(3)
    if encoding == "utf-8" and bom_of(head) is None and not head.startswith(_GZIP):
        return path
    copy = into / "plain.utf8"  # the name of the file may be as long as a name can be
    try:
        with copy.open("wb") as out:
            for text, size in chunks(path, encoding):
                out.write(text.encode("utf-8", "replace"))
                told(size)
    except (EOFError, gzip.BadGzipFile) as damaged:
        raise Unreadable(f"{path.name} is damaged gzip: {damaged}.") from None
    return copy
