"""Days of a question: which are counted, which they are compared with."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goldensix.metrics.zones import day_name, day_number
from goldensix.reporting.question import CannotReport

Days = tuple[int, int]
"""First and last, both counting, as numbers since 1970."""
_LONGEST = 3_700
_FIGURES = ("benchmark:", "file:")
"""What is compared with by name; a name may have dots in it."""
_YEARS = range(1971, 2200)
"""Far beyond any log, and what lies just before or after them is a day too."""


def named_days(first: str | None, last: str | None, known: Days | None) -> Days | None:
    """Those that are named; an end that is not, is that of all there is data of. None: there is none."""
    if known is None and (first is None or last is None):
        return None
    begin = _day(first) if first is not None else (known or (0, 0))[0]
    end = _day(last) if last is not None else (known or (0, 0))[1]
    if first is not None and last is not None and begin > end:
        raise CannotReport(f"The days {first} to {last} run backwards.", f"日期 {first} 至 {last} 前后颠倒。")
    if end - begin > _LONGEST:
        raise CannotReport("At most ten years at a time.", "一次最多十年。")
    return begin, max(begin, end)


def compared_days(vs: str, days: Days) -> Days | None:
    """None: not compared with other days."""
    if vs == "previous":
        length = days[1] - days[0] + 1
        return days[0] - length, days[1] - length
    first, dots, last = vs.partition("..") if not vs.startswith(_FIGURES) else ("", "", "")
    return named_days(first, last, None) if dots else None


def month_of(day: int) -> Days:
    """The whole month that a day is in."""
    first = date.fromisoformat(day_name(day)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return day_number(first), day_number(after) - 1


def today(zone: str, now: int) -> int:
    return day_number(datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone)).date())


def _day(text: str) -> int:
    try:
        day = date.fromisoformat(text)
        if day.year not in _YEARS:
            raise ValueError
        return day_number(day)
    except ValueError:
        raise CannotReport(f"{text} is no day such as 2026-11-11.", f"{text} 不是日期，例如 2026-11-11。") from None
