"""A served engagement answers over HTTP: inputs, uploads, errors, feedback, many at once."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from alongside.store import runs
from alongside.workbench import Workbench
from web.served import MAX_BODY, TOKEN, Client, form, make_engagement, serving, ship

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return make_engagement(tmp_path_factory.mktemp("acme"), seconds=3.0)


@pytest.fixture(scope="module")
def live(bench: Workbench) -> str:
    return ship(bench)


@pytest.fixture(scope="module")
def client(bench: Workbench, live: str) -> Iterator[Client]:
    with serving(bench) as client:
        yield client


def test_an_answer_names_its_run_and_version_and_is_committed(
    client: Client, bench: Workbench, live: str
) -> None:
    answer = client.run("greet", {"name": "Dana"})
    assert answer.status == 200
    assert answer.json["answer"] == {"text": "Hello Dana"}
    assert (answer.json["status"], answer.json["version"]) == ("done", live)
    kept = bench.find_run(answer.json["run"])
    assert (kept.status, kept.mode, kept.version) == ("done", "serve", live)
    assert kept.released == answer.json["released"] != ""
    shown = client.ask("GET", f"/runs/{kept.id}").json
    assert shown["answer"] == answer.json["answer"]
    assert shown["feedback"] == []


def test_files_come_in_a_form_with_the_other_inputs(client: Client) -> None:
    body, headers = form({"inputs": '{"note": "n"}', "document": ("..\\dir/re ceipt.txt", b"12345")})
    assert client.ask("POST", "/run/size", body, headers).json["answer"] == {
        "name": "re ceipt.txt",
        "bytes": 5,
        "note": "n",
    }
    body, headers = form({"note": "7", "document": ("a", b"")})
    assert client.ask("POST", "/run/size", body, headers).json["answer"]["note"] == "7"


def test_a_file_comes_as_the_body_with_its_name_in_a_header(client: Client, bench: Workbench) -> None:
    headers = {"Content-Type": "application/pdf", "X-Filename": "Rechnung%20M%C3%BCller.pdf"}
    answer = client.ask("POST", "/run/length", b"%PDF-", headers)
    assert answer.json["answer"] == 5
    given = bench.value(bench.find_run(answer.json["run"]).inputs["document"])
    assert (given["file"], given["media_type"]) == ("Rechnung Müller.pdf", "application/pdf")


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"{", {"Content-Type": "application/json"}, "bad-json"),
        (b'"text"', {"Content-Type": "application/json"}, "bad-json"),
        (b'{"name": NaN}', {"Content-Type": "application/json"}, "bad-json"),
        (b"[" * 100_000, {"Content-Type": "application/json"}, "bad-json"),
        (b"\xff\xfe{}", {"Content-Type": "application/json"}, "bad-json"),
        (b"bytes", {"Content-Type": "text/plain"}, "filename-missing"),
        (b"no form", {"Content-Type": "multipart/form-data; boundary=edge"}, "bad-request"),
        (b"no form", {"Content-Type": "multipart/form-data"}, "bad-request"),
    ],
)
def test_a_body_that_can_not_be_read_is_refused(
    client: Client, body: bytes, headers: dict[str, str], code: str
) -> None:
    answer = client.ask("POST", "/run/greet", body, headers)
    assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize(
    ("path", "inputs", "status", "code"),
    [
        ("greet", {"person": "Dana"}, 422, "input-name"),
        ("greet", {"name": 7}, 422, "input-type"),
        ("length", {"document": "a.pdf"}, 400, "file-not-sent"),
        ("length", {"document": {"file": "0" * 64, "name": "a", "media_type": "b"}}, 422, "missing-input"),
        ("fail", {"name": "Dana"}, 500, "workflow-raised"),
        ("nothing", {}, 404, "no-such-workflow"),
        ("greet?version=abc", {"name": "Dana"}, 404, "no-such-version"),
        ("greet?version=%25", {"name": "Dana"}, 404, "no-such-version"),
        ("greet?version=previous", {"name": "Dana"}, 404, "no-such-version"),
    ],
)
def test_a_run_without_an_answer_says_why(
    client: Client, path: str, inputs: dict[str, Any], status: int, code: str
) -> None:
    answer = client.run(path, inputs)
    assert (answer.status, answer.code) == (status, code)


def test_a_failed_run_is_kept_and_named(client: Client) -> None:
    answer = client.run("fail", {"name": "Dana"}).json
    assert "(workflows/all.py, line 38, in fail)" in answer["error"]["message"]
    shown = client.ask("GET", f"/runs/{answer['run']}").json
    assert (shown["status"], shown["error"]) == ("failed", answer["error"]["message"])


@pytest.mark.parametrize("run", ["run_", "%25", "run_0000000000000000", "..%2f..%2fetc"])
def test_a_run_is_found_by_its_whole_id_alone(client: Client, run: str) -> None:
    client.run("greet", {"name": "Dana"})
    answer = client.ask("GET", f"/runs/{run}")
    assert answer.status == 404
    assert answer.code in {"no-such-run", "no-such-address"}


def test_feedback_is_kept_taken_back_and_becomes_a_case(client: Client, bench: Workbench) -> None:
    run = client.run("greet", {"name": "Noor"}).json["run"]
    said = {
        "judgement": "wrong",
        "field": "text",
        "expected": "Good day Noor",
        "by": "dana",
        "box": [1, 0, 0, 9, 9],
    }
    wrong = client.ask("POST", f"/runs/{run}/feedback", said)
    assert wrong.status == 201
    assert {name: wrong.json[name] for name in ("run", *said)} == {"run": run, **said}
    slip = client.ask("POST", f"/runs/{run}/feedback", {"judgement": "right"}).json["id"]
    assert client.ask("POST", f"/feedback/{slip}/undo").json == {"id": slip, "undone": True}
    assert client.ask("POST", f"/feedback/{slip}/undo").code == "no-such-feedback"
    words = client.ask("GET", f"/runs/{run}").json["feedback"]
    assert [(word["judgement"], word["undone"]) for word in words] == [("wrong", False), ("right", True)]
    fix = f"alongside case add {run}"
    assert client.ask("GET", "/status.json").json["next"][0]["command"] == fix
    case = bench.add_case(run)
    assert (case.run, dict(case.expected)) == (run, {"text": "Good day Noor"})
    status = client.ask("GET", "/status.json").json
    assert status["cases"]["total"] == 1
    assert fix not in {step["command"] for step in status["next"]}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"judgement": "bad"},
        {"judgement": "wrong", "comment": "?"},
        {"judgement": "wrong", "by": 7},
        {"judgement": "wrong", "box": [1, 2]},
        {"judgement": "wrong", "box": [1, 2, 3, 4, "5"]},
    ],
)
def test_feedback_that_says_nothing_is_refused(client: Client, said: dict[str, Any]) -> None:
    run = client.run("greet", {"name": "Dana"}).json["run"]
    answer = client.ask("POST", f"/runs/{run}/feedback", said)
    assert (answer.status, answer.code) == (400, "bad-feedback")
    assert client.ask("GET", f"/runs/{run}").json["feedback"] == []


def test_sixteen_at_once(client: Client) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: client.run("greet", {"name": str(n)}).json, range(32)))
    assert [answer["answer"]["text"] for answer in answers] == [f"Hello {n}" for n in range(32)]
    assert len({answer["run"] for answer in answers}) == 32


def test_a_client_that_goes_away_does_not_take_its_run_along(client: Client, bench: Workbench) -> None:
    body = b'{"seconds": 0.3}'
    head = (
        f"POST /run/slow HTTP/1.1\r\nHost: {client.host}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(head.encode() + body)
        _until(lambda: bool(runs.latest(bench.database, limit=1, workflow="slow", status="running")))
    _until(lambda: bool(runs.latest(bench.database, limit=1, workflow="slow", status="done")))


def test_a_run_that_hangs_is_ended_and_the_next_ones_go_on(client: Client, bench: Workbench) -> None:
    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(client.run, "slow", {"seconds": 3600.0})
        assert client.run("greet", {"name": "Dana"}).status == 200
        answer = hanging.result()
    assert (answer.status, answer.code) == (504, "deadline")
    assert client.run("greet", {"name": "Dana"}).status == 200
    assert bench.find_run(answer.json["run"]).status == "failed"


def test_a_body_that_is_announced_too_large_is_refused(client: Client) -> None:
    answer = client.ask("POST", "/run/length", b"x" * (MAX_BODY + 1), {"X-Filename": "a"})
    assert (answer.status, answer.code) == (413, "too-large")
    assert client.ask("POST", "/run/length", b"x" * MAX_BODY, {"X-Filename": "a"}).json["answer"] == MAX_BODY


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=edge"])
def test_a_body_that_grows_too_large_is_refused(client: Client, kind: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    start = b'--edge\r\nContent-Disposition: form-data; name="document"; filename="a"\r\n\r\n'
    chunks = iter([start, *[b"x" * 65536] * (MAX_BODY // 65536 + 1)])
    connection.request("POST", "/run/length", chunks, headers, encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 413
    assert json.loads(response.read())["error"]["code"] == "too-large"
    connection.close()


def test_the_page_shows_runs_and_escapes_what_they_said(client: Client, live: str) -> None:
    client.run("fail", {"name": "<img src=x>"})
    page = client.ask("GET", "/", headers={"Accept": "text/html"}).body.decode()
    assert "no &lt;img src=x&gt; &lt;script&gt;" in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "<img" not in page
    status = client.ask("GET", "/status.json").json
    assert status["live"]["version"] == live
    assert status["live"]["by"] == "dana"


def _until(holds: Any) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
