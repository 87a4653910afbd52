"""A chat-completions server on loopback that misbehaves on request: real HTTP/1.1, standard library only."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Answer = Callable[["Heard", asyncio.StreamWriter], Awaitable[None]]
USAGE = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105}


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class WireMock:
    """Answers each request with the next of `answers`; the last one goes on for ever."""

    answers: list[Answer]
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "WireMock":
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while True:
                heard = await _hear(reader)
                self.heard.append(heard)
                answer = self.answers[min(len(self.heard), len(self.answers)) - 1]
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    await answer(heard, writer)
                    await writer.drain()
                finally:
                    self.at_once -= 1
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


async def _hear(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Heard(head[0].split(" ")[1], headers, json.loads(body))


def raw(status: int, body: bytes, **headers: str) -> Answer:
    """An answer with a status; header names take `_` for `-`."""

    async def answer(_: Heard, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    return answer


def error(status: int, message: str = "no", code: str = "", **headers: str) -> Answer:
    return raw(status, json.dumps({"error": {"message": message, "code": code}}).encode(), **headers)


def completion(message: dict[str, Any], *, usage: Any = USAGE, finish: str = "stop", **more: Any) -> Answer:
    payload = {
        "id": "c-1",
        "object": "chat.completion",
        "model": "m-2026-01-01",
        "system_fingerprint": "fp-1",
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}],
        **more,
    }
    if usage is not None:
        payload["usage"] = usage
    return raw(200, json.dumps(payload).encode(), Content_Type="application/json")


def says(text: str, **more: Any) -> Answer:
    return completion({"content": text}, **more)


def chunk(delta: dict[str, Any] | None = None, *, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One `chat.completion.chunk`; without a delta or a finish it has no choice."""
    choices = (
        []
        if delta is None and finish is None
        else [{"index": 0, "delta": delta or {}, "finish_reason": finish}]
    )
    return {"model": "m-2026-01-01", "system_fingerprint": "fp-1", "choices": choices, **more}


def words(text: str, **last: Any) -> list[dict[str, Any]]:
    """The chunks of a text, word by word, then the finish."""
    return [*(chunk({"content": word}) for word in text.split(" ")), chunk(finish="stop", **last)]


def events(payloads: Iterable[Any], *, done: bool = True, eol: str = "\n") -> bytes:
    lines = [f"data: {item if isinstance(item, str) else json.dumps(item)}{eol}{eol}" for item in payloads]
    return "".join([*lines, f"data: [DONE]{eol}{eol}" if done else ""]).encode()


def stream(
    body: bytes, *, size: int = 1 << 20, cut: bool = False, pause: float = 0.0, after: int = 0
) -> Answer:
    """A chunked event stream in pieces of `size` bytes.

    `cut` drops the connection at its end; `pause` (s) comes before the piece number `after`.
    """

    async def answer(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for number, start in enumerate(range(0, len(body), size)):
            if pause and number == after:
                await writer.drain()
                await asyncio.sleep(pause)
            piece = body[start : start + size]
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()
        if cut:
            raise ConnectionError
        writer.write(b"0\r\n\r\n")

    return answer


def slow(seconds: float, then: Answer) -> Answer:
    async def answer(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await then(heard, writer)

    return answer


def hang_up() -> Answer:
    async def answer(_: Heard, __: asyncio.StreamWriter) -> None:
        raise ConnectionError

    return answer


def half_body(status: int = 200) -> Answer:
    async def answer(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 %d Status\r\nContent-Length: 1000\r\n\r\n{"choices": [' % status)
        await writer.drain()
        raise ConnectionError

    return answer
