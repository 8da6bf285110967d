"""One document for the front end: the REST API as FastAPI tells it, and every socket message beside it.

The web faces generate their types from the file that `write` makes: a changed field breaks their build.
"""

import json
import re
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from goldensix.events import facts
from goldensix.wire import commands, floor, live
from goldensix.wire.stored import NAMES

Document = dict[str, Any]
Schema = dict[str, Any]

_UNIONS: Final[dict[str, Any]] = {
    "BuyerCommand": commands.BuyerCommand,
    "StaffCommand": commands.StaffCommand,
    "BuyerFrame": live.BuyerFrame,
    "StaffFrame": floor.StaffFrame,
}
_SENT: Final = ("BuyerFrame", "StaffFrame")


class ContractError(Exception):
    """The contract cannot be written as it stands; the message says what to change."""


def contract(rest: Document) -> str:
    """The whole contract as JSON text; `rest` is FastAPI's `openapi()`. Same code, same bytes."""
    shapes = rest.get("components", {}).get("schemas", {})
    messages = _messages()
    if twice := shapes.keys() & messages.keys():
        raise ContractError(f"Shapes of REST and of sockets share a name: rename {', '.join(sorted(twice))}.")
    components = rest.get("components", {}) | {"schemas": shapes | messages}
    return json.dumps(rest | {"components": components}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write(rest: Document, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(contract(rest), encoding="utf-8")


def staleness(rest: Document, path: Path) -> str | None:
    """One sentence if the file at `path` is not what the code says now."""
    if not path.exists():
        return f"{path} is missing: run `goldensix schema` and commit it."
    if path.read_text(encoding="utf-8") != contract(rest):
        return f"{path} is older than the code: run `goldensix schema` and commit it."
    return None


def _messages() -> dict[str, Schema]:
    """Components of every socket message and every fact, and the four unions a socket carries."""
    events = get_args(facts.ConversationEvent)
    sent = [kind for union in _SENT for kind in get_args(_UNIONS[union])]
    spoken = [kind for union in _UNIONS.values() for kind in get_args(union)]
    components = _components([*spoken, *events])
    for name in _reachable(components, [kind.__name__ for kind in (*sent, *events)]):
        components[name]["required"] = list(components[name].get("properties", {}))
    envelope = components.pop("EventFrame")
    for event in events:
        components[f"{event.__name__}Frame"] = _event_frame(envelope, event)
    components["EventFrame"] = _any_of(f"{event.__name__}Frame" for event in events)
    for name, union in _UNIONS.items():
        components[name] = _any_of(kind.__name__ for kind in get_args(union))
    return components


def _components(kinds: list[Any]) -> dict[str, Schema]:
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    for schema in components.values():
        for field in schema.get("properties", {}).values():
            field.pop("default", None)
            for each in (field, field.get("items", {})):
                if "enum" in each:
                    each["type"] = "string" if isinstance(each["enum"][0], str) else "integer"
    return components


def _event_frame(envelope: Schema, event: type[facts.Event]) -> Schema:
    """`EventFrame` as it looks for one class of event: its `type` fixed, its `facts` typed."""
    fixed = {
        "type": {"type": "string", "enum": [NAMES[event]]},
        "facts": _reference(event.__name__),
        "body": {"anyOf": [_reference("Body"), {"type": "null"}]},
    }
    return envelope | {"title": f"{event.__name__}Frame", "properties": envelope["properties"] | fixed}


def _reachable(components: dict[str, Schema], names: list[str]) -> set[str]:
    """These components and all that they mention, at any depth."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += re.findall(r'"#/components/schemas/(\w+)"', json.dumps(components[name]))
    return seen


def _any_of(names: Any) -> Schema:
    return {"oneOf": [_reference(name) for name in names]}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
