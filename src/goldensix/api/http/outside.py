"""Robots of others: the page that sets them up, and the door by which they answer with a token of their own."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from goldensix.actions.say import LONGEST
from goldensix.adapters.notifiers.port import NotDelivered
from goldensix.adapters.outside import SHOWN, Said
from goldensix.adapters.postgres.outside import Delivery, Keys, NameTaken, OutsideRobot
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, by_token, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.api.limits import require
from goldensix.events.ids import ConversationId, MerchantId
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Owner = Annotated[Caller, Depends(requires(Permission.SET_UP))]
_BEARER: Final = "bearer "


class DeliveryShown(Answer):
    at: int
    conversation: str | None
    """None: a test."""
    outcome: str
    detail: str
    took_ms: int


class OutsideRobotShown(Answer):
    id: int
    name: str
    host: str
    """Where it is asked; the whole address may hold a secret, and is not shown again."""
    on: bool
    rotated_at: int
    deliveries: list[DeliveryShown]
    """The newest."""


class OutsideKeys(Answer):
    """Shown this once."""

    robot: int
    secret: str
    token: str
    answer_at: str


Name = Annotated[str, Field(min_length=1, max_length=40)]
Url = Annotated[str, Field(min_length=8, max_length=500, pattern=r"^https?://[^\s]+$")]


class NewOutsideRobot(Ask):
    name: Name
    url: Url
    on: bool = False


class OutsideRobotChange(Ask):
    name: Name
    url: Url | None = None
    """None: it stays."""
    on: bool


class RobotSays(Ask):
    conversation: Annotated[str, Field(min_length=1, max_length=40)]
    turn: Annotated[int, Field(ge=1, lt=2**31)]
    kind: Literal["answer", "ask", "hand_over"]
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    """Of an answer."""
    choices: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100)]], Field(default_factory=list, max_length=SHOWN)
    ]
    """Of "did you mean": what the buyer chooses from."""


class RobotHeard(Answer):
    taken: bool


@router.get("/robot/outside")
async def outside_robots(caller: Owner, house: TheHouse) -> list[OutsideRobotShown]:
    found = await house.outside_robots.all(caller.account.merchant)
    return [_shown(each, await house.outside_robots.deliveries(each.id)) for each in found]


@router.post("/robot/outside", status_code=201)
async def add_outside_robot(body: NewOutsideRobot, request: Request, caller: Owner, house: TheHouse) -> OutsideKeys:
    await _require_reachable(house, body.url)
    try:
        keys = await house.outside_robots.add(caller.account.merchant, body.name, body.url, body.on)
    except NameTaken:
        raise _name_taken() from None
    await _changed(house, caller, body.name)
    return _keys(house, request, keys)


@router.put("/robot/outside/{robot}", status_code=204)
async def change_outside_robot(robot: int, body: OutsideRobotChange, caller: Owner, house: TheHouse) -> None:
    before = await _mine(house, caller.account.merchant, robot)
    if body.url is not None:
        await _require_reachable(house, body.url)
    try:
        await house.outside_robots.change(before.merchant, robot, body.name, body.url or before.url, body.on)
    except NameTaken:
        raise _name_taken() from None
    await _changed(house, caller, body.name)


@router.post("/robot/outside/{robot}/rotate")
async def rotate(robot: int, request: Request, caller: Owner, house: TheHouse) -> OutsideKeys:
    """A new secret and a new token; for a day the old secret signs too."""
    before = await _mine(house, caller.account.merchant, robot)
    keys = await house.outside_robots.rotate(before.merchant, robot)
    if keys is None:
        raise not_found("机器人", "robot")
    await _changed(house, caller, before.name)
    return _keys(house, request, keys)


@router.delete("/robot/outside/{robot}", status_code=204)
async def remove_outside_robot(robot: int, caller: Owner, house: TheHouse) -> None:
    before = await _mine(house, caller.account.merchant, robot)
    await house.outside_robots.remove(before.merchant, robot)
    await _changed(house, caller, before.name)


@router.post("/robot/outside/{robot}/test")
async def test_outside_robot(robot: int, caller: Owner, house: TheHouse) -> DeliveryShown:
    """Sends a question of nobody's, signed like any other."""
    found = await _mine(house, caller.account.merchant, robot)
    return _delivery(await house.outside.test(found))


