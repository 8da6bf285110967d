"""What the import doors take and give; the worker's JSON has the same names."""

from typing import Literal

from pydantic import Field

from goldensix.adapters.importers.words import Kind, Role
from goldensix.api.http.models import Answer, Ask
from goldensix.log.columns import By, What

Outcome = Literal["applied", "nothing_new", "too_many_rejected", "dry_run", "nothing_read"]


class ImportShop(Answer):
    id: int
    name: str
    platform: str
    zone: str
    analysts: bool
    """Made by an import: no window, no group, not on the live page."""


class ImportedFile(Answer):
    name: str
    bytes: int
    rows: int
    rejected: int


class Imported(Answer):
    id: str
    made_at: int
    by: str
    shop: int
    shop_name: str
    platform: str
    zone: str
    files: list[ImportedFile]
    bodies: str
    days: list[str]
    lines: int
    messages: int
    conversations: int | None
    """None: the files name none."""
    buyers: int
    agents: int
    first: int | None
    last: int | None
    duplicates: int
    rejected: int
    clashes: int
    """Of the duplicates: another message's id, at another time."""
    left_out: int
    generated: str
    """How times were drawn; empty: they are as recorded."""


class ImportsAnswer(Answer):
    imports: list[Imported]
    """The latest first."""
    shops: list[ImportShop]
    """Where lines may go: the desk's shops, then those that imports made."""
    mappings: list[str]
    """Names of saved readings."""
    most_bytes: int
    """Of one upload."""


class UploadAnswer(Answer):
    upload: str
    name: str
    bytes: int


class ReadingModel(Ask):
    columns: dict[Role, str]
    """Which column plays which role."""
    zone: str = Field(max_length=60)
    encoding: Literal["", "utf-8", "gb18030", "utf-16-le", "utf-16-be"] = ""
    delimiter: str = Field("", max_length=1)
    times: list[str] = Field(default=[], max_length=20)
    dates: list[str] = Field(default=[], max_length=20)
    day: str = Field("", max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    sides: dict[str, By] = Field(default={}, max_length=500)
    whats: dict[str, What] = Field(default={}, max_length=500)
    kinds: dict[str, Kind] = Field(default={}, max_length=500)


class ReadingAnswer(Answer):
    columns: dict[Role, str]
    zone: str
    encoding: str
    delimiter: str
    times: list[str]
    dates: list[str]
    day: str
    sides: dict[str, str]
    whats: dict[str, str]
    kinds: dict[str, str]


class LookAsk(Ask):
    uploads: list[str] = Field(min_length=1, max_length=60)
    zone: str = Field("Asia/Shanghai", max_length=60)
    reading: ReadingModel | None = None
    """None: as it looks."""
    mapping: str | None = Field(None, max_length=60)
    """A saved reading instead."""


class ImportFormat(Answer):
    kind: Literal["csv", "xlsx", "jsonl", "parquet", "dialogues"]
    encoding: str
    delimiter: str
    quoted: bool
    header: int | None
    sheet: str
    line_end: str
    threads: bool


class ShownLine(Answer):
    """A row as it would be read."""

    row: int
    at: int | None
    by: str | None
    buyer: str | None
    agent: str | None
    session: str | None
    what: str | None
    text: str | None
    fault: str | None


class ImportProblem(Answer):
    code: str
    en: str
    zh: str


class FileLook(Answer):
    file: str
    bytes: int
    format: ImportFormat
    names: list[str]
    samples: list[list[str]]
    reading: ReadingAnswer
    platform: str
    values: dict[str, list[str]]
    """By role, the values that say who, what or what kind."""
    lines: list[ShownLine]
    rejected: int
    sampled: int
    rows: int
    """Roughly."""
    bom: bool
    problems: list[ImportProblem]
    generated: bool
    """Its times are drawn."""


class LookAnswer(Answer):
    looks: list[FileLook]
    roles: list[Role]


class ImportAsk(Ask):
    uploads: list[str] = Field(min_length=1, max_length=60)
    shop: int | None = None
    """None: a new analyst's shop of the name."""
    shop_name: str = Field("", max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
    platform: str = Field("other", max_length=30, pattern=r"^[a-z0-9_-]*$")
    zone: str = Field("Asia/Shanghai", max_length=60)
    reading: ReadingModel | None = None
    """None: each file as it looks."""
    bodies: Literal["keep", "mask", "drop"] = "keep"
    accept_rejects: bool = False
    save_as: str | None = Field(None, max_length=60)


class RejectedRow(Answer):
    file: str
    row: int
    column: str
    reason: str
    cell: str


class ImportResult(Answer):
    outcome: Outcome
    source: Imported
    rows: int
    faults: dict[str, int]
    first_rejects: list[RejectedRow]
    has_rejects: bool
    seconds: float


class ImportProgress(Answer):
    state: Literal["none", "running", "done", "failed"]
    phase: str
    file: str
    done: int
    total: int
    seconds: float
    """Since this phase began."""
    result: ImportResult | None
    error: str
