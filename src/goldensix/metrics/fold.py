"""One sequential fold: the lines of a conversation, in order, become turns and moments. It knows no caliber.

The same functions serve twice: the live desk calls them as they are, over lists; the batch has them compiled over
arrays. So they keep to whole numbers, plain loops and sequences, and text is coded beforehand (`NEVER` for none).
"""

from collections.abc import Callable
from typing import Any, Final

from goldensix.log.columns import GREETING, NO_REPLY_NEEDED, ROBOT_HAS
from goldensix.metrics import runs as _runs
from goldensix.metrics.runs import (
    AGENT,
    AGENT_LINES,
    ASKED_AT,
    ASSIGN,
    BOT_AUTO,
    BUYER,
    BUYER_LINES,
    CLOCK_QUEUE,
    CLOSE,
    CLOSED_AT,
    FIRST_MOMENT,
    FIRST_OWNER,
    FIRST_TURN,
    FLAGS,
    GROUP,
    HOLDER,
    L_AGENT,
    L_AT,
    L_BY,
    L_CHARS,
    L_DETAIL,
    L_FLAGS,
    L_FROM_AGENT,
    L_GROUP,
    L_VALUE,
    L_WHAT,
    LAST_AT,
    LEAVE_MESSAGE,
    LINE_SIZE,
    MARKED,
    MESSAGE,
    MOMENT_BASE,
    MOMENT_SIZE,
    MOMENTS_MADE,
    NUMBER,
    OPENED_AT,
    ORDER_CREATED,
    OWNER,
    QUEUE_ENTER,
    QUEUED_AT,
    R_MASK,
    R_QUEUE,
    RATING,
    RATING_INVITE,
    REFUND_DONE,
    RUN_SIZE,
    RUNS,
    RUNS_AT,
    SPAN_AGENT,
    SPAN_AT,
    SPAN_HOW,
    STAGE_AT,
    STATUS,
    STATUS_AT,
    STATUS_NOW,
    TICKET_AT,
    TO_HUMAN,
    TRANSFER,
    TURN_SIZE,
    TURNS_MADE,
    VOID,
    Ints,
    State,
    ask,
    begin,
    cut_runs,
    end_runs,
    put_moment,
)
from goldensix.metrics.spans import (
    begin_span,
    end_span,
    flush_talk,
    leave_queue,
    own,
    receive,
    talk,
)
from goldensix.metrics.tables import (
    AGENT_STARTED,
    ALL_VARIANTS,
    ASKED,
    ASSIST_SPOKE,
    AUTO_SPOKE,
    BY_TRANSFER,
    CLOSED,
    CLOSERS,
    DIRECT,
    HUMAN_SPOKE,
    INVITED,
    LEAVE,
    MOMENT,
    NEVER,
    ORDERED,
    RATED,
    REACHED,
    ROBOT_HAD,
    SESSION,
    SPOKE,
    STAGE_SPOKE,
    STAGED,
    STOPS,
    TALK,
    TICKET,
    TURN,
)
from goldensix.metrics.tables import STATUS as STATUS_ROW

_SPOKEN: Final = (0, HUMAN_SPOKE, ASSIST_SPOKE, AUTO_SPOKE)


def said_by_buyer(lines: Ints, state: State, out: State, line: int) -> None:
    at, flags = lines[line * LINE_SIZE + L_AT], lines[line * LINE_SIZE + L_FLAGS]
    if state[OPENED_AT] == NEVER:
        state[OPENED_AT] = at
    if state[ASKED_AT] == NEVER:
        state[ASKED_AT] = at
    state[CLOSED_AT] = NEVER
    state[LAST_AT] = at
    state[FLAGS] |= ASKED
    talk(state, out, at, True, 0)
    if not flags & NO_REPLY_NEEDED:
        ask(state, line, at, flags)


def said_by_agent(state: State, out: State, agent: int, at: int, chars: int) -> None:
    if state[OPENED_AT] == NEVER:
        state[OPENED_AT] = at
        state[FLAGS] |= AGENT_STARTED
    own(state, agent)
    talk(state, out, at, False, chars)
    needed = 2 if state[FLAGS] & AGENT_STARTED else 1
    if state[AGENT_LINES] == needed:
        state[TICKET_AT] = at
    leave_queue(state, out, at)
    state[CLOCK_QUEUE] = NEVER
    if state[SPAN_AT] == NEVER and agent != NEVER:
        begin_span(state, agent, at, SPOKE)
    elif state[SPAN_HOW] == SPOKE and state[SPAN_AGENT] != agent and agent != NEVER:
        end_span(state, out, at, 0)
        begin_span(state, agent, at, SPOKE)


