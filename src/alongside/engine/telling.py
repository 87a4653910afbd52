"""A run told while it happens, to somebody who watches it: the steps that end, a model's words as they come.

What is told is for eyes only: nothing of it is kept, and the answer is the same whether anybody watches or not.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest
from alongside.core.errors import ModelError, RejectedError
from alongside.core.ports import ChatModel

__all__ = ["Overheard", "Tell"]

Tell = Callable[[dict[str, Any]], None]
"""Takes `{"begins": run}`, `{"step": name}` when a step has ended, `{"asks": call}` when a model is asked, and piece by
piece `{"said": text, "call": call}`; a call is named by its span. A run whose worker died begins again."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """A model whose words in one call are told as they come; `chat` returns and raises what the model's own does."""

    model: ChatModel
    call: str
    tell: Tell

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return the whole answer. A server that can't stream, or breaks off, is asked as if nobody watched."""
        self.tell({"asks": self.call})
        try:
            async for chunk in self.model.stream(request):
                if chunk.reply is not None:
                    return chunk.reply
                self.tell({"said": chunk.text, "call": self.call})
        except ModelError as error:
            if not isinstance(error, RejectedError) and error.code != "model-interrupted":
                raise
        self.tell({"asks": self.call})
        return await self.model.chat(request)

    def stream(self, request: ChatRequest) -> AsyncIterator[ChatChunk]:
        """Yield the answer as the model does."""
        return self.model.stream(request)
