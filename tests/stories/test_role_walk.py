"""Every door, tried by everybody: each role, another merchant's administrator, and nobody.

Who may is read from `team.roles`; what a door needs stands here a second time, on purpose: a door that loses its
guard, and a new one that nobody thought about, both fail.
"""

import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal, get_args

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts
from PIL import Image

from asgi_socket import AsgiSocket, Closed, asgi_socket
from goldensix.adapters.postgres.embedded import fresh_database
from goldensix.api.live.staff import NEEDS
from goldensix.team.roles import Permission, Role, may
from goldensix.wire import commands
from walked_desk import SECRET_WORDS, Walk, open_walk

pytestmark = pytest.mark.asyncio(loop_scope="module")

Needs = Permission | Literal["logged in", "anybody"]
LOGGED_IN: Final = "logged in"
ANYBODY: Final = "anybody"
_IDS: Final = count(1)


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    needs: Needs
    ask: Callable[[Walk], dict[str, Any]] = lambda walk: {}
    """What is sent along."""
    status: int = 200
    """Of whoever may."""
    elsewhere: int | None = None
    """Of another merchant's administrator, where it is not the same: what belongs to us is not there for them."""
    place: Callable[[Walk], dict[str, Any]] = lambda walk: {}
    """What stands for the names in the path."""


def new_shift(walk: Walk) -> dict[str, Any]:
    account = walk.tea.staff[Role.AGENT].id
    return {"json": {"account": account, "day": "2026-01-01", "begins": 540, "ends": 1080}}


def picture(_: Walk) -> dict[str, Any]:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "png")
    return {"files": {"file": ("a.png", file.getvalue(), "image/png")}}


def replies_file(_: Walk) -> dict[str, Any]:
    return {"content": b"code,title,text\nq,Hello,Hello there"}


def picture_of_buyer(walk: Walk) -> dict[str, Any]:
    return picture(walk) | {"headers": {"Authorization": f"Bearer {walk.buyer_token}"}}


def stranger_with(**body: Any) -> Callable[[Walk], dict[str, Any]]:
    """Somebody new each time, so that nobody has to wait for another's guesses."""
    return lambda walk: {"json": {"identifier": f"nobody{next(_IDS)}@new.example"} | body}


def sent(**body: Any) -> Callable[[Walk], dict[str, Any]]:
    return lambda walk: {"json": body}


def new_account(_: Walk) -> dict[str, Any]:
    return {"json": {"name": "Wen", "role": "agent", "email": f"wen{next(_IDS)}@new.example"}}


def shop(walk: Walk) -> dict[str, Any]:
    return {"shop": walk.tea.shop.id, "product": walk.product}


def chat_log(_: Walk) -> dict[str, Any]:
    return {"params": {"name": "a.csv"}, "content": b"time,buyer,text"}


def looked_at(walk: Walk) -> dict[str, Any]:
    """A file that the tea house uploaded."""
    place = walk.house.imports.archive(walk.tea.merchant.id).folder / "uploads" / ("a" * 32)
    place.mkdir(parents=True, exist_ok=True)
    (place / "name").write_text("a.csv")
    (place / "content").write_text(f"time,buyer,text\n2026-11-10 08:03:02,{SECRET_WORDS},hi\n")
    return {"json": {"uploads": ["a" * 32]}}


def our_rejects(walk: Walk) -> str:
    path = walk.house.imports.archive(walk.tea.merchant.id).rejects("import-ours")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("file,row,column,reason\n")
    return "import-ours"


def report_of_ours(walk: Walk) -> dict[str, Any]:
    return {"params": {"shop": walk.tea.shop.id, "caliber": "golden_six_human"}}


def orders_of_ours(walk: Walk) -> dict[str, Any]:
    return {"params": {"shop": walk.tea.shop.id, "caliber": "order_conversion"}}


def our_conversation(walk: Walk) -> dict[str, Any]:
    return {"params": {"shop": walk.tea.shop.id, "session": walk.conversation}}


