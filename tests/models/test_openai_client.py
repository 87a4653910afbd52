import asyncio
from typing import Any

import pytest
from model_wire_mock import (
    WireMock,
    completion,
    says,
    slow,
    stream,
    words,
)
from model_wire_mock import events as sse
from openai_calls import HELLO, asked, client, config

from alongside.core.chat import ChatReply, ChatRequest, Message, Tool, ToolCall, Usage
from alongside.models.openai import OpenAIChat

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_chat_returns_what_the_server_said_and_what_it_used():
    with WireMock([says("good day")]) as mock:
        reply = asked(mock, input_price=2.0, output_price=10.0)
    assert reply == ChatReply(
        "good day", (), "stop", Usage(100, 5, None), 100 * 2000 + 5 * 10_000, "m-2026-01-01", "fp-1"
    )
    assert mock.heard[0].path == "/v1/chat/completions"
    assert mock.heard[0].body == {
        "model": "m",
        "messages": [{"role": "user", "content": "hello"}],
        "stream": False,
    }
    assert "authorization" not in mock.heard[0].headers


def test_the_request_is_written_in_the_dialect():
    turns = (
        Message("system", "be brief"),
        Message("assistant", "", tool_calls=(ToolCall("c1", "add", '{"a": 1}'),)),
        Message("tool", "3", tool_call_id="c1"),
    )
    closed = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    tool = Tool("add", "adds", {"type": "object", "properties": {}})
    request = ChatRequest(turns, (tool,), closed, temperature=0.0, max_tokens=7, seed=3)
    with WireMock([says("x")]) as mock:
        asked(mock, request)
        asked(mock, ChatRequest(HELLO.messages, schema={"type": "object", "properties": {"a": {}}}))
    body = mock.heard[0].body
    assert body["messages"][1] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
        ],
    }
    assert body["messages"][2] == {"role": "tool", "content": "3", "tool_call_id": "c1"}
    assert body["tools"][0]["function"] == {
        "name": "add",
        "description": "adds",
        "parameters": tool.parameters,
    }
    assert body["response_format"]["json_schema"] == {"name": "answer", "schema": closed, "strict": True}
    assert (body["temperature"], body["max_tokens"], body["seed"]) == (0.0, 7, 3)
    assert mock.heard[1].body["response_format"]["json_schema"]["strict"] is False


def test_the_configs_options_adapt_the_body():
    options = {
        "top_p": 0.5,
        "temperature": 1,
        "omit": ["seed"],
        "rename": {"max_tokens": "max_completion_tokens"},
    }
    with WireMock([says("x")]) as mock:
        asked(mock, ChatRequest(HELLO.messages, temperature=0.0, max_tokens=7, seed=3), options=options)
    body = mock.heard[0].body
    assert (body["top_p"], body["temperature"], body["max_completion_tokens"]) == (0.5, 1, 7)
    assert not {"seed", "max_tokens", "omit", "rename"} & set(body)


@pytest.mark.parametrize(
    ("message", "text", "calls"),
    [
        ({"content": None}, "", ()),
        ({"content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "a"}]}, "a", ()),
        (
            {"content": "", "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": '{"a":1}'}}]},
            "",
            (ToolCall("c1", "f", '{"a":1}'),),
        ),
        (
            {"content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
            "",
            (ToolCall("call_0", "f", '{"a": 1}'),),
        ),
    ],
)
def test_variants_of_content_and_tool_calls(message: dict[str, Any], text: str, calls: tuple[ToolCall, ...]):
    with WireMock([completion(message)]) as mock:
        reply = asked(mock)
    assert (reply.text, reply.tool_calls) == (text, calls)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (None, Usage()),
        ({}, Usage()),
        ({"prompt_tokens": 10, "completion_tokens": 2}, Usage(10, 2)),
        ({"prompt_tokens": 10.0, "completion_tokens": 2, "total_tokens": 12}, Usage(10, 2)),
        ({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 40}, Usage(10, 30)),
        ({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 0}, Usage(10, 2)),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 6}},
            Usage(10, 2, 6),
        ),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "prompt_cache_hit_tokens": 4},
            Usage(10, 2, 4),
        ),
        ({"prompt_tokens": float("nan"), "completion_tokens": float("inf")}, Usage()),
        ({"prompt_tokens": "10", "completion_tokens": [2]}, Usage()),
        ([1], Usage()),
        ({"prompt_tokens": -1, "completion_tokens": True}, Usage()),
    ],
)
def test_variants_of_usage(usage: Any, expected: Usage):
    with WireMock([says("x", usage=usage)]) as mock:
        reply = asked(mock, input_price=1.0, output_price=1.0)
    assert reply.usage == expected
    assert (reply.cost is None) == (expected.input_tokens is None)


def test_one_client_serves_loop_after_loop_and_closes_by_itself():
    """Unclosed sockets would be warnings, which are errors here."""
    with WireMock([says("x")]) as mock:
        model = client(mock)
        for _ in range(3):
            assert asyncio.run(model.chat(HELLO)).text == "x"
        asyncio.run(_in_turn(model, 5))
    assert mock.connections == 4


async def _in_turn(model: OpenAIChat, count: int) -> None:
    async with model:
        for _ in range(count):
            await model.chat(HELLO)


def test_a_cancelled_call_gives_its_slot_back():
    async def scene(model: OpenAIChat) -> str:
        hanging = asyncio.create_task(model.chat(HELLO))
        await asyncio.sleep(0.05)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        return (await model.chat(HELLO)).text

    with WireMock([slow(30, says("late")), says("next")]) as mock:
        assert asyncio.run(scene(OpenAIChat(config(mock), connections=1))) == "next"


def test_a_stream_that_is_left_gives_its_slot_back():
    async def scene(model: OpenAIChat) -> str:
        chunks = model.stream(HELLO)
        assert (await anext(chunks)).text == "one"
        await chunks.aclose()
        return (await model.chat(HELLO)).text

    with WireMock([stream(sse(words("one two")), size=60, pause=0.3, after=3), says("next")]) as mock:
        assert asyncio.run(scene(OpenAIChat(config(mock), connections=1))) == "next"
