"""What every `ChatModel` does, whichever it is."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from model_wire_mock import Heard, WireMock, error, says, stream, words
from model_wire_mock import events as sse

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest, Message, ModelConfig
from alongside.core.errors import ModelError, RejectedError
from alongside.core.ports import ChatModel
from alongside.models.openai import OpenAIChat
from alongside.models.scripted import ScriptedChat

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "maxLength": 8}},
    "required": ["colour"],
    "additionalProperties": False,
}
HELLO = ChatRequest((Message("user", "hello"),), max_tokens=12, seed=1)
SHAPED = ChatRequest((Message("user", "a colour as JSON"),), schema=SCHEMA, max_tokens=200, seed=1)
BAD = ChatRequest((Message("user", "bad"),), schema={"type": "no-such-type"})


def _script(request: ChatRequest):
    if request.schema == BAD.schema:
        return RejectedError("model-rejected", "no such type", fix="correct the schema", status=400)
    return {"colour": "red"} if request.schema else "good day to you"


async def _wire(heard: Heard, writer) -> None:
    schema = heard.body.get("response_format", {}).get("json_schema", {}).get("schema")
    text = '{"colour": "red"}' if schema else "good day to you"
    if schema == BAD.schema:
        answer = error(400, "no such type")
    else:
        answer = stream(sse(words(text))) if heard.body["stream"] else says(text)
    await answer(heard, writer)


@pytest.fixture(
    params=[
        "scripted",
        "wire",
        pytest.param("xllamacpp", marks=pytest.mark.system),
    ]
)
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    match request.param:
        case "scripted":
            yield ScriptedChat(_script)
        case "wire":
            with WireMock([_wire]) as mock:
                yield OpenAIChat(ModelConfig("small", mock.url, "m"))
        case _:
            yield OpenAIChat(ModelConfig("tiny", request.getfixturevalue("llama_url"), "tiny"))


async def collected(model: ChatModel, request: ChatRequest) -> list[ChatChunk]:
    return [chunk async for chunk in model.stream(request)]


def test_chat_gives_a_whole_reply(model: ChatModel):
    reply = asyncio.run(model.chat(HELLO))
    assert reply.text
    assert reply.finish_reason in {"stop", "length"}
    assert reply.resolved_model
    assert reply.cost is None


def test_a_streams_pieces_are_its_reply(model: ChatModel):
    *pieces, last = asyncio.run(collected(model, HELLO))
    assert len(pieces) > 1
    assert last.reply is not None
    assert "".join(piece.text for piece in pieces) + last.text == last.reply.text
    assert all(piece.reply is None for piece in pieces)
    assert last.reply.finish_reason


def test_a_schema_shapes_the_answer(model: ChatModel):
    reply = asyncio.run(model.chat(SHAPED))
    assert set(json.loads(reply.text)) == {"colour"}


def test_many_at_once(model: ChatModel):
    async def many() -> list[ChatReply]:
        return await asyncio.gather(*(model.chat(HELLO) for _ in range(12)))

    assert all(reply.text for reply in asyncio.run(many()))


def test_what_is_wrong_with_the_request_is_rejected_and_kept(model: ChatModel):
    for ask in (model.chat, lambda request: collected(model, request)):
        with pytest.raises(RejectedError) as caught:
            asyncio.run(ask(BAD))
        assert (caught.value.code, caught.value.status, caught.value.kept) == ("model-rejected", 400, True)
        assert isinstance(caught.value, ModelError)
    assert asyncio.run(model.chat(HELLO)).text