def said_by_desk(lines: Ints, state: State, out: State, line: int) -> None:
    """An agent or a robot wrote: that may end runs."""
    by, at, agent = lines[line * LINE_SIZE + L_BY], lines[line * LINE_SIZE + L_AT], lines[line * LINE_SIZE + L_AGENT]
    state[LAST_AT] = at
    unstaged = state[STAGE_AT] == NEVER and not state[FLAGS] & STAGE_SPOKE
    state[FLAGS] |= _SPOKEN[by]
    if by == BOT_AUTO and lines[line * LINE_SIZE + L_FLAGS] & ROBOT_HAS:
        state[FLAGS] |= ROBOT_HAD
    if by == AGENT:
        said_by_agent(state, out, agent, at, lines[line * LINE_SIZE + L_CHARS])
    stopped = STOPS[by - 1 + 3 * int(lines[line * LINE_SIZE + L_FLAGS] & GREETING > 0)]
    if by == BOT_AUTO and unstaged:
        stopped &= ~STAGED
        drop_runs(state, STAGED)
    replier = agent if agent != NEVER else state[OWNER]
    end_runs(lines, state, out, stopped, replier, (at, by), line)


def drop_runs(state: State, mask: int) -> None:
    """What a full-auto robot answered before the human stage is no question to a human any more."""
    left = 0
    for number in range(state[RUNS]):
        run = RUNS_AT + number * RUN_SIZE
        if state[run + R_MASK] & ~mask:
            for field in range(RUN_SIZE):
                state[RUNS_AT + left * RUN_SIZE + field] = state[run + field]
            state[RUNS_AT + left * RUN_SIZE + R_MASK] &= ~mask
            left += 1
    state[RUNS] = left


def handed_over(lines: Ints, state: State, out: State, line: int) -> None:
    at, passer = lines[line * LINE_SIZE + L_AT], lines[line * LINE_SIZE + L_FROM_AGENT]
    if passer == NEVER:
        passer = state[OWNER]
    if state[SPAN_AT] == NEVER and passer != NEVER:
        begin_span(state, passer, at, SPOKE)
    cut_runs(state, out, passer, at)
    receive(state, out, lines[line * LINE_SIZE + L_AGENT], at, BY_TRANSFER)


def queued(state: State, at: int) -> None:
    if state[HOLDER] != NEVER:
        return
    if state[QUEUED_AT] == NEVER:
        state[QUEUED_AT] = at
    state[CLOCK_QUEUE] = at
    for number in range(state[RUNS]):
        state[RUNS_AT + number * RUN_SIZE + R_QUEUE] = at


def mark(lines: Ints, state: State, out: State, line: int, what: int) -> None:
    """A close, an invitation or a rating; n tells whether it is the conversation's first."""
    bit = 1 << what
    first = int(state[MARKED] & bit == 0)
    state[MARKED] |= bit
    agent = lines[line * LINE_SIZE + L_AGENT] if lines[line * LINE_SIZE + L_AGENT] != NEVER else state[OWNER]
    amounts = (first, NEVER, lines[line * LINE_SIZE + L_VALUE])
    put_moment(
        state, out, what, agent, (lines[line * LINE_SIZE + L_AT], NEVER), amounts, lines[line * LINE_SIZE + L_DETAIL]
    )


def closed(lines: Ints, state: State, out: State, line: int) -> None:
    at = lines[line * LINE_SIZE + L_AT]
    mark(lines, state, out, line, CLOSED)
    state[CLOSED_AT] = at
    end_span(state, out, at, 2)
    state[HOLDER] = NEVER


def entered_status(state: State, out: State, at: int, status: int) -> None:
    if state[STATUS_AT] != NEVER:
        span = (state[STATUS_AT], at)
        put_moment(state, out, STATUS_ROW, state[OWNER], span, (1, NEVER, NEVER), state[STATUS_NOW])
    state[STATUS_AT] = at
    state[STATUS_NOW] = status


def happened(lines: Ints, state: State, out: State, line: int) -> None:
    """Any line that is no message."""
    what, at = lines[line * LINE_SIZE + L_WHAT], lines[line * LINE_SIZE + L_AT]
    if what == ASSIGN:
        receive(state, out, lines[line * LINE_SIZE + L_AGENT], at, DIRECT)
    elif what == TRANSFER:
        handed_over(lines, state, out, line)
    elif what == TO_HUMAN:
        if state[STAGE_AT] == NEVER:
            state[STAGE_AT] = at
            state[FLAGS] |= REACHED
    elif what == QUEUE_ENTER:
        queued(state, at)
    elif what == LEAVE_MESSAGE:
        state[FLAGS] |= LEAVE
        if state[OPENED_AT] == NEVER:
            state[OPENED_AT] = at
    elif what == CLOSE:
        closed(lines, state, out, line)
    elif what == RATING_INVITE:
        mark(lines, state, out, line, INVITED)
    elif what == RATING:
        mark(lines, state, out, line, RATED)
    elif what == STATUS:
        entered_status(state, out, at, lines[line * LINE_SIZE + L_DETAIL])
    elif ORDER_CREATED <= what <= REFUND_DONE:
        mark(lines, state, out, line, ORDERED + what - ORDER_CREATED)


