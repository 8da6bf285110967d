"""Names of groups and shops, and why one was not added or changed."""

from typing import Annotated

from pydantic import AfterValidator, Field

from goldensix.adapters.postgres.places import MOST
from goldensix.adapters.postgres.roster import Refused
from goldensix.api.errors import ApiError, Unfit, not_found


def _printable(text: str) -> str:
    if not text.isprintable():
        raise Unfit(zh="里有看不见的字符", en="has characters that cannot be seen")
    return text


Name = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_printable)]


def refusal(why: Refused, zh: str, en: str) -> ApiError:
    """`zh` and `en`: what it is of."""
    match why:
        case Refused.NAME_TAKEN:
            return ApiError(409, why, zh=f"name 已是另一个{zh}的名字。", en=f"name is that of another {en}.")
        case Refused.FULL:
            return ApiError(409, why, zh=f"最多 {MOST} 个{zh}。", en=f"There can be {MOST} {en}s at most.")
        case Refused.UNKNOWN_GROUP if en != "group":
            return ApiError(422, why, zh="default_group 不是本商家的组。", en="default_group is no group of yours.")
    return not_found(zh, en)
