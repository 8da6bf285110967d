"""The two bases of what the REST doors take and give."""

from pydantic import BaseModel, ConfigDict


class Ask(BaseModel):
    """A request's body. A field we do not know is refused: it is a slip that would otherwise go unseen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answer(BaseModel):
    """A response's body. Every field is always there, and the generated types say so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)
