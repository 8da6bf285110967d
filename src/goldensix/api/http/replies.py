"""Quick replies: what agents find as they type, and the page on which people write them.

Everybody who answers writes replies of their own. Shared ones are for whoever may share, those of a campaign for
whoever may run campaigns.
"""

from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.replies import QuickReply, QuickReplyDraft, Refused, Use, Uses
from goldensix.adapters.postgres.roster import Account
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, logged_in, requires
from goldensix.api.http.house import House, TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.demo.replies import REPLIES
from goldensix.events.facts import Language
from goldensix.events.ids import GroupId, Instant
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Staff = Annotated[Caller, Depends(logged_in)]
Consulting = Annotated[Caller, Depends(requires(Permission.CONSULT))]
Sharing = Annotated[Caller, Depends(requires(Permission.SHARE_REPLIES))]
_COUNTED: Final = 30 * 86_400_000
_REFUSALS: Final[dict[Refused, tuple[int, dict[Language, str]]]] = {
    Refused.CODE_TAKEN: (409, {"zh": "这个编码已有另一条话术。", "en": "Another reply has this code."}),
    Refused.NO_GROUP: (422, {"zh": "group：没有这个组。", "en": "group: there is no such group."}),
    Refused.NO_CAMPAIGN: (422, {"zh": "campaign：没有这个活动。", "en": "campaign: there is no such campaign."}),
    Refused.NO_PICTURE: (422, {"zh": "picture：没有这张图片。", "en": "picture: there is no such picture."}),
}


class QuickReplyAnswer(Answer):
    id: int
    code: str
    title: str
    text: str
    """May hold {agent}, {shop}, {buyer}, {order}, {order.status} and others, which the workbench fills in."""
    initials: str
    pinyin: str
    group: int | None
    """None: for everybody."""
    campaign: int | None
    picture: str | None
    own: bool
    """Only this person finds it."""


class OfferedReply(QuickReplyAnswer):
    campaign_name: str | None
    """What {campaign} stands for: the reply's own, else the latest that runs."""


class KeptReply(QuickReplyAnswer):
    may_change: bool
    changed_at: int
    changed_by: int | None
    uses: int
    """Sendings of the last 30 days, by everybody."""
    edited: int
    """Uses whose text was changed before it was sent."""
    dropped: int
    """How often it was put into a draft of which nothing was sent."""
    saved: int
    """Characters that nobody had to type."""


