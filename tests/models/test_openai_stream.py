import asyncio
import json
from typing import Any

import pytest
from model_wire_mock import USAGE, Answer, WireMock, chunk, error, half_body, hang_up, slow, stream, words
from model_wire_mock import events as sse

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest, Message, ModelConfig, ToolCall, Usage
from alongside.core.errors import ModelError, RejectedError
from alongside.models.openai import OpenAIChat

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HELLO = ChatRequest((Message("user", "hello"),))
USED = chunk(usage=USAGE)


async def _no_pause(_: float) -> None:
    return


def chunks_of(answers: list[Answer], seen: list[ChatChunk] | None = None, **more: Any) -> list[ChatChunk]:
    seen = [] if seen is None else seen

    async def collect(model: OpenAIChat) -> None:
        async for each in model.stream(HELLO):
            seen.append(each)

    with WireMock(answers) as mock:
        config = ModelConfig("small", mock.url, "m", input_price=1.0, output_price=1.0, **more)
        asyncio.run(collect(OpenAIChat(config, sleep=_no_pause)))
    assert mock.heard[0].body["stream_options"] == {"include_usage": True}
    assert mock.heard[0].body["stream"] is True
    return seen


def reply_of(payloads: list[Any], **more: Any) -> ChatReply:
    reply = chunks_of([stream(sse(payloads, **more))])[-1].reply
    assert reply is not None
    return reply


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_a_stream_in_any_pieces(size: int, eol: str):
    body = sse([*words("grüß Gott 世界"), USED], eol=eol)
    *pieces, last = chunks_of([stream(body, size=size)])
    assert [piece.text for piece in pieces] == ["grüß", "Gott", "世界"]
    assert all(piece.reply is None for piece in pieces)
    assert last == ChatChunk(
        "", ChatReply("grüßGott世界", (), "stop", Usage(100, 5), 105_000, "m-2026-01-01", "fp-1")
    )


CUMULATIVE = [
    chunk({"content": "a"}, usage={"prompt_tokens": 100, "completion_tokens": 1}),
    chunk({"content": "b"}, usage={"prompt_tokens": 100, "completion_tokens": 2}),
    chunk(finish="stop", usage=USAGE),
]


@pytest.mark.parametrize(
    ("payloads", "usage"),
    [
        ([*words("a b"), USED], Usage(100, 5)),
        (words("a b", usage=USAGE), Usage(100, 5)),
        ([*words("a b"), chunk({}, usage=USAGE)], Usage(100, 5)),
        (CUMULATIVE, Usage(100, 5)),
        ([*CUMULATIVE, chunk(usage=None)], Usage(100, 5)),
        (words("a b", x_groq={"usage": USAGE}), Usage(100, 5)),
        (words("a b"), Usage()),
    ],
    ids=["last chunk", "finish chunk", "extra choice", "cumulative", "null after", "groq", "none"],
)
def test_variants_of_usage(payloads: list[Any], usage: Usage):
    reply = reply_of(payloads)
    assert reply.text == "ab"
    assert reply.usage == usage
    assert reply.cost == (None if usage.input_tokens is None else 105_000)


def test_tool_calls_are_put_together():
    def call(index: int | None, function: dict[str, str], name: str = "") -> dict[str, Any]:
        place = {} if index is None else {"index": index}
        return chunk({"tool_calls": [{**place, **({"id": name} if name else {}), "function": function}]})

    for one, two in ((0, 1), (None, None)):
        payloads = [
            call(one, {"name": "add", "arguments": ""}, "c1"),
            call(one, {"arguments": '{"a":'}),
            call(one, {"arguments": "1}"}),
            call(two, {"name": "now"}, "c2"),
            chunk(finish="tool_calls"),
        ]
        reply = reply_of(payloads)
        assert reply.tool_calls == (ToolCall("c1", "add", '{"a":1}'), ToolCall("c2", "now", "{}"))
        assert reply.finish_reason == "tool_calls"


def test_comments_event_names_and_a_missing_end_mark():
    body = b": PROCESSING\n\nevent: message\nid: 3\n" + sse(words("a b"), done=False)
    assert chunks_of([stream(body)])[-1].reply is not None
    assert chunks_of([stream(body.rstrip(b"\n"))])[-1].reply is not None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (stream(sse(words("a b c")[:2], done=False), cut=True), "model-interrupted"),
        (stream(sse(words("a b c")[:2], done=False)), "model-interrupted"),
        (stream(sse(words("a b c")[:2])), "model-interrupted"),
        (stream(sse([*words("a b")[:2], '{"choices": [{"del'])), "model-unreadable"),
        (stream(sse([*words("a b")[:2], {"error": {"message": "boom", "code": 500}}])), "model-unavailable"),
        (stream(sse(words("a b c")), size=170, pause=5.0, after=2), "model-timeout"),
    ],
    ids=["cut", "early end", "early done", "malformed", "error event", "silence"],
)
def test_what_breaks_mid_stream_is_told_and_not_repeated(answer: Answer, code: str):
    seen: list[ChatChunk] = []
    with pytest.raises(ModelError) as caught:
        chunks_of([answer, stream(sse(words("again")))], seen, timeout=0.3)
    assert (caught.value.code, caught.value.kept, caught.value.cost) == (code, False, None)
    assert [each.text for each in seen][:1] == ["a"]
    assert all(each.reply is None for each in seen)


@pytest.mark.parametrize(
    "fault",
    [
        error(429),
        error(503),
        hang_up(),
        half_body(503),
        stream(b"", cut=True),
        stream(b""),
        stream(sse([{"error": {"message": "busy", "code": 429}}])),
    ],
    ids=["429", "503", "hang-up", "half an error", "cut", "empty", "error event"],
)
def test_before_the_first_event_it_is_tried_again(fault: Answer):
    assert chunks_of([fault, stream(sse(words("ok")))])[0].text == "ok"


def test_streams_take_slots_too():
    async def many(model: OpenAIChat) -> None:
        async def one() -> None:
            async for _ in model.stream(HELLO):
                pass

        await asyncio.gather(*(one() for _ in range(8)))

    with WireMock([slow(0.02, stream(sse(words("a b"))))]) as mock:
        asyncio.run(many(OpenAIChat(ModelConfig("small", mock.url, "m"), connections=2)))
    assert (mock.most_at_once, len(mock.heard)) == (2, 8)


def test_a_slow_first_byte():
    with pytest.raises(ModelError) as caught:
        chunks_of([slow(5, stream(sse(words("late"))))], timeout=0.1)
    assert caught.value.code == "model-timeout"


def test_long_streams_may_take_longer_than_the_time_out():
    body = sse(words("a b c d e f"))
    seen = chunks_of([slow(0.2, stream(body, size=len(body) // 2, pause=0.2, after=1))], timeout=0.3)
    assert seen[-1].reply is not None


@pytest.mark.parametrize(
    "payloads",
    [
        [chunk({"refusal": "I "}), chunk({"refusal": "won't"}), chunk(finish="stop")],
        [chunk({"content": "a"}), chunk(finish="content_filter")],
    ],
)
def test_a_refusal(payloads: list[Any]):
    with pytest.raises(RejectedError) as caught:
        chunks_of([stream(sse(payloads))])
    assert (caught.value.code, caught.value.cost) == ("model-refused", None)


def test_the_first_error_status_ends_it():
    with pytest.raises(RejectedError) as caught:
        chunks_of([error(400, json.dumps("no\nstreams"))])
    assert (caught.value.status, caught.value.kept) == (400, True)
