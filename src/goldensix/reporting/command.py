"""`goldensix report` and `goldensix archive`. What they need beyond that is imported when they are called."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from goldensix.events.ids import MerchantId

if TYPE_CHECKING:
    from goldensix.reporting.book import Book
    from goldensix.reporting.question import Question

NOT_DONE: Final = 1
Database = Callable[[Path | None], AbstractContextManager[tuple[Path, str | None]]]
"""Of the data folder that was given, or the usual one: the folder and its database's DSN; None: it never had one."""


def _option(help: str, *names: str) -> Any:
    return typer.Option(*names, help=help, show_default=False)


Shop = Annotated[str, _option("Number or name; not given: all of them.")]
From = Annotated[
    str | None, _option("First day, YYYY-MM-DD in the shop's zone; not given: the first with data.", "--from")
]
To = Annotated[str | None, _option("Last day; not given: the last with data.")]
By = Annotated[str, _option("Of day, hour, agent, group, shop, with commas between; not given: totals.")]
CaliberIds = Annotated[
    list[str] | None,
    _option("Ids (see `goldensix calibers`), or all; not given: the house's and the shops' platforms'.", "--caliber"),
]
Compare = Annotated[str, _option("previous, FROM..TO, the name of a benchmark, or a CSV file of one.")]
Explain = Annotated[str, _option("Open this caliber's figure: the conversations behind it, nearest the limit first.")]
Only = Annotated[str, typer.Option(help="With --explain: miss, hit, out or all.")]
Limit = Annotated[int, typer.Option(help="With --explain: how many conversations.", min=1, max=10_000)]
Agent = Annotated[str | None, _option("Of one agent only: number at the desk, else name.")]
Group = Annotated[str | None, _option("Of one group only.")]
Rehearsals = Annotated[bool | None, typer.Option(help="Whether played conversations count; at a demo they do.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="As CSV.")]
Xlsx = Annotated[bool, typer.Option("--xlsx", help="As XLSX; give --output.")]
Html = Annotated[bool, typer.Option("--html", help="As one HTML file with plots; give --output.")]
Output = Annotated[Path | None, _option("Write here; its ending says which format.")]
Lang = Annotated[
    str, _option("zh or en; not given: the terminal's, of an HTML file that of the shops' names.", "--lang")
]
Data = Annotated[Path | None, _option("Data folder; GOLDENSIX_DATA or ./data when not given.")]
Merchant = Annotated[int | None, _option("The merchant's number; needed only where there are several.")]


def report_command(database: Database) -> Callable[..., None]:
    """The command, given how a data folder's database is reached."""

    def report(
        shop: Shop = "",
        from_: From = None,
        to: To = None,
        by: By = "",
        caliber: CaliberIds = None,
        compare: Compare = "",
        explain: Explain = "",
        only: Only = "all",
        limit: Limit = 20,
        agent: Agent = None,
        group: Group = None,
        rehearsals: Rehearsals = None,
        as_json: Json = False,
        as_csv: Csv = False,
        as_xlsx: Xlsx = False,
        as_html: Html = False,
        output: Output = None,
        lang: Lang = "",
        data: Data = None,
        merchant: Merchant = None,
    ) -> None:
        """Figures of every platform's definition from the same log, side by side; opened down to conversations.

        Works while the desk runs and while it does not.
        """
        asked = {
            "first": from_,
            "last": to,
            "agent": agent,
            "group": group,
            "rehearsals": rehearsals,
            "only": only,
            "limit": limit,
            "by": [each.strip() for each in by.split(",") if each.strip()],
            "calibers": [each.strip() for ids in caliber or [] for each in ids.split(",") if each.strip()],
        }
        formats = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx, "html": as_html}
        with _refusals(), database(data) as (folder, dsn):
            format = _format(formats, output)
            book = _opened(folder, dsn, merchant)
            question = _question(
                book, asked, shop, compare, lang or (_names_language(book) if format == "html" else "")
            )
            if explain:
                _explain(book, question, explain, output, as_json=as_json)
            elif format:
                _write(book, question, format, output)
            else:
                _show(book, question)
            _warn_of_own_calibers(book)

    return report


def archive_command(database: Database) -> Callable[..., None]:
    def archive(data: Data = None, merchant: Merchant = None) -> None:
        """Write the desk's closed days to the archive as Parquet. A desk that runs does it by itself each night.

        The log in PostgreSQL stays as it is: it remains the truth, and nothing is taken out of it.
        """
        from rich.console import Console

        with _refusals(), database(data) as (folder, dsn):
            before = _ground(folder, dsn, merchant)
            parts = {part.name for part in before.desk_archive.parts()}
            book = _opened(folder, dsn, merchant)
            new = [part for part in book.ground.desk_archive.parts() if part.name not in parts]
            lines, days = sum(part.lines for part in new), len({day for part in new for day in part.days})
            Console().print(f"Archived {lines} lines of {days} days; position {book.ground.desk_archive.position()}.")

    return archive


class _refusals:  # noqa: N801 - reads as a sentence where it stands
    """What is expected to go wrong ends in one sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from goldensix.metrics.caliber import BadCaliber
        from goldensix.reporting.question import CannotReport

        if isinstance(error, CannotReport | BadCaliber):
            from rich.console import Console

            Console(stderr=True).print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
            raise typer.Exit(NOT_DONE) from None


def _warn_of_own_calibers(book: "Book") -> None:
    from rich.console import Console

    from goldensix.reporting.own import own_fault

    if (fault := own_fault(book.ground)) is not None:
        told = f"Your own calibers are not in use. {fault.en}"
        Console(stderr=True).print(told, style="yellow", highlight=False, markup=False, soft_wrap=True)


def _names_language(book: "Book") -> str:
    """A file is read by whoever the shops belong to, on whatever terminal it was made."""
    from goldensix.metrics.wording import is_chinese

    return "zh" if is_chinese(shop.name for shop in book.ground.shops) else ""


def _terminal_language() -> str:
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if told.lower().startswith("zh") else "en"


def _format(formats: dict[str, bool], output: Path | None) -> str:
    """Raises CannotReport. Empty: it is shown."""
    from goldensix.reporting.question import CannotReport

    chosen = [name for name, wanted in formats.items() if wanted]
    if len(chosen) > 1:
        raise CannotReport("One of --json, --csv, --xlsx and --html at a time.", "一次只能选一种格式。")
    ending = output.suffix.removeprefix(".").lower() if output else ""
    if output and not chosen and ending not in formats:
        raise CannotReport(f"{output} ends in none of .csv, .xlsx, .json, .html.", f"{output} 的扩展名不认识。")
    format = chosen[0] if chosen else ending
    if format == "xlsx" and output is None and sys.stdout.isatty():
        raise CannotReport("XLSX is nothing for a terminal: say where with --output.", "请用 --output 指定文件。")
    return format


def _ground(folder: Path, dsn: str | None, merchant: int | None) -> Any:
    import asyncio

    from goldensix.reporting.ground import find_ground

    return asyncio.run(find_ground(folder, dsn, MerchantId(merchant) if merchant else None))


def _opened(folder: Path, dsn: str | None, merchant: int | None) -> "Book":
    from goldensix.adapters import clock
    from goldensix.reporting.book import Book

    book = Book(_ground(folder, dsn, merchant))
    book.refresh(clock.now())
    return book


def _question(book: "Book", asked: dict[str, Any], shop: str, compare: str, language: str) -> "Question":
    """In the terminal's language, if none is given."""
    import msgspec

    from goldensix.adapters import clock
    from goldensix.reporting.question import CannotReport, Question, unknown

    found = [each.id for each in book.ground.shops if shop in (str(each.id), each.name)]
    if shop and not found:
        raise unknown("shop", "店铺", shop)
    wanted = {**asked, "shop": found[0] if shop else None, "vs": _vs(book, compare), "now": clock.now()}
    wanted["language"] = language or _terminal_language()
    try:
        question = msgspec.convert(wanted, Question)
    except msgspec.ValidationError as bad:
        raise CannotReport(f"{bad}.", f"{bad}。") from None
    return msgspec.structs.replace(question, calibers=_calibers(book, question))


def _calibers(book: "Book", question: "Question") -> tuple[str, ...]:
    """Ids; nothing asked: the house's, the merchant's own, and those of the platforms that the shops are on."""
    from goldensix.reporting.calibers import known_calibers

    if question.calibers == ("all",):
        return ()
    if question.calibers:
        return question.calibers
    platforms = {"house", "own", *(shop.platform for shop in book.shops(question))}
    return tuple(id for id, each in known_calibers(book.ground, question).items() if each.platform in platforms)


def _vs(book: "Book", compare: str) -> str:
    """A benchmark in a file is read where it is and kept nowhere."""
    from goldensix.reporting.benchmarks import Benchmarks

    path = Path(compare)
    if not compare or compare == "previous" or ".." in compare:
        return compare
    if path.suffix == ".csv" and path.is_file():
        return f"file:{path}"
    Benchmarks(book.ground.archive.folder).find(compare)
    return f"benchmark:{compare}"


def _shops(book: "Book", question: "Question") -> str:
    return ("、" if question.language == "zh" else ", ").join(shop.name for shop in book.shops(question))


def _show(book: "Book", question: "Question") -> None:
    from goldensix.reporting.calibers import asked_calibers
    from goldensix.reporting.figures import report
    from goldensix.reporting.screen import show
    from goldensix.reporting.table import table_of

    made = report(book, question)
    table = table_of(made, asked_calibers(book.ground, question), question.language)
    show(made, table, _shops(book, question), question.language)


def _write(book: "Book", question: "Question", format: str, output: Path | None) -> None:
    import msgspec

    from goldensix.reporting.export import export
    from goldensix.reporting.question import CannotReport

    content = export(book, msgspec.structs.replace(question, format=format))
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as failed:
        raise CannotReport(f"{output} cannot be written: {failed.strerror}.", f"{output} 写不了。") from None


def _explain(book: "Book", question: "Question", caliber: str, output: Path | None, *, as_json: bool) -> None:
    import msgspec

    from goldensix.reporting.explain import explain, one_caliber
    from goldensix.reporting.screen import show_explained

    question = msgspec.structs.replace(question, calibers=(caliber,))
    told = explain(book, question)
    if as_json or output is not None:
        content = msgspec.json.encode(told)
        output.write_bytes(content) if output else sys.stdout.buffer.write(content + b"\n")
        return
    show_explained(one_caliber(book, question), told, book.zones(question), question.language)
