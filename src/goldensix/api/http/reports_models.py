"""What the report doors give; the worker's JSON has the same names. Times are milliseconds UTC, days are the shop's."""

from typing import Literal

from pydantic import ConfigDict, Field

from goldensix.api.http.models import Answer, Ask
from goldensix.log.columns import By, What
from goldensix.metrics.caliber import Clock, Measure, Replier, Unit
from goldensix.metrics.figures import Reason

FigureKind = Literal["rate", "ratio", "seconds", "count"]
"""`rate` and `ratio` are percent; a ratio may pass 100."""


class Words(Answer):
    zh: str
    en: str


class ManyWords(Answer):
    zh: list[str]
    en: list[str]


class ReportShop(Answer):
    number: int
    name: str
    platform: str
    """`desk`: a shop with a window of its own."""
    zone: str
    first_day: str | None
    last_day: str | None
    conversations: int
    messages: int
    rehearsed: int
    """Of the conversations: played by a rehearsal."""


class Named(Answer):
    key: str
    """What the query is given."""
    name: str


class SourcesAnswer(Answer):
    shops: list[ReportShop]
    groups: list[Named]
    agents: list[Named]
    benchmarks: list[str]
    rehearsals: bool
    """Whether rehearsals count where the query does not say; so it is at a demo."""
    orders: bool
    """Whether there are orders, so that conversion says something."""


class Target(Answer):
    sense: Literal["at_least", "at_most", "above", "below"]
    value: float


class Told(Answer):
    head: Words
    text: Words


class CaliberAnswer(Answer):
    id: str
    platform: str
    names: Words
    version: Words
    valid_from: str | None
    source: Words
    assumed: ManyWords
    target: Target | None
    measure: Measure
    unit: Unit
    clock: Clock
    anchor: Literal["first", "last"]
    human_stage: bool
    """The clock starts no sooner than the conversation reached a human."""
    valid: list[Replier]
    window: list[float]
    """[from, to) in hours of the local day; empty: all day."""
    threshold: float | None
    """Seconds, as cap and limit are."""
    op: Literal["<=", "<"]
    cap: float | None
    limit: float | None
    p: int | None
    """Of a percentile."""
    unanswered: Literal["fail", "exclude", "cap"]
    min_sample: int | None
    told: list[Told]
    """What it counts, in words."""
    own: bool
    """The merchant's, not one that comes with the package."""
    kind: FigureKind
    opens: bool
    """Whether single waits stand behind it, that are so far from a limit; the others open to conversations."""


class FigureKey(Answer):
    """Those that the query asked for."""

    day: str | None = None
    hour: int | None = None
    agent: str | None = None
    group: str | None = None
    shop: int | None = None


class Compared(Answer):
    num: float | None
    den: int | None
    value: float | None


class ReportRow(Answer):
    key: FigureKey
    caliber: str
    num: float
    """Seconds where the figure is."""
    den: int
    value: float | None
    """Null: no data."""
    left_out: dict[Reason, int]
    assessed: bool
    """False: too few for the platform to judge by."""
    meets: bool | None
    """The target; null without one."""
    vs: Compared | None


class Period(Answer):
    first: str | None
    last: str | None


class FiguresAnswer(Answer):
    zone: str | None
    """Null: shops of several."""
    first: str | None
    """The days that were counted; null: there is no data at all."""
    last: str | None
    as_of: int
    sessions: int
    rehearsals: bool
    """Whether conversations of rehearsals count."""
    against: Period | None
    """The days of `vs`, where it is a period."""
    by: list[Literal["shop", "agent", "group", "day", "hour"]]
    names: dict[str, dict[str, str]]
    """By grain, from key to name: of shops, agents and groups in the rows."""
    truncated: bool
    """There were too many rows: the export has them all."""
    rows: list[ReportRow]


class Hour(Answer):
    hits: int
    misses: int


class ExplainedRow(Answer):
    shop: int
    buyer: str
    session: str
    agent: str | None
    agent_name: str
    start: int
    reply_at: int | None
    wait: int | None
    """Milliseconds, as the caliber counts it."""
    why: Reason | None
    """Why it counts on neither side."""
    hit: bool
    first_words: str | None
    """Null: the words were not kept."""


class ExplainAnswer(Answer):
    caliber: str
    total: int
    """Rows that the query found, of which a page is given."""
    hits: int
    misses: int
    out: dict[Reason, int]
    by_hour: list[Hour]
    """24 of them."""
    rows: list[ExplainedRow]


class ConversationLine(Answer):
    at: int
    what: What
    by: By | None
    agent: str | None
    agent_name: str
    kind: str
    text: str | None
    """Null: not kept, or erased."""
    recalled: bool
    score: int | None
    """Of a rating."""


class ClockAnswer(Answer):
    start: int
    stop: int | None
    wait: int | None
    counts: bool
    why: Reason | None
    hit: bool | None
    """Null where there is no limit."""


class OtherCaliber(Answer):
    caliber: str
    hit: bool | None
    wait: int | None
    why: Reason | None


class ReportConversation(Answer):
    shop: int
    shop_name: str
    zone: str
    buyer: str
    session: str
    on_desk: bool
    """It is the desk's own: `/conversations/{session}` shows it."""
    lines: list[ConversationLine]
    clocks: list[ClockAnswer]
    """Every turn that the caliber sees, in order."""
    others: list[OtherCaliber]
    """The same first turn under the calibers of a first or any reply."""


class Distribution(Answer):
    platform: str
    count: int
    """Conversations, unanswered ones among them."""
    points: list[tuple[float, float]]
    """(seconds, per cent of conversations with a first human reply by then)."""


class DistributionAnswer(Answer):
    zone: str | None
    first: str | None
    last: str | None
    platforms: list[Distribution]


class PaceAnswer(Answer):
    month: str
    target: Target | None
    """Null: the caliber has none, or is no rate; then the rest is null or 0 as well."""
    num: int
    den: int
    days_left: int
    """Of the month, after the last day that was counted."""
    expected_more: int
    """What the base will grow by, as in the last seven days with data."""
    misses_left: int | None
    """How many of those may miss; below 0: the month cannot make it."""
    needed: float | None
    """Per cent of those, at least."""
    at_this_pace: float | None
    """Where the month ends if they go as the last seven days with data."""


class BenchmarkValue(Answer):
    caliber: str
    value: float
    day: str | None


class BenchmarkAnswer(Answer):
    name: str
    values: list[BenchmarkValue]


class BenchmarkAsk(Ask):
    csv: str = Field(min_length=1, max_length=200_000)
    """Columns caliber, value and, if wanted, day."""


class OwnCalibers(Answer):
    toml: str
    calibers: list[str]
    """Ids of those in use."""


class OwnAsk(Ask):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)  # faults are told by the line
    toml: str = Field(max_length=200_000)


class WorkedExample(Answer):
    example: str
    caliber: str
    expected: float | None
    live: float | None
    batch: float | None
    holds: bool
    problem: str
    """Why it could not be worked out; else empty."""


class OwnFault(Answer):
    line: int | None
    caliber: str
    field: str
    message: str


class OwnChecked(Answer):
    usable: bool
    fault: OwnFault | None
    """The first thing that is wrong with the file itself."""
    calibers: list[str]
    unworked: list[str]
    """Calibers without an example: each needs one before it is used."""
    examples: list[WorkedExample]
