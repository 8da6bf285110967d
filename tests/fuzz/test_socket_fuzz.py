"""Both sockets, told commands that are right, nearly right, out of order, garbage or huge, by every role.

`./run fuzz` tells a hundred times as much.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asgi_socket import AsgiSocket, Closed, asgi_socket
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.events.facts import RatingReason
from goldensix.team.roles import Role
from goldensix.wire import commands
from hidden_desk import EXAMPLES, MARK, HiddenDesk, hidden_desk

_FEW: Final = 40
_MOST_FRAMES: Final = 25
_TOLD_AND_CLOSED: Final = frozenset({4401})
"""Of a buyer who did not say who he is. Any other end would be a fault of the desk's."""

numbers = st.integers(-5, 60) | st.sampled_from([0, 2**31, 2**53, 2**63, -(2**63), 10**30])
texts = st.text(max_size=40) | st.sampled_from(["", "\0", "您好", "x" * 4_000, "x" * 4_001, "\u202e", "' or 1=1 --"])
junk = st.recursive(
    st.none() | st.booleans() | numbers | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
garbage = st.one_of(
    texts,
    junk.map(json.dumps),
    st.sampled_from(["{", "[]", "null", "[" * 30_000, '{"t":' * 9_000, " " * 60_000, '{"t":"say","t":"hello"}']),
    st.binary(max_size=60),
)


@pytest.fixture(scope="module")
def desk(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HiddenDesk]:
    with hidden_desk(fresh_database(postgres_server), tmp_path_factory.mktemp("fuzz")) as desk:
        yield desk


def fields(desk: HiddenDesk, kind: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    """Values that mean something at one of the two merchants, more often than not."""
    people = [account.id for company in (desk.walk.tea, desk.walk.silk) for account in company.staff.values()]
    meant: dict[str, st.SearchStrategy[Any]] = {
        "c": st.sampled_from([desk.walk.conversation, desk.hidden, "team", ""]),
        "conversation": st.sampled_from([desk.walk.conversation, desk.hidden, None]),
        "id": st.from_regex(r"[A-Za-z0-9_-]{8,12}\Z"),
        "agent": st.sampled_from(people),
        "to": st.sampled_from([*people, None]),
        "group": st.sampled_from([desk.walk.tea.group.id, desk.walk.silk.group.id, None]),
        "shop": st.sampled_from([desk.walk.tea.shop.id, desk.walk.silk.shop.id, None]),
        "message": st.sampled_from(["a1.say-0000", f"b{desk.walk.buyer}.ask-00000000"]),
        "token": st.just("none"),
        "score": st.integers(1, 5),
        "reasons": st.lists(st.sampled_from(get_args(RatingReason)), max_size=3),
    }
    named = {field.encode_name: meant.get(field.encode_name, texts | numbers) for field in msgspec.structs.fields(kind)}
    right = st.fixed_dictionaries({"t": st.just(kind.__struct_config__.tag)} | named)
    return right | st.fixed_dictionaries({"t": st.just(kind.__struct_config__.tag)}, optional=named)


def frames(desk: HiddenDesk, union: Any) -> st.SearchStrategy[list[str | bytes]]:
    commands = st.one_of([fields(desk, kind) for kind in get_args(union)])
    broken = st.builds(lambda command, name, value: command | {name: value}, commands, st.sampled_from(NAMES), junk)
    cut = st.builds(lambda command, at: json.dumps(command)[:at], commands, st.integers(1, 60))
    one: st.SearchStrategy[str | bytes] = commands.map(json.dumps) | broken.map(json.dumps) | cut | garbage
    return st.lists(one, min_size=1, max_size=_MOST_FRAMES)


NAMES: Final = sorted(
    {
        field.encode_name
        for union in (commands.BuyerCommand, commands.StaffCommand)
        for kind in get_args(union)
        for field in msgspec.structs.fields(kind)
    }
    | {"t", "extra"}
)
LESS_PATIENT = settings(max_examples=EXAMPLES or _FEW, database=None, suppress_health_check=list(HealthCheck))


def test_the_staffs_socket_takes_whatever_it_is_told(desk: HiddenDesk) -> None:
    @LESS_PATIENT
    @given(data=st.data())
    def tell(data: st.DataObject) -> None:
        role, sent = data.draw(st.sampled_from(list(Role))), data.draw(frames(desk, commands.StaffCommand))
        desk.loop.run(staff(desk, role, sent))

    tell()
    desk.loop.run(unharmed(desk))


def test_the_buyers_socket_takes_whatever_it_is_told(desk: HiddenDesk) -> None:
    @LESS_PATIENT
    @given(data=st.data())
    def tell(data: st.DataObject) -> None:
        greets, sent = data.draw(st.sampled_from([True, True, False])), data.draw(frames(desk, commands.BuyerCommand))
        desk.loop.run(buyer(desk, sent, greets=greets))

    tell()
    desk.loop.run(unharmed(desk))


async def staff(desk: HiddenDesk, role: Role, sent: list[str | bytes]) -> None:
    cookie = f"gs_session={await desk.walk.token(role, desk.walk.tea)}"
    async with asgi_socket(desk.walk.desk.app, "/ws/desk", cookie) as socket:
        await told(socket, sent, b'{"t": "hello"}', "desk")
        hides_nothing(socket, sent)


async def buyer(desk: HiddenDesk, sent: list[str | bytes], *, greets: bool) -> None:
    token = await desk.walk.house.visitors.issue(desk.walk.tea.shop.id)
    async with asgi_socket(desk.walk.desk.app, "/ws/buyer") as socket:
        if greets:
            await socket.send(t="hello", token=token, conversation=desk.hidden)
        await told(socket, sent, b'{"t": "hello", "token": "again"}', "refused")
        hides_nothing(socket, sent)


async def told(socket: AsgiSocket, sent: list[str | bytes], last: bytes, answer: str) -> None:
    """All of it, and a last frame to which the answer is known: by then everything was read."""
    for frame in sent:
        kind = "bytes" if isinstance(frame, bytes) else "text"
        await socket.incoming.put({"type": "websocket.receive", kind: frame})
    await socket.incoming.put({"type": "websocket.receive", "text": last.decode()})
    heard: list[Any] = []
    code = None
    try:
        while socket.incoming.qsize() or not heard or heard[-1]["t"] != answer:
            heard.append(await socket.receive())
    except Closed as closed:
        code = closed.code
    assert code is None or code in _TOLD_AND_CLOSED, (code, sent)
    socket.frames = heard


def hides_nothing(socket: AsgiSocket, sent: list[str | bytes]) -> None:
    assert MARK not in json.dumps(socket.frames), sent


async def unharmed(desk: HiddenDesk) -> None:
    """Both merchants' desks go on: the other's conversation holds what it held, and ours takes a question."""
    for company in (desk.walk.tea, desk.walk.silk):
        assert not desk.walk.desk.floors.floors[company.merchant.id].desk.broken
    by_people = await desk.walk.desk.pool.fetchval(
        "select count(*) from events where stream = $1 and (facts ->> 'by' in ('buyer', 'agent')"
        " or type in ('agent_assigned', 'conversation_closed', 'conversation_rated', 'conversation_returned',"
        " 'note_left'))",
        desk.hidden,
    )
    assert by_people == 1, "the question; what else the desk says by itself as time passes"
    await asyncio.wait_for(desk.walk.buyer_asks(), 5)
