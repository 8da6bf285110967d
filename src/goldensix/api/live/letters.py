"""What workers write to each other about sockets that one of them holds and another serves."""

from typing import Final

import msgspec
from msgspec import Struct

from goldensix.adapters.visitors import Visitor
from goldensix.events.facts import Channel
from goldensix.events.ids import AccountId, MerchantId
from goldensix.wire import commands


class OfBuyer(Struct, array_like=True, tag="buyer", frozen=True):
    """Whose socket it is, as the worker that holds it has found out."""

    visitor: Visitor
    hello: commands.BuyerHello
    address: str = ""
    """Where it comes from, as the merchant marks it (`adapters.visitors`)."""

    @property
    def merchant(self) -> MerchantId:
        return self.visitor.merchant

    @property
    def channel(self) -> Channel:
        """Played is who was named so, never who says so: nobody waits for a played buyer."""
        return "rehearsal" if self.visitor.played else self.hello.channel


class OfStaff(Struct, array_like=True, tag="staff", frozen=True):
    merchant: MerchantId
    account: AccountId
    session: int


Whose = OfBuyer | OfStaff


class Opened(Struct, array_like=True, tag="opened"):
    socket: int
    whose: Whose


class Said(Struct, array_like=True, tag="said"):
    """A frame of the client's."""

    socket: int
    text: str


class Left(Struct, array_like=True, tag="left"):
    socket: int


class Told(Struct, array_like=True, tag="told"):
    """Frames for all of these."""

    sockets: list[int]
    text: str


class Shut(Struct, array_like=True, tag="shut"):
    socket: int
    code: int


class Heard(Struct, array_like=True, tag="heard"):
    """So many frames of the client's were read: as many more may be sent."""

    socket: int
    count: int


class Up(Struct, array_like=True, tag="up"):
    """From the worker that holds sockets to the one that serves them. Numbered from 0 on each link."""

    worker: str
    link: str
    number: int
    items: list[Opened | Said | Left]


class Down(Struct, array_like=True, tag="down"):
    link: str
    number: int
    items: list[Told | Shut | Heard]


class Void(Struct, array_like=True, tag="void"):
    """This link is not known here, or a letter on it is missing."""

    link: str


Letter = Up | Down | Void
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Letter)
encode: Final = _encoder.encode
decode: Final = _decoder.decode
