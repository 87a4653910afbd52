"""What a workflow says to a model, as its author writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from alongside.core.chat import Message, Role
from alongside.core.errors import DataError
from alongside.engine.prompt import Prompt

__all__ = ["Messages", "as_input", "as_messages"]

Messages = str | Prompt | Sequence[Message | Mapping[str, Any]]
"""A text or a prompt that the user says, or turns: a Message, or `{"role", "content"}`; a prompt may be a turn's content."""


def as_messages(said: Messages) -> list[Message]:
    """Return the turns, with every prompt's text. Raises DataError `chat-message`."""
    if isinstance(said, str | Prompt):
        return [Message("user", str(said))]
    if not isinstance(cast("Any", said), list | tuple):
        raise _refuse(said)
    return [_message(one) for one in said]


def as_input(said: Messages) -> Any:
    """Return the messages as a step's input; a prompt stands by its name, since the step itself reads it."""
    if isinstance(said, Prompt):
        return {"prompt": said.name}
    return [
        [m.role, m.content, m.tool_call_id, [[call.id, call.name, call.arguments] for call in m.tool_calls]]
        for m in as_messages(said)
    ]


def _message(one: Message | Mapping[str, Any]) -> Message:
    turn = one
    if isinstance(one, Mapping) and set(one) == {"role", "content"} and one["role"] in get_args(Role):
        turn = Message(one["role"], one["content"])
    if not isinstance(turn, Message) or not isinstance(cast("Any", turn.content), str | Prompt):
        raise _refuse(one)
    return replace(turn, content=str(turn.content))


def _refuse(said: object) -> DataError:
    keys = f" of {', '.join(map(str, cast('Any', said)))}" if isinstance(said, dict) else ""
    return DataError(
        "chat-message",
        f"chat() was given a {type(cast('Any', said)).__name__}{keys}, which is no message",
        fix='give a text, a prompt, or a list of Message("user", "…") or {"role": "user", "content": "…"}',
    )
