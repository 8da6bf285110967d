"""What the fold keeps of a conversation, and how runs of buyer lines become turns.

Buyer lines without a reply stand in *runs*. There is one run for each different place where a clock may have begun,
with the mask of the variants for which that is so; a reply ends it for the variants that it stops.
"""

from collections.abc import MutableSequence, Sequence
from typing import Final

from goldensix.log.columns import BYS, CLOSING_WORDS, NO_REPLY_NEEDED, SPAM, WHATS
from goldensix.metrics.tables import (
    ALL_VARIANTS,
    CLOSERS,
    MOMENT,
    NEVER,
    PIECE,
    TURN,
    VARIANTS,
    WHOLE,
)

Ints = Sequence[int]


State = MutableSequence[int]

L_WHAT: Final = 0
L_BY: Final = 1
L_AGENT: Final = 2
L_FROM_AGENT: Final = 3
L_GROUP: Final = 4
L_AT: Final = 5
L_FLAGS: Final = 6
L_CHARS: Final = 7
L_VALUE: Final = 8
L_DETAIL: Final = 9
LINE_SIZE: Final = 10
"""Lines stand one behind the other, coded, each of so many numbers."""

RECALLED: Final = 16
TWIN: Final = 32
"""Bits of a line's flags beside those of the log: taken back; the same line once more."""
VOID: Final = RECALLED | TWIN | SPAM
"""A line that counts for nothing."""

MESSAGE: Final = WHATS.index("message")
QUEUE_ENTER: Final = WHATS.index("queue_enter")
ASSIGN: Final = WHATS.index("assign")
TRANSFER: Final = WHATS.index("transfer")
TO_HUMAN: Final = WHATS.index("to_human")
LEAVE_MESSAGE: Final = WHATS.index("leave_message")
CLOSE: Final = WHATS.index("close")
RATING_INVITE: Final = WHATS.index("rating_invite")
RATING: Final = WHATS.index("rating")
ORDER_CREATED: Final = WHATS.index("order_created")
REFUND_DONE: Final = WHATS.index("refund_done")
STATUS: Final = WHATS.index("status")
BUYER: Final = BYS.index("buyer")
AGENT: Final = BYS.index("agent")
BOT_ASSIST: Final = BYS.index("bot_assist")
BOT_AUTO: Final = BYS.index("bot_auto")

# Where things stand in the state of a conversation.
OPENED_AT: Final = 0
ASKED_AT: Final = 1
LAST_AT: Final = 2
CLOSED_AT: Final = 3
STAGE_AT: Final = 4
ASSIGNED_AT: Final = 5
HOLDER: Final = 6  # who has it
OWNER: Final = 7  # who has it, or else spoke last
GROUP: Final = 8
FLAGS: Final = 9
NUMBER: Final = 10  # of the conversation among those derived from one buyer's lines
FIRST_TURN: Final = 11
FIRST_MOMENT: Final = 12
RUNS: Final = 13
BEGUN: Final = 14  # variants that have had their first turn
BEGUN_PIECES: Final = 15
QUEUED_AT: Final = 16  # in the queue since
CLOCK_QUEUE: Final = 17  # the queue entry that a new run counts from
BUYER_LINES: Final = 18
AGENT_LINES: Final = 19
TICKET_AT: Final = 20
SPAN_AT: Final = 21
SPAN_HOW: Final = 22
SPAN_AGENT: Final = 23
TALK_QUARTER: Final = 24
TALK_OWNER: Final = 25
TALK_AT: Final = 26
TALK_N: Final = 27
TALK_M: Final = 28
TALK_CHARS: Final = 29
STATUS_AT: Final = 30
STATUS_NOW: Final = 31
MARKED: Final = 32
FIRST_OWNER: Final = 33
STATE_SIZE: Final = 34
# Then what outlives a conversation: how many rows are written, where, and what of.
TURNS_MADE: Final = 34
ASKED_MADE: Final = 35
MOMENTS_MADE: Final = 36
ASKED_BASE: Final = 37
MOMENT_BASE: Final = 38
PLACE: Final = 39  # the number of the conversation in the input
EACH_MESSAGE: Final = 40
RUNS_AT: Final = 41

