"""The common query of the report doors: shop, group, agent, from, to, vs, caliber, by."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Query

from goldensix.api.errors import ApiError

_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_GRAINS: Final = ("shop", "agent", "group", "day", "hour")
_VS: Final = re.compile(r"previous|\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}|benchmark:.{1,60}")


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Whatever is not given is not narrowed; days not given: all that there is data of."""

    shop: Annotated[int | None, Query()] = None
    group: Annotated[str | None, Query(max_length=200)] = None
    agent: Annotated[str | None, Query(max_length=200)] = None
    from_: Annotated[str | None, Query(alias="from", pattern=_DAY)] = None
    to: Annotated[str | None, Query(pattern=_DAY)] = None
    vs: Annotated[str | None, Query(max_length=80)] = None
    """`previous`, `2026-10-01..2026-10-31` or `benchmark:NAME`."""
    caliber: Annotated[str | None, Query(max_length=4_000)] = None
    """Ids with commas between; not given: all of them."""
    by: Annotated[str | None, Query(max_length=80)] = None
    """Of shop, agent, group, day, hour, with commas between; not given: totals."""
    rehearsals: Annotated[bool | None, Query()] = None
    """Whether played conversations count; not given: at a demo only."""

    def asked(self) -> dict[str, Any]:
        """As the worker is asked. Raises ApiError."""
        grains = _listed(self.by)
        if unknown := [each for each in grains if each not in _GRAINS]:
            raise _unfit("by", f"只能是 {'、'.join(_GRAINS)}", f"is one of {', '.join(_GRAINS)}, not {unknown[0]}")
        if self.vs and not _VS.fullmatch(self.vs):
            raise _unfit(
                "vs",
                "只能是 previous、起止日期（2026-10-01..2026-10-31）或 benchmark:名称",
                "is previous, two days such as 2026-10-01..2026-10-31, or benchmark:NAME",
            )
        return {
            "shop": self.shop,
            "group": self.group,
            "agent": self.agent,
            "first": self.from_,
            "last": self.to,
            "vs": self.vs or "",
            "calibers": _listed(self.caliber),
            "by": list(dict.fromkeys(grains)),
            "rehearsals": self.rehearsals,
        }


def _listed(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _unfit(field: str, zh: str, en: str) -> ApiError:
    return ApiError(422, "invalid", zh=f"{field} {zh}。", en=f"{field} {en}.")
