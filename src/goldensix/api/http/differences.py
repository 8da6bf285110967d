"""What differs between settings, in words: the audit keeps both as JSON, as they were and as they became.

Whatever stands there can be read: a part that has no words here is shown as it was written.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeVar

import msgspec

from goldensix.actions.arrival import ConsultRule
from goldensix.adapters.postgres.audit import Noted, What
from goldensix.adapters.postgres.roster import Roster
from goldensix.api.http.difference_words import WORDS
from goldensix.events.facts import Language
from goldensix.robot.modes import PRESETS, ModeRule

T = TypeVar("T")
Kind = Literal["seconds", "count", "percent", "switch", "minute", "policy", "mode"]
Settings = Mapping[str, Any]
_OF_SETTINGS: Final[frozenset[What]] = frozenset({"assignment changed", "ladder changed", "robot changed"})
_ARROW: Final = " -> "
_SORTING: Final = re.compile(r"groups (on|off), from (\d\.\d\d)")
"""As whoever sorts consults into groups by their words writes it."""
_KINDS: Final[Mapping[str, tuple[str, Kind]]] = {
    "policy": ("assignment.policy", "policy"),
    "silent_after": ("assignment.silent_after", "seconds"),
    "gone_after": ("assignment.gone_after", "seconds"),
    "end_after": ("assignment.end_after", "seconds"),
    "end_notice": ("assignment.end_notice", "seconds"),
    "skill_hold": ("assignment.skill_hold", "seconds"),
    "ladder.red_after": ("ladder.red_after", "seconds"),
    "ladder.manager_after": ("ladder.manager_after", "seconds"),
    "ladder.phone_after": ("ladder.phone_after", "seconds"),
    "ladder.administrator_after": ("ladder.administrator_after", "seconds"),
    "ladder.window": ("ladder.window", "seconds"),
    "ladder.queue_over": ("ladder.queue_over", "count"),
    "ladder.deserted": ("ladder.deserted", "switch"),
    "robot.mode": ("modes.everywhere", "mode"),
    "robot.precision": ("modes.precision", "percent"),
    "robot.refit_at": ("modes.refit", "minute"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told: in which language, with what names."""

    language: Language
    roster: Roster

    def word(self, key: str, **parts: object) -> str:
        return WORDS[key][self.language].format(**parts)

    def change(self, what: str, before: str, after: str) -> str:
        return self.word("said.change", what=what, before=before, after=after)

    def joined(self, parts: Sequence[str], by: str = "said.comma") -> str:
        return self.word(by).join(filter(None, parts))


def subject(noted: Noted, reader: Reader) -> list[str]:
    """A line for each thing that differs; what is not about settings stands as it was written."""
    if noted.what not in _OF_SETTINGS:
        return [noted.subject]
    if (sorting := _SORTING.fullmatch(noted.subject)) is not None:
        return [reader.word("said.sorting", what=reader.word(f"said.{sorting[1]}"), sure=f"{float(sorting[2]):.0%}")]
    if (found := _settings(noted.subject)) is None:
        return [noted.subject]
    return list(_differences(*found, reader)) or [reader.word("said.same")]


def _settings(text: str) -> tuple[Settings, Settings] | None:
    """Names within may have arrows too: each side is read as far as its JSON goes."""
    read = json.JSONDecoder().raw_decode
    try:
        before, middle = read(text)
        after, end = read(text, middle + len(_ARROW))
    except (ValueError, RecursionError):
        return None
    whole = text.startswith(_ARROW, middle) and end == len(text)
    return (before, after) if whole and isinstance(before, dict) and isinstance(after, dict) else None


def _differences(before: Settings, after: Settings, reader: Reader) -> Iterator[str]:
    one, other = _flat(before), _flat(after)
    if (preset := _preset(other)) is not None and preset != _preset(one):
        yield reader.word("said.preset", name=reader.word(f"modes.{preset}"))
    for place in {**one, **other}:
        if one.get(place) != other.get(place):
            yield from _lines(place, one.get(place), other.get(place), other, reader)