# Where things stand in a run.
R_MASK: Final = 0
R_FIRST: Final = 1
R_LAST: Final = 2
R_N: Final = 3
R_CLOSERS: Final = 4
R_QUEUE: Final = 5
R_LINE: Final = 6
R_PIECES: Final = 7
R_PIECE_FIRST: Final = 8
R_PIECE_LAST: Final = 9
R_PIECE_N: Final = 10
RUN_SIZE: Final = 11
WHOLE_STATE: Final = RUNS_AT + RUN_SIZE * VARIANTS
"""So many numbers a state has."""
TURN_SIZE: Final = len(TURN)
ASKED_SIZE: Final = 2
MOMENT_SIZE: Final = len(MOMENT)
"""So many numbers each row has that is written, one row behind the other."""


def begin(state: State, number: int) -> None:
    """A fresh conversation."""
    for place in range(STATE_SIZE):
        state[place] = NEVER
    state[NUMBER] = number
    state[FLAGS] = 0
    state[RUNS] = 0
    state[BEGUN] = 0
    state[BEGUN_PIECES] = 0
    state[BUYER_LINES] = 0
    state[AGENT_LINES] = 0
    state[MARKED] = 0
    state[TALK_N] = 0
    state[TALK_M] = 0
    state[TALK_CHARS] = 0
    state[FIRST_TURN] = state[TURNS_MADE]
    state[FIRST_MOMENT] = state[MOMENTS_MADE]


def put_turn(
    state: State,
    out: State,
    mask: int,
    first: int,
    part: int,
    agent: int,
    span: tuple[int, int, int],
    reply: tuple[int, int],
    closers: int,
    queue: int,
) -> int:
    """A row of a turn; what it says of its conversation is filled in when that ends. The row's number."""
    row = state[TURNS_MADE]
    at = row * TURN_SIZE
    out[at + TURN.conversation] = state[PLACE]
    out[at + TURN.number] = state[NUMBER]
    out[at + TURN.agent] = agent
    out[at + TURN.group] = state[GROUP]
    out[at + TURN.variants] = mask
    out[at + TURN.first] = first
    out[at + TURN.part] = part
    out[at + TURN.first_at] = span[0]
    out[at + TURN.last_at] = span[1]
    out[at + TURN.n] = span[2]
    out[at + TURN.reply_at] = reply[0]
    out[at + TURN.by] = reply[1]
    out[at + TURN.queue_at] = queue
    out[at + TURN.assigned_at] = state[ASSIGNED_AT]
    out[at + TURN.flags] = closers
    state[TURNS_MADE] = row + 1
    return row


def put_moment(
    state: State,
    out: State,
    what: int,
    agent: int,
    span: tuple[int, int],
    amounts: tuple[int, int, int],
    detail: int,
) -> None:
    row = state[MOMENTS_MADE]
    at = state[MOMENT_BASE] + row * MOMENT_SIZE
    out[at + MOMENT.conversation] = state[PLACE]
    out[at + MOMENT.number] = state[NUMBER]
    out[at + MOMENT.what] = what
    out[at + MOMENT.agent] = agent
    out[at + MOMENT.group] = state[GROUP]
    out[at + MOMENT.at] = span[0]
    out[at + MOMENT.until] = span[1]
    out[at + MOMENT.n] = amounts[0]
    out[at + MOMENT.m] = amounts[1]
    out[at + MOMENT.value] = amounts[2]
    out[at + MOMENT.detail] = detail
    state[MOMENTS_MADE] = row + 1


def put_asked(lines: Ints, state: State, out: State, row: int, first_line: int, end: int) -> None:
    """The buyer lines of a run, each on its own."""
    for line in range(first_line, end):
        if lines[line * LINE_SIZE + L_WHAT] != MESSAGE or lines[line * LINE_SIZE + L_BY] != BUYER:
            continue
        if lines[line * LINE_SIZE + L_FLAGS] & (VOID | NO_REPLY_NEEDED):
            continue
        asked = state[ASKED_BASE] + state[ASKED_MADE] * ASKED_SIZE
        out[asked] = row
        out[asked + 1] = lines[line * LINE_SIZE + L_AT]
        state[ASKED_MADE] += 1


def open_run(state: State, mask: int, line: int, at: int) -> None:
    run = RUNS_AT + state[RUNS] * RUN_SIZE
    state[run + R_MASK] = mask
    state[run + R_FIRST] = at
    state[run + R_N] = 0
    state[run + R_CLOSERS] = CLOSERS
    state[run + R_QUEUE] = state[CLOCK_QUEUE]
    state[run + R_LINE] = line
    state[run + R_PIECES] = 0
    state[run + R_PIECE_FIRST] = at
    state[run + R_PIECE_N] = 0
    state[RUNS] += 1