@router.post("/robots/answers", dependencies=[Depends(by_token)])
async def robot_answers(body: RobotSays, request: Request, house: TheHouse) -> RobotHeard:
    """A robot of others answers a turn that it was asked about, with its token as a bearer token."""
    head = request.headers.get("authorization", "")
    token = head[len(_BEARER) :] if head.lower().startswith(_BEARER) else ""
    robot = await house.outside_robots.by_token(token)
    if robot is None:
        raise ApiError(401, "unknown_token", zh="令牌无效。", en="This token is none.")
    require(house.limits.robots.take(robot.id))
    said = _said(body)
    conversation = ConversationId(body.conversation)
    match await house.robot_answered(robot.merchant, robot.id, conversation, body.turn, said):
        case "taken":
            return RobotHeard(taken=True)
        case "late":
            raise ApiError(409, "too_late", zh="这一轮已不再等待回答。", en="This turn waits for no answer any more.")
        case "unknown":
            raise not_found("提问", "question")
        case _:
            raise ApiError(
                503,
                "not_now",
                retry_after=1,
                zh="负责这家商户的进程正在交接，请稍后再试。",
                en="The process that looks after this merchant is being replaced: try again in a moment.",
            )


def _said(body: RobotSays) -> Said:
    if body.kind == "answer" and not body.text.strip():
        raise ApiError(422, "invalid", zh="text 不能为空。", en="text must not be empty.")
    if body.kind == "ask" and not (body.choices and all(map(str.strip, body.choices))):
        raise ApiError(422, "invalid", zh="choices 不能为空。", en="choices must not be empty.")
    if "\0" in body.text or any("\0" in each or "\n" in each for each in body.choices):
        raise ApiError(
            422, "invalid", zh="text 或 choices 含有不能用的字符。", en="text or choices hold a sign of no use."
        )
    return Said(body.kind, body.text, tuple(body.choices))


async def _mine(house: House, merchant: MerchantId, robot: int) -> OutsideRobot:
    found = next((each for each in await house.outside_robots.all(merchant) if each.id == robot), None)
    if found is None:
        raise not_found("机器人", "robot")
    return found


async def _require_reachable(house: House, url: str) -> None:
    try:
        await house.outside.check(url)
    except NotDelivered as failed:
        if failed.failure == "private":
            zh, en = (
                "url 指向内网地址，本机设置不允许。",
                "url lies in a private network, which the settings do not allow.",
            )
        elif failed.failure == "unreadable":
            zh, en = "url 要以 https:// 开头。", "url must begin with https://."
        else:
            zh, en = "url 的主机名找不到。", "The host of url cannot be found."
        raise ApiError(422, "bad_url", zh=zh, en=en) from None


async def _changed(house: House, caller: Caller, name: str) -> None:
    await house.outside.look(caller.account.merchant)
    await house.audit.note(caller.account.merchant, caller.account.id, "outside robot changed", name)


def _name_taken() -> ApiError:
    return ApiError(409, "name_taken", zh="已有同名的机器人。", en="Another robot has this name.")


def _keys(house: House, request: Request, keys: Keys) -> OutsideKeys:
    answer_at = f"{house.address(request)}/api/robots/answers"
    return OutsideKeys(robot=keys.robot, secret=keys.secret, token=keys.token, answer_at=answer_at)


def _shown(robot: OutsideRobot, deliveries: list[Delivery]) -> OutsideRobotShown:
    host = robot.url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    told = [_delivery(each) for each in deliveries]
    return OutsideRobotShown(
        id=robot.id, name=robot.name, host=host, on=robot.on, rotated_at=robot.rotated_at, deliveries=told
    )


def _delivery(delivery: Delivery) -> DeliveryShown:
    return DeliveryShown(
        at=delivery.at,
        conversation=delivery.conversation,
        outcome=delivery.outcome,
        detail=delivery.detail,
        took_ms=delivery.took_ms,
    )