def _flat(settings: Settings) -> dict[str, Any]:
    """By place, such as `ladder.window`."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= {f"{name}.{each}": part for each, part in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _lines(place: str, before: Any, after: Any, all_after: Settings, reader: Reader) -> Iterator[str]:
    if place == "robot.stopped" and isinstance(after, bool):
        yield reader.word("work.stop" if after else "work.resume")
    elif place == "rules" and (rules := _both(before, after, tuple[ConsultRule, ...])) is not None:
        yield from _rules(*rules, reader)
    elif place == "robot.rules" and (rows := _both(before, after, tuple[ModeRule, ...])) is not None:
        yield from _rows(*rows, reader)
    elif place in _KINDS:
        key, kind = _KINDS[place]
        label = "modes.otherwise" if place == "robot.mode" and all_after.get("robot.rules") else key
        yield reader.change(reader.word(label), _value(kind, before, reader), _value(kind, after, reader))
    else:
        yield reader.change(place, _plain(before), _plain(after))


def _value(kind: Kind, value: Any, reader: Reader) -> str:
    match kind, value:
        case ("switch", bool()):
            return reader.word("said.on" if value else "said.off")
        case ("seconds" | "count", 0):
            return reader.word("said.off")
        case ("seconds", int()):
            whole, rest = divmod(value, 1000)
            return reader.word("said.seconds", count=f"{whole}.{rest:03}".rstrip("0").rstrip("."))
        case ("percent", float()):
            return f"{value * 100:g}%"
        case ("minute", int()):
            return _clock(value)
        case ("minute", None):
            return reader.word("said.onCommand")
        case ("policy" | "mode", str()) if f"{kind}.{value}" in WORDS:
            return reader.word(f"{kind}.{value}")
    return _plain(value)


def _plain(value: Any) -> str:
    return "—" if value is None else json.dumps(value, ensure_ascii=False)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _both(before: Any, after: Any, to: type[T]) -> tuple[T, T] | None:
    """None: they are not what they should be, or differ only in what this desk does not know."""
    one, other = _read(before, to), _read(after, to)
    return None if one is None or other is None or one == other else (one, other)


def _read(value: Any, to: type[T]) -> T | None:
    try:
        return msgspec.convert(value, to)
    except msgspec.ValidationError:
        return None


def _rules(before: Sequence[ConsultRule], after: Sequence[ConsultRule], reader: Reader) -> Iterator[str]:
    """By their names: a merchant has none twice."""
    old, new = ({rule.name: rule for rule in rules} for rules in (before, after))
    added = [rule for rule in after if rule.name not in old]
    for rule in before:
        if (now := new.get(rule.name)) is not None:
            yield from _rule_changes(rule, now, reader)
        elif (renamed := next((each for each in added if replace(each, name=rule.name) == rule), None)) is not None:
            added.remove(renamed)
            yield reader.word("said.ruleRenamed", name=rule.name, other=renamed.name)
        else:
            yield reader.word("said.ruleRemoved", name=rule.name, what=_rule(rule, reader))
    yield from (reader.word("said.ruleAdded", name=each.name, what=_rule(each, reader)) for each in added)
    if old == new:
        yield reader.word("said.order", what=reader.joined([each.name for each in after]))


def _rule_changes(before: ConsultRule, after: ConsultRule, reader: Reader) -> Iterator[str]:
    parts: dict[str, Callable[[ConsultRule, Reader], str]] = {"when": _when, "shop": _where, "then": _then}
    for name, part in parts.items():
        if (one := part(before, reader)) != (other := part(after, reader)):
            what = reader.word("said.ruleOf", name=before.name, part=reader.word(f"rules.{name}"))
            yield reader.change(what, one, other)


def _rule(rule: ConsultRule, reader: Reader) -> str:
    return reader.joined([part(rule, reader) for part in (_when, _where, _then)])


def _when(rule: ConsultRule, reader: Reader) -> str:
    what: object = rule.product if rule.on == "product" else f"{rule.cents / 100:.2f}"
    if rule.on in ("words", "page"):
        what = reader.joined(rule.texts, "comma")
    return reader.word(f"rules.is.{rule.on}", what=what)


def _where(rule: ConsultRule, reader: Reader) -> str:
    return reader.word("rules.everyShop") if rule.shop is None else _name(reader.roster.shops, rule.shop)


def _then(rule: ConsultRule, reader: Reader) -> str:
    points = reader.word("rules.points", count=rule.priority) if rule.priority else ""
    skill = reader.word("rules.must" if rule.must else "rules.prefers", skill=rule.skill) if rule.skill else ""
    return reader.joined([points, skill], "comma")


def _name(known: Mapping[Any, Any], id: int) -> str:
    return str(known[id].name) if id in known else str(id)


def _rows(before: Sequence[ModeRule], after: Sequence[ModeRule], reader: Reader) -> Iterator[str]:
    gone, come = list(before), []
    for row in after:
        if row in gone:
            gone.remove(row)
        else:
            come.append(row)
    yield from (reader.word("said.rowRemoved", what=_row(row, reader)) for row in gone)
    yield from (reader.word("said.rowAdded", what=_row(row, reader)) for row in come)
    kept = [row for row in after if row in before]
    if kept != [row for row in before if row in after]:
        yield reader.word("said.order", what=reader.joined([_row(row, reader) for row in after], "said.semicolon"))


def _row(row: ModeRule, reader: Reader) -> str:
    shop = "" if row.shop is None else _name(reader.roster.shops, row.shop)
    group = "" if row.group is None else _name(reader.roster.groups, row.group)
    span = row.span
    hours = reader.word("modes.allDay") if span is None else f"{_clock(span.begins)}–{_clock(span.ends)}"
    return reader.joined([reader.word(f"mode.{row.mode}"), shop, group, hours])


def _preset(settings: Settings) -> str | None:
    """That the robot's rules were filled in by."""
    rows, mode = _read(settings.get("robot.rules"), tuple[ModeRule, ...]), settings.get("robot.mode")
    return next((name for name, rules in PRESETS.items() if (rules.mode, rules.rules) == (mode, rows)), None)
