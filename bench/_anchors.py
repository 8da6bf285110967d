"""What the metrics are measured against: a bare sort, a bare fold, the same report in pandas and in SQL by hand."""

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
"""What a report by sorting has to sort at the least."""


def read_and_sort(log: Path) -> int:
    """Read the log's Parquet and sort it by conversation and time, in DuckDB."""
    with duckdb.connect() as connection:
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        connection.execute(f"create table sorted as select {names} from '{log}/*.parquet' order by session, \"at\"")
        return int(connection.execute("select count(*) from sorted").fetchall()[0][0])


# ------------------------------------------------------------------------------------------------ a bare fold


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]
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

_IN = "({local} % 86400000 >= {low} and {local} % 86400000 < {high})"


def _inside(local: str, low: int, high: int) -> str:
    return _IN.format(local=local, low=low * 3_600_000, high=high * 3_600_000)


def _is(caliber: str, turns: str = "") -> str:
    found = next(each for each in TWELVE if each.id == caliber)
    bit = 1 << variant_of(found)
    column = "first" if found.unit == "session_first" else "variants"
    return f'({turns}"{column}" & {bit} <> 0 and {turns}part & {PIECE if found.split_transfer else WHOLE} <> 0)'


def hand_sql() -> list[str]:
    """The twelve calibers over stored turns, as one writes it for DuckDB: sums, what is left out and why, values."""
    start, asked = "(first_at + 28800000)", "(asked_at + 28800000)"
    wait, answered = "greatest(reply_at - first_at, 0)", "reply_at <> -1"
    skew = "(reply_at <> -1 and reply_at - first_at < -5000)"
    base = "from turns group by all"

    def rate(name: str, chosen: str, inside: str, good: str, weight: str = "1") -> str:
        counted = f"{chosen} and {inside} and not {skew}"
        num = f"sum({weight}) filter (where {counted} and {good})"
        den = f"sum({weight}) filter (where {counted})"
        return (
            f"{num} as {name}_num, {den} as {name}_den, round(100.0 * coalesce({num}, 0) / {den}, 2) as {name}, "
            f"count(*) filter (where {chosen} and not {inside}) as {name}_window, "
            f"count(*) filter (where {chosen} and {inside} and {skew}) as {name}_skew"
        )

    def mean(name: str, chosen: str, inside: str, value: str, open_counts: bool = False) -> str:
        counted = f"{chosen} and {inside} and not {skew}" + ("" if open_counts else f" and {answered}")
        num, den = f"sum({value}) filter (where {counted})", f"count(*) filter (where {counted})"
        return (
            f"{num} as {name}_num, {den} as {name}_den, round({num} / {den} / 1000.0, 2) as {name}, "
            f"count(*) filter (where {chosen} and not {inside}) as {name}_window, "
            f"count(*) filter (where {chosen} and {inside} and {skew}) as {name}_skew, "
            f"count(*) filter (where {chosen} and {inside} and not {answered}) as {name}_unanswered"
        )

    turn = ", ".join(
        [
            rate("within_180", _is("within_180"), _inside(start, 8, 24), f"{answered} and {wait} <= 180000"),
            rate("late_60", _is("late_60"), "true", f"not ({answered} and {wait} <= 60000)"),
            rate("messages_180", _is("messages_180"), _inside(start, 8, 24), f"{answered} and {wait} <= 180000", "n"),
            mean("mean", _is("mean"), "true", wait),
            mean("capped_600", _is("capped_600"), _inside(start, 8, 23),
                 f"case when {answered} then least({wait}, 600000) else 600000 end", open_counts=True),
        ]
    )  # fmt: skip
    first = ", ".join(
        [
            rate("first_30", _is("first_30"), _inside(asked, 9, 23), f"{answered} and {wait} <= 30000"),
            rate("golden_6", _is("golden_6"), "true", f"{answered} and {wait} <= 6000"),
            mean("first_mean", _is("first_mean"), "true", wait),
        ]
    )
    chosen, inside = _is("person_days_180"), _inside(start, 8, 23)
    persons = (
        f"select agent, {start} - {start} % 86400000 as day, buyer_key, "
        f"count(*) filter (where {chosen} and {inside} and not {skew}) as turns, "
        f"count(*) filter (where {chosen} and {inside} and not {skew} and {answered} and {wait} <= 180000) as good, "
        f"count(*) filter (where {chosen} and not {inside}) as away, "
        f"count(*) filter (where {chosen} and not {skew}) as every, "
        f"count(*) filter (where {chosen} and not {skew} and {answered}) as replied, "
        f"count(*) filter (where {chosen} and {skew}) as skew from turns group by all"
    )
    why = f"case when {skew} then 1 when not {answered} then 2 else 0 end"
    ranked = (
        f"select agent, {start} - {start} % 86400000 as day, {wait} as wait, {why} as why, "
        "row_number() over (partition by agent, day, why order by wait) as place, "
        f"count(*) over (partition by agent, day, why) as size from turns where {_is('median')}"
    )
    return [
        f"select agent, {start} - {start} % 86400000 as day, {turn} {base}",
        f"select agent, {asked} - {asked} % 86400000 as day, {first} {base}",
        "select agent, day, count(*) filter (where turns > 0 and turns = good) as num, "
        "count(*) filter (where turns > 0) as den, count(*) filter (where every > 0 and replied > 0) as answered, "
        "count(*) filter (where every > 0) as all_days, sum(away) as away, sum(skew) as skew, "
        f"round(100.0 * num / den, 2) as a, round(100.0 * answered / all_days, 2) as b from ({persons}) group by all",
        "select agent, day, count(*) filter (where why = 0) as den, count(*) filter (where why = 1) as skew, "
        "count(*) filter (where why = 2) as unanswered, "
        "sum(wait) filter (where why = 0 and place in ((size + 1) // 2, size // 2 + 1)) as middle, "
        "count(*) filter (where why = 0 and place in ((size + 1) // 2, size // 2 + 1)) as middles, "
        "round(middle / middles / 1000.0, 2) as median, "
        "round(sum(wait) filter (where why = 0 and place = (size * 90 + 99) // 100) / 1000.0, 2) as p90 "
        f"from ({ranked}) group by all",
    ]  # fmt: skip


def run_hand_sql(turns: Path) -> int:
    with duckdb.connect() as connection:
        connection.execute(f"create view turns as select * from read_parquet('{turns}/turns/**/*.parquet')")
        return sum(connection.execute(query).to_arrow_table().num_rows for query in hand_sql())
