"""A model that changes its mind, or moves: what is drawn again, why, what that costs, and what the gate makes of it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from alongside.workbench import open_engagement
from alongside.workbench.proving import proofs_of
from web.served import serving

pytestmark = pytest.mark.enable_socket

Call = Any

ASKING = """
from dataclasses import dataclass
from alongside import chat, workflow

@dataclass(frozen=True)
class Tag:
    tag: str

@workflow
def tag(text: str) -> Tag:
    return Tag(chat([{"role": "user", "content": "Plainly: " + text}], model="small").text)
"""
MODEL = """
[models.small]
base_url = "{url}"
model = "small"
region = "local"
input_price = 1000.0
output_price = 1000.0
"""
DOLLARS = 0.12  # a call: 120 tokens


class Oracle:
    """Answers on loopback; `says` decides by (what is asked, how often it was asked), `model` is who answered."""

    def __init__(self) -> None:
        self.says: Callable[[str, int], str] = lambda _asked, _number: "yes"
        self.model = "m-1"
        self.asked: list[str] = []

    def answer(self, body: Any) -> bytes:
        text = body["messages"][-1]["content"]
        self.asked.append(text)
        message = {"role": "assistant", "content": self.says(text, self.asked.count(text))}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        return json.dumps({"model": self.model, "choices": choices, "usage": usage}).encode()


@pytest.fixture
def oracle(alongside: Call, acme: Path) -> Iterator[Oracle]:
    """The model of an engagement with one held-out case, which is right and live."""
    oracle = Oracle()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = oracle.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    (acme / "workflows" / "bill.py").write_text(ASKING)
    with (acme / "alongside.toml").open("a") as toml:
        toml.write(MODEL.format(url=f"http://127.0.0.1:{server.server_port}/v1"))
    (acme / "rows.jsonl").write_text('{"text": "sky"}\n')
    run = alongside("run", "tag", "--input", "rows.jsonl", "--json").data["runs"][0]["run"]
    alongside("review", run, "--rest-right", "--by", "kim")
    assert alongside("case", "add", run, "--held-out", "--name", "sky").code == 0
    assert alongside("ship", "--override", "--by", "kim", "--reason", "the first").code == 0
    oracle.asked.clear()
    yield oracle
    server.shutdown()
    server.server_close()
    thread.join()


def edit(acme: Path) -> None:
    source = acme / "workflows" / "bill.py"
    source.write_text(source.read_text().replace("Plainly", "Carefully"))


def limit(acme: Path, dollars: float) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("[limits]", f"[limits]\ncost_per_replay = {dollars}"))


def test_after_a_refresh_both_sides_are_of_the_model_of_today(
    alongside: Call, oracle: Oracle, acme: Path
) -> None:
    oracle.model = "m-2"
    edit(acme)
    assert alongside("replay", "--json").data["mixed"] == ["small: m-1, m-2"]
    assert alongside("ship", "--by", "kim").code == 1
    oracle.asked.clear()
    refreshed = alongside("replay", "--refresh", "--json").data
    assert (refreshed["mixed"], refreshed["broken"]) == ([], [])
    assert sorted(oracle.asked) == ["Carefully: sky", "Plainly: sky"]
    assert refreshed["model_calls"]["executed"] == 2
    oracle.asked.clear()
    assert alongside("gate", "--json").data["passed"]
    assert alongside("ship", "--by", "kim").code == 0
    assert oracle.asked == []


def test_a_refresh_asks_the_same_question_once_for_both_versions(
    alongside: Call, oracle: Oracle, acme: Path
) -> None:
    with (acme / "workflows" / "bill.py").open("a") as source:
        source.write("\nLATER = 1\n")
    alongside("replay", "--refresh")
    assert oracle.asked == ["Plainly: sky"]


def test_what_the_draws_spent_is_told_limited_and_forecast(
    alongside: Call, oracle: Oracle, acme: Path
) -> None:
    edit(acme)
    oracle.says = lambda asked, _: "no" if asked.startswith("Carefully") else "yes"
    told = alongside("replay", "--forecast", "--json").data
    with open_engagement(acme) as bench, serving(bench) as client:
        shown = client.ask("GET", "/fix/forecast", headers={"Accept": "text/html"}).body.decode()
    assert "Where cases break, both versions draw again: at most 4 model calls more, $0.48." in shown
    replayed = alongside("replay", "--json").data
    assert len(oracle.asked) == 5  # once on the new prompt, then twice more on both
    assert replayed["model_calls"]["executed"] == 5
    assert replayed["cost"]["spent"] == pytest.approx(5 * DOLLARS)
    at_most = told["model_calls"]["at_most"] + told["beside"]["model_calls_at_most"]
    assert at_most >= 5
    assert told["cost_at_most"] + told["beside"]["cost_at_most"] >= 5 * DOLLARS - 1e-9
    assert len(replayed["broken"]) == 1


def test_a_proof_tells_what_its_draws_took_as_the_replay_does(oracle: Oracle, acme: Path) -> None:
    edit(acme)
    oracle.says = lambda asked, _: "no" if asked.startswith("Carefully") else "yes"
    with open_engagement(acme) as bench:
        proof = proofs_of(bench).start(by="kim")
        proofs_of(bench).join()
        assert proofs_of(bench).get(proof.id).status == "done"
    assert len(oracle.asked) == 5
    with open_engagement(acme) as bench, serving(bench) as client:  # as it was kept
        shown = client.ask("GET", f"/fix.json?proof={proof.id}").json["proof"]
    assert (shown["executed"], shown["cost"]) == (3, pytest.approx(5 * DOLLARS))


def test_an_edit_that_was_taken_back_is_no_part_of_the_forecast(
    alongside: Call, oracle: Oracle, acme: Path
) -> None:
    was = (acme / "workflows" / "bill.py").read_text()
    edit(acme)
    alongside("replay")
    (acme / "workflows" / "bill.py").write_text(was.replace("-> Tag:", '-> Tag:\n    """What it is."""'))
    told = alongside("replay", "--forecast", "--json").data
    assert (told["model_calls"], told["changed"]) == ({"at_most": 0, "of": 1}, [])
    oracle.asked.clear()
    alongside("replay")
    assert oracle.asked == []


def test_the_limit_of_a_replay_sees_the_draws(alongside: Call, oracle: Oracle, acme: Path) -> None:
    edit(acme)
    oracle.says = lambda asked, _: "no" if asked.startswith("Carefully") else "yes"
    limit(acme, 3 * DOLLARS)
    said = alongside("replay", "--json")
    assert (said.code, said.data["error"]["code"]) == (4, "cost-limit")


def test_a_flaky_case_says_how_often_it_is_right(alongside: Call, oracle: Oracle, acme: Path) -> None:
    edit(acme)
    oracle.says = lambda asked, number: "yes" if asked.startswith("Plainly") or number == 2 else "no"
    replayed = alongside("replay")
    assert replayed.code == 1
    (row,) = [line for line in replayed.out.splitlines() if line.startswith("broken")]
    assert "flaky, right in 1 of 3 draws" in row
    assert "expected 'yes', got 'no'" in row
    case = next((acme / "cases").glob("*.toml"))
    case.write_text(f"rate = 0.3\n{case.read_text()}")
    oracle.asked.clear()
    again = alongside("replay")
    assert (again.code, oracle.asked) == (0, [])
    assert "0 broken" in again.out
    (row,) = [line for line in again.out.splitlines() if line.startswith("flaky")]
    assert "passes at its rate of 0.3: flaky, right in 1 of 3 draws" in row
    assert "1 case is flaky" in " ".join(alongside("gate").out.split())
    assert "held out or out of fold: 1 of 1" in again.out


TALKING = """
from alongside import Message, chat, prompt, workflow

