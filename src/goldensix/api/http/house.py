"""What the REST doors stand on; `wiring` builds it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from goldensix.actions.premises import Premises
from goldensix.adapters.bank.reading import Sheets
from goldensix.adapters.classifying import Classifying
from goldensix.adapters.faces import BUILT, Faces
from goldensix.adapters.imports import Imports
from goldensix.adapters.lessons import Lessons
from goldensix.adapters.outside import Outside, Said, Taken
from goldensix.adapters.passwords import Passwords
from goldensix.adapters.pictures import Pictures
from goldensix.adapters.postgres.attempts import Attempts
from goldensix.adapters.postgres.audit import Audit
from goldensix.adapters.postgres.bank import BankStore
from goldensix.adapters.postgres.bank_list import BankList
from goldensix.adapters.postgres.blocks import Blocks
from goldensix.adapters.postgres.campaigns import Campaigns
from goldensix.adapters.postgres.classification import Classification
from goldensix.adapters.postgres.codes import Codes
from goldensix.adapters.postgres.findings import Findings
from goldensix.adapters.postgres.marks import Marks
from goldensix.adapters.postgres.mirror import Mirror
from goldensix.adapters.postgres.orders import Orders
from goldensix.adapters.postgres.outside import OutsideRobots
from goldensix.adapters.postgres.people import People
from goldensix.adapters.postgres.questions import Questions
from goldensix.adapters.postgres.replies import Replies
from goldensix.adapters.postgres.retention import Keeping
from goldensix.adapters.postgres.roster import Account, Shop
from goldensix.adapters.postgres.sessions import SessionId, Sessions
from goldensix.adapters.postgres.shifts import Shifts
from goldensix.adapters.postgres.shop import Shops
from goldensix.adapters.rehearsals import Rehearsals
from goldensix.adapters.reports import Reports
from goldensix.adapters.robots import Robots
from goldensix.adapters.senders.port import CodeSender
from goldensix.adapters.visitors import Visitors
from goldensix.api.limits import Limits, limits
from goldensix.api.live.ringing import Ringing
from goldensix.api.live.vitals import Vitals
from goldensix.demo.people import DemoPerson as DemoPerson
from goldensix.events.ids import AccountId, BuyerId, ConversationId, Instant, MerchantId, ShopId

RobotAnswered = Callable[[MerchantId, int, ConversationId, int, Said], Awaitable[Taken]]


@dataclass(frozen=True, kw_only=True)
class House:
    people: People
    sessions: Sessions
    codes: Codes
    attempts: Attempts
    passwords: Passwords
    code_sender: CodeSender
    now: Callable[[], Instant]
    on_roster_changed: Callable[[MerchantId], Awaitable[None]]
    """The live side reads the merchant's roster again."""
    on_sessions_ended: Callable[[Sequence[SessionId]], Awaitable[None]]
    """The live side closes the sockets opened with these sessions."""
    visitors: Visitors
    shops: Shops
    orders: Orders
    mirror: Mirror
    """Takes what shop platforms tell of orders."""
    on_orders_moved: Callable[[MerchantId], Awaitable[None]]
    """The live side tells the log of it."""
    shifts: Shifts
    premises: Callable[[MerchantId, Instant, Instant], Awaitable[Premises]]
    """What the merchant's desk runs by, with the shifts of that time."""
    replies: Replies
    campaigns: Campaigns
    bank: BankStore
    bank_list: BankList
    questions: Questions
    classification: Classification
    classifying: Classifying
    outside: Outside
    outside_robots: OutsideRobots
    robot_answered: RobotAnswered
    """Brings what a robot of others says to where it was asked."""
    findings: Findings
    lessons: Lessons
    pictures: Pictures
    rehearsals: Rehearsals
    imports: Imports
    reports: Reports
    robots: Robots
    marks: Marks
    ringing: Ringing
    """Calls phones and senders; and what they are."""
    audit: Audit
    blocks: Blocks
    keeping: Keeping
    addresses: Callable[[MerchantId, ShopId, BuyerId], Awaitable[list[str]]]
    """Where a buyer who is here writes from, as the merchant marks it."""
    has: Callable[[MerchantId, AccountId, ConversationId], Awaitable[bool]]
    """Whether it is an open conversation of this agent's own, or one that waits in his groups."""
    may_open: Callable[[Account, ConversationId], Awaitable[bool]]
    """Whether the account may see this conversation, as its socket would decide."""
    agents_ready: Callable[[MerchantId], Awaitable[int]]
    """How many would receive a consult now."""
    vitals: Vitals | None = None
    metrics_token: str = ""
    """Whoever brings it may read /metrics; empty: this machine may."""
    limits: Limits = field(default_factory=limits)
    sheets: Sheets = field(default_factory=Sheets)
    """Reads files of questions."""
    faces: Faces = field(default_factory=lambda: Faces(BUILT))
    demo_people: Sequence[DemoPerson] | None = None
    """None: this is no demo."""
    public_url: str | None = None
    """Where people reach the desk, if a proxy stands before it; without a slash at the end."""

    def address(self, request: Request) -> str:
        """The desk's own address as this visitor reaches it, without a slash at the end."""
        return self.public_url or str(request.base_url).rstrip("/")

    def shop_address(self, request: Request, shop: Shop) -> str:
        """Where buyers of this shop write: the demo shop has a product page, others their chat page."""
        place = "shop" if self.demo_people is not None else "s"
        return f"{self.address(request)}/{place}/{shop.id}"

    def shop_script(self, request: Request, shop: Shop) -> str:
        """The line a shop puts into its pages to have the chat window there."""
        return f'<script src="{self.address(request)}/w.js" data-shop="{shop.id}" async></script>'


def _house(request: Request) -> House:
    house = request.app.state.house
    assert isinstance(house, House)
    return house


TheHouse = Annotated[House, Depends(_house)]
"""What a route declares to be given the house."""
