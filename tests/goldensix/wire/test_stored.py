"""Old events are lifted when they are read; what is newer than this program is not guessed at."""

import json
from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from goldensix.events.facts import (
    AgentAssigned,
    Body,
    ConversationClosed,
    ConversationStarted,
    Event,
    MessageSent,
    Picture,
)
from goldensix.events.ids import AccountId, BuyerId, GroupId, MessageId, Milliseconds, ShopId
from goldensix.wire.stored import (
    EVENTS,
    NAMES,
    UPCASTS,
    VERSIONS,
    UnknownEvent,
    Words,
    decode_body,
    decode_facts,
    encode_body,
    encode_facts,
)

FIRST_VERSION = '{"shop": 1, "buyer": "chen", "channel": "page", "group": 2}'


def test_a_conversation_stored_before_languages_were_known_is_chinese() -> None:
    lifted = ConversationStarted(ShopId(1), BuyerId("chen"), "page", GroupId(2), "zh")
    assert decode_facts("conversation_started", 1, FIRST_VERSION) == lifted
    assert decode_facts("conversation_started", 2, encode_facts(lifted)) == lifted


def test_an_assignment_stored_before_its_ground_was_kept_has_none() -> None:
    stored = '{"agent": 3, "how": "routed", "by": null, "policy": "idle_hands", "waited": 12, "could_have": [4]}'
    lifted = AgentAssigned(AccountId(3), "routed", None, "idle_hands", Milliseconds(12), (AccountId(4),))
    assert decode_facts("agent_assigned", 1, stored) == lifted
    assert (lifted.through, lifted.group) == (None, None)


def test_an_end_stored_before_buyers_could_be_blocked_is_no_block() -> None:
    lifted = ConversationClosed("agent", AccountId(3))
    assert decode_facts("conversation_closed", 1, '{"by": "agent", "agent": 3}') == lifted
    assert not lifted.blocked


def test_every_event_has_a_name_and_a_version() -> None:
    assert set(EVENTS.values()) == set(get_args(Event))
    assert {NAMES[each]: each for each in EVENTS.values()} == dict(EVENTS)
    assert {name: VERSIONS[name] - 1 for name in EVENTS} == {name: len(UPCASTS.get(name, ())) for name in EVENTS}


@pytest.mark.parametrize(
    ("name", "version"), [("conversation_started", 3), ("message_sent", 2), ("agent_sang", 1)], ids=str
)
def test_an_event_of_the_future_is_refused_in_a_sentence_that_names_it(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent, match=f"an event {name} of version {version}, .* run the version that wrote it"):
        decode_facts(name, version, "{}")


def test_what_a_later_minor_version_adds_to_an_event_is_read_past() -> None:
    """So that the version before still reads what was written while a newer one was tried."""
    sent = MessageSent(MessageId("bchen.00000001"), "buyer", None, "text")
    facts = json.loads(encode_facts(sent)) | {"mood": "good"}
    assert decode_facts("message_sent", 1, json.dumps(facts)) == sent


@pytest.mark.parametrize(
    "body",
    [
        Body(),
        Body('你好 \U0001f600 \\ " \n'),
        Body(picture=Picture("a" * 32, 4, 3), product=7, name="陈", page="/p?x=1"),
    ],
    ids=["empty", "words", "all else"],
)
def test_words_come_back_as_they_were(body: Body) -> None:
    assert decode_body(encode_body(body)) == body


def test_every_part_of_a_body_is_stored_and_none_that_is_not_there() -> None:
    assert Words.__struct_fields__ == tuple(field.name for field in fields(Body))
    assert json.loads(encode_body(Body("你好"))) == {"text": "你好"}


def test_facts_hold_no_words() -> None:
    """Erasing bodies must be enough: no fact has a field for what people write."""
    names = {field.name for each in get_args(Event) if is_dataclass(each) for field in fields(each)}
    assert not {"text", "name", "page", "words"} & names
