"""`serve` as a process of its own: announced, asked, ended by a signal."""

import contextlib
import http.client
import json
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alongside.core.errors import PolicyError, UsageError
from alongside.web.serving import serve
from web.served import LINK, Client, make_engagement

PROGRAM = """
import json, sys
from alongside import open_engagement
from alongside.web.serving import serve
with open_engagement(sys.argv[1]) as bench:
    serve(bench, port=0, announce=lambda told: print(json.dumps(told), flush=True))
print("ended")
"""


@pytest.mark.enable_socket
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    make_engagement(tmp_path / "acme").close()
    with _started(tmp_path / "acme") as (process, told):
        client = Client(told["port"])
        assert told["url"] == f"http://127.0.0.1:{told['port']}/"
        assert told["open"].startswith(told["url"] + "open/")
        assert (told["customer"], told["live"]) == ("acme", "")
        assert len(told["token"]) >= 43
        assert told["token"] not in told["open"]
        assert client.ask("GET", "/status.json", token=told["token"]).status == 200
        assert client.ask("GET", f"/open/{LINK}", token="").status == 403
        assert _median_seconds(client, told["token"]) < 0.03  # 40 ms: Nagle's algorithm is on
        process.send_signal(number)
        said, complained = process.communicate(timeout=20)
        assert (process.returncode, said, complained) == (0, "ended\n", "")


@contextlib.contextmanager
def _started(root: Path) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """The process and what it announced; it doesn't outlive the test."""
    command = [sys.executable, "-c", PROGRAM, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def _median_seconds(client: Client, token: str) -> float:
    """How long an answer takes on a connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port)
    times: list[float] = []
    for _ in range(15):
        began = time.perf_counter()
        connection.request("GET", "/status.json", headers={"Authorization": f"Bearer {token}"})
        assert connection.getresponse().read()
        times.append(time.perf_counter() - began)
    connection.close()
    return statistics.median(times)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com", ""])
def test_other_machines_are_kept_out(tmp_path: Path, host: str) -> None:
    with make_engagement(tmp_path / "acme") as bench, pytest.raises(PolicyError) as refused:
        serve(bench, host=host, port=0, announce=lambda _: pytest.fail("it serves"))
    assert refused.value.code == "bind-refused"


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, make_engagement(tmp_path / "acme") as bench:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1:{port}/ can't be had") as refused:
            serve(bench, port=port, announce=lambda _: pytest.fail("it serves"))
    assert refused.value.code == "port-taken"
