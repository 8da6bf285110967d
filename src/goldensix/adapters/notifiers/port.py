"""What a notifier is given, and how it fails."""

from dataclasses import dataclass
from typing import Literal

Failure = Literal["unreadable", "private", "no_connection", "refused", "gone", "too_slow", "answered"]
"""`private`: the address lies in a network that this desk may not call. `gone`: the subscription is over."""


@dataclass(frozen=True, slots=True)
class Letter:
    title: str
    text: str
    path: str
    """The page of the desk that it leads to."""
    tag: str
    """A later one of the same tag replaces it."""


class NotDelivered(Exception):
    """Says why, without the address: that is a secret. `passing`: it may work in a moment."""

    def __init__(self, failure: Failure, status: int = 0, *, passing: bool = False) -> None:
        super().__init__(f"{failure} {status}" if status else failure)
        self.failure = failure
        self.status = status
        self.passing = passing
