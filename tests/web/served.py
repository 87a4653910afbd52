"""An engagement served on a real loopback port, and a program that asks it."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from alongside.core.engagement import Person
from alongside.evals.replay import Options
from alongside.store.engagement_example import write_example
from alongside.store.engagement_template import write_new
from alongside.web.app import create_app
from alongside.web.hosts import hosts_of
from alongside.workbench import Workbench, open_engagement, people

TOKEN, LINK = "token-of-this-start", "link-that-opens-once"
MAX_BODY = 1 << 20

WORKFLOWS = """
import time
from typing import TypedDict

from alongside import File, prompt, step, workflow

greeting = prompt("greeting.md")


@step(effect="read")
def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@workflow
def greet(name: str) -> dict[str, str]:
    return {"text": f"{greeting} {name}"}


@workflow
def size(note: str, document: File) -> dict[str, object]:
    return {"name": document.name, "bytes": len(document.data), "note": note}


@workflow
def length(document: File) -> int:
    return len(document.data)


class Read(TypedDict):
    text: str
    paid: bool


@workflow
def fail(name: str) -> Read:
    raise ValueError(f"no {name} <script>alert(1)</script>")


@workflow
def slow(seconds: float) -> float:
    return wait(seconds)
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        error = self.json["error"]
        assert set(error) == {"code", "message", "fix"}
        assert all(error.values())
        return error["code"]


@dataclass(frozen=True)
class Client:
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        token: str = TOKEN,
    ) -> Answer:
        """Ask once. A body that is no bytes goes as JSON; an empty header is left out."""
        given = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None and not isinstance(body, bytes):
            body, given["Content-Type"] = json.dumps(body).encode(), "application/json"
        given |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name: value for name, value in given.items() if value})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def events(self, path: str) -> Iterator[Any]:
        """Yield what each server-sent event says, as it comes, to the end of them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
            response = connection.getresponse()
            assert response.headers["content-type"].startswith("text/event-stream")
            for line in response:
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])

    def send(
        self,
        path: str,
        form: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        token: str = TOKEN,
    ) -> Answer:
        """Send a form as a browser does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        return self.ask("POST", path, urlencode(form).encode(), kind | dict(headers or {}), token=token)

    def come_in(self, secret: str) -> dict[str, str]:
        """Open a link of somebody's own; return the header of their browser."""
        answer = self.send(f"/in/{secret}", {}, token="")
        assert answer.status == 303, answer.body
        return {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}

    def run(self, workflow: str, inputs: Mapping[str, Any], *, version: str = "") -> Answer:
        return self.ask("POST", f"/run/{workflow}" + (f"?version={version}" if version else ""), inputs)


def make_engagement(root: Path, *, customer: str = "acme", seconds: float | None = None) -> Workbench:
    """An engagement with the workflows above; nothing is live in it."""
    for folder in ("workflows", "prompts", "cases"):
        (root / folder).mkdir(parents=True)
    limits = f"\n[limits]\nseconds_per_run = {seconds}\n" if seconds else ""
    (root / "alongside.toml").write_text(f"customer = {json.dumps(customer)}\n{limits}")
    (root / "workflows" / "all.py").write_text(WORKFLOWS)
    (root / "prompts" / "greeting.md").write_text("Hello")
    return open_engagement(root)


def make_receipts(root: Path, *, customer: str = "acme") -> Workbench:
    """An engagement that reads receipts, as `init` makes it; nothing is live in it."""
    write_new(root, customer=customer)
    write_example(root)
    return open_engagement(root)


def sign_in(bench: Workbench, client: Client, name: str, role: str) -> dict[str, str]:
    """Make somebody one of the people and let them in; return the header of their browser."""
    people.add(bench, Person(name, role))
    return client.come_in(people.invite(bench, name, by="kim", hours=1)[0])


def ship(bench: Workbench) -> str:
    """Ship the working tree past the gate, as somebody at a terminal would; return the version."""
    release, _ = bench.ship(
        options=Options(), progress=lambda *_: None, by="dana", reason="<first>", override=True
    )
    return release.version


@contextlib.contextmanager
def serving(bench: Workbench, *, names: Sequence[str] = ()) -> Iterator[Client]:
    app = create_app(bench, token=TOKEN, open_link=LINK, hosts=hosts_of(names), max_body=MAX_BODY)
    config = uvicorn.Config(app, loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Client(port)
        finally:
            server.should_exit = True
            thread.join()
            bench.close()


def form(parts: Mapping[str, str | tuple[str, bytes]]) -> tuple[bytes, dict[str, str]]:
    """A multipart body (RFC 7578) of texts and files, and its header."""
    lines: list[bytes] = []
    for name, part in parts.items():
        filename = f'; filename="{part[0]}"' if isinstance(part, tuple) else ""
        data = part[1] if isinstance(part, tuple) else part.encode()
        head = f'--edge\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'
        lines.append(head.encode() + data + b"\r\n")
    return b"".join([*lines, b"--edge--\r\n"]), {"Content-Type": "multipart/form-data; boundary=edge"}
