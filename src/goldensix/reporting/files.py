"""A report's table as CSV and XLSX."""

import csv
import io

from goldensix.adapters.spreadsheets import harmless
from goldensix.reporting.question import Language
from goldensix.reporting.table import Number, Places, Table, cell_text


def as_csv(table: Table, language: Language) -> bytes:
    """With a mark at the front by which spreadsheets know that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.heads)
    for row in table.rows:
        writer.writerow(
            cell_text(cell, language) if isinstance(cell, Number) or cell is None else harmless(cell) for cell in row
        )
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table, language: Language) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    # Text that looks like a formula, a number or an address stays text.
    book = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("报表" if language == "zh" else "Report")
    bold = book.add_format({"bold": True, "bottom": 1})
    shown: dict[Places, object] = {0: book.add_format({"num_format": "0"})}
    shown |= {2: book.add_format({"num_format": "0.00"}), 3: book.add_format({"num_format": "0.000"})}
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, head, bold)
        sheet.set_column(column, column, 26 if table.keys[column] in ("caliber", "out") else 13)
    for line, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Number):
                sheet.write_number(line, column, float(cell.text), shown[cell.places])
            else:
                sheet.write_string(line, column, harmless(cell_text(cell, language)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.heads) - 1)
    book.close()
    return content.getvalue()
