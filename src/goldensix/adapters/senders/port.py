"""How a one-time code reaches a person."""

from typing import Protocol

from goldensix.events.facts import Language


class CodeSender(Protocol):
    def reaches(self, to: str) -> bool:
        """True if this sender can deliver to such an address: a phone number in `+86...` form, or an e-mail."""
        ...

    async def send(self, to: str, code: str, language: Language) -> None:
        """Raises `NotSent` with one sentence if it could not be handed over."""
        ...


class NotSent(Exception):
    """The message says where it failed, without the code and without the receiver."""
