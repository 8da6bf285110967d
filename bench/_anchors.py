"""What the metrics are measured against: a bare sort, a bare fold, the same report in pandas and in SQL by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numba
import numpy as np
import polars as pl

from _synthetic import AGENTS, BEGINS, DAYS
from _twelve import TWELVE
from goldensix.metrics.tables import PIECE, WHOLE, variant_of

_DAY = 86_400_000
COLUMNS = ("session", "buyer", "by", "agent", "at")
"""What a report from messages needs at the least."""


def read_and_sort(log: Path, columns: Sequence[str] = ("*",)) -> int:
    """Read the log's Parquet and sort it by conversation and time, in DuckDB."""
    names = ", ".join(name if name == "*" else f'"{name}"' for name in columns)
    with duckdb.connect() as connection:
        connection.execute(f"create table sorted as select {names} from '{log}/*.parquet' order by session, \"at\"")
        return int(connection.execute("select count(*) from sorted").fetchall()[0][0])


# ------------------------------------------------------------------------------------------------ a bare fold


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]  # numba has no types
def _fold(conversation: Any, by: Any, agent: Any, at: Any, begins: int, asked: Any, had: Any, sums: Any) -> None:
    """Turns of one set of repliers, and their sums by agent and day: turns, waits, within 180 s, firsts within 30 s."""
    for line in range(len(by)):
        c = conversation[line]
        if by[line] == 0:
            if asked[c] == 0:
                asked[c] = at[line]
        elif by[line] == 1 and asked[c] != 0:
            wait, day = at[line] - asked[c], (asked[c] - begins) // 86_400_000
            cell = sums[agent[line], min(max(day, 0), sums.shape[1] - 1)]
            cell[0] += 1
            cell[1] += wait
            cell[2] += wait <= 180_000
            if not had[c]:
                cell[3] += 1
                cell[4] += wait <= 30_000
            had[c] = 1
            asked[c] = 0


def bare_fold(log: Path) -> int:
    """Read what it needs of the time-ordered log, number its names, fold it in one thread: the limit."""
    lines = pl.read_parquet(log / "*.parquet", columns=["session", "by", "agent", "at"])
    by = lines["by"].cast(pl.Enum(["buyer", "agent", "bot_auto"])).to_physical().to_numpy()
    agents = pl.Enum([f"小{number}" for number in range(AGENTS)])
    agent = lines["agent"].cast(agents).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    conversation = lines["session"].cast(pl.Categorical).to_physical().to_numpy()
    size = int(conversation.max()) + 1
    sums = np.zeros((AGENTS, DAYS + 1, 5), np.int64)
    asked, had = np.zeros(size, np.int64), np.zeros(size, np.int8)
    _fold(conversation, by, agent, lines["at"].to_numpy(), BEGINS, asked, had, sums)
    return int(sums[:, :, 0].sum())


# ------------------------------------------------------------------------------------------------ pandas


