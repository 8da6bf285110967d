"""The rows of a report as a file, exactly as they are shown."""

import msgspec

from goldensix.reporting.book import Book
from goldensix.reporting.calibers import asked_calibers
from goldensix.reporting.figures import report
from goldensix.reporting.files import as_csv, as_xlsx
from goldensix.reporting.page import Views, as_html
from goldensix.reporting.question import Question
from goldensix.reporting.table import table_of


def export(book: Book, question: Question) -> bytes:
    made = report(book, question)
    if question.format == "json":
        return msgspec.json.encode(made)
    calibers = asked_calibers(book.ground, question)
    table = table_of(made, calibers, question.language)
    match question.format:
        case "csv":
            return as_csv(table, question.language)
        case "xlsx":
            return as_xlsx(table, question.language)
        case _:
            totals = report(book, msgspec.structs.replace(question, by=()))
            days = report(book, msgspec.structs.replace(question, by=("day",), vs=""))
            shown = {row.caliber for row in made.rows}
            told = [caliber for caliber in calibers if caliber.id in shown]
            shops = [shop.name for shop in book.shops(question)]
            return as_html(table, Views(made, totals, days), told, shops, question.language)
