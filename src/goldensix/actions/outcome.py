"""What comes back from an action: nothing (done), a message already known, or why it was not done."""

from dataclasses import dataclass
from typing import Literal

from goldensix.events.ids import ConversationId

Code = Literal[
    "bad_id",
    "empty",
    "too_long",
    "no_conversation",
    "no_alert",
    "not_yours",
    "not_in_your_groups",
    "already_taken",
    "nothing_waits",
    "full",
    "agent_full",
    "agent_not_ready",
    "agent_played",
    "not_agents_shop",
    "unknown_message",
    "unknown_picture",
    "too_late",
    "unavailable",
    "not_allowed",
    "bad_command",
    "too_fast",
    "blocked",
    "no_rating",
    "rated",
]

MESSAGES: dict[Code, str] = {
    "bad_id": "The message id must be 8 to 40 letters, digits, - or _.",
    "empty": "The message is empty.",
    "too_long": "The message is longer than 4,000 characters.",
    "no_conversation": "The conversation is closed, or there is none.",
    "no_alert": "The alert is over, or there is none.",
    "not_yours": "The conversation is with another agent.",
    "not_in_your_groups": "The conversation waits in a group that is not yours.",
    "already_taken": "Somebody took the conversation first.",
    "nothing_waits": "Nobody waits in your groups.",
    "full": "Your reception limit is reached.",
    "agent_full": "The agent's reception limit is reached.",
    "agent_not_ready": "The agent is not connected, ready and in shift.",
    "agent_played": "A rehearsal's agents have a rehearsal's buyers only.",
    "not_agents_shop": "The agent is limited to other shops.",
    "unknown_message": "There is no such message of yours in the conversation.",
    "unknown_picture": "There is no such picture; upload it again.",
    "too_late": "A message can be recalled for two minutes.",
    "unavailable": "The desk cannot reach its log; what was not acknowledged will be sent again.",
    "not_allowed": "Your role does not allow this.",
    "bad_command": "The command is not understood.",
    "too_fast": "Too many messages at once: what was refused may be sent again after the wait.",
    "blocked": "Messages cannot be taken at the moment.",
    "no_rating": "No conversation of yours that ended within 24 hours waits for a rating under this name.",
    "rated": "The conversation has its rating.",
}


@dataclass(frozen=True, slots=True)
class No:
    """Not done."""

    code: Code


@dataclass(frozen=True, slots=True)
class Known:
    """The message was sent before: here it is."""

    conversation: ConversationId
    position: int