def pandas_report(log: Path) -> int:
    """The twelve calibers from messages in pandas, as an analyst writes it."""
    import pandas as pd

    lines = pl.read_parquet(log / "*.parquet", columns=list(COLUMNS)).to_pandas()
    lines = lines[lines["by"].isin(["buyer", "agent"])].sort_values(["session", "at"], kind="stable")
    buyer = lines["by"] == "buyer"
    begins = buyer & ~((lines["session"] == lines["session"].shift()) & buyer.shift(fill_value=False))
    lines["turn"] = begins.cumsum()
    questions, replies = lines[buyer], lines[~buyer]
    turns = questions.groupby("turn").agg(
        session=("session", "first"), buyer=("buyer", "first"), start=("at", "first"), n=("at", "size")
    )
    reply = replies.groupby("turn").agg(reply=("at", "first"), agent=("agent", "first"))
    turns = turns.join(reply, how="left")
    first_session = replies.groupby("session")["agent"].last()
    turns["agent"] = turns["agent"].fillna(turns["session"].map(first_session))
    turns["wait"] = turns["reply"] - turns["start"]
    local = turns["start"] + 8 * 3_600_000
    turns["day"], time = local // _DAY, local % _DAY // 3_600_000
    turns["answered"] = turns["wait"].notna()
    turns["first"] = ~turns["session"].duplicated()
    turns["within"], turns["late"] = turns["wait"] <= 180_000, ~(turns["wait"] <= 60_000)
    turns["capped"] = turns["wait"].clip(upper=600_000).fillna(600_000)
    key = ["agent", "day"]
    day, office = turns[time >= 8], turns[(time >= 8) & (time < 23)]
    first = turns[turns["first"]]
    hours = first[(time[first.index] >= 9) & (time[first.index] < 23)]
    persons = office.groupby([*key, "buyer"])["within"].all()
    answered = turns.groupby([*key, "buyer"])["answered"].any()
    found = [
        day.groupby(key)["within"].mean(), (hours["wait"] <= 30_000).groupby([hours[k] for k in key]).mean(),
        (first["wait"] <= 6_000).groupby([first[k] for k in key]).mean(), turns.groupby(key)["late"].mean(),
        (day["within"] * day["n"]).groupby([day[k] for k in key]).sum() / day.groupby(key)["n"].sum(),
        turns.groupby(key)["wait"].mean(), first.groupby(key)["wait"].mean(), office.groupby(key)["capped"].mean(),
        turns.groupby(key)["wait"].median(), turns.groupby(key)["wait"].quantile(0.9, interpolation="lower"),
        persons.groupby(level=key).mean(), answered.groupby(level=key).mean(),
    ]  # fmt: skip
    return int(sum(len(each) for each in pd.concat(found, axis=1).items()))


# ------------------------------------------------------------------------------------------------ SQL by hand

_HOUR = 3_600_000


def _bits(caliber: str) -> str:
    """Whether a row is a turn to a caliber."""
    found = next(each for each in TWELVE if each.id == caliber)
    column = "first" if found.unit == "session_first" else "variants"
    return f'("{column}" & {1 << variant_of(found)} <> 0 and part & {PIECE if found.split_transfer else WHOLE} <> 0)'


def _staged(instant: str, chosen: dict[str, str]) -> str:
    """What the sums have in common, each in a column: the local day and hour, whether answered, the wait."""
    turns = ", ".join(f"{condition} as {name}" for name, condition in chosen.items())
    some = " or ".join(chosen.values())
    first = (
        f"select agent, buyer_key, n, {instant} + 28800000 as wall, reply_at - first_at as late, "
        f"reply_at <> -1 as answered, {turns} from turns where {some}"
    )
    names = ", ".join(chosen)
    return (
        f"select agent, buyer_key, n, wall - wall % 86400000 as day, wall % 86400000 as time, answered, "
        f"answered and late < -5000 as skew, case when answered and late > 0 then late else 0 end as wait, {names} "
        f"from ({first})"
    )


def _between(low: int, high: int) -> str:
    return f"(time >= {low * _HOUR} and time < {high * _HOUR})"


def _counted(name: str, turn: str, inside: str) -> str:
    """How many count, and how many are left out by the hours and by skewed clocks."""
    return (
        f"count_if({turn} and {inside} and not skew) as {name}_den, "
        f"count_if({turn} and not {inside}) as {name}_window, count_if({turn} and {inside} and skew) as {name}_skew"
    )


def _percent(num: str, den: str, name: str) -> str:
    return f"round(100.0 * {num} / {den}, 2) as {name}"


