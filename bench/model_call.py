"""What a model call costs us in CPU: 1,000 calls of 20 ms over 10 connections, from process start to end.

python bench/model_call.py [--smoke]    --smoke: 50 calls, one round
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GOAL = 0.5
HERE = Path(__file__).resolve()
DOCUMENT = "Invoice 17: vendor ACME-4711, total 7066.50 EUR, due 2025-03-14. " + "lorem ipsum dolor " * 20


@contextmanager
def server() -> Iterator[str]:
    command = [sys.executable, str(HERE.parent / "servers" / "chat.py"), "0.02"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.terminate()


async def ours(url: str, calls: int, *, streamed: bool) -> None:
    from alongside.core.chat import ChatRequest, Message, ModelConfig
    from alongside.models.openai import OpenAIChat

    async def one(model: OpenAIChat, number: int) -> None:
        request = ChatRequest((Message("user", f"{number} {DOCUMENT}"),), temperature=0.0)
        if not streamed:
            assert (await model.chat(request)).usage.output_tokens == 20
            return
        last = None
        async for chunk in model.stream(request):
            last = chunk
        assert last is not None
        assert last.reply is not None
        assert last.reply.usage.output_tokens == 50

    async with OpenAIChat(ModelConfig("bench", url, "bench", input_price=1.0, output_price=1.0)) as model:
        await asyncio.gather(*(one(model, number) for number in range(calls)))


async def bare(url: str, calls: int) -> None:
    """Post the same through the HTTP library alone and parse the answer: the floor."""
    import aiohttp

    async def one(session: aiohttp.ClientSession, number: int) -> None:
        body = {"model": "bench", "messages": [{"role": "user", "content": f"{number} {DOCUMENT}"}]}
        async with session.post(f"{url}/chat/completions", data=json.dumps(body).encode()) as response:
            json.loads(await response.read())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=10)) as session:
        await asyncio.gather(*(one(session, number) for number in range(calls)))


def client(what: str, url: str, calls: int) -> None:
    """Run in a process of its own: print CPU seconds of the calls and of the whole process, wall of the calls."""
    __import__("aiohttp")
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(bare(url, calls) if what == "aiohttp" else ours(url, calls, streamed=what == "stream"))
    print(time.process_time() - cpu, time.perf_counter() - wall, flush=True)


def measured(what: str, url: str, calls: int) -> tuple[float, float, float]:
    """Return CPU seconds of the calls, wall seconds of the calls, CPU seconds of the whole process."""
    before = os.times()
    command = [sys.executable, str(HERE), "--client", what, "--url", url, "--calls", str(calls)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return float(said[0]), float(said[1]), used


def main(calls: int, rounds: int) -> None:
    with server() as url:
        kinds = ("chat", "stream", "aiohttp")
        taken = {kind: [measured(kind, url, calls) for _ in range(rounds)] for kind in kinds}
    print(f"{calls} calls of 20 ms, 10 connections, median of {rounds}")
    print(f"{'':10}{'CPU ms/call':>12}{'wall s':>9}{'whole process CPU s':>21}")
    per_call: dict[str, float] = {}
    for kind, rows in taken.items():
        cpu, wall, whole = (statistics.median(row[i] for row in rows) for i in range(3))
        per_call[kind] = round(cpu / calls * 1000, 3)
        print(f"{kind:10}{per_call[kind]:>12.3f}{wall:>9.2f}{whole:>21.2f}")
    value = per_call["chat"]
    result = {
        "bench": "model_call",
        "value": value,
        "unit": "CPU ms/call",
        "goal": GOAL,
        "holds": value <= GOAL,
        "peers": {"aiohttp alone": per_call["aiohttp"]},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--client", choices=("chat", "stream", "aiohttp"), help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    parser.add_argument("--calls", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.client:
        client(given.client, given.url, given.calls)
    else:
        main(50 if given.smoke else 1000, 1 if given.smoke else 3)