Code = Annotated[str, Field(pattern=r"^[0-9a-z_-]{1,20}$")]
Title = Annotated[str, Field(min_length=1, max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]
PictureId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
RowId = Annotated[int, Field(ge=1, lt=2**63)]


class ReplyText(Ask):
    code: Code
    title: Title
    text: Words
    group: RowId | None = None
    campaign: RowId | None = None
    picture: PictureId | None = None

    def draft(self) -> QuickReplyDraft:
        group = None if self.group is None else GroupId(self.group)
        return QuickReplyDraft(self.code, self.title, self.text, group, self.campaign, self.picture)


class NewReply(ReplyText):
    own: bool = False
    """Only this person finds it."""


class ReplyUse(Ask):
    reply: RowId
    edited: bool
    dropped: bool = False
    saved: Annotated[int, Field(ge=0, le=4_000)]


class ReplyUses(Ask):
    uses: Annotated[list[ReplyUse], Field(min_length=1, max_length=50)]


@router.get("/replies")
async def replies(caller: Consulting, house: TheHouse) -> list[OfferedReply]:
    """What this person may use now."""
    merchant = caller.account.merchant
    running = {each.id: each.draft.name for each in await house.campaigns.all(merchant) if each.running}
    latest = next(iter(running.values()), None)
    return [
        OfferedReply(**_shown(each).model_dump(), campaign_name=running.get(each.draft.campaign or 0, latest))
        for each in await house.replies.offered(merchant, caller.account.id)
    ]


@router.get("/replies/all")
async def all_replies(caller: Staff, house: TheHouse) -> list[KeptReply]:
    """Those of campaigns that do not run too, with what they were used for."""
    account = caller.account
    uses = await house.replies.uses_since(account.merchant, Instant(house.now() - _COUNTED))
    found = await house.replies.all(account.merchant, account.id)
    return [_kept(account, each, uses.get(each.id, Uses())) for each in found]


@router.post("/replies", status_code=201)
async def add_reply(body: NewReply, caller: Staff, house: TheHouse) -> KeptReply:
    account, draft = caller.account, body.draft()
    demand(account, [draft], own=body.own)
    added = await house.replies.add(account.merchant, draft, account.id if body.own else None, account.id)
    if isinstance(added, Refused):
        raise refusal(added)
    return await _told(house, account, added)


@router.post("/replies/starters", status_code=204)
async def add_starters(caller: Sharing, house: TheHouse) -> None:
    """Phrases to begin with, for the groups that have their duties; a code that is taken stays as it is."""
    account = caller.account
    groups = (await house.people.roster(account.merchant)).by_duty
    drafts = [
        QuickReplyDraft(each.code, each.title, each.text, groups[each.group.duty] if each.group else None)
        for each in REPLIES
        if each.group is None or each.group.duty in groups
    ]
    await house.replies.add_all(account.merchant, drafts, by=account.id)


@router.put("/replies/{reply}")
async def change_reply(reply: int, body: ReplyText, caller: Staff, house: TheHouse) -> KeptReply:
    account = caller.account
    before = await _mine_to_change(house, account, reply)
    demand(account, [body.draft()], own=before.owner is not None)
    refused = await house.replies.change(account.merchant, reply, body.draft(), account.id)
    if refused is not None:
        raise refusal(refused)
    return await _told(house, account, reply)


@router.delete("/replies/{reply}", status_code=204)
async def remove_reply(reply: int, caller: Staff, house: TheHouse) -> None:
    await _mine_to_change(house, caller.account, reply)
    await house.replies.remove(caller.account.merchant, reply)


@router.post("/replies/{reply}/restore")
async def restore_reply(reply: int, caller: Staff, house: TheHouse) -> KeptReply:
    """Takes its removal back."""
    await _mine_to_change(house, caller.account, reply)
    refused = await house.replies.restore(caller.account.merchant, reply)
    if refused is not None:
        raise refusal(refused)
    return await _told(house, caller.account, reply)


@router.post("/replies/used", status_code=204)
async def count_uses(body: ReplyUses, caller: Consulting, house: TheHouse) -> None:
    uses = [Use(each.reply, each.edited and not each.dropped, each.dropped, each.saved) for each in body.uses]
    await house.replies.used(caller.account.merchant, caller.account.id, uses)


def may_write(account: Account, draft: QuickReplyDraft, *, own: bool) -> bool:
    if own:
        return account.may(Permission.CONSULT)
    share = account.may(Permission.SHARE_REPLIES)
    return share or (draft.campaign is not None and account.may(Permission.RUN_CAMPAIGNS))


def demand(account: Account, drafts: Iterable[QuickReplyDraft], *, own: bool) -> None:
    if not all(may_write(account, draft, own=own) for draft in drafts):
        raise ApiError(
            403, "not_allowed", zh="你的角色不能改这条共享话术。", en="Your role may not change this shared reply."
        )


async def _mine_to_change(house: House, account: Account, reply: int) -> QuickReply:
    found = await house.replies.find(account.merchant, account.id, reply) if 0 < reply < 2**63 else None
    if found is None:
        raise not_found("话术", "reply")
    demand(account, [found.draft], own=found.owner is not None)
    return found


def refusal(refused: Refused) -> ApiError:
    status, wording = _REFUSALS[refused]
    return ApiError(status, refused.value, zh=wording["zh"], en=wording["en"])


async def _told(house: House, account: Account, reply: int) -> KeptReply:
    found = await house.replies.find(account.merchant, account.id, reply)
    assert found is not None, f"reply {reply} was there a moment ago"
    uses = await house.replies.uses_since(account.merchant, Instant(house.now() - _COUNTED))
    return _kept(account, found, uses.get(reply, Uses()))


def _shown(reply: QuickReply) -> QuickReplyAnswer:
    draft = reply.draft
    return QuickReplyAnswer(
        id=reply.id,
        code=draft.code,
        title=draft.title,
        text=draft.text,
        initials=reply.initials,
        pinyin=reply.pinyin,
        group=draft.group,
        campaign=draft.campaign,
        picture=draft.picture,
        own=reply.owner is not None,
    )


def _kept(account: Account, reply: QuickReply, uses: Uses) -> KeptReply:
    return KeptReply(
        **_shown(reply).model_dump(),
        may_change=may_write(account, reply.draft, own=reply.owner is not None),
        changed_at=reply.changed_at,
        changed_by=reply.changed_by,
        uses=uses.uses,
        edited=uses.edited,
        dropped=uses.dropped,
        saved=uses.saved,
    )