def a_reply(_: Walk) -> dict[str, Any]:
    return {"json": {"code": f"r{next(_IDS)}", "title": "Steeping", "text": "Three minutes."}}


def own_reply(walk: Walk) -> dict[str, Any]:
    return {"json": a_reply(walk)["json"] | {"own": True}}


def a_campaign(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"Spring {next(_IDS)}", "starts_at": 1, "ends_at": 2}}


def reply(walk: Walk) -> dict[str, Any]:
    return {"reply": walk.reply}


def campaign(walk: Walk) -> dict[str, Any]:
    return {"campaign": walk.campaign}


def a_question(walk: Walk) -> dict[str, Any]:
    return {"json": {"title": f"How long does it steep {next(_IDS)}", "campaign": walk.campaign}}


def outside_robot(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"robot {next(_IDS)}", "url": "https://1.1.1.1/hook"}}


def robot(walk: Walk) -> dict[str, Any]:
    return {"robot": walk.robot}


def consult(walk: Walk) -> dict[str, Any]:
    return {"conversation": walk.conversation}


def question(walk: Walk) -> dict[str, Any]:
    return {"question": walk.question}


def chosen(walk: Walk) -> dict[str, Any]:
    return {"json": {"questions": [walk.question]}}


def read_version(walk: Walk) -> dict[str, Any]:
    return {"json": {"questions": [{"id": walk.question, "version": 1}]}}


def question_file(_: Walk) -> dict[str, Any]:
    return {"params": {"name": "a.csv"}, "content": b" "}


def a_keyword_rule(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"parcels {next(_IDS)}", "pattern": "parcel"}}


def no_rule(_: Walk) -> dict[str, Any]:
    return {"rule": 10**9}


def nothing_found(_: Walk) -> dict[str, Any]:
    return {"key": "0" * 16}


def order(walk: Walk) -> dict[str, Any]:
    return {"order": walk.order}


def unsigned_order(walk: Walk) -> dict[str, Any]:
    now = walk.house.now()
    order = {"number": "T9", "customer": "c-9", "status": "placed", "price_cents": 1, "placed_at": now}
    return {"json": {"orders": [order]}}


