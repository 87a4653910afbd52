"""A workflow that asks a model, and a model that stops in the middle of a sentence until it is let go on."""

import asyncio
import json
import threading
from pathlib import Path

from alongside.workbench import Workbench, open_engagement
from models.model_wire_mock import Heard, chunk, events

WORKFLOW = """
from alongside import chat, step, workflow


@step
def loud(text: str) -> str:
    return text.upper()


@workflow
def answer(question: str) -> str:
    return loud(chat(question, model="small").text)
"""


class Gate:
    """A model that writes `first`, and `then` when it is let go on."""

    def __init__(self, first: str, then: str) -> None:
        self.open, self._pieces = threading.Event(), (first, then)

    async def __call__(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        assert heard.body["stream"]
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        first, then = self._pieces
        writer.write(events([chunk({"content": first})], done=False))
        await writer.drain()
        await asyncio.to_thread(self.open.wait, 15)
        usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
        writer.write(events([chunk({"content": then}), chunk(finish="stop", usage=usage)]))
        await writer.drain()
        raise ConnectionError  # the body ends with the connection


def talking(root: Path, url: str) -> Workbench:
    (root / "workflows").mkdir(parents=True)
    (root / "workflows" / "all.py").write_text(WORKFLOW)
    (root / "alongside.toml").write_text(
        f'customer = "acme"\n[models.small]\nbase_url = {json.dumps(url)}\nmodel = "m"\n'
    )
    return open_engagement(root)
