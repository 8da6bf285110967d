"""What a door is, and what is sent to it so that it is opened to whoever may."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal

from PIL import Image

from goldensix.team.roles import Permission, Role
from walked_desk import SECRET_WORDS, Walk

Needs = Permission | Literal["logged in", "anybody"]
LOGGED_IN: Final = "logged in"
ANYBODY: Final = "anybody"
IDS: Final = count(1)


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
    return lambda walk: {"json": {"identifier": f"nobody{next(IDS)}@new.example"} | body}


def sent(**body: Any) -> Callable[[Walk], dict[str, Any]]:
    return lambda walk: {"json": body}


def new_account(_: Walk) -> dict[str, Any]:
    return {"json": {"name": "Wen", "role": "agent", "email": f"wen{next(IDS)}@new.example"}}


def a_group(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"Gifts {next(IDS)}", "duty": "other", "target_ms": 6000}}


def a_shop(walk: Walk) -> dict[str, Any]:
    group = walk.tea.group.id
    return {"json": {"name": f"Kettles {next(IDS)}", "default_group": group, "zone": "Asia/Shanghai"}}


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
    return {"json": {"code": f"r{next(IDS)}", "title": "Steeping", "text": "Three minutes."}}


def own_reply(walk: Walk) -> dict[str, Any]:
    return {"json": a_reply(walk)["json"] | {"own": True}}


def a_campaign(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"Spring {next(IDS)}", "starts_at": 1, "ends_at": 2}}


def reply(walk: Walk) -> dict[str, Any]:
    return {"reply": walk.reply}


def campaign(walk: Walk) -> dict[str, Any]:
    return {"campaign": walk.campaign}


def a_question(walk: Walk) -> dict[str, Any]:
    return {"json": {"title": f"How long does it steep {next(IDS)}", "campaign": walk.campaign}}


def outside_robot(_: Walk) -> dict[str, Any]:
    return {"json": {"name": f"robot {next(IDS)}", "url": "https://1.1.1.1/hook"}}


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
    return {"json": {"name": f"parcels {next(IDS)}", "pattern": "parcel"}}


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
