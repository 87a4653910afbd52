"""Calls of the client against a wire mock, without real pauses."""

import asyncio
from typing import Any

import pytest
from model_wire_mock import Answer, WireMock

from alongside.core.chat import ChatReply, ChatRequest, Message, ModelConfig
from alongside.core.errors import ModelError
from alongside.models.openai import OpenAIChat

HELLO = ChatRequest((Message("user", "hello"),))


def config(mock: WireMock, **more: Any) -> ModelConfig:
    return ModelConfig(**{"name": "small", "base_url": mock.url, "model": "m", **more})


def client(mock: WireMock, pauses: list[float] | None = None, **more: Any) -> OpenAIChat:
    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    return OpenAIChat(config(mock, **more), jitter=lambda: 0.0, sleep=sleep, clock=lambda: 1_000_000_000.0)


def asked(mock: WireMock, request: ChatRequest = HELLO, **more: Any) -> ChatReply:
    return asyncio.run(client(mock, **more).chat(request))


def failed(answers: list[Answer], **more: Any) -> tuple[ModelError, int]:
    with WireMock(answers) as mock, pytest.raises(ModelError) as caught:
        asked(mock, **more)
    return caught.value, len(mock.heard)
