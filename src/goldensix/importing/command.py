"""`goldensix import` and `imports`: what they are asked. What they need beyond that is imported when called."""

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from goldensix.events.ids import MerchantId

if TYPE_CHECKING:
    from goldensix.adapters.importers.look import Look
    from goldensix.adapters.importers.reading import Reading
    from goldensix.importing.order import Order, Result
    from goldensix.importing.place import Place

NOT_DONE: Final = 1
BAD_INPUT: Final = 2

Database = Callable[[Path], AbstractContextManager[str | None]]
"""The DSN of the database of a data folder, whether a desk runs on it or not; None: it never had one."""


def _option(help: str, *names: str) -> Any:
    return typer.Option(*names, help=help, show_default=False)


Files = Annotated[
    list[Path], typer.Argument(help="Chat logs: CSV, TSV, XLSX, JSON lines or Parquet, also packed (.gz).")
]
ShopName = Annotated[
    str, _option("Number or name. A name that is not known makes an analyst's shop; not given: the first file's name.")
]
Platform = Annotated[str, _option("taobao, jd, douyin, ...; not given: what the file looks like.")]
Zone = Annotated[str, _option("Time zone of a new shop, and of times that carry none; Asia/Shanghai when not given.")]
MappingName = Annotated[str, _option("Read as saved under this name.", "--mapping")]
Map = Annotated[list[str] | None, _option("ROLE=COLUMN, or side:VALUE=buyer, what:VALUE=rating; many times.", "--map")]
DateFormat = Annotated[list[str] | None, _option("Format of the times, as strptime's; many times: tried in order.")]
Encoding = Annotated[str, _option("utf-8, gb18030, utf-16-le or utf-16-be; not given: found out.")]
Delimiter = Annotated[str, _option("Between the cells of a text file; not given: found out.")]
Day = Annotated[str, _option("YYYY-MM-DD: the day of a file whose times have none.")]
Save = Annotated[str, _option("Save this reading under a name.")]
Bodies = Annotated[str, typer.Option(help="What becomes of what was said: keep, mask (phones, addresses ...) or drop.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything and say what would be added; add nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: what is found out about the files is right.")]
AcceptRejects = Annotated[bool, typer.Option("--accept-rejects", help="Go on, however many rows cannot be read.")]
MostRejected = Annotated[
    float,
    typer.Option(
        envvar="GOLDENSIX_MOST_REJECTED", help="Per cent of rows that may be unreadable before the import stops."
    ),
]
Seed = Annotated[int, typer.Option(help="Of drawn times, for dialogues that have none.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Data = Annotated[Path, typer.Option(envvar="GOLDENSIX_DATA", help="The desk's data folder.")]
Merchant = Annotated[int | None, _option("The merchant's number; needed only where there are several.")]
ReportTo = Annotated[
    Path | None,
    _option("Then write a report of these days here: .html (with plots), .xlsx, .csv or .json.", "--report"),
]
Lang = Annotated[str, _option("Of the report: zh or en; not given: that of the file.", "--lang")]
Undo = Annotated[str, _option("Take this import away again.")]


def import_command(database: Database, report: Callable[..., None]) -> Callable[..., None]:
    """The command, given how a data folder's database is reached, and the one that reports."""

    def import_(
        files: Files,
        shop: ShopName = "",
        platform: Platform = "",
        zone: Zone = "",
        mapping: MappingName = "",
        map: Map = None,
        date_format: DateFormat = None,
        day: Day = "",
        encoding: Encoding = "",
        delimiter: Delimiter = "",
        save: Save = "",
        bodies: Bodies = "keep",
        dry_run: DryRun = False,
        yes: Yes = False,
        accept_rejects: AcceptRejects = False,
        most_rejected: MostRejected = 5.0,
        seed: Seed = 6,
        as_json: Json = False,
        report_to: ReportTo = None,
        lang: Lang = "",
        data: Data = Path("data"),
        merchant: Merchant = None,
    ) -> None:
        """Add chat logs of other systems to the archive, where reports find them. All of them, or nothing.

        Works while the desk runs and while it does not.
        """
        from goldensix.importing.memory import keep_memory
        from goldensix.importing.place import Wanted, find_place

        keep_memory()
        _check(files, bodies)
        with _refusals(as_json):
            place = find_place(data, MerchantId(merchant) if merchant else None, database)
            wanted = Wanted(shop or _name_of(files[0]), platform, zone)
            text = TextForm(tuple(date_format or ()), day, encoding, delimiter.replace("\\t", "\t"))
            reading = _told(place, mapping, map or [], text, wanted, files[0])
            looks = _looks(files, reading, wanted)
            order = _order(place, wanted, looks, files, replace_bodies=bodies)
            order = replace(
                order, dry_run=dry_run, accept_rejects=accept_rejects, most_rejected=most_rejected / 100, seed=seed
            )
            asked = sys.stdin.isatty() and not as_json
            _show(looks, order, asked=asked)
            if not (yes or dry_run):
                if not asked:
                    _refuse_guesses(looks, reading, mapping, zone)
                elif not typer.confirm("Import it like this?", default=True):
                    raise typer.Exit(NOT_DONE)
            if save:
                place.mappings.save(save, looks[0].reading)
            result = _carried_out(order, as_json)
            _finish(result, as_json)
        if report_to is not None and result.outcome in ("applied", "nothing_new"):
            _report(report, result, report_to, data, merchant, lang or _language_of(looks[0]))

    return import_


def _language_of(look: "Look") -> str:
    """Empty: the file does not tell."""
    from goldensix.metrics.wording import is_chinese

    return "zh" if is_chinese([*look.names, *(cell for row in look.samples for cell in row if cell)]) else ""


def _report(
    report: Callable[..., None], result: "Result", output: Path, data: Path, merchant: int | None, lang: str
) -> None:
    """Of the shop and of the days that the import added to; of all of the shop's if it added nothing."""
    days = result.source.days
    first, last = (days[0], days[-1]) if days else (None, None)
    shop = str(result.source.shop)
    report(shop=shop, from_=first, to=last, by="day", output=output, data=data, merchant=merchant, lang=lang)
    print(output)  # noqa: T201 - where it is


def _check(files: list[Path], bodies: str) -> None:
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise typer.BadParameter(f"{missing[0]} is not a file.", param_hint="FILES")
    if bodies not in ("keep", "mask", "drop"):
        raise typer.BadParameter(f"keep, mask or drop, not {bodies}.", param_hint="--bodies")


class _refusals:  # noqa: N801 - reads as a sentence where it stands
    """What is expected to go wrong ends in one sentence, or as JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from goldensix.adapters.archive.mappings import BadName
        from goldensix.adapters.archive.sources import ArchiveBusy
        from goldensix.adapters.importers.encodings import Unreadable
        from goldensix.importing.order import CannotImport

        if not isinstance(error, CannotImport | ArchiveBusy | Unreadable | BadName):
            return
        if self._as_json:
            print(json.dumps({"error": str(error)}, ensure_ascii=False))  # noqa: T201 - for programs
        else:
            from goldensix.importing.screen import complain

            complain(str(error))
        raise typer.Exit(NOT_DONE) from None


def _name_of(file: Path) -> str:
    return file.name.partition(".")[0] or file.name


@dataclass(frozen=True, slots=True)
class TextForm:
    """How texts are written, as far as somebody said so."""

    times: tuple[str, ...]
    day: str
    encoding: str
    delimiter: str


def _told(place: "Place", mapping: str, maps: list[str], text: TextForm, wanted: Any, file: Path) -> "Reading | None":
    """What was said about how to read; None: nothing, so each file as it looks."""
    from goldensix.adapters.importers.look import look
    from goldensix.importing.order import CannotImport

    saved = place.mappings.find(mapping) if mapping else None
    if mapping and saved is None:
        names = ", ".join(place.mappings.names()) or "none yet"
        raise CannotImport(f"There is no mapping called {mapping}; saved are: {names}.")
    if not (saved or maps or any((text.times, text.day, text.encoding, text.delimiter))):
        return None
    base = saved or _guessed(look, file, wanted.zone or "Asia/Shanghai", text)
    if wanted.zone:
        base = replace(base, zone=wanted.zone)
    given = replace(
        base,
        times=text.times or base.times,
        day=text.day or base.day,
        encoding=text.encoding or base.encoding,
        delimiter=text.delimiter or base.delimiter,
    )
    return _mapped(given, maps)


def _guessed(look: "Callable[..., Look]", file: Path, zone: str, text: TextForm) -> "Reading":
    from goldensix.adapters.importers.encodings import ENCODINGS
    from goldensix.importing.order import CannotImport

    if text.encoding and text.encoding not in ENCODINGS:
        raise CannotImport(f"--encoding is one of {', '.join(ENCODINGS)}, not {text.encoding}.")
    return look(file, zone, encoding=text.encoding, delimiter=text.delimiter).reading


def _mapped(reading: "Reading", maps: list[str]) -> "Reading":
    from goldensix.adapters.importers.words import ROLES
    from goldensix.importing.order import CannotImport

    for told in maps:
        left, equals, right = told.partition("=")
        table, colon, value = left.partition(":")
        if not equals:
            raise CannotImport(f"--map {told} is not ROLE=COLUMN.")
        if colon and table in ("side", "what", "kind"):
            reading = _meaning(reading, table, value, right)
        elif left in ROLES:
            times = () if left == "time" else reading.times
            dates = () if left == "date" else reading.dates
            reading = replace(reading.told({left: right}), times=times, dates=dates)
        else:
            raise CannotImport(
                f"--map {told}: the roles are {', '.join(ROLES)}, and side:VALUE, what:VALUE, kind:VALUE."
            )
    return reading


def _meaning(reading: "Reading", table: str, value: str, meaning: str) -> "Reading":
    from goldensix.adapters.importers.words import KINDS
    from goldensix.importing.order import CannotImport
    from goldensix.log.columns import BYS, WHATS

    known = {"side": BYS, "what": WHATS, "kind": tuple(KINDS)}[table]
    if meaning not in known:
        raise CannotImport(f"--map {table}:{value}={meaning}: it is one of {', '.join(known)}.")
    if table == "side":
        return replace(reading, sides={**reading.sides, value: meaning})
    if table == "what":
        return replace(reading, whats={**reading.whats, value: meaning})
    return replace(reading, kinds={**reading.kinds, value: meaning})


def _looks(files: list[Path], reading: "Reading | None", wanted: Any) -> "list[Look]":
    from goldensix.adapters.importers.look import look
    from goldensix.importing.order import CannotImport

    looks = [look(file, wanted.zone or "Asia/Shanghai", reading) for file in files]
    for each in looks:
        if each.problems:
            raise CannotImport(f"{each.file}: {each.problems[0].en}")
    return looks


def _order(place: "Place", wanted: Any, looks: "list[Look]", files: list[Path], *, replace_bodies: Any) -> "Order":
    from goldensix.adapters.importers.columns import together
    from goldensix.importing.order import FileToRead, Order

    first = looks[0]
    shop = place.shop(wanted.shop, wanted.platform or first.platform, wanted.zone or first.reading.zone)
    return Order(
        data=place.data,
        merchant=place.merchant,
        files=tuple(FileToRead(file, file.name) for file in files),
        shop=shop,
        reading=None if _differ(looks) else together([each.reading for each in looks]),
        bodies=replace_bodies,
    )


def _differ(looks: "list[Look]") -> bool:
    """Files of different columns are each read as they look."""
    return len({each.names for each in looks}) > 1


def _show(looks: "list[Look]", order: "Order", *, asked: bool) -> None:
    """Where nobody is asked, what was found out is no part of the output."""
    from goldensix.importing.screen import errors, show

    if asked:
        show(looks, order)
    else:
        show(looks, order, errors)


def _refuse_guesses(looks: "list[Look]", told: "Reading | None", mapping: str, zone: str) -> None:
    """Nobody is there to confirm what was found out: then either nothing was, or --yes says that it is right."""
    from goldensix.importing.order import CannotImport

    guessed = dict.fromkeys(part for each in looks for part in _guessed_parts(each, told, mapping, zone))
    if guessed:
        raise CannotImport(f"Nothing was imported: --yes says that what was found out is right ({', '.join(guessed)}).")


def _guessed_parts(look: "Look", told: "Reading | None", mapping: str, zone: str) -> list[str]:
    from goldensix.adapters.importers.dates import has_zone

    kind, zoned = look.format.kind, all(map(has_zone, look.reading.times))
    guessed = {
        "encoding": kind in ("csv", "jsonl") and not (told and told.encoding),
        "delimiter": kind == "csv" and not (told and told.delimiter),
        "columns": not mapping,
        "date format": not (mapping or (told and told.times)),
        "time zone": not (mapping or zone or zoned),
    }
    return [part for part, is_guessed in guessed.items() if is_guessed]


def _carried_out(order: "Order", as_json: bool) -> "Result":
    from goldensix.importing.carry_out import carry_out
    from goldensix.importing.screen import Bar

    if as_json:
        return carry_out(order, lambda _: None)
    with Bar() as bar:
        return carry_out(order, bar.tell)


def _finish(result: "Result", as_json: bool) -> None:
    from goldensix.importing.screen import summary
    from goldensix.importing.told import result_told

    if as_json:
        print(json.dumps(result_told(result), ensure_ascii=False))  # noqa: T201 - for programs
    else:
        summary(result)
    if result.outcome in ("too_many_rejected", "nothing_read"):
        raise typer.Exit(NOT_DONE)


def imports(
    undo: Undo = "",
    as_json: Json = False,
    data: Data = Path("data"),
    merchant: Merchant = None,
) -> None:
    """List what was imported, the latest first; or take one import away again."""
    import msgspec

    from goldensix.adapters.archive.sources import Archive
    from goldensix.importing.order import CannotImport
    from goldensix.importing.place import archived_merchant
    from goldensix.importing.screen import listed, undone

    with _refusals(as_json):
        archive = Archive(data, archived_merchant(data, MerchantId(merchant) if merchant else None))
        if not undo:
            found = archive.sources()
            print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False)) if as_json else listed(found)  # noqa: T201 - the answer of --json
            return
        with archive.writing():
            source = archive.undo(undo)
        if source is None:
            raise CannotImport(f"There is no import called {undo}: `goldensix imports` lists them.")
        print(json.dumps({"undone": undo})) if as_json else undone(source)  # noqa: T201 - the answer of --json
