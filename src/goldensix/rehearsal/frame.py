"""What a played buyer or agent reads of the desk's frames: of all kinds together, the fields it acts on.

`wire.live` says what each kind holds; one loose shape for all of them decodes in a third of the time.
"""

import msgspec


class Facts(msgspec.Struct, frozen=True):
    message: str = ""
    by: str | int | None = None
    agent: int | None = None


class Words(msgspec.Struct):
    text: str = ""


class Frame(msgspec.Struct):
    t: str
    type: str = ""
    c: str = ""
    n: int = 0
    at: int = 0
    facts: Facts = Facts()
    body: Words | None = None
    id: str | int | None = None
    code: str = ""
    message: str = ""
    conversation: str | None = None
    closed: bool = False
    buyer: str = ""
    agent: int | None = None
    mine: bool = False
    events: "list[Frame]" = []
    receptions: "list[Frame]" = []


decode = msgspec.json.Decoder(list[Frame]).decode
