"""How a file is read: what it is, what its columns are, what its values mean. Found by `look`, changed by people,
saved under a name, and then followed to the letter."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from goldensix.adapters.importers.words import Role

FileKind = Literal["csv", "xlsx", "jsonl", "parquet", "dialogues"]
Bodies = Literal["keep", "mask", "drop"]
BODIES: Final[tuple[Bodies, ...]] = ("keep", "mask", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    kind: FileKind
    encoding: str = "utf-8"
    delimiter: str = ","
    quoted: bool = True
    """Cells may stand in double quotes."""
    header: int | None = 0
    """The row, from 0, that names the columns; None: none does."""
    sheet: str = ""
    line_end: str = "\n"
    threads: bool = False
    """Public posts that name what they answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    columns: Mapping[Role, str] = field(default_factory=dict)
    """Which column plays which role."""
    zone: str = "Asia/Shanghai"
    """Of times that carry none."""
    encoding: str = ""
    delimiter: str = ""
    """Of text files; empty: as the file looks."""
    times: tuple[str, ...] = ()
    """Formats of the time column, tried in order."""
    dates: tuple[str, ...] = ()
    """Of the date column, where day and time stand apart."""
    day: str = ""
    """YYYY-MM-DD: the day of a file whose times have none."""
    sides: Mapping[str, str] = field(default_factory=dict)
    """From a value of the side or sender column to who that is: one of `log.columns.BYS`."""
    whats: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def column(self, role: Role) -> str | None:
        return self.columns.get(role)

    def told(self, columns: Mapping[Role, str]) -> "Reading":
        """With some roles given to other columns; an empty name takes the role away."""
        merged = {**self.columns, **columns}
        return replace(self, columns={role: column for role, column in merged.items() if column})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be read as things stand."""

    code: Literal[
        "empty",
        "no_rows",
        "one_column",
        "unknown_kind",
        "damaged",
        "no_time",
        "time_format",
        "no_day",
        "no_clock",
        "no_sender",
        "no_buyer",
        "no_text",
        "missing_column",
        "unknown_zone",
    ]
    en: str
    zh: str


Shop = Literal["desk", "analyst"]
