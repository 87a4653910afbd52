"""The chat-completions dialect: a request as the body of a POST, an answer's body as a reply.

Source: OpenAI API reference, "Chat completions"; the variants of usage and content are those of servers that
speak the same dialect (vLLM, llama.cpp, Mistral, DeepSeek, Groq, Gemini and others).
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from alongside.core.chat import ChatReply, ChatRequest, Message, ModelConfig, Tool, ToolCall, Usage
from alongside.core.surrogates import tidy
from alongside.models.faults import refused, unreadable
from alongside.models.payload import listed, mapped, string
from alongside.models.price import cost_of

__all__ = ["content_text", "finished_reply", "read_reply", "read_usage", "request_body"]

_OUR_OPTIONS = frozenset({"omit", "rename"})


def request_body(request: ChatRequest, config: ModelConfig, *, stream: bool) -> bytes:
    """Return the JSON body; the config's `options` win over the request (see `ModelConfig`)."""
    body = _asked(request, config.model)
    if stream:
        body["stream_options"] = {"include_usage": True}
    options = config.options or {}
    body.update({name: value for name, value in options.items() if name not in _OUR_OPTIONS})
    for name in cast("list[str]", options.get("omit", [])):
        body.pop(name, None)
    for name, other in cast("Mapping[str, str]", options.get("rename", {})).items():
        if name in body:
            body[other] = body.pop(name)
    body["stream"] = stream
    return json.dumps(body, separators=(",", ":")).encode()


def _asked(request: ChatRequest, model: str) -> dict[str, Any]:
    body: dict[str, Any] = {"model": model, "messages": [_message(turn) for turn in request.messages]}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": "answer",
                "schema": request.schema,
                "strict": _is_strict(request.schema),
            },
        }
    settings = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
    }
    body.update({name: value for name, value in settings.items() if value is not None})
    return body


def _message(turn: Message) -> dict[str, Any]:
    wire: dict[str, Any] = {"role": turn.role, "content": turn.content}
    if turn.tool_calls:
        wire["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in turn.tool_calls
        ]
        wire["content"] = turn.content or None
    if turn.tool_call_id:
        wire["tool_call_id"] = turn.tool_call_id
    return wire


def _tool(tool: Tool) -> dict[str, Any]:
    described = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": described}


def _is_strict(schema: object) -> bool:
    """Whether each object is closed and requires all it names: the servers' condition for `strict`."""
    if isinstance(schema, list):
        return all(_is_strict(item) for item in cast("list[object]", schema))
    if not isinstance(schema, Mapping):
        return True
    node = cast("Mapping[str, Any]", schema)
    if node.get("type") == "object" or "properties" in node:
        named = set(mapped(node.get("properties")))
        if node.get("additionalProperties") is not False or set(node.get("required", ())) != named:
            return False
    return all(_is_strict(item) for item in node.values())


def read_reply(payload: object, config: ModelConfig) -> ChatReply:
    """Return the reply of an answer that came whole.

    Raises ModelError `model-unreadable` where it isn't an answer, RejectedError `model-refused` for a refusal.
    """
    answer = mapped(payload)
    choices = listed(answer.get("choices"))
    if not choices:
        raise unreadable(config, "the answer has no `choices`")
    choice = mapped(choices[0])
    message = mapped(choice.get("message"))
    calls = tuple(_call(mapped(item), order) for order, item in enumerate(listed(message.get("tool_calls"))))
    return finished_reply(
        ChatReply(
            text=content_text(message.get("content")),
            tool_calls=calls,
            finish_reason=string(choice.get("finish_reason")),
            usage=read_usage(answer) or Usage(),
            resolved_model=string(answer.get("model")),
            fingerprint=string(answer.get("system_fingerprint")),
        ),
        config,
        refusal=string(message.get("refusal")),
    )


def finished_reply(reply: ChatReply, config: ModelConfig, *, refusal: str) -> ChatReply:
    """Return `reply` with its cost, and text that is text: a token limit may cut a character in two. Raises RejectedError `model-refused` where the model or its filter said no."""
    cost = cost_of(reply.usage, model=reply.resolved_model, config=config)
    if refusal or reply.finish_reason == "content_filter":
        raise refused(config, refusal or "the provider's filter stopped the answer", cost=cost)
    return ChatReply(
        tidy(reply.text),
        tuple(ToolCall(*(tidy(part) for part in (c.id, c.name, c.arguments))) for c in reply.tool_calls),
        tidy(reply.finish_reason),
        reply.usage,
        cost,
        tidy(reply.resolved_model),
        tidy(reply.fingerprint),
    )


def _call(call: Mapping[str, Any], order: int) -> ToolCall:
    function = mapped(call.get("function"))
    arguments: Any = function.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps({} if arguments is None else arguments)
    return ToolCall(string(call.get("id")) or f"call_{order}", string(function.get("name")), text)


def content_text(content: object) -> str:
    """Return the text of a message's `content`: a string, null, or a list of parts of which text ones count."""
    if isinstance(content, str):
        return content
    return "".join(string(mapped(part).get("text")) for part in listed(content))


def read_usage(payload: Mapping[str, Any]) -> Usage | None:
    """Return the tokens that the server counted, None where it says nothing.

    Output is what total leaves beside the input where that is more: some servers count a model's reasoning in
    `total_tokens` alone, and bill it.
    """
    raw = mapped(payload.get("usage")) or mapped(mapped(payload.get("x_groq")).get("usage"))
    asked, answered = _count(raw.get("prompt_tokens")), _count(raw.get("completion_tokens"))
    if asked is None and answered is None:
        return None
    total = _count(raw.get("total_tokens"))
    if total is not None and asked is not None and answered is not None:
        answered = max(answered, total - asked)
    cached = _count(mapped(raw.get("prompt_tokens_details")).get("cached_tokens"))
    if cached is None:
        cached = _count(raw.get("prompt_cache_hit_tokens"))
    return Usage(asked, answered, cached)


def _count(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
