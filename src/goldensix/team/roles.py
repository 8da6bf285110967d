"""Who may do what: the one table that the API, the sockets and the pages all read (requirement D2)."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    AGENT = "agent"
    SERVICE_MANAGER = "service_manager"
    OPERATIONS = "operations"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing a person may do. The comment says what it opens."""

    VIEW_GOODS = "view_goods"  # the shop's products
    CONSULT = "consult"  # be ready, take, answer, recall, read, pass on, put back, close own conversations
    VIEW_ORDERS = "view_orders"  # a buyer's orders beside the chat
    CHANGE_PRICE = "change_price"  # of an unpaid order
    CHANGE_ADDRESS = "change_address"  # of an order not yet shipped
    ADD_REMARK = "add_remark"  # to an order
    READ_DESK = "read_desk"  # open any conversation of one's shops, without writing in it
    VIEW_WORK_STATE = "view_work_state"  # the live page: who waits, who is ready, how fast
    ASSIGN = "assign"  # hand conversations to an agent, take one over, put any back
    REHEARSE = "rehearse"  # play recorded buyers through the desk
    READ_ORDER_FIGURES = "read_order_figures"  # of the reports: what buyers ordered
    READ_REPORTS = "read_reports"  # every figure, and the conversations behind it
    SET_CALIBERS = "set_calibers"  # write calibers of one's own
    IMPORT = "import_log"  # bring chat logs of other systems into the archive, and take them away again
    SHARE_REPLIES = "share_replies"  # write the quick replies that everybody uses
    RUN_CAMPAIGNS = "run_campaigns"  # set campaigns, and write the texts that belong to one
    TEACH_ROBOT = "teach_robot"  # write the robot's questions and rules, and try it
    APPROVE_ANSWERS = "approve_answers"  # let the robot give an answer to buyers
    SET_SHIFTS = "set_shifts"  # who works when, when shops are open, and whom groups could route to
    SET_AUTOREPLIES = "set_autoreplies"  # what shops say by themselves
    MANAGE_ACCOUNTS = "manage_accounts"  # add, change and stop accounts, set groups and the rules of assignment
    SET_LADDER = "set_ladder"  # who is called when buyers wait, and through which senders
    READ_AUDIT = "read_audit"  # who did and looked at what
    SET_RETENTION = "set_retention"  # how long words, imports and the audit are kept
    SET_UP = "set_up"  # the start page and shop settings


_AGENT: Final = frozenset(
    {
        Permission.VIEW_GOODS,
        Permission.CONSULT,
        Permission.VIEW_ORDERS,
        Permission.CHANGE_PRICE,
        Permission.CHANGE_ADDRESS,
        Permission.ADD_REMARK,
    }
)

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.AGENT: _AGENT,
    Role.SERVICE_MANAGER: _AGENT
    | {
        Permission.READ_DESK,
        Permission.VIEW_WORK_STATE,
        Permission.ASSIGN,
        Permission.REHEARSE,
        Permission.READ_ORDER_FIGURES,
        Permission.READ_REPORTS,
        Permission.SET_CALIBERS,
        Permission.IMPORT,
        Permission.SET_SHIFTS,
        Permission.SET_AUTOREPLIES,
        Permission.SET_LADDER,
        Permission.SHARE_REPLIES,
        Permission.RUN_CAMPAIGNS,
        Permission.TEACH_ROBOT,
        Permission.APPROVE_ANSWERS,
    },
    Role.OPERATIONS: frozenset(
        {
            Permission.VIEW_GOODS,
            Permission.VIEW_ORDERS,
            Permission.CHANGE_PRICE,
            Permission.CHANGE_ADDRESS,
            Permission.ADD_REMARK,
            Permission.READ_DESK,
            Permission.VIEW_WORK_STATE,
            Permission.READ_ORDER_FIGURES,
            Permission.RUN_CAMPAIGNS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """True if people of this role may do this."""
    return permission in PERMISSIONS[role]


class Page(StrEnum):
    DESK = "desk"
    LIVE = "live"
    REPORTS = "reports"
    REPLIES = "replies"
    ROBOT = "robot"
    IMPORT = "import"
    SETTINGS = "settings"
    START = "start"


PAGES: Final[dict[Page, frozenset[Permission]]] = {
    Page.DESK: frozenset({Permission.CONSULT, Permission.READ_DESK}),
    Page.LIVE: frozenset({Permission.VIEW_WORK_STATE}),
    Page.REPORTS: frozenset({Permission.READ_REPORTS, Permission.READ_ORDER_FIGURES}),
    Page.REPLIES: frozenset({Permission.CONSULT, Permission.RUN_CAMPAIGNS}),
    Page.ROBOT: frozenset({Permission.TEACH_ROBOT, Permission.RUN_CAMPAIGNS}),
    Page.IMPORT: frozenset({Permission.IMPORT}),
    Page.SETTINGS: frozenset(
        {Permission.MANAGE_ACCOUNTS, Permission.SET_SHIFTS, Permission.SET_LADDER, Permission.CONSULT}
    ),
    Page.START: frozenset({Permission.SET_UP}),
}
"""A page opens to whoever has any of its permissions."""


def pages(role: Role) -> list[Page]:
    """The pages of the rail, in its order, that this role may open."""
    return [page for page, needs in PAGES.items() if needs & PERMISSIONS[role]]