def _turns_by_agent_and_day() -> str:
    day, office = _between(8, 24), _between(8, 23)
    staged = _staged("first_at", {"assisted": _bits("within_180"), "plain": _bits("mean")})
    sums = ", ".join(
        [
            _counted("within", "assisted", day),
            f"count_if(assisted and {day} and not skew and answered and wait <= 180000) as within_num",
            _counted("late", "plain", "true"),
            "count_if(plain and not skew and not (answered and wait <= 60000)) as late_num",
            f"sum(case when plain and {day} and not skew then n else 0 end) as messages_den",
            f"sum(case when plain and {day} and not skew and answered and wait <= 180000 then n else 0 end) "
            "as messages_num",
            f"count_if(plain and not {day}) as messages_window, count_if(plain and {day} and skew) as messages_skew",
            "sum(case when plain and not skew and answered then wait else 0 end) as mean_num",
            "count_if(plain and not skew and answered) as mean_den",
            "count_if(plain and not skew and not answered) as mean_unanswered",
            _counted("capped", "assisted", office),
            f"sum(case when assisted and {office} and not skew then "
            "case when answered then least(wait, 600000) else 600000 end else 0 end) as capped_num",
            "list_sort(list(wait) filter (plain and not skew and answered)) as waits",
        ]
    )
    values = ", ".join(
        [
            _percent("within_num", "within_den", "within_180"),
            _percent("late_num", "late_den", "late_60"),
            _percent("messages_num", "messages_den", "messages_180"),
            "round(mean_num / mean_den / 1000.0, 2) as mean",
            "round(capped_num / capped_den / 1000.0, 2) as capped_600",
            "round((waits[(len(waits) + 1) // 2] + waits[len(waits) // 2 + 1]) / 2000.0, 2) as median",
            "round(waits[(len(waits) * 90 + 99) // 100] / 1000.0, 2) as p90",
        ]
    )
    return f"select * exclude (waits), {values} from (select agent, day, {sums} from ({staged}) group by all)"


def _firsts_by_agent_and_day() -> str:
    hours = _between(9, 23)
    sums = ", ".join(
        [
            _counted("first", "turn", hours),
            f"count_if(turn and {hours} and not skew and answered and wait <= 30000) as first_num",
            _counted("golden", "turn", "true"),
            "count_if(turn and not skew and answered and wait <= 6000) as golden_num",
            "sum(case when turn and not skew and answered then wait else 0 end) as mean_num",
            "count_if(turn and not skew and answered) as mean_den",
            "count_if(turn and not skew and not answered) as mean_unanswered",
        ]
    )
    values = ", ".join(
        [
            _percent("first_num", "first_den", "first_30"),
            _percent("golden_num", "golden_den", "golden_6"),
            "round(mean_num / mean_den / 1000.0, 2) as first_mean",
        ]
    )
    staged = _staged("asked_at", {"turn": _bits("golden_6")})
    return f"select *, {values} from (select agent, day, {sums} from ({staged}) group by all)"


def _persons_by_agent_and_day() -> str:
    office = _between(8, 23)
    persons = (
        f"select agent, day, buyer_key, count_if(turn and {office} and not skew) as turns, "
        f"count_if(turn and {office} and not skew and answered and wait <= 180000) as good, "
        f"count_if(turn and not {office}) as away, count_if(turn and not skew) as every, "
        "count_if(turn and not skew and answered) as replied, count_if(turn and skew) as skewed, "
        f"count_if(turn and {office} and skew) as skewed_inside "
        f"from ({_staged('first_at', {'turn': _bits('person_days_180')})}) group by all"
    )
    sums = (
        "count_if(turns > 0 and turns = good) as num, count_if(turns > 0) as den, sum(away) as away, "
        "count_if(every > 0 and replied > 0) as answered, count_if(every > 0) as all_days, sum(skewed) as skew, "
        "sum(skewed_inside) as skew_inside"
    )
    return (
        f"select *, {_percent('num', 'den', 'a')}, {_percent('answered', 'all_days', 'b')} "
        f"from (select agent, day, {sums} from ({persons}) group by all)"
    )


def hand_sql() -> list[str]:
    """The twelve calibers over stored turns, as one writes it for DuckDB: sums, what is left out and why, values."""
    return [_turns_by_agent_and_day(), _firsts_by_agent_and_day(), _persons_by_agent_and_day()]


def run_hand_sql(turns: Path) -> int:
    with duckdb.connect() as connection:
        connection.execute(f"create view turns as select * from read_parquet('{turns}/turns/**/*.parquet')")
        return sum(connection.sql(query).to_arrow_table().num_rows for query in hand_sql())
