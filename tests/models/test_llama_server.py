"""Our client against a real llama.cpp server: protocol truth, beyond the contract."""

import asyncio
import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from typed_page import document

from alongside.core.chat import ChatReply, ChatRequest, Message, ModelConfig, Usage
from alongside.core.errors import ModelError
from alongside.core.fields import fields_of
from alongside.core.value import Value
from alongside.models.extract import extract_fields
from alongside.models.openai import OpenAIChat

pytestmark = [pytest.mark.system, pytest.mark.allow_hosts(["127.0.0.1"])]

HELLO = ChatRequest((Message("user", "def main():"),), max_tokens=8, seed=7, temperature=0.0)


@dataclass(frozen=True)
class Bill:
    payee: Value[str]
    total: Value[Decimal]


def model(url: str, **more) -> OpenAIChat:
    return OpenAIChat(ModelConfig("tiny", url, "tiny", input_price=1.0, output_price=2.0, **more))


async def streamed(model: OpenAIChat) -> ChatReply | None:
    last = None
    async for chunk in model.stream(HELLO):
        last = chunk
    return last and last.reply


def test_chat_and_stream_say_and_use_the_same(llama_url: str):
    whole = asyncio.run(model(llama_url).chat(HELLO))
    stream = asyncio.run(streamed(model(llama_url)))
    assert stream is not None
    assert whole.text == stream.text != ""
    assert whole.usage.input_tokens == stream.usage.input_tokens
    assert whole.usage.output_tokens == stream.usage.output_tokens == 8
    assert whole.cost == 1000 * (whole.usage.input_tokens or 0) + 2000 * 8
    assert whole.finish_reason == stream.finish_reason == "length"
    assert whole.resolved_model
    assert whole.fingerprint == stream.fingerprint != ""


def test_a_wrong_address_is_not_found(llama_url: str):
    with pytest.raises(ModelError) as caught:
        asyncio.run(model(llama_url + "/nowhere").chat(HELLO))
    assert (caught.value.code, caught.value.kept) == ("model-not-found", False)


def test_the_extractor_gets_fields_of_the_shape_even_from_noise(llama_url: str):
    """A random model knows nothing: what is proven is that the schema, the checks and the account hold together.

    Left alone it never ends a string, and the server answers 500 to what its own limit cuts: so quotes are likely.
    """
    tiny = model(llama_url, options={"max_tokens": 300, "temperature": 0, "logit_bias": [['"', 20.0]]})
    read = asyncio.run(extract_fields(tiny, document("ACME\nTOTAL 12.50"), fields_of(Bill)))
    assert set(read.fields) == {"payee", "total"}
    assert all(set(json.loads(reply.text)) == {"payee", "total"} for reply in read.replies)
    assert read.usage != Usage()
    assert read.cost is not None
    assert read.cost > 0
