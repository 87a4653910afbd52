"""A conversation with a model: what is asked, what comes back, what it used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ChatChunk", "ChatReply", "ChatRequest", "Message", "ModelConfig", "Tool", "ToolCall", "Usage"]

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model wants called; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `tool_calls` on an assistant's turn; `tool_call_id` on a tool's answer."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may ask for; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A model of `alongside.toml`. `api_key_env` names the environment variable that holds the key.

    Prices are in US dollars a million tokens; None is unpriced, never free; without `cached_price` cached input
    counts as input. `region` is where the data goes. `options` go into every request's body as they stand and win
    over what the workflow asks; its keys `omit` (names left out of the body) and `rename` (name: the server's
    name) adapt the body to servers that take other names.
    """

    name: str
    base_url: str
    model: str
    api_key_env: str = ""
    region: str = ""
    timeout: float = 60.0
    retries: int = 2
    options: Mapping[str, Any] | None = None
    input_price: float | None = None
    output_price: float | None = None
    cached_price: float | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What is asked. `schema` (JSON schema) makes the answer JSON of that shape."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Mapping[str, Any] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; None where it didn't say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What came back. `cost` is in nano-dollars, None where the model is unpriced or usage is missing.

    `resolved_model` and `fingerprint` are what the server says it ran.
    """

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = ""
    usage: Usage = Usage()
    cost: int | None = None
    resolved_model: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class ChatChunk:
    """A piece of a streamed answer; the last one carries the whole reply."""

    text: str
    reply: ChatReply | None = None