def ask(state: State, line: int, at: int, flags: int) -> None:
    """A buyer's line: runs go on, and one begins for the variants that have none."""
    idle = ALL_VARIANTS
    for number in range(state[RUNS]):
        idle &= ~state[RUNS_AT + number * RUN_SIZE + R_MASK]
    if idle:
        open_run(state, idle, line, at)
    for number in range(state[RUNS]):
        run = RUNS_AT + number * RUN_SIZE
        state[run + R_LAST] = at
        state[run + R_PIECE_LAST] = at
        state[run + R_N] += 1
        state[run + R_PIECE_N] += 1
        if not flags & CLOSING_WORDS:
            state[run + R_CLOSERS] = 0


def end_runs(
    lines: Ints,
    state: State,
    out: State,
    stopped: int,
    agent: int,
    reply: tuple[int, int],
    line: int,
) -> None:
    """End the runs of the `stopped` variants, with a reply or (its instant NEVER) without."""
    left = 0
    for number in range(state[RUNS]):
        run = RUNS_AT + number * RUN_SIZE
        mask = state[run + R_MASK] & stopped
        if mask:
            end_run(lines, state, out, run, mask, agent, reply, line)
        if state[run + R_MASK] & ~stopped:
            for field in range(RUN_SIZE):
                state[RUNS_AT + left * RUN_SIZE + field] = state[run + field]
            state[RUNS_AT + left * RUN_SIZE + R_MASK] &= ~stopped
            left += 1
    state[RUNS] = left


def end_run(
    lines: Ints,
    state: State,
    out: State,
    run: int,
    mask: int,
    agent: int,
    reply: tuple[int, int],
    line: int,
) -> None:
    """Write a run as the turn that it is, and where transfers cut it, its last piece as well."""
    first = mask & ~state[BEGUN]
    cut = state[run + R_PIECES] > 0
    part = WHOLE if cut else WHOLE | PIECE
    span = (state[run + R_FIRST], state[run + R_LAST], state[run + R_N])
    closers, queue = state[run + R_CLOSERS], state[run + R_QUEUE]
    row = put_turn(state, out, mask, first, part, agent, span, reply, closers, queue)
    if state[EACH_MESSAGE]:
        put_asked(lines, state, out, row, state[run + R_LINE], line)
    if cut:
        span = (state[run + R_PIECE_FIRST], state[run + R_PIECE_LAST], state[run + R_PIECE_N])
        put_turn(state, out, mask, 0, PIECE, agent, span, reply, closers, NEVER)
    state[BEGUN] |= mask
    state[BEGUN_PIECES] |= mask


def cut_runs(state: State, out: State, passer: int, at: int) -> None:
    """A transfer leaves what is open, unanswered, with the agent who passed it on; the rest begins now."""
    for number in range(state[RUNS]):
        run = RUNS_AT + number * RUN_SIZE
        mask = state[run + R_MASK]
        span = (state[run + R_PIECE_FIRST], state[run + R_PIECE_LAST], state[run + R_PIECE_N])
        first = mask & ~state[BEGUN_PIECES]
        queue = NEVER if state[run + R_PIECES] else state[run + R_QUEUE]
        put_turn(state, out, mask, first, PIECE, passer, span, (NEVER, NEVER), state[run + R_CLOSERS], queue)
        state[run + R_PIECES] += 1
        state[run + R_PIECE_FIRST] = at
        state[run + R_PIECE_LAST] = at
        state[run + R_PIECE_N] = 0
    for number in range(state[RUNS]):
        state[BEGUN_PIECES] |= state[RUNS_AT + number * RUN_SIZE + R_MASK]


def prepare(state: State, room: tuple[int, int, int], each_message: bool) -> int:
    """Lay out what is written: turns, moments, buyer lines, room for so many rows of each. The size of it all."""
    state[MOMENT_BASE] = TURN_SIZE * room[0]
    state[ASKED_BASE] = state[MOMENT_BASE] + MOMENT_SIZE * room[2]
    state[TURNS_MADE] = state[ASKED_MADE] = state[MOMENTS_MADE] = 0
    state[EACH_MESSAGE] = int(each_message)
    return state[ASKED_BASE] + ASKED_SIZE * room[1]
