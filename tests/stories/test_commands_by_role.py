"""Every command of the sockets, tried by everybody: each role, another merchant's administrator, and nobody."""

from collections.abc import Callable
from typing import Any, Final, get_args

import pytest

from asgi_socket import AsgiSocket, Closed, asgi_socket
from goldensix.api.live.staff import NEEDS
from goldensix.team.roles import Permission, Role
from goldensix.wire import commands
from walked_asks import LOGGED_IN, Needs
from walked_desk import SECRET_WORDS, Walk, ledger
from walked_doors import allowed

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS: Final[dict[type[commands.StaffCommand], tuple[Needs, Callable[[Walk], dict[str, Any]]]]] = {
    commands.Hello: (LOGGED_IN, lambda walk: {}),
    commands.Open: (LOGGED_IN, lambda walk: {"c": walk.conversation}),
    commands.Older: (LOGGED_IN, lambda walk: {"c": walk.conversation, "before": 9}),
    commands.Leave: (LOGGED_IN, lambda walk: {"c": walk.conversation}),
    commands.Say: (Permission.CONSULT, lambda walk: {"c": walk.conversation, "id": "say-00000001", "text": "It is."}),
    commands.MarkAnswer: (
        LOGGED_IN,
        lambda walk: {"c": walk.conversation, "decision": f"d{walk.conversation}.2", "right": True},
    ),
    commands.Recall: (Permission.CONSULT, lambda walk: {"c": walk.conversation, "message": "a1.say-00000001"}),
    commands.Suggest: (Permission.CONSULT, lambda walk: {"c": walk.conversation, "typed": "退货"}),
    commands.Read: (Permission.CONSULT, lambda walk: {"c": walk.conversation, "up_to": 2}),
    commands.Typing: (Permission.CONSULT, lambda walk: {"c": walk.conversation}),
    commands.Take: (Permission.CONSULT, lambda walk: {"c": walk.conversation}),
    commands.Assign: (
        Permission.ASSIGN,
        lambda walk: {"c": walk.conversation, "agent": walk.tea.staff[Role.AGENT].id},
    ),
    commands.Reassign: (Permission.ASSIGN, lambda walk: {"agent": walk.tea.staff[Role.AGENT].id}),
    commands.TakeOver: (Permission.ASSIGN, lambda walk: {"c": walk.conversation}),
    commands.Transfer: (Permission.CONSULT, lambda walk: {"c": walk.conversation, "group": 1}),
    commands.PutBack: (Permission.CONSULT, lambda walk: {"c": walk.conversation}),
    commands.Close: (Permission.CONSULT, lambda walk: {"c": walk.conversation}),
    commands.Ready: (Permission.CONSULT, lambda walk: {}),
    commands.TakeBreak: (Permission.CONSULT, lambda walk: {"reason": "tea"}),
    commands.Acknowledge: (Permission.ASSIGN, lambda walk: {"alert": "0"}),
    commands.WatchLive: (Permission.VIEW_WORK_STATE, lambda walk: {}),
    commands.UnwatchLive: (Permission.VIEW_WORK_STATE, lambda walk: {}),
}
BUYERS_COMMANDS: Final[dict[type[commands.BuyerCommand], dict[str, Any]]] = {
    commands.BuyerHello: {"token": "none"},
    commands.BuyerSay: {"id": "ask-00000001", "text": "Hello?"},
    commands.BuyerRecall: {"message": "b1.ask-00000001"},
    commands.BuyerRead: {"up_to": 1},
    commands.BuyerTyping: {},
    commands.BuyerClose: {},
    commands.BuyerRate: {"c": "none", "score": 5},
}


async def test_no_command_was_forgotten() -> None:
    assert COMMANDS.keys() == NEEDS.keys() == set(get_args(commands.StaffCommand))
    assert BUYERS_COMMANDS.keys() == set(get_args(commands.BuyerCommand))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
async def test_a_command_is_done_for_whoever_may_and_for_nobody_else(
    walk: Walk, command: type[commands.StaffCommand]
) -> None:
    needs, fields = COMMANDS[command]
    for role in Role:
        await walk.buyer_asks()
        refusals = await told(walk, await walk.token(role, walk.tea), command, fields(walk))
        denied = "not_allowed" in [frame["code"] for frame in refusals if frame["t"] == "refused"]
        assert denied != allowed(role, needs), role


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
async def test_another_merchants_administrator_commands_nothing_of_ours(
    walk: Walk, command: type[commands.StaffCommand]
) -> None:
    fields = COMMANDS[command][1](walk)
    await walk.buyer_asks()
    before = await ledger(walk)
    frames = await told(walk, await walk.token(Role.ADMINISTRATOR, walk.silk), command, fields)
    if "c" in fields and command is not commands.Leave:
        assert [frame["t"] for frame in frames if frame["t"] != "desk"] == ["refused"]
    for frame in frames:
        assert SECRET_WORDS not in str(frame)
        assert "of tea" not in str(frame)
        assert frame["t"] == "refused" or walk.conversation not in str(frame)
    assert await ledger(walk) == before


