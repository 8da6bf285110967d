"""Campaigns: when Double Eleven and the like run, for the texts that belong to them."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.campaigns import Campaign, CampaignDraft, NameTaken
from goldensix.api.errors import ApiError, not_found
from goldensix.api.http.guard import Caller, logged_in, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.events.ids import Instant
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api/campaigns")

Runner = Annotated[Caller, Depends(requires(Permission.RUN_CAMPAIGNS))]
At = Annotated[int, Field(ge=0, le=253_402_300_799_999)]


class CampaignAnswer(Answer):
    id: int
    name: str
    starts_at: int
    ends_at: int
    """Exclusive."""
    running: bool


class CampaignAsk(Ask):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    starts_at: At
    ends_at: At

    def draft(self) -> CampaignDraft:
        if self.ends_at <= self.starts_at:
            raise ApiError(422, "bad_span", zh="ends_at 要晚于 starts_at。", en="ends_at must be later than starts_at.")
        return CampaignDraft(self.name, Instant(self.starts_at), Instant(self.ends_at))


@router.get("")
async def campaigns(caller: Annotated[Caller, Depends(logged_in)], house: TheHouse) -> list[CampaignAnswer]:
    """The latest first. Their names stand in texts that buyers get, so any of the staff may know them."""
    return [_shown(each) for each in await house.campaigns.all(caller.account.merchant)]


@router.post("", status_code=201)
async def add_campaign(body: CampaignAsk, caller: Runner, house: TheHouse) -> CampaignAnswer:
    try:
        added = await house.campaigns.add(caller.account.merchant, body.draft())
    except NameTaken:
        raise _name_taken() from None
    found = await house.campaigns.all(caller.account.merchant)
    return next(_shown(each) for each in found if each.id == added)


@router.put("/{campaign}")
async def change_campaign(campaign: int, body: CampaignAsk, caller: Runner, house: TheHouse) -> CampaignAnswer:
    try:
        there = 0 < campaign < 2**63 and await house.campaigns.change(caller.account.merchant, campaign, body.draft())
    except NameTaken:
        raise _name_taken() from None
    if not there:
        raise not_found("活动", "campaign")
    found = await house.campaigns.all(caller.account.merchant)
    return next(_shown(each) for each in found if each.id == campaign)


@router.delete("/{campaign}", status_code=204)
async def remove_campaign(campaign: int, caller: Runner, house: TheHouse) -> None:
    """Its texts stay, and belong to no campaign."""
    if not (0 < campaign < 2**63 and await house.campaigns.remove(caller.account.merchant, campaign)):
        raise not_found("活动", "campaign")


def _name_taken() -> ApiError:
    return ApiError(409, "name_taken", zh="已有同名的活动。", en="Another campaign has this name.")


def _shown(campaign: Campaign) -> CampaignAnswer:
    draft = campaign.draft
    return CampaignAnswer(
        id=campaign.id, name=draft.name, starts_at=draft.starts_at, ends_at=draft.ends_at, running=campaign.running
    )
