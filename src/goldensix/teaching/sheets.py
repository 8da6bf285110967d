"""A file of questions read in a process of its own: a spreadsheet of anybody's must not end the desk, or hold it up.

It is given the file's name as its argument and the file on its standard input; it prints `{"rows": [...]}`, as
`adapters.bank.rows` has them, or `{"error": {"zh", "en"}}`.
"""

import csv
import io
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec

from goldensix.adapters.bank.rows import MOST_ROWS, Row
from goldensix.adapters.bank.sheets import column_of, row_of, unharmed
from goldensix.adapters.beside import bounded
from goldensix.robot.question import Question

_MOST_CHARACTERS: Final = 20 << 20
"""In all rows: a small file may unpack to cells that a desk had better not be given."""


class CannotRead(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def main() -> None:
    bounded()
    name, content = sys.argv[1], sys.stdin.buffer.read()
    try:
        told: dict[str, Any] = {"rows": rows(name, content)}
    except CannotRead as refused:
        told = {"error": {"zh": refused.zh, "en": refused.en}}
    sys.stdout.buffer.write(msgspec.json.encode(told))


def rows(name: str, content: bytes) -> list[Row]:
    """Raises CannotRead, whose sentence names the file."""
    if not content.strip():
        raise CannotRead(f"{name} 是空的。", f"{name} is empty.")
    found = _listed(name, content) if _is_json(name, content) else _from_table(name, _table(name, content))
    if not found:
        raise CannotRead(f"{name} 里没有问题。", f"{name} holds no question.")
    if len(found) > MOST_ROWS:
        raise CannotRead(
            f"{name} 超过 {MOST_ROWS} 行，请分几个文件。", f"{name} has more than {MOST_ROWS} rows: split it."
        )
    if sum(map(_characters, found)) > _MOST_CHARACTERS:
        raise CannotRead(f"{name} 里的文字太多，请分几个文件。", f"{name} holds too many words: split it.")
    return found


def _characters(row: Row) -> int:
    return sum(map(len, (row.title, row.code, *row.phrasings, *(each.content for each in row.answers))))


def _is_json(name: str, content: bytes) -> bool:
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return begins in (b"[", b"{") or name.lower().removesuffix(".gz").endswith((".json", ".jsonl"))


def _listed(name: str, content: bytes) -> list[Row]:
    from goldensix.teaching import files

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("questions.json.gz" if content.startswith(b"\x1f\x8b") else "questions.json")
        path.write_bytes(content)
        try:
            found = files.questions([path])
        except files.BadFile as bad:
            said = str(bad).replace(str(path), name)
            raise CannotRead(said, said) from None
    return [_row(f"{number}", question) for number, question in enumerate(found, 1)]


def _row(place: str, question: Question) -> Row:
    """Such a file may know no answers: those that are there stay."""
    phrasings = tuple(dict.fromkeys(text for text in question.phrasings if text != question.title))
    told = {"phrasings": phrasings, "answers": question.answers, "group": question.route}
    lacks = [name for name, value in told.items() if not value]
    return Row(
        place, question.title, "" if question.id.startswith("#") else question.id, phrasings, question.answers,
        question.route or "", is_route=True, lacks=(*lacks, "shops", "campaign", "since", "until"),
    )  # fmt: skip


def _table(name: str, content: bytes) -> list[list[str]]:
    if content.startswith(b"PK"):
        return _sheet(name, content)
    from goldensix.adapters.importers.encodings import detect, text_of

    text = text_of(content, detect([content])).replace("\0", "")
    csv.field_size_limit(1 << 24)
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as bad:
        raise CannotRead(f"{name} 读不出来：{bad}。", f"{name} cannot be read: {bad}.") from None


def _sheet(name: str, content: bytes) -> list[list[str]]:
    import fastexcel

    try:
        frame = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, OSError, MemoryError) as failed:
        said = str(failed).splitlines()[0] if str(failed) else type(failed).__name__
        raise CannotRead(f"{name} 不是完好的表格：{said}", f"{name} is no sound spreadsheet: {said}") from None
    return [["" if cell is None else cell for cell in row] for row in frame.rows()]


def _from_table(name: str, table: list[list[str]]) -> list[Row]:
    head = table[0] if table else []
    columns = {place: column for place, cell in enumerate(head) if (column := column_of(cell)) is not None}
    if "title" not in columns.values():
        raise CannotRead(f"{name} 的第一行没有“问题”这一列。", f"{name}: the first row names no column `question`.")
    found = []
    for number, row in enumerate(table[1:], 2):
        told = {column: unharmed(row[place].strip()) for place, column in columns.items() if place < len(row)}
        if any(told.values()):
            found.append(row_of(f"{number}", told, columns.values()))
    return found


if __name__ == "__main__":
    main()
