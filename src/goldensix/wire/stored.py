"""Events as the log keeps them: a type's name, its version, the facts as JSON. Old versions are lifted when read."""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, get_args

import msgspec

from goldensix.events.facts import Body, Event, Offer, Picture

Facts = dict[str, Any]
Upcast = Callable[[Facts], Facts]

encode = msgspec.json.Encoder().encode
"""Anything as the log keeps it."""
_body_decoder = msgspec.json.Decoder(Body)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


_CLASSES: Final[tuple[type[Event], ...]] = get_args(Event)
EVENTS: Final = MappingProxyType({_snake(each.__name__): each for each in _CLASSES})
"""Every event class by the name it is stored and sent under."""
NAMES: Final = MappingProxyType({each: name for name, each in EVENTS.items()})


def _started_without_language(facts: Facts) -> Facts:
    """Version 1 did not know the buyer's language; every shop then wrote Chinese."""
    return {**facts, "language": "zh"}


UPCASTS: Final[dict[str, tuple[Upcast, ...]]] = {"conversation_started": (_started_without_language,)}
"""For each event, how to lift version 1 to 2, 2 to 3, ...: its present version is one more than their number."""

VERSIONS: Final = MappingProxyType({name: 1 + len(UPCASTS.get(name, ())) for name in EVENTS})
_DECODERS: Final[dict[str, msgspec.json.Decoder[Event]]] = {n: msgspec.json.Decoder(e) for n, e in EVENTS.items()}


class Words(msgspec.Struct, omit_defaults=True):
    """A body as it is stored: without the parts it has not, which nearly all have not."""

    text: str = ""
    picture: Picture | None = None
    product: int | None = None
    name: str = ""
    page: str = ""
    offers: tuple[Offer, ...] = ()


class UnknownEvent(Exception):
    """The log holds an event that this version does not know: it was written by a newer one."""


def encode_facts(event: Event) -> bytes:
    return encode(event)


def decode_facts(name: str, version: int, facts: str | bytes) -> Event:
    """The event, lifted to its present version.

    Raises UnknownEvent for a name or version of the future.
    """
    if name not in EVENTS or version > VERSIONS[name]:
        raise UnknownEvent(
            f"The log holds an event {name} of version {version}, which this version of Golden Six does not know: "
            "run the version that wrote it, or a newer one."
        )
    if version == VERSIONS[name]:
        return _DECODERS[name].decode(facts)
    lifted: Facts = msgspec.json.decode(facts)
    for upcast in UPCASTS[name][version - 1 :]:
        lifted = upcast(lifted)
    event: Event = msgspec.convert(lifted, EVENTS[name])
    return event


def words(body: Body) -> Words:
    return Words(body.text, body.picture, body.product, body.name, body.page, body.offers)


def encode_body(body: Body) -> bytes:
    return encode(words(body))


def decode_body(body: str | bytes) -> Body:
    return _body_decoder.decode(body)
