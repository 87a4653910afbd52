"""What an edit of an extractor's instructions or of its dataclass re-runs, and what it doesn't."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from driving import Driver

from alongside.core.chat import ModelConfig

CODE = """
from dataclasses import dataclass
from decimal import Decimal
from alongside import File, Value, learned, parse, prompt, prompted, workflow

@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    total: Value[Decimal]

    def __post_init__(self):
        object.__setattr__(self, "note", "as asked")

from_model = prompted("m", Receipt, "Find them.")
by_file = prompted("m", Receipt, prompt("a.md"))
from_corrections = learned("fields", Receipt)

def told(found):
    return [found.company.text, type(found.total.value).__name__, found.note]

@workflow
def text(file: File) -> list:
    return told(from_model(parse(file)))

@workflow
def named(file: File) -> list:
    return told(by_file(parse(file)))

@workflow
def corrected(file: File) -> list:
    return told(from_corrections(parse(file)))
"""


class Shop(BaseHTTPRequestHandler):
    """A model that finds the same fields whatever it is asked."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        found = {"company": {"quote": "ACME", "value": "ACME"}, "total": {"quote": "3.50", "value": "3.50"}}
        message = {"role": "assistant", "content": json.dumps(found)}
        reply = {"model": "m-1", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def shop() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.enable_socket
def test_what_an_extractors_edit_touches(tmp_path: Path, shop: str) -> None:
    files = {"workflows/m.py": CODE, "prompts/a.md": "A", "prompts/b.md": "B", "d.txt": "ACME\nTotal 3.50\n"}
    driver = Driver(tmp_path, files, models={"m": ModelConfig("m", base_url=shop, model="m-1")})
    with driver.bench:
        file = driver.bench.add_file(tmp_path / "d.txt")

        def replayed(workflow: str) -> tuple[list[str], int]:
            outcome = driver.run(workflow, mode="replay", file=file)
            assert outcome.status == "done", outcome.error
            return driver.value(outcome), outcome.executed

        for workflow in ("text", "named", "corrected"):
            replayed(workflow)
            assert replayed(workflow)[1] == 0
        driver.edit("workflows/m.py", '"Find them."', '"Find both."')
        driver.edit("workflows/m.py", 'prompt("a.md")', 'prompt("b.md")')
        assert [replayed(w)[1] for w in ("text", "named", "corrected")] == [1, 1, 0]
        driver.write("prompts/b.md", "C")
        assert [replayed(w)[1] for w in ("text", "named")] == [0, 1]
        driver.edit("workflows/m.py", "as asked", "as edited")
        driver.edit("workflows/m.py", "Receipt", "Invoice")
        for workflow in ("text", "named", "corrected"):
            value, executed = replayed(workflow)
            assert (value[2], executed) == ("as edited", 0), "the dataclass is made anew of what was kept"
        driver.edit("workflows/m.py", "Value[Decimal]", "Value[float]")
        assert replayed("corrected") == (["ACME", "float", "as edited"], 1)
        replayed("text")
    cheaper = {"input_price": 9.0, "timeout": 9.0, "retries": 0, "region": "eu", "api_key_env": "ACME_KEY"}
    for more, executed in ((cheaper, 0), ({"options": {"top_p": 0.5}}, 1), ({"model": "m-2"}, 1)):
        config = ModelConfig(**{"name": "m", "base_url": shop, "model": "m-1", **more})
        driver = Driver(tmp_path, {}, models={"m": config})
        with driver.bench:
            assert driver.run("text", mode="replay", file=file).executed == executed, more