SUBSCRIPTION: Final = {
    "endpoint": "https://93.184.215.14/push/1",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
"""A browser of the standard's own example; nothing is sent to it."""

_BY_ITSELF: Final = ("conversation_left", "conversation_returned", "bot_auto", '"type": "agent_', '"type": "alert_')
"""What stands in events that the desk records as time goes by, also of a socket that was closed a while ago."""
PAGES = (
    *(
        "/",
        "/login",
        "/desk",
        "/desk/{conversation}",
        "/live",
        "/settings",
        "/settings/{tab}",
        "/replies",
        "/robot",
        "/robot/{tab}",
        "/import",
        "/start",
        "/kit",
        "/s/{shop}",
    ),
    *("/reports", "/reports/{tab}", "/reports/{tab}/{caliber}"),
)
NOT_BUILT = 503
"""The pages answer so where the faces were not built; they never ask who is there: the page itself asks."""

DOORS: Final = (
    Door("POST", "/api/login", ANYBODY, stranger_with(password="a guess"), 401),
    Door("POST", "/api/login/code", ANYBODY, stranger_with(), 204),
    Door("POST", "/api/login/code/check", ANYBODY, stranger_with(code="000000"), 401),
    Door("POST", "/api/logout", ANYBODY, status=204),
    Door("GET", "/api/demo", ANYBODY, status=404),
    Door("GET", "/api/me", LOGGED_IN),
    Door("GET", "/api/sessions", LOGGED_IN),
    Door("DELETE", "/api/sessions/{session}", LOGGED_IN, status=404, place=lambda walk: {"session": 0}),
    Door("GET", "/api/accounts", Permission.MANAGE_ACCOUNTS),
    Door("POST", "/api/accounts", Permission.MANAGE_ACCOUNTS, new_account, 201),
    Door(
        "PATCH",
        "/api/accounts/{account}",
        Permission.MANAGE_ACCOUNTS,
        sent(limit=7),
        elsewhere=404,
        place=lambda walk: {"account": walk.tea.staff[Role.OPERATIONS].id},
    ),
    Door("GET", "/api/groups", Permission.MANAGE_ACCOUNTS),
    Door(
        "PATCH",
        "/api/groups/{group}",
        Permission.MANAGE_ACCOUNTS,
        sent(priority=1),
        elsewhere=404,
        place=lambda walk: {"group": walk.tea.group.id},
    ),
    Door("GET", "/api/assignment", Permission.MANAGE_ACCOUNTS),
    Door("PATCH", "/api/assignment", Permission.MANAGE_ACCOUNTS, sent(policy="round_robin")),
    Door("GET", "/api/assignment/rules", Permission.MANAGE_ACCOUNTS),
    Door("PUT", "/api/assignment/rules", Permission.MANAGE_ACCOUNTS, sent(rules=[])),
    Door("GET", "/api/hours", Permission.SET_SHIFTS),
    Door(
        "PUT",
        "/api/hours/shops/{shop}",
        Permission.SET_SHIFTS,
        sent(week=None),
        204,
        elsewhere=404,
        place=lambda walk: {"shop": walk.tea.shop.id},
    ),
    Door(
        "PUT",
        "/api/hours/groups/{group}",
        Permission.SET_SHIFTS,
        sent(week=None),
        204,
        elsewhere=404,
        place=lambda walk: {"group": walk.tea.group.id},
    ),
    Door("GET", "/api/autoreplies", Permission.SET_AUTOREPLIES),
    Door(
        "PUT",
        "/api/autoreplies/{shop}",
        Permission.SET_AUTOREPLIES,
        sent(welcome=[], still_waiting=[], away=[], off_hours=[], ending=[], notice=[], which=[], asks_rating=True),
        204,
        elsewhere=404,
        place=lambda walk: {"shop": walk.tea.shop.id},
    ),
    Door("GET", "/api/coverage", Permission.SET_SHIFTS),
    Door("GET", "/api/shifts", Permission.SET_SHIFTS),
    Door("POST", "/api/shifts", Permission.SET_SHIFTS, new_shift, 201, elsewhere=422),
    Door(
        "DELETE",
        "/api/shifts/{shift}",
        Permission.SET_SHIFTS,
        status=404,
        place=lambda walk: {"shift": 2**40},
    ),
    Door(
        "DELETE",
        "/api/shifts/of/{account}",
        Permission.SET_SHIFTS,
        elsewhere=404,
        place=lambda walk: {"account": walk.tea.staff[Role.AGENT].id},
    ),
    Door("GET", "/api/ladder", Permission.SET_LADDER),
    Door("PATCH", "/api/ladder", Permission.SET_LADDER, sent(queue_over=30)),
    Door(
        "POST",
        "/api/ladder/senders",
        Permission.SET_LADDER,
        sent(name="Duty phone", address=f"dingtalk://{'a' * 64}"),
        201,
    ),
    Door("DELETE", "/api/ladder/senders/{sender}", Permission.SET_LADDER, status=404, place=lambda walk: {"sender": 0}),
    Door(
        "POST",
        "/api/ladder/senders/{sender}/test",
        Permission.SET_LADDER,
        status=404,
        place=lambda walk: {"sender": 0},
    ),
    Door("GET", "/api/notices", Permission.CONSULT),
    Door("PATCH", "/api/notices", Permission.CONSULT, sent(words=True)),
    Door("POST", "/api/notices/devices", Permission.CONSULT, sent(**SUBSCRIPTION), 201),
    Door("DELETE", "/api/notices/devices/{device}", Permission.CONSULT, status=404, place=lambda walk: {"device": 0}),
    Door(
        "POST",
        "/api/notices/devices/{device}/test",
        Permission.CONSULT,
        status=404,
        place=lambda walk: {"device": 0},
    ),
    Door("GET", "/api/blocks", Permission.ASSIGN),
    Door("DELETE", "/api/blocks/{block}", Permission.CONSULT, status=404, place=lambda walk: {"block": 0}),
    Door("GET", "/api/audit", Permission.READ_AUDIT),
    Door("GET", "/api/audit/export", Permission.READ_AUDIT),
    Door("GET", "/api/retention", Permission.SET_RETENTION),
    Door("POST", "/api/retention/try", Permission.SET_RETENTION, sent(words=30)),
    Door("PATCH", "/api/retention", Permission.SET_RETENTION, sent(audit=0)),
    Door("GET", "/api/widget/{shop}", ANYBODY, place=shop),
    Door("GET", "/api/widget/{shop}/products", ANYBODY, place=shop),
    Door("GET", "/api/widget/{shop}/products/{product}", ANYBODY, place=shop),
    Door("GET", "/api/shops/{shop}/products", Permission.VIEW_GOODS, place=shop),
    Door("POST", "/api/visitor", ANYBODY, lambda walk: {"json": {"shop": walk.tea.shop.id}}),
    Door("POST", "/api/pictures", Permission.CONSULT, picture),
    Door("POST", "/api/visitor/pictures", ANYBODY, picture_of_buyer),
    Door("GET", "/pictures/{picture}", ANYBODY, status=404, place=lambda walk: {"picture": "0" * 32}),
    Door(
        "GET",
        "/api/conversations/{conversation}/orders",
        Permission.VIEW_ORDERS,
        elsewhere=404,
        place=lambda walk: {"conversation": walk.conversation},
    ),
    Door("POST", "/api/shops/{shop}/orders", ANYBODY, unsigned_order, 401, place=shop),
    Door("POST", "/api/orders/{order}/reveal", Permission.VIEW_ORDERS, elsewhere=404, place=order),
    Door("PATCH", "/api/orders/{order}", Permission.CHANGE_PRICE, sent(price_cents=900), elsewhere=404, place=order),
    Door(
        "PATCH",
        "/api/orders/{order}",
        Permission.CHANGE_ADDRESS,
        sent(receiver_address="北京市东城区 1 号"),
        elsewhere=404,
        place=order,
    ),
    Door("PATCH", "/api/orders/{order}", Permission.ADD_REMARK, sent(remark="a gift"), elsewhere=404, place=order),
    Door("GET", "/api/replies", Permission.CONSULT),
    Door("GET", "/api/replies/all", LOGGED_IN),
    Door("POST", "/api/replies", Permission.CONSULT, own_reply, 201),
    Door("POST", "/api/replies/starters", Permission.SHARE_REPLIES, status=204),
    Door("PUT", "/api/replies/{reply}", Permission.SHARE_REPLIES, a_reply, elsewhere=404, place=reply),
    Door("DELETE", "/api/replies/{reply}", Permission.SHARE_REPLIES, status=204, elsewhere=404, place=reply),
    Door("POST", "/api/replies/{reply}/restore", Permission.SHARE_REPLIES, elsewhere=404, place=reply),
    Door("GET", "/api/replies/file", LOGGED_IN),
    Door("POST", "/api/replies/file", Permission.SHARE_REPLIES, replies_file),
    Door("POST", "/api/replies/used", Permission.CONSULT, sent(uses=[{"reply": 1, "edited": False, "saved": 9}]), 204),
    Door("GET", "/api/robot/questions", Permission.RUN_CAMPAIGNS),
    Door("GET", "/api/robot/outside", Permission.SET_UP),
    Door("POST", "/api/robot/outside", Permission.SET_UP, outside_robot, 201),
    Door(
        "PUT",
        "/api/robot/outside/{robot}",
        Permission.SET_UP,
        sent(name="Walked", on=False),
        204,
        elsewhere=404,
        place=robot,
    ),
    Door("POST", "/api/robot/outside/{robot}/rotate", Permission.SET_UP, elsewhere=404, place=robot),
    Door("POST", "/api/robot/outside/{robot}/test", Permission.SET_UP, elsewhere=404, place=robot),
    Door("DELETE", "/api/robot/outside/{robot}", Permission.SET_UP, status=204, elsewhere=404, place=robot),
    Door("POST", "/api/robots/answers", ANYBODY, sent(conversation="c", turn=1, kind="hand_over"), 401),
    Door("GET", "/api/robot/groups", Permission.TEACH_ROBOT),
    Door("GET", "/api/robot/groups/consults", Permission.TEACH_ROBOT),
    Door("PUT", "/api/robot/groups", Permission.TEACH_ROBOT, sent(on=False, least=0.5), 204),
    Door(
        "PUT",
        "/api/robot/groups/labels/{conversation}",
        Permission.TEACH_ROBOT,
        sent(group=None),
        204,
        elsewhere=404,
        place=consult,
    ),
    Door("GET", "/api/robot/choices", Permission.RUN_CAMPAIGNS),
    Door("POST", "/api/robot/questions", Permission.RUN_CAMPAIGNS, a_question, 201, elsewhere=422),
    Door("GET", "/api/robot/questions/{question}", Permission.RUN_CAMPAIGNS, elsewhere=404, place=question),
    Door("PUT", "/api/robot/questions/{question}", Permission.RUN_CAMPAIGNS, a_question, elsewhere=404, place=question),
    Door("POST", "/api/robot/questions/{question}/withdraw", Permission.APPROVE_ANSWERS, elsewhere=404, place=question),
    Door("POST", "/api/robot/questions/approve", Permission.APPROVE_ANSWERS, read_version),
    Door("POST", "/api/robot/questions/remove", Permission.RUN_CAMPAIGNS, chosen, 204, elsewhere=404),
    Door("POST", "/api/robot/questions/restore", Permission.RUN_CAMPAIGNS, chosen, 204, elsewhere=404),
    Door("GET", "/api/robot/rules", Permission.TEACH_ROBOT),
    Door("POST", "/api/robot/rules", Permission.APPROVE_ANSWERS, a_keyword_rule, 201),
    Door("PUT", "/api/robot/rules/{rule}", Permission.APPROVE_ANSWERS, a_keyword_rule, 404, place=no_rule),
    Door("DELETE", "/api/robot/rules/{rule}", Permission.APPROVE_ANSWERS, status=404, place=no_rule),
    Door("POST", "/api/robot/starters", Permission.TEACH_ROBOT, status=204),
    Door("GET", "/api/robot/export", Permission.TEACH_ROBOT),
    Door("POST", "/api/robot/import", Permission.TEACH_ROBOT, question_file, 422),
    Door("POST", "/api/robot/lesson", Permission.TEACH_ROBOT, sent(what="study"), 422),
    Door("GET", "/api/robot/lesson", Permission.TEACH_ROBOT),
    Door("DELETE", "/api/robot/lesson", Permission.TEACH_ROBOT, status=204),
    Door("GET", "/api/robot/model", Permission.TEACH_ROBOT),
    Door("POST", "/api/robot/alike", Permission.TEACH_ROBOT, sent(texts=[""] * 500), 422),
    Door("GET", "/api/robot/proposals", Permission.TEACH_ROBOT),
    *(
        Door("POST", f"/api/robot/proposals/{{key}}/{deed}", Permission.TEACH_ROBOT, ask, 404, place=nothing_found)
        for deed, ask in (
            ("accept", sent()),
            ("merge", sent(question=1)),
            ("dismiss", sent()),
            ("undo", sent()),
        )
    ),
    Door("GET", "/api/robot/trial", Permission.TEACH_ROBOT),
    Door("POST", "/api/robot/trial/marks/{key}", Permission.TEACH_ROBOT, sent(question=None), 404, place=nothing_found),
    Door("DELETE", "/api/robot/trial/marks/{key}", Permission.TEACH_ROBOT, status=404, place=nothing_found),
    Door("GET", "/api/robot/work", Permission.TEACH_ROBOT),
    Door("PATCH", "/api/robot/work", Permission.APPROVE_ANSWERS, sent(stopped=False)),
    Door("GET", "/api/campaigns", LOGGED_IN),
    Door("POST", "/api/campaigns", Permission.RUN_CAMPAIGNS, a_campaign, 201),
    Door("PUT", "/api/campaigns/{campaign}", Permission.RUN_CAMPAIGNS, a_campaign, elsewhere=404, place=campaign),
    Door(
        "DELETE",
        "/api/campaigns/{campaign}",
        Permission.RUN_CAMPAIGNS,
        status=404,
        place=lambda walk: {"campaign": 10**9},
    ),
    Door("GET", "/api/start", Permission.SET_UP),
    Door("GET", "/api/imports", Permission.IMPORT),
    Door("POST", "/api/imports/files", Permission.IMPORT, chat_log, 201),
    Door(
        "DELETE",
        "/api/imports/files/{upload}",
        Permission.IMPORT,
        status=404,
        place=lambda walk: {"upload": "0" * 32},
    ),
    Door("POST", "/api/imports/look", Permission.IMPORT, looked_at, elsewhere=404),
    Door("POST", "/api/imports", Permission.IMPORT, sent(uploads=["0" * 32]), 404),
    Door("GET", "/api/imports/current", Permission.IMPORT),
    Door("DELETE", "/api/imports/current", Permission.IMPORT, status=204),
    Door("DELETE", "/api/imports/mappings/{name}", Permission.IMPORT, status=404, place=lambda walk: {"name": "x"}),
    Door(
        "GET",
        "/api/imports/{id}/rejects",
        Permission.IMPORT,
        elsewhere=404,
        place=lambda walk: {"id": our_rejects(walk)},
    ),
    Door("DELETE", "/api/imports/{id}", Permission.IMPORT, status=404, place=lambda walk: {"id": "import-none"}),
    Door("POST", "/api/rehearsals", Permission.REHEARSE, sent(sessions=1), 202),
    Door("GET", "/api/rehearsals/current", Permission.REHEARSE),
    Door("DELETE", "/api/rehearsals/current", Permission.REHEARSE, status=204),
    Door("GET", "/api/reports/sources", Permission.READ_ORDER_FIGURES),
    Door("GET", "/api/reports/calibers", Permission.READ_ORDER_FIGURES),
    Door("GET", "/api/reports/figures", Permission.READ_ORDER_FIGURES, orders_of_ours, elsewhere=404),
    Door("GET", "/api/reports/export", Permission.READ_ORDER_FIGURES, orders_of_ours, elsewhere=404),
    Door("GET", "/api/reports/explain", Permission.READ_REPORTS, report_of_ours, elsewhere=404),
    Door("GET", "/api/reports/conversation", Permission.READ_REPORTS, our_conversation, elsewhere=404),
    Door("GET", "/api/reports/distribution", Permission.READ_REPORTS, report_of_ours, elsewhere=404),
    Door("GET", "/api/reports/pace", Permission.READ_REPORTS, report_of_ours, elsewhere=404),
    Door("GET", "/api/reports/benchmarks", Permission.READ_REPORTS),
    Door(
        "PUT",
        "/api/reports/benchmarks/{name}",
        Permission.READ_REPORTS,
        sent(csv="caliber,value\ngolden_six_human,90\n"),
        place=lambda walk: {"name": "x"},
    ),
    Door(
        "DELETE",
        "/api/reports/benchmarks/{name}",
        Permission.READ_REPORTS,
        status=404,
        place=lambda walk: {"name": "none"},
    ),
    Door("GET", "/api/calibers/own", Permission.READ_REPORTS),
    Door("PUT", "/api/calibers/own", Permission.SET_CALIBERS, sent(toml="")),
    Door("POST", "/api/calibers/own/check", Permission.SET_CALIBERS, sent(toml="")),
    *(
        Door("GET", path, ANYBODY, status=NOT_BUILT, place=lambda walk: {"conversation": "c", "shop": 1})
        for path in PAGES
    ),
    Door("GET", "/shop/{shop}", ANYBODY, status=404, place=shop),
    Door("GET", "/app/{name:path}", ANYBODY, status=404, place=lambda walk: {"name:path": "nothing.js"}),
    Door("GET", "/buyer/{name:path}", ANYBODY, status=404, place=lambda walk: {"name:path": "nothing.js"}),
    Door("GET", "/w.js", ANYBODY, status=404),
    Door("GET", "/w2.js", ANYBODY, status=404),
    Door("GET", "/sw.js", ANYBODY, status=404),
    Door("GET", "/healthz", ANYBODY),
    Door("GET", "/readyz", ANYBODY),
    Door("GET", "/metrics", ANYBODY),
    # Last: it ends the conversation that others ask about.
    Door(
        "POST",
        "/api/conversations/{conversation}/block",
        Permission.CONSULT,
        sent(why="spam", hours=1),
        201,
        elsewhere=404,
        place=lambda walk: {"conversation": walk.conversation},
    ),
)


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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    async with open_walk(fresh_database(postgres_server), tmp_path_factory.mktemp("walk")) as walk:
        yield walk


async def test_no_door_was_forgotten(walk: Walk) -> None:
    routes = {
        (method, str(route.path))
        for route in iter_route_contexts(walk.rest.routes)
        for method in (route.methods or {"?"}) - {"HEAD"}
    }
    assert {(door.method, door.path) for door in DOORS} == routes
    assert COMMANDS.keys() == NEEDS.keys() == set(get_args(commands.StaffCommand))
    assert BUYERS_COMMANDS.keys() == set(get_args(commands.BuyerCommand))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path} {door.needs}")
