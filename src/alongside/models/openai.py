"""A client for any server that speaks OpenAI's chat completions: chat, streaming, tools, JSON-schema output.

It connects to the config's `base_url` and nowhere else: redirects and the environment's proxies are not followed.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest, ModelConfig
from alongside.core.errors import DataError, ModelError
from alongside.models.assembly import Assembly
from alongside.models.connections import Connections
from alongside.models.faults import (
    Fault,
    api_key,
    cost_untold,
    interrupted,
    late,
    retry_after,
    status_fault,
    unreachable,
    unreadable,
)
from alongside.models.payload import mapped, parsed
from alongside.models.retry import RetryPolicy, retrying
from alongside.models.sse import EventParser
from alongside.models.wire import read_reply, request_body

if TYPE_CHECKING:
    import aiohttp

__all__ = ["OpenAIChat"]

_OK = 200
Events = AsyncGenerator[Mapping[str, Any], None]


class OpenAIChat:
    """The `ChatModel` port over HTTP.

    A call waits for one of `connections` slots; from then on `config.timeout` bounds it, retries and pauses
    included. A stream has that time for its first event and again for each next one. `before` is called before each
    request and may refuse it by raising. Raises ModelError, of which
    RejectedError is what asking again won't change; `model-key-missing` before anything is sent.
    """

    def __init__(
        self,
        config: ModelConfig,
        *,
        connections: int = 10,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self.config = config
        self._url = _endpoint(config)
        self._connections = Connections(connections)
        self._policy = RetryPolicy(config.retries, config.timeout, jitter, sleep)
        self._clock = clock
        self._before = before

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the running loop's connections; the loop's end does it too."""
        await self._connections.close()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return the whole answer; see the class for times and errors."""
        body, headers = request_body(request, self.config, stream=False), self._headers()
        lane = await self._connections.lane()

        async def attempt() -> ChatReply | Fault:
            self._before()
            return await self._whole(lane.session, body, headers)

        async with lane.slots:
            try:
                return await retrying(attempt, self._policy)
            except TimeoutError:
                raise late(self.config) from None

    async def stream(self, request: ChatRequest) -> AsyncIterator[ChatChunk]:
        """Yield the answer as it comes; the last chunk carries the reply. Nothing is retried once an event came."""
        body, headers = request_body(request, self.config, stream=True), self._headers()
        lane = await self._connections.lane()

        async def attempt() -> tuple[Mapping[str, Any], Events] | Fault:
            self._before()
            return await self._opened(lane.session, body, headers)

        async with lane.slots:
            try:
                event, events = await retrying(attempt, self._policy)
            except TimeoutError:
                raise late(self.config) from None
            try:
                async for chunk in self._chunks(event, events):
                    yield chunk
            finally:
                await events.aclose()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        key = api_key(self.config)
        return {**headers, "Authorization": f"Bearer {key}"} if key else headers

    async def _whole(
        self, session: "aiohttp.ClientSession", body: bytes, headers: dict[str, str]
    ) -> ChatReply | Fault:
        import aiohttp

        try:
            async with session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                try:
                    data = await response.read()
                except (aiohttp.ClientError, OSError) as cause:
                    return Fault(interrupted(self.config, _words(cause)), again=True)
        except (aiohttp.ClientError, OSError) as cause:
            return self._broken(cause)
        if response.status != _OK:
            return self._status(response, data)
        try:
            payload = parsed(data)
        except ValueError:
            return Fault(unreadable(self.config, "the body is not JSON"))
        return self._told(payload) or read_reply(payload, self.config)

    async def _opened(
        self, session: "aiohttp.ClientSession", body: bytes, headers: dict[str, str]
    ) -> tuple[Mapping[str, Any], Events] | Fault:
        """Return the first event and the rest; the response stays open until the rest is closed."""
        import aiohttp

        try:
            response = await session.post(self._url, data=body, headers=headers, allow_redirects=False)
            if response.status != _OK:
                async with response:
                    return self._status(response, await response.read())
        except (aiohttp.ClientError, OSError) as cause:
            return self._broken(cause)
        events = self._events(response)
        try:
            first = await anext(events, None)
        except ModelError as error:
            return Fault(error, again=error.code == "model-interrupted")
        if first is None:
            return Fault(interrupted(self.config, "the stream ended before it began"), again=True)
        fault = self._told(first)
        if fault is not None:
            await events.aclose()
        return fault or (first, events)

    async def _events(self, response: "aiohttp.ClientResponse") -> Events:
        """Yield each event's JSON object up to `[DONE]` or the end."""
        import aiohttp

        parser = EventParser()
        try:
            async for piece in response.content.iter_any():
                for data in parser.feed(piece):
                    if data == b"[DONE]":
                        return
                    yield self._object(data)
            for data in parser.end():
                if data != b"[DONE]":
                    yield self._object(data)
        except (aiohttp.ClientError, OSError) as cause:
            raise interrupted(self.config, _words(cause)) from cause
        finally:
            response.release()

    def _object(self, data: bytes) -> Mapping[str, Any]:
        try:
            payload = parsed(data)
        except ValueError:
            raise unreadable(self.config, "an event of the stream is not JSON") from None
        return mapped(payload)

    async def _chunks(self, event: Mapping[str, Any] | None, events: Events) -> AsyncIterator[ChatChunk]:
        whole = Assembly(self.config)
        while event is not None:
            fault = self._told(event)
            if fault is not None:
                fault.error.cost = cost_untold(self.config)  # what came before it may be billed
                raise fault.error
            text = whole.add(event)
            if text:
                yield ChatChunk(text)
            event = await self._next(events)
        if not whole.finish_reason:
            raise interrupted(self.config, "the stream ended without a finish_reason")
        yield ChatChunk("", whole.reply())

    async def _next(self, events: Events) -> Mapping[str, Any] | None:
        try:
            async with asyncio.timeout(self.config.timeout):
                return await anext(events, None)
        except TimeoutError:
            raise late(self.config) from None

    def _told(self, payload: object) -> Fault | None:
        """Return the fault that a body with status 200 tells of, as routers in front of models do."""
        error = mapped(payload).get("error")
        if not error:
            return None
        code = mapped(error).get("code")
        status = code if isinstance(code, int) and 400 <= code < 600 else 502  # noqa: PLR2004
        return status_fault(self.config, status, json.dumps({"error": error}).encode(), after=None)

    def _status(self, response: "aiohttp.ClientResponse", body: bytes) -> Fault:
        after = retry_after(response.headers, self._clock())
        return status_fault(self.config, response.status, body, after=after)

    def _broken(self, cause: Exception) -> Fault:
        import aiohttp

        hopeless = isinstance(cause, aiohttp.InvalidURL | aiohttp.ClientSSLError)
        # Where no connection stood nothing was sent; else the provider may bill what we never saw.
        sent = not isinstance(cause, aiohttp.InvalidURL | aiohttp.ClientConnectorError)
        return Fault(unreachable(self.config, cause, sent=sent), again=not hopeless)


def _words(cause: Exception) -> str:
    return str(cause) or type(cause).__name__


def _endpoint(config: ModelConfig) -> str:
    try:
        parts = urlsplit(config.base_url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, good = urlsplit(""), False
    if not good:
        raise DataError(
            "model-url",
            f"model {config.name}: base_url {config.base_url!r} is not an http or https address",
            fix="set base_url in alongside.toml, such as http://127.0.0.1:8080/v1",
        )
    return parts._replace(path=parts.path.rstrip("/") + "/chat/completions", fragment="").geturl()
