"""Which column plays which role: a guess from headers and values, to be confirmed by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from goldensix.adapters.importers import dates
from goldensix.adapters.importers.reading import Reading
from goldensix.adapters.importers.words import (
    FALSE,
    HEADERS,
    KINDS,
    PLATFORMS,
    ROLES,
    SIDES,
    TRUE,
    TRUE_IS_AGENT,
    TRUE_IS_BUYER,
    WHATS,
    Role,
    lookup,
    plain,
)

Samples = Mapping[str, Sequence[str]]
"""Values of each column, in the file's order of columns."""
_MOST_VALUES: Final = 40
"""Different values of a column that says who, what or what kind; one with more says something else."""
_KNOWN_SHARE: Final = 0.6
_SIDES: Final = lookup(SIDES)
_WHATS: Final = lookup(WHATS)
_KINDS: Final = lookup(KINDS)
_WORDS: Final[dict[Role, frozenset[str]]] = {role: frozenset(words.split()) for role, words in HEADERS.items()}


def guess(samples: Samples, zone: str) -> Reading:
    columns = _by_header(samples)
    _settle_sender(columns, samples)
    _settle_kinds(columns, samples)
    _by_values(columns, samples)
    _distrust_id(columns, samples)
    return with_values(Reading(columns=columns, zone=zone), samples)


def with_values(reading: Reading, samples: Samples) -> Reading:
    """The same columns, with what their values look like found out anew where nobody has said it."""
    side = reading.column("side") or reading.column("sender")
    return Reading(
        columns=reading.columns,
        zone=reading.zone,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        day=reading.day,
        times=reading.times or tuple(dates.guess(_of(samples, reading.column("time")))),
        dates=reading.dates or tuple(dates.guess(_of(samples, reading.column("date")))),
        sides=dict(reading.sides) or sides_of(side, samples),
        whats=dict(reading.whats) or _meanings(_of(samples, reading.column("what")), _WHATS),
        kinds=dict(reading.kinds) or _meanings(_of(samples, reading.column("kind")), _KINDS),
    )


def together(readings: Sequence[Reading]) -> Reading:
    """One reading for files of the same columns: each may write times, and say who, in its own way."""
    first = readings[0]
    return replace(
        first,
        times=tuple(dict.fromkeys(shape for each in readings for shape in each.times)),
        dates=tuple(dict.fromkeys(shape for each in readings for shape in each.dates)),
        sides={value: by for each in readings for value, by in each.sides.items()},
        whats={value: what for each in readings for value, what in each.whats.items()},
        kinds={value: kind for each in readings for value, kind in each.kinds.items()},
    )


def platform_of(headers: Sequence[str], file: str) -> str:
    """A word that only one platform uses, in a header or in the file's name; else `other`."""
    told = " ".join([*headers, file]).casefold()
    found = [name for name, words in PLATFORMS.items() if any(word in told for word in words.split() if word != "jd")]
    return found[0] if found else "other"


def _of(samples: Samples, column: str | None) -> Sequence[str]:
    return samples.get(column, ()) if column else ()


def _by_header(samples: Samples) -> dict[Role, str]:
    """Exact words first, over all roles; then headers that contain one."""
    columns: dict[Role, str] = {}
    for fits in (_says, _contains):
        for role in ROLES:
            for name in samples:
                if role not in columns and name not in columns.values() and fits(role, plain(name)):
                    columns[role] = name
    return columns


def _says(role: Role, header: str) -> bool:
    return header in _WORDS[role]


def _contains(role: Role, header: str) -> bool:
    """Long words only: two letters stand in anything."""
    return any(len(word) >= (2 if word > "\u2e80" else 5) and word in header for word in _WORDS[role])


def _settle_sender(columns: dict[Role, str], samples: Samples) -> None:
    """`From` may name a person or a side: its values tell."""
    if "side" not in columns and "sender" in columns and _is_side(_of(samples, columns["sender"])):
        columns["side"] = columns.pop("sender")
    elif "side" in columns and "sender" not in columns and _names_people(columns["side"], samples):
        columns["sender"] = columns.pop("side")
    for role in ("agent", "buyer"):
        # 客服 over a column of 买家, 客服 says who sent, not which person.
        if "side" not in columns and role in columns and _is_side(_of(samples, columns[role])):
            columns["side"] = columns.pop(role)


def _names_people(column: str, samples: Samples) -> bool:
    return plain(column) not in TRUE_IS_BUYER | TRUE_IS_AGENT and not _is_side(_of(samples, column))


def _settle_kinds(columns: dict[Role, str], samples: Samples) -> None:
    """`Type` may say what happened or what kind of message it was."""
    kind = columns.get("kind")
    if kind is None or "what" in columns:
        return
    values = _distinct(_of(samples, kind))
    events = sum(plain(value) in _WHATS and plain(value) not in _KINDS for value in values)
    if values and events * 2 >= len(values):
        columns["what"] = columns.pop("kind")


def _by_values(columns: dict[Role, str], samples: Samples) -> None:
    """Where no header helped: a column of times, one of sides, and the longest words."""
    free = [name for name in samples if name not in columns.values()]
    if "time" not in columns:
        _give(columns, "time", [name for name in free if _share(samples[name], dates.shape_of) > _KNOWN_SHARE])
    free = [name for name in samples if name not in columns.values()]
    if not columns.keys() & {"side", "sender"}:
        _give(columns, "side", [name for name in free if _is_side(samples[name])])
    free = [name for name in samples if name not in columns.values()]
    if "text" not in columns:
        _give(columns, "text", sorted(free, key=lambda name: -sum(map(len, samples[name])))[:1])


def _distrust_id(columns: dict[Role, str], samples: Samples) -> None:
    """An id that stands at different rows names no message: a counter, or the conversation's."""
    name = columns.get("line")
    if name is not None:
        rows = set(zip(*samples.values(), strict=True))
        place = [*samples].index(name)
        if len({row[place] for row in rows}) < len(rows):
            del columns["line"]


def _give(columns: dict[Role, str], role: Role, candidates: list[str]) -> None:
    if candidates:
        columns[role] = candidates[0]


def _share(values: Sequence[str], holds: object) -> float:
    assert callable(holds)
    filled = [value for value in values if value.strip()]
    return sum(bool(holds(value.strip())) for value in filled) / len(filled) if filled else 0.0


def _distinct(values: Sequence[str]) -> list[str]:
    return [*dict.fromkeys(value.strip() for value in values if value.strip())]


def _is_side(values: Sequence[str]) -> bool:
    distinct = _distinct(values)
    known = [value for value in distinct if plain(value) in _SIDES and not value.isdigit()]
    return 0 < len(distinct) <= _MOST_VALUES and len(known) >= _KNOWN_SHARE * len(distinct)


def sides_of(column: str | None, samples: Samples) -> dict[str, str]:
    """What each value of the side column means; of a sender column, only the values that are no names."""
    values = _distinct(_of(samples, column))
    header = plain(column or "")
    if header in TRUE_IS_BUYER | TRUE_IS_AGENT:
        return {value: _truth(value, header in TRUE_IS_BUYER) for value in values if plain(value) in TRUE | FALSE}
    return {value: _SIDES[plain(value)] for value in values if plain(value) in _SIDES}


def _truth(value: str, true_is_buyer: bool) -> str:
    return "buyer" if (plain(value) in TRUE) == true_is_buyer else "agent"


def _meanings(values: Sequence[str], table: Mapping[str, str]) -> dict[str, str]:
    distinct = _distinct(values)
    if len(distinct) > _MOST_VALUES:
        return {}
    return {value: table[plain(value)] for value in distinct if plain(value) in table}
