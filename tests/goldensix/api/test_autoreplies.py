from typing import Any, Final

import pytest

from goldensix.team.roles import Role
from house_builders import Office

HELLO = {"zh": "您好", "en": "Hello"}
REPLIES: Final[dict[str, Any]] = {
    "welcome": [HELLO, {"zh": "在的", "en": ""}],
    "still_waiting": [
        {"after": 60_000, "wordings": [{"zh": "还在排队", "en": "Still queuing"}]},
        {"after": 30_000, "wordings": [HELLO]},
    ],
    "away": [],
    "off_hours": [{"zh": "{opens} 开门", "en": "We open at {opens}"}],
    "ending": [],
    "notice": [HELLO],
    "which": [HELLO],
    "asks_rating": False,
}


async def test_what_a_shop_says_by_itself_is_kept_in_the_order_of_the_waits(office: Office) -> None:
    manager = await office.as_(Role.SERVICE_MANAGER)
    shop = (await manager.get("/api/autoreplies")).json()[0]["id"]
    assert (await manager.put(f"/api/autoreplies/{shop}", json=REPLIES)).status_code == 204
    kept = (await manager.get("/api/autoreplies")).json()[0]["replies"]
    assert [each["after"] for each in kept["still_waiting"]] == [30_000, 60_000]
    assert kept == REPLIES | {"still_waiting": REPLIES["still_waiting"][::-1]}


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("welcome", [{"zh": "", "en": " "}], "welcome"),
        ("welcome", [HELLO] * 11, "welcome"),
        ("away", [{"zh": "很" * 301, "en": ""}], "away"),
        ("still_waiting", [{"after": 0, "wordings": [HELLO]}], "still_waiting"),
        ("still_waiting", [{"after": 30_000, "wordings": []}], "still_waiting"),
        ("still_waiting", [{"after": 30_000, "wordings": [HELLO]}] * 2, "still_waiting"),
    ],
    ids=["empty", "many", "long", "at once", "wordless", "twice"],
)
async def test_what_cannot_be_said_is_named_and_nothing_changes(
    office: Office, field: str, value: object, named: str
) -> None:
    manager = await office.as_(Role.SERVICE_MANAGER)
    before = (await manager.get("/api/autoreplies")).json()
    refused = await manager.put(f"/api/autoreplies/{before[0]['id']}", json=REPLIES | {field: value})
    assert refused.status_code == 422
    assert named in refused.json()["message"]
    assert (await manager.get("/api/autoreplies")).json() == before
