"""The contract that the web faces' types are generated from."""

import json
from pathlib import Path
from typing import Any

import pytest

from goldensix.events import facts
from goldensix.wire import schema

REST = {
    "openapi": "3.1.0",
    "info": {"title": "desk", "version": "1"},
    "paths": {},
    "components": {"schemas": {"ProductOut": {"type": "object"}}},
}


@pytest.fixture
def shapes() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema.contract(REST))["components"]["schemas"]
    return found


def members(shapes: dict[str, Any], union: str) -> list[str]:
    """The object shapes a union comes down to, through unions inside it."""
    if "oneOf" not in shapes[union]:
        return [union]
    names = [member["$ref"].rsplit("/", 1)[1] for member in shapes[union]["oneOf"]]
    return [found for name in names for found in members(shapes, name)]


@pytest.mark.parametrize("union", ["BuyerCommand", "StaffCommand", "BuyerFrame", "StaffFrame"])
def test_every_socket_message_is_told_apart_by_its_tag(shapes: dict[str, Any], union: str) -> None:
    tags = {}
    for name in members(shapes, union):
        assert "t" in shapes[name]["properties"], f"{name} has no tag"
        assert "t" in shapes[name]["required"]
        (tag,) = shapes[name]["properties"]["t"]["enum"]
        tags.setdefault(tag, []).append(name)
    assert [names for tag, names in tags.items() if len(names) > 1 and tag != "event"] == []


def test_an_event_frame_types_its_facts_by_its_type(shapes: dict[str, Any]) -> None:
    frame = shapes["MessageSentFrame"]
    assert frame["properties"]["type"]["enum"] == ["message_sent"]
    assert frame["properties"]["facts"] == {"$ref": "#/components/schemas/MessageSent"}
    assert len(members(shapes, "EventFrame")) == len(facts.ConversationEvent.__args__)


def test_what_the_server_sends_has_every_field(shapes: dict[str, Any]) -> None:
    for name in [*members(shapes, "BuyerFrame"), *members(shapes, "StaffFrame"), "Body", "MessageSent"]:
        assert set(shapes[name]["required"]) == set(shapes[name]["properties"]), name


def test_what_a_client_sends_may_leave_out_what_has_a_default(shapes: dict[str, Any]) -> None:
    assert sorted(shapes["Say"]["required"]) == ["c", "id", "t"]


def test_rest_shapes_stand_beside_socket_shapes(shapes: dict[str, Any]) -> None:
    assert {"ProductOut", "Live", "BuyerSay"} <= shapes.keys()


def test_a_name_used_twice_is_refused_with_its_name() -> None:
    rest = REST | {"components": {"schemas": {"Me": {"type": "object"}}}}
    with pytest.raises(schema.ContractError, match="rename Me"):
        schema.contract(rest)


def test_a_written_contract_is_fresh_until_the_code_changes(tmp_path: Path) -> None:
    path = tmp_path / "contract" / "openapi.json"
    assert "missing" in (schema.staleness(REST, path) or "")
    schema.write(REST, path)
    assert schema.staleness(REST, path) is None
    changed = REST | {"info": {"title": "desk", "version": "2"}}
    assert "older than the code" in (schema.staleness(changed, path) or "")
