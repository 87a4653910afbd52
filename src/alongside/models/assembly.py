"""A streamed answer put together from its chunks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alongside.core.chat import ChatReply, ModelConfig, ToolCall, Usage
from alongside.models.payload import listed, mapped, string
from alongside.models.wire import content_text, finished_reply, read_usage

__all__ = ["Assembly"]


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class Assembly:
    """Takes `chat.completion.chunk` objects in order; `reply` is the whole."""

    config: ModelConfig
    finish_reason: str = ""
    _text: list[str] = field(default_factory=list[str])
    _refusal: str = ""
    _calls: dict[int, _Call] = field(default_factory=dict[int, _Call])
    _usage: Usage | None = None
    _model: str = ""
    _fingerprint: str = ""

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Take one chunk and return the text that it adds."""
        self._model = string(chunk.get("model")) or self._model
        self._fingerprint = string(chunk.get("system_fingerprint")) or self._fingerprint
        self._count(read_usage(chunk))
        choices = listed(chunk.get("choices"))
        if not choices:
            return ""
        choice = mapped(choices[0])
        self.finish_reason = string(choice.get("finish_reason")) or self.finish_reason
        delta = mapped(choice.get("delta"))
        self._refusal += string(delta.get("refusal"))
        for call in listed(delta.get("tool_calls")):
            self._call(mapped(call))
        text = content_text(delta.get("content"))
        self._text.append(text)
        return text

    def reply(self) -> ChatReply:
        """Return the whole answer. Raises RejectedError `model-refused` for a refusal."""
        calls = (self._calls[index] for index in sorted(self._calls))
        return finished_reply(
            ChatReply(
                text="".join(self._text),
                tool_calls=tuple(
                    ToolCall(call.id or f"call_{order}", call.name, call.arguments or "{}")
                    for order, call in enumerate(calls)
                ),
                finish_reason=self.finish_reason,
                usage=self._usage or Usage(),
                resolved_model=self._model,
                fingerprint=self._fingerprint,
            ),
            self.config,
            refusal=self._refusal,
        )

    def _count(self, usage: Usage | None) -> None:
        """Keep the largest count: where usage comes with every chunk it is cumulative, never to be summed."""
        if usage is None:
            return
        seen = self._usage or Usage()
        self._usage = Usage(
            _larger(seen.input_tokens, usage.input_tokens),
            _larger(seen.output_tokens, usage.output_tokens),
            _larger(seen.cached_tokens, usage.cached_tokens),
        )

    def _call(self, piece: Mapping[str, Any]) -> None:
        index = piece.get("index")
        if not isinstance(index, int):  # some servers leave it out: a new id then begins a new call
            last = max(self._calls, default=-1)
            index = last + 1 if piece.get("id") or last < 0 else last
        call = self._calls.setdefault(index, _Call())
        function = mapped(piece.get("function"))
        call.id = string(piece.get("id")) or call.id
        call.name = string(function.get("name")) or call.name
        call.arguments += string(function.get("arguments"))


def _larger(one: int | None, other: int | None) -> int | None:
    return max((count for count in (one, other) if count is not None), default=None)