def starts_anew(lines: Ints, state: State, line: int, gap_after_close: int, idle_gap: int) -> bool:
    """Whether a line begins a new conversation where the source names none."""
    if lines[line * LINE_SIZE + L_FLAGS] & VOID:
        return False
    what, at = lines[line * LINE_SIZE + L_WHAT], lines[line * LINE_SIZE + L_AT]
    by_buyer = what == MESSAGE and lines[line * LINE_SIZE + L_BY] == BUYER
    by_agent = what == MESSAGE and lines[line * LINE_SIZE + L_BY] == AGENT
    if not (by_buyer or by_agent or what in (QUEUE_ENTER, ASSIGN, TO_HUMAN)):
        return False
    if state[CLOSED_AT] != NEVER:
        return at - state[CLOSED_AT] >= gap_after_close
    if state[LAST_AT] == NEVER or at - state[LAST_AT] <= idle_gap:
        return False
    return by_buyer or state[RUNS] == 0


def end(lines: Ints, state: State, out: State, line: int) -> None:
    """The conversation is over, or all that is known of it: write what is open, fill in what its turns need."""
    end_runs(lines, state, out, ALL_VARIANTS, state[OWNER], (NEVER, NEVER), line)
    flush_talk(state, out)
    end_span(state, out, NEVER, 0)
    leave_queue(state, out, NEVER)
    entered_status(state, out, NEVER, NEVER)
    if state[TICKET_AT] != NEVER:
        wait = state[TICKET_AT] - state[OPENED_AT]
        put_moment(state, out, TICKET, state[OWNER], (state[OPENED_AT], NEVER), (1, NEVER, wait), NEVER)
    if state[OPENED_AT] != NEVER or state[FLAGS] & LEAVE:
        since = state[ASKED_AT] if state[ASKED_AT] != NEVER else state[OPENED_AT]
        until = state[CLOSED_AT] if state[CLOSED_AT] != NEVER else state[LAST_AT]
        amounts = (state[BUYER_LINES], state[AGENT_LINES], NEVER)
        put_moment(state, out, SESSION, state[OWNER], (since, until), amounts, NEVER)
    fill_turns(state, out, state[FIRST_TURN], state[TURNS_MADE])
    fill_moments(state, out, state[MOMENT_BASE], state[FIRST_MOMENT], state[MOMENTS_MADE])


def fill_turns(state: State, out: State, first: int, until: int) -> None:
    """What turns say of their conversation as a whole, in rows `first` to `until`."""
    for row in range(first, until):
        at = row * TURN_SIZE
        out[at + TURN.asked_at] = state[ASKED_AT]
        out[at + TURN.stage_at] = state[STAGE_AT]
        out[at + TURN.closed_at] = state[CLOSED_AT]
        out[at + TURN.flags] = (out[at + TURN.flags] & CLOSERS) | state[FLAGS]
        out[at + TURN.opened_at] = state[OPENED_AT]


def fill_moments(state: State, out: State, base: int, first: int, until: int) -> None:
    for row in range(first, until):
        at = base + row * MOMENT_SIZE
        out[at + MOMENT.flags] = state[FLAGS]
        out[at + MOMENT.opened_at] = state[OPENED_AT]
        if out[at + MOMENT.what] == TALK and out[at + MOMENT.agent] == NEVER:
            out[at + MOMENT.agent] = state[FIRST_OWNER]


def fold_conversation(
    lines: Ints, start: int, stop: int, derived: bool, gap_after_close: int, idle_gap: int, state: State, out: State
) -> None:
    """Lines `start` to `stop`: one conversation that the source names, or (derived) all of one buyer's."""
    begin(state, 0)
    for line in range(start, stop):
        if derived and starts_anew(lines, state, line, gap_after_close, idle_gap):
            end(lines, state, out, line)
            begin(state, state[NUMBER] + 1)
        take_line(lines, state, out, line)
    end(lines, state, out, stop)


def take_line(lines: Ints, state: State, out: State, line: int) -> None:
    """One step; whether the line begins a new conversation has been settled."""
    if lines[line * LINE_SIZE + L_FLAGS] & VOID:
        return
    if lines[line * LINE_SIZE + L_GROUP] != NEVER:
        state[GROUP] = lines[line * LINE_SIZE + L_GROUP]
    if lines[line * LINE_SIZE + L_WHAT] != MESSAGE:
        happened(lines, state, out, line)
    elif lines[line * LINE_SIZE + L_BY] == BUYER:
        said_by_buyer(lines, state, out, line)
    elif lines[line * LINE_SIZE + L_BY] <= BOT_AUTO and lines[line * LINE_SIZE + L_BY] >= AGENT:
        said_by_desk(lines, state, out, line)


PARTS: Final[tuple[Callable[..., Any], ...]] = (
    begin,
    _runs.put_turn,
    put_moment,
    _runs.put_asked,
    _runs.open_run,
    ask,
    _runs.end_run,
    end_runs,
    cut_runs,
    flush_talk,
    own,
    talk,
    end_span,
    begin_span,
    leave_queue,
    receive,
    said_by_buyer,
    said_by_agent,
    said_by_desk,
    drop_runs,
    handed_over,
    queued,
    mark,
    closed,
    entered_status,
    happened,
    starts_anew,
    take_line,
    fill_turns,
    fill_moments,
    end,
)
"""Every function that `fold_conversation` is made of: what a compiler must know."""