async def told(
    walk: Walk, token: str, command: type[commands.StaffCommand], fields: dict[str, Any]
) -> list[dict[str, Any]]:
    """What a staff socket answers to a command, up to the answer to a `hello` sent after it."""
    async with asgi_socket(walk.desk.app, "/ws/desk", f"gs_session={token}") as socket:
        await socket.send(t=command.__struct_config__.tag, **fields)
        await socket.send(t="hello")
        return await socket.until("desk")


@pytest.mark.parametrize("token", ["a-guess", ""], ids=["a guess", "a buyer's"])
async def test_nobody_comes_through_the_staffs_door_without_a_session(walk: Walk, token: str) -> None:
    cookie = f"gs_session={token or walk.buyer_token}"
    for command, (_, fields) in COMMANDS.items():
        async with asgi_socket(walk.desk.app, "/ws/desk", cookie) as socket:
            await socket.send(t=command.__struct_config__.tag, **fields(walk))
            assert await end(socket) == 4401
            assert socket.told == 0


@pytest.mark.parametrize("command", BUYERS_COMMANDS, ids=lambda command: command.__name__)
async def test_nobody_comes_through_the_buyers_door_without_a_token(
    walk: Walk, command: type[commands.BuyerCommand]
) -> None:
    session = await walk.token(Role.ADMINISTRATOR, walk.tea)
    signed = walk.buyer_token.partition(".")[2]
    for token in ("", session, f"{walk.tea.shop.id}.{signed[:-2]}", f"{walk.silk.shop.id}.{signed}"):
        async with asgi_socket(walk.desk.app, "/ws/buyer", f"gs_session={session}") as socket:
            await socket.send(t="hello", token=token, conversation=walk.conversation)
            await socket.send(t=command.__struct_config__.tag, **BUYERS_COMMANDS[command])
            assert await end(socket) == 4401
            assert socket.told == 0


@pytest.mark.parametrize("command", BUYERS_COMMANDS, ids=lambda command: command.__name__)
async def test_another_buyer_reaches_nothing_of_a_conversation(
    walk: Walk, command: type[commands.BuyerCommand]
) -> None:
    await walk.buyer_asks()
    conversation, before = walk.conversation, await walk.said_in(walk.conversation)
    stranger = (await (await walk.browser(None)).post("/api/visitor", json={"shop": walk.tea.shop.id})).json()
    async with asgi_socket(walk.desk.app, "/ws/buyer") as socket:
        await socket.send(t="hello", token=stranger["token"], conversation=conversation)
        [welcome] = await socket.until("welcome")
        assert (welcome["conversation"], welcome["events"]) == (None, [])
        await socket.send(t=command.__struct_config__.tag, **BUYERS_COMMANDS[command])
        await socket.send(t="hello", token="again")
        heard = await socket.until("refused")
    assert SECRET_WORDS not in str(heard)
    assert conversation not in str(heard)
    assert await walk.said_in(conversation) == before


async def test_who_is_logged_out_elsewhere_or_stopped_is_shut_out_at_once(walk: Walk) -> None:
    phone, tablet = await walk.token(Role.SERVICE_MANAGER, walk.tea), await walk.token(Role.SERVICE_MANAGER, walk.tea)
    browser = await walk.browser(Role.SERVICE_MANAGER)
    browser.cookies.set("gs_session", tablet)
    async with (
        asgi_socket(walk.desk.app, "/ws/desk", f"gs_session={phone}") as on_phone,
        asgi_socket(walk.desk.app, "/ws/desk", f"gs_session={tablet}") as on_tablet,
    ):
        for socket in (on_phone, on_tablet):
            await socket.send(t="hello")
            await socket.until("desk")
        for session in (await browser.get("/api/sessions")).json():
            if not session["current"]:
                await browser.delete(f"/api/sessions/{session['id']}")
        assert await end(on_phone) == 4401
        administrator = await walk.browser(Role.ADMINISTRATOR)
        account = f"/api/accounts/{walk.tea.staff[Role.SERVICE_MANAGER].id}"
        assert (await administrator.patch(account, json={"active": False})).status_code == 200
        assert await end(on_tablet) == 4401
    await administrator.patch(account, json={"active": True})


async def test_a_changed_role_counts_from_the_next_command(walk: Walk) -> None:
    administrator = await walk.browser(Role.ADMINISTRATOR)
    account = f"/api/accounts/{walk.tea.staff[Role.AGENT].id}"
    token = await walk.token(Role.AGENT, walk.tea)
    async with asgi_socket(walk.desk.app, "/ws/desk", f"gs_session={token}") as socket:
        for role, denied in (("agent", True), ("service_manager", False), ("agent", True)):
            await administrator.patch(account, json={"role": role})
            await socket.send(t="watch")
            await socket.send(t="hello")
            frames = [frame for frame in await socket.until("desk") if frame["t"] == "refused"]
            assert ([frame["code"] for frame in frames] == ["not_allowed"]) == denied, role


async def end(socket: AsgiSocket) -> int:
    """The code with which the server closes, whatever it told before."""
    try:
        while True:
            await socket.receive()
    except Closed as closed:
        return closed.code