@workflow
def talk(text: str) -> str:
    messages = [Message("system", prompt("talk.md")), Message("user", text)]
    return chat(messages, model="small", temperature=0).text
"""


def test_why_a_model_was_asked_again_is_told_in_words(alongside: Call, oracle: Oracle, acme: Path) -> None:
    def said(row: str) -> tuple[str, Any]:
        run = alongside("run", "talk", "--input", row, "--json").data["runs"][0]["run"]
        return run, alongside("why", run, "chat", "--json").data["reasons"][0]

    def change(place: str, old: str, new: str) -> None:
        text = (acme / place).read_text()
        (acme / place).write_text(text.replace(old, new))

    (acme / "workflows" / "talk.py").write_text(TALKING)
    (acme / "prompts" / "talk.md").write_text("Be kind.\nBe brief.\n")
    (acme / "other.jsonl").write_text('{"text": "sea"}\n')
    first, _ = said("rows.jsonl")
    said("other.jsonl")
    change("workflows/talk.py", "temperature=0", "temperature=0.7")
    second, why = said("rows.jsonl")
    assert (why["compared_with"], why["basis"]) == (first, "on the same inputs")
    assert why["text"] == "chat ran because input options differs: temperature 0 → temperature 0.7"
    change("prompts/talk.md", "brief", "plain")
    third, why = said("rows.jsonl")
    assert (why["compared_with"], why["difference"]["what"]) == (second, "input messages")
    assert '"system: Be kind.\\nBe plain.' in why["difference"]["now"]
    assert "\n-Be brief.\n+Be plain.\n" in why["difference"]["diff"]
    assert f"{second}, on the same inputs" in alongside("why", third, "chat").out


READING = """
from dataclasses import dataclass
from decimal import Decimal
from alongside import File, Value, parse, prompted, step, workflow