async def test_a_door_opens_to_whoever_may_and_to_nobody_else(walk: Walk, door: Door) -> None:
    opened: dict[Role | None, httpx.Response] = {None: await knock(walk, door, await walk.browser(None))}
    for role in Role:
        opened[role] = await knock(walk, door, await walk.browser(role))
    expected: dict[Role | None, int] = {role: door.status if allowed(role, door.needs) else 403 for role in Role}
    expected[None] = door.status if door.needs == ANYBODY else 401
    assert {who: answer.status_code for who, answer in opened.items()} == expected


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path} {door.needs}")
async def test_another_merchants_administrator_reaches_nothing_of_ours(walk: Walk, door: Door) -> None:
    before = await ledger(walk)
    answer = await knock(walk, door, await walk.browser(Role.ADMINISTRATOR, walk.silk))
    assert answer.status_code == (door.elsewhere or door.status)
    if door.needs != ANYBODY:
        for ours in (
            "of tea",
            SECRET_WORDS,
            "tea.example",
            "Blue pot",
            "T1",
            "陈",
            "徐汇",
            walk.buyer,
            walk.conversation,
        ):
            assert ours not in answer.text
        assert await ledger(walk) == before


async def knock(walk: Walk, door: Door, browser: httpx.AsyncClient) -> httpx.Response:
    path = door.path
    for name, value in door.place(walk).items():
        path = path.replace(f"{{{name}}}", str(value))
    answer = await browser.request(door.method, path, **door.ask(walk))
    await walk.house.rehearsals.close()  # one that was let in must not run while the next knocks
    return answer


def allowed(role: Role, needs: Needs) -> bool:
    return may(role, needs) if isinstance(needs, Permission) else True


async def ledger(walk: Walk) -> str:
    """All that the tea house has in the database; not what its desk does by itself in time."""
    said = []
    for table in (
        "accounts",
        "shops",
        "groups",
        "products",
        "orders",
        "pictures",
        "events",
        "quick_replies",
        "campaigns",
        "bank_heads",
        "bank_questions",
        "classification",
        "group_labels",
        "outside_robots",
    ):
        rows = await walk.desk.pool.fetch(
            f"select to_jsonb(t)::text from {table} t where merchant_id = $1 order by 1",
            walk.tea.merchant.id,
        )
        said += [row[0] for row in rows if not any(word in row[0] for word in _BY_ITSELF)]
    return "\n".join(said)


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
