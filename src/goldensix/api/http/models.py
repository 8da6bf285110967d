"""The two bases of what the REST doors take and give, and what several take."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from goldensix.events.ids import Skill

Skills = Annotated[frozenset[Annotated[str, Field(min_length=1, max_length=20)]], Field(max_length=30)]

LAST_DAY: Final = date(2199, 12, 31)
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=LAST_DAY)]
"""One that can be counted on from, and whose midnight is an instant wherever a shop is."""


def skills(names: Iterable[str]) -> frozenset[Skill]:
    return frozenset(map(Skill, names))


class Ask(BaseModel):
    """A request's body. A field we do not know is refused: it is a slip that would otherwise go unseen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(BaseModel):
    """A response's body. Every field is always there, and the generated types say so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)
