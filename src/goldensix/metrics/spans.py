"""Stretches of a conversation, written as moments when they end: talk by the quarter hour, receptions, the queue.

Part of the fold, so in its way: whole numbers, plain loops, compiled for large logs.
"""

from goldensix.metrics.runs import (
    AGENT_LINES,
    ASSIGNED_AT,
    BUYER_LINES,
    FIRST_OWNER,
    FLAGS,
    HOLDER,
    OWNER,
    QUEUED_AT,
    SPAN_AGENT,
    SPAN_AT,
    SPAN_HOW,
    STAGE_AT,
    TALK_AT,
    TALK_CHARS,
    TALK_M,
    TALK_N,
    TALK_OWNER,
    TALK_QUARTER,
    State,
    put_moment,
)
from goldensix.metrics.tables import (
    BY_TRANSFER,
    NEVER,
    QUARTER,
    QUEUE,
    REACHED,
    RECEPTION,
    SPOKE,
    TALK,
)


def flush_talk(state: State, out: State) -> None:
    if state[TALK_QUARTER] == NEVER:
        return
    amounts = (state[TALK_N], state[TALK_M], state[TALK_CHARS])
    put_moment(state, out, TALK, state[TALK_OWNER], (state[TALK_AT], NEVER), amounts, NEVER)
    state[TALK_QUARTER] = NEVER
    state[TALK_N] = 0
    state[TALK_M] = 0
    state[TALK_CHARS] = 0


def own(state: State, agent: int) -> None:
    """What the buyer said before anybody had the conversation belongs to whoever has it first."""
    if agent == NEVER:
        return
    if state[OWNER] == NEVER:
        state[FIRST_OWNER] = agent
        state[TALK_OWNER] = agent
    state[OWNER] = agent


def talk(state: State, out: State, at: int, by_buyer: bool, chars: int) -> None:
    quarter = at // QUARTER
    if state[TALK_QUARTER] != quarter or state[TALK_OWNER] != state[OWNER]:
        flush_talk(state, out)
        state[TALK_QUARTER] = quarter
        state[TALK_OWNER] = state[OWNER]
        state[TALK_AT] = at
    if by_buyer:
        if state[TALK_N] == 0:
            state[TALK_AT] = at
        state[TALK_N] += 1
        state[BUYER_LINES] += 1
    else:
        state[TALK_M] += 1
        state[TALK_CHARS] += chars
        state[AGENT_LINES] += 1


def end_span(state: State, out: State, at: int, how: int) -> None:
    """The reception that runs is over; `how`: 0 with the conversation, 1 by transfer, 2 by close."""
    if state[SPAN_AT] == NEVER:
        return
    amounts = (state[SPAN_HOW], how, NEVER)
    put_moment(state, out, RECEPTION, state[SPAN_AGENT], (state[SPAN_AT], at), amounts, NEVER)
    state[SPAN_AT] = NEVER


def begin_span(state: State, agent: int, at: int, how: int) -> None:
    state[SPAN_AGENT] = agent
    state[SPAN_AT] = at
    state[SPAN_HOW] = how


def leave_queue(state: State, out: State, at: int) -> None:
    if state[QUEUED_AT] == NEVER:
        return
    put_moment(state, out, QUEUE, state[OWNER], (state[QUEUED_AT], at), (1, NEVER, NEVER), NEVER)
    state[QUEUED_AT] = NEVER


def receive(state: State, out: State, agent: int, at: int, how: int) -> None:
    """The conversation is an agent's from now on."""
    own(state, agent)
    leave_queue(state, out, at)
    if state[SPAN_AT] == NEVER or state[SPAN_AGENT] != agent or state[SPAN_HOW] == SPOKE:
        end_span(state, out, at, int(how == BY_TRANSFER))
        begin_span(state, agent, at, how)
    state[HOLDER] = agent
    state[ASSIGNED_AT] = at
    if state[STAGE_AT] == NEVER:
        state[STAGE_AT] = at
        state[FLAGS] |= REACHED
