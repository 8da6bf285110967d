"""Quick replies, all at once: the workbench searches them without a round trip."""

from typing import Annotated

from fastapi import APIRouter, Depends

from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")


class QuickReplyAnswer(Answer):
    id: int
    code: str
    title: str
    text: str
    """May hold {agent}, {shop}, {buyer} and {order}, which the workbench fills in."""
    initials: str
    pinyin: str
    group: int | None
    """None: for everybody."""


@router.get("/replies")
async def replies(
    caller: Annotated[Caller, Depends(requires(Permission.CONSULT))], house: TheHouse
) -> list[QuickReplyAnswer]:
    found = await house.replies.all(caller.account.merchant)
    return [
        QuickReplyAnswer(
            id=each.id,
            code=each.code,
            title=each.title,
            text=each.text,
            initials=each.initials,
            pinyin=each.pinyin,
            group=each.group,
        )
        for each in found
    ]
