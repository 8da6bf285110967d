"""How long words, imports and the audit are kept: for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from goldensix.adapters.postgres.retention import Due, Retention
from goldensix.api.errors import ApiError
from goldensix.api.http.guard import Caller, requires
from goldensix.api.http.house import TheHouse
from goldensix.api.http.models import Answer, Ask
from goldensix.team.roles import Permission

router = APIRouter(prefix="/api")

Administrator = Annotated[Caller, Depends(requires(Permission.SET_RETENTION))]
_SHORTEST, _LONGEST = 7, 3_660
Days = Annotated[int, Field(ge=0, le=_LONGEST)]


class RetentionAnswer(Answer):
    """Days; 0: for ever."""

    words: int
    """Of the desk's conversations: words, pictures, buyers' names, receivers of orders."""
    imports: int
    """Of imported lines: words and buyers' names."""
    audit: int
    oldest: int | None
    """When the oldest words were said that are still there."""
    due_words: int
    """Events whose words would go tonight, by what stands above; pictures and rows of the audit likewise."""
    due_pictures: int
    due_audit: int


class RetentionChange(Ask):
    """What is not sent stays as it is."""

    words: Days = 0
    imports: Days = 0
    audit: Days = 0

    def over(self, before: Retention) -> Retention:
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        kept = {"words": before.words, "imports": before.imports, "audit": before.audit}
        return Retention(**{**kept, **sent})


@router.get("/retention")
async def retention(house: TheHouse, caller: Administrator) -> RetentionAnswer:
    merchant = caller.account.merchant
    kept = await house.keeping.of(merchant)
    return _shown(kept, await house.keeping.due(merchant, kept))


@router.post("/retention/try")
async def try_retention(body: RetentionChange, house: TheHouse, caller: Administrator) -> RetentionAnswer:
    """What would go tonight if it were so; nothing is changed."""
    merchant = caller.account.merchant
    kept = _checked(body.over(await house.keeping.of(merchant)))
    return _shown(kept, await house.keeping.due(merchant, kept))


@router.patch("/retention")
async def change_retention(body: RetentionChange, house: TheHouse, caller: Administrator) -> RetentionAnswer:
    """What is older goes tonight, and there is no undo."""
    merchant = caller.account.merchant
    kept = _checked(body.over(await house.keeping.of(merchant)))
    await house.keeping.set(merchant, kept, caller.account.id)
    return _shown(kept, await house.keeping.due(merchant, kept))


def _checked(kept: Retention) -> Retention:
    """A slip of the key must not empty the desk the same night."""
    for name, days in (("words", kept.words), ("imports", kept.imports), ("audit", kept.audit)):
        if 0 < days < _SHORTEST:
            raise ApiError(
                422,
                "too_short",
                zh=f"{name} 至少 {_SHORTEST} 天；0 表示一直保留。",
                en=f"{name} must be at least {_SHORTEST} days; 0 keeps it for ever.",
            )
    return kept


def _shown(kept: Retention, due: Due) -> RetentionAnswer:
    return RetentionAnswer(
        words=kept.words,
        imports=kept.imports,
        audit=kept.audit,
        oldest=due.oldest,
        due_words=due.words,
        due_pictures=due.pictures,
        due_audit=due.audit,
    )
