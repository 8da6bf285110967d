"""Small tables that people bring and take away as CSV or XLSX, and what other people's spreadsheets make of a cell.

As a process it reads the file on its standard input, and prints `{"rows": [[cell, ...], ...]}` or `{"error": why}`.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Sequence
from typing import Final

import msgspec

from goldensix.adapters.beside import bounded, made_of

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ZIP: Final = b"PK\x03\x04"
_MOST_UNPACKED: Final = 50 << 20
_MOST_CELLS: Final = 1_000_000
_MOST_CHARACTERS: Final = 20 << 20
_DELIMITERS: Final = ",;\t"
_READER: Final = (sys.executable, "-m", "goldensix.adapters.spreadsheets")
_WITHIN: Final = 30.0


class NoTable(Exception):
    """A file that cannot be read as a table; says why."""


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a name may begin with =."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def meant(cell: str) -> str:
    """What was written, where `harmless` or a person in a spreadsheet kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


class _Read(msgspec.Struct, frozen=True, omit_defaults=True):
    rows: list[list[str]] = []
    error: str = ""


async def read_beside(content: bytes) -> list[list[str]]:
    """The rows, read by a process of its own: a spreadsheet may ask for more memory than there is. Raises NoTable."""
    try:
        read = msgspec.json.decode(await made_of(content, _READER, _WITHIN), type=_Read)
    except msgspec.DecodeError:
        raise NoTable("it is damaged, or too large") from None
    if read.error:
        raise NoTable(read.error)
    return read.rows


def main() -> None:
    bounded()
    try:
        read = _Read(rows_of(sys.stdin.buffer.read()))
        sizes = [len(cell) for row in read.rows for cell in row]
        if len(sizes) > _MOST_CELLS or sum(sizes) > _MOST_CHARACTERS:
            raise NoTable("it is too large")
    except NoTable as why:
        read = _Read(error=str(why))
    sys.stdout.buffer.write(msgspec.json.encode(read))


def rows_of(content: bytes) -> list[list[str]]:
    """Every row, the heads first; cells as texts. Raises NoTable."""
    rows = _sheet(content) if content.startswith(_ZIP) else _records(content)
    return [[meant(cell) for cell in row] for row in rows]


def _records(content: bytes) -> list[list[str]]:
    text = _text(content)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NoTable(str(error)) from None


def _text(content: bytes) -> str:
    """As UTF-8, or as spreadsheets in China write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable("neither UTF-8 nor GB 18030")


def _sheet(content: bytes) -> list[list[str]]:
    import fastexcel

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                raise NoTable("too large when unpacked")
        frame = fastexcel.read_excel(content).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, zipfile.BadZipFile, OSError) as failed:
        raise NoTable(str(failed).splitlines()[0]) from None
    return [["" if cell is None else cell for cell in row] for row in frame.rows()]


def csv_of(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """With a mark at the front by which spreadsheets know that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, {"in_memory": True, **as_text})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, 60 if head == "text" else 16)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, harmless(cell))
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


if __name__ == "__main__":
    main()
