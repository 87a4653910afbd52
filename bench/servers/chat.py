"""A chat-completions server for benchmarks: standard library, HTTP/1.1 keep-alive, answers after a set time.

python bench/servers/chat.py [SECONDS]    prints its port; `GET /count` says how many calls it served
"""

import asyncio
import json
import sys


def reply(text: str) -> bytes:
    payload = {
        "id": "bench",
        "object": "chat.completion",
        "model": "bench-1",
        "system_fingerprint": "bench",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 20, "total_tokens": 140},
    }
    return _http(json.dumps(payload).encode(), "application/json")


def stream(text: str) -> bytes:
    """Fifty chunks, the usage chunk and the end mark, in one write."""
    step = max(1, len(text) // 50)
    deltas = [{"content": text[at : at + step]} for at in range(0, step * 50, step)]
    head = {"model": "bench-1", "system_fingerprint": "bench"}
    chunks = [{**head, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    chunks.append({**head, "choices": [], "usage": {"prompt_tokens": 120, "completion_tokens": 50}})
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return _http("".join([*lines, "data: [DONE]\n\n"]).encode(), "text/event-stream")


def _http(body: bytes, kind: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(seconds: float) -> None:
    count = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET /count"):
                    writer.write(_http(str(count).encode(), "text/plain"))
                    continue
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                asked = json.loads(await reader.readexactly(length))
                count += 1
                await asyncio.sleep(seconds)
                text = asked["messages"][-1]["content"]
                writer.write(stream(text) if asked.get("stream") else reply(text))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.02))
