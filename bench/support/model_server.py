"""A model server that thinks for 20 ms and answers with the last message; a process of its own.

It speaks the OpenAI chat completions wire format over HTTP/1.1 keep-alive, and counts its calls.
"""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["running"]


@contextmanager
def running(*, seconds: float) -> Iterator[tuple[str, Any]]:
    """Yield (base URL, shared counter of calls)."""
    spawn = multiprocessing.get_context("spawn")
    calls, port = spawn.Value("i", 0), spawn.Value("i", 0)
    process = spawn.Process(target=_serve, args=(calls, port, seconds), daemon=True)
    process.start()
    while not port.value:
        process.join(0.02)
    try:
        yield f"http://127.0.0.1:{port.value}/v1", calls
    finally:
        process.terminate()
        process.join()


def _serve(calls: Any, port: Any, seconds: float) -> None:
    async def main() -> None:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await _head(reader):
                length = next(
                    int(line[15:])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                )
                body = json.loads(await reader.readexactly(length))
                calls.value += 1
                await asyncio.sleep(seconds)
                writer.write(_answer(body["messages"][-1]["content"]))
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port.value = server.sockets[0].getsockname()[1]
        await server.serve_forever()

    asyncio.run(main())


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _answer(text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 100, "total_tokens": 200}
    data = json.dumps(
        {"id": "x", "object": "chat.completion", "model": "mock", "choices": [choice], "usage": usage}
    ).encode()
    return (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(data) + data
    )