@dataclass(frozen=True)
class Receipt:
    company: Value[str]
    total: Value[Decimal]

extract = prompted("small", Receipt, "Read it.")

@step
def by_hand(receipt: Receipt) -> str:
    return "ask a person" if receipt.total.confidence < 0.5 else "file it"

@dataclass(frozen=True)
class Routed:
    receipt: Receipt
    route: str

@workflow
def routed(file: File) -> Routed:
    receipt = extract(parse(file))
    return Routed(receipt, by_hand(receipt))
"""


def test_an_answer_that_stays_invalid_is_not_a_document_that_does_not_say(
    alongside: Call, oracle: Oracle, acme: Path
) -> None:
    (acme / "workflows" / "routed.py").write_text(READING)
    (acme / "documents" / "r.txt").write_text("ACME\nno total here\n")
    said = {"company": {"value": "ACME", "quote": "ACME"}, "total": {"value": "twelve", "quote": "12"}}
    oracle.says = lambda _asked, _number: json.dumps(said)
    ran = alongside("run", "routed", acme / "documents" / "r.txt", "--json").data["runs"][0]
    assert (ran["status"], ran["answer"]["route"]) == ("done", "ask a person")
    assert len(oracle.asked) == 2
    shown = alongside("runs", "show", ran["run"])
    rows = [
        line for line in shown.out.splitlines() if "invalid-answer: value 'twelve' is not an amount" in line
    ]
    assert [row.split()[0] for row in rows] == ["receipt.total", "prompted"]
    (step,) = [
        one for one in alongside("runs", "show", ran["run"], "--json").data["steps"] if one["problems"]
    ]
    assert list(step["problems"]) == ["total"]
    oracle.says = lambda _asked, _number: '{"company": "HARB'
    ran = alongside("run", "routed", acme / "documents" / "r.txt", "--json").data["runs"][0]
    assert (
        "invalid-answer: the answer is not one whole JSON object"
        in ran["answer"]["receipt"]["total"]["source"]
    )
    said["total"] = {"value": None, "quote": None}
    oracle.says = lambda _asked, _number: json.dumps(said)
    ran = alongside("run", "routed", acme / "documents" / "r.txt", "--json").data["runs"][0]
    assert ran["answer"]["receipt"]["total"]["source"] == "prompt"
