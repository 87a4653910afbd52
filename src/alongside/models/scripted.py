"""A model that answers from a script: no network, for tests and dry runs."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest
from alongside.core.errors import UsageError

__all__ = ["Answer", "ScriptedChat"]

Answer = str | Mapping[str, Any] | ChatReply | Exception
"""What the script says: text, an object (as JSON text), a whole reply, or an error to raise."""


class ScriptedChat:
    """The `ChatModel` port: a function of the request, or answers in the order of the calls.

    `requests` holds what was asked, in order. Raises UsageError `script-ended` past the last answer.
    """

    def __init__(self, script: Callable[[ChatRequest], Answer] | Iterable[Answer]) -> None:
        self.requests: list[ChatRequest] = []
        self._script = script if callable(script) else _in_order(list(script))

    @property
    def calls(self) -> int:
        """How often the model was asked, chat and stream alike."""
        return len(self.requests)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return the script's answer, or raise it where it is an error."""
        self.requests.append(request)
        answer = self._script(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, ChatReply):
            return answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return ChatReply(text, finish_reason="stop", resolved_model="scripted")

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatChunk]:
        """Yield the answer word by word, then the reply."""
        reply = await self.chat(request)
        for piece in _pieces(reply.text):
            yield ChatChunk(piece)
        yield ChatChunk("", reply)


def _in_order(answers: list[Answer]) -> Callable[[ChatRequest], Answer]:
    left = iter(answers)

    def answer(_: ChatRequest) -> Answer:
        for each in left:
            return each
        raise UsageError(
            "script-ended",
            f"the scripted model has {len(answers)} answers and was asked once more",
            fix="give the script more answers, or a function of the request",
        )

    return answer


def _pieces(text: str) -> Iterable[str]:
    start = 0
    while start < len(text):
        space = text.find(" ", start + 1)
        end = space if space > 0 else len(text)
        yield text[start:end]
        start = end
