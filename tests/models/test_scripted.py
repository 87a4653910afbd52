import asyncio

import pytest

from alongside.core.chat import ChatReply, ChatRequest, Message, Usage
from alongside.core.errors import ModelError, UsageError
from alongside.models.scripted import ScriptedChat

HELLO = ChatRequest((Message("user", "hello"),))


def test_answers_in_order_of_every_form():
    whole = ChatReply("whole", usage=Usage(1, 2), cost=3)
    model = ScriptedChat(["text", {"a": 1}, whole, ModelError("model-timeout", "late", fix="wait")])
    assert asyncio.run(model.chat(HELLO)).text == "text"
    assert asyncio.run(model.chat(HELLO)).text == '{"a": 1}'
    assert asyncio.run(model.chat(HELLO)) is whole
    with pytest.raises(ModelError, match="late"):
        asyncio.run(model.chat(HELLO))
    with pytest.raises(UsageError, match="script-ended"):
        asyncio.run(model.chat(HELLO))
    assert (model.calls, model.requests[0]) == (5, HELLO)


def test_a_function_of_the_request():
    model = ScriptedChat(lambda request: request.messages[-1].content.upper())
    assert asyncio.run(model.chat(HELLO)).text == "HELLO"
