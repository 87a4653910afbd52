"""A run's cost limit is held while calls are under way at once, and before the money is spent."""

import contextlib
import json
import random
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alongside import open_engagement
from alongside.core.engagement import Limits
from alongside.engine.order import Order
from alongside.engine.spending import Prices, RunPurse
from alongside.workbench import new_id

Call = Any
DOLLAR = 10**9
KIND = ("step", "chat", "m")
PRICE = 0.002  # a call of the server below: 2,000 tokens at a dollar a million

WORKFLOWS = """
import asyncio
import os
import time
from dataclasses import dataclass
from decimal import Decimal

from alongside import File, Message, Value, chat, gather, parse, prompt, prompted, step, workflow
from alongside.core.errors import UpstreamError

@dataclass(frozen=True)
class Bill:
    total: Value[Decimal]

extract = prompted("m", Bill)

@workflow
def read(file: File) -> Bill:
    return extract(parse(file))

def asked(text):
    return chat([Message("user", text)], model="m")

@workflow
async def wide(q: str) -> int:
    return len(await gather(*(asked(f"{q} {number}") for number in range(100))))

@workflow
def threads(q: str) -> int:
    return len(gather(*(lambda number=number: asked(f"{q} {number}") for number in range(20))))

@workflow
async def awaited_threads(q: str) -> int:
    return len(await gather(*(lambda number=number: asked(f"{q} {number}") for number in range(20))))

@workflow
def one(q: str) -> str:
    return asked(q).text

@step
def asked_within(q: str) -> str:
    return asked(prompt("within.md").render(q=q)).text

@workflow
def within(q: str) -> str:
    return asked_within(q)

@workflow
def falling_back(q: str) -> str:
    try:
        return asked("broken").text
    except UpstreamError:
        return asked(q).text

@workflow
async def giving_up(q: str) -> str:
    try:
        return (await asyncio.wait_for(asked("slow"), 0.05)).text
    except TimeoutError:
        return "nothing"

@step
def price(q: str) -> str:
    return q

@workflow
def priced(q: str) -> str:
    return asked(price(q)).text

@workflow
def lost(q: str) -> str:
    said = asked(price(q)).text
    if q.startswith("die"):
        os._exit(3)
    return said

@workflow
async def given_up(q: str) -> None:
    try:
        await asyncio.wait_for(asked(q + " slow"), 0.1)
    except TimeoutError:
        await asyncio.sleep(60)

@step(effect="external")
def note(path: str, text: str) -> None:
    with open(path, "a") as file:
        file.write(text + "\\n")

@step(effect="external")
def wait_for(path: str) -> None:
    while not os.path.exists(path):
        time.sleep(0.01)

@workflow
def neighbour(q: str) -> None:
    wait_for(q)

def all_of(q):
    for text in (" 1", " slow", " 3"):
        asked(q + text)
    note(q, "sent")

@workflow
def going_on(q: str) -> None:
    all_of(q)

@workflow
async def going_on_aside(q: str) -> None:
    await asyncio.to_thread(all_of, q)

@workflow
async def cut_off(q: str) -> None:
    await asked(q + " 1")
    await asked(q + " slow")

@step(effect="model")
async def dear(q: str) -> str:
    return (await asked("dear " + q)).text

@workflow
async def dear_then_cheap(q: str) -> list[str]:
    return [await dear(q), *[reply.text for reply in await gather(*(asked(f"{n}") for n in range(3)))]]
"""


class Heard(list[str]):
    """What the engagement's model was asked; what is `slow` it answers once it is `let`."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()


@pytest.fixture
def asked(acme: Path) -> Iterator[Heard]:
    """What the engagement's model was asked, on loopback; what is `dear` costs ten times as much."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            text = body["messages"][-1]["content"]
            heard.append(text)
            if text == "broken":
                self.close_connection = True
                return
            if text.endswith("slow"):
                heard.let.wait(5)
            tokens = 10_000 if text.startswith("dear") else 1000
            usage = {"prompt_tokens": tokens, "completion_tokens": tokens, "total_tokens": 2 * tokens}
            choices = [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}
            ]
            data = json.dumps({"model": "m", "choices": choices, "usage": usage}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
                self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (acme / "workflows" / "cost.py").write_text(WORKFLOWS)
    (acme / "alongside.toml").write_text(
        f'customer = "a"\n[limits]\ncost_per_run = LIMIT\n[models.m]\nmodel = "m"\ninput_price = 1.0\n'
        f'output_price = 1.0\nbase_url = "http://127.0.0.1:{server.server_port}/v1"\n'
    )
    yield heard
    heard.let.set()
    server.shutdown()
    thread.join()
    server.server_close()


def run(alongside: Call, acme: Path, workflow: str, limit: float) -> Any:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("LIMIT", str(limit)))
    (acme / "q.jsonl").write_text('{"q": "x"}\n')
    return alongside("run", workflow, "--input", "q.jsonl", "--json")


@pytest.mark.enable_socket
@pytest.mark.parametrize("workflow", ["wide", "threads", "awaited_threads"])
def test_a_gather_stops_before_the_limit(
    alongside: Call, acme: Path, asked: list[str], workflow: str
) -> None:
    said = run(alongside, acme, workflow, 2.5 * PRICE)
    ran = said.data["runs"][0]
    assert (said.code, ran["status"], ran["error"]["code"]) == (4, "failed", "cost-limit")
    assert (len(asked), ran["cost"]) == (2, pytest.approx(2 * PRICE))
    assert ran["steps"] == {"executed": 2, "kept": 0}  # what was refused was not executed


@pytest.mark.enable_socket
def test_what_fits_is_done(alongside: Call, acme: Path, asked: list[str]) -> None:
    said = run(alongside, acme, "wide", 100 * PRICE)
    assert (said.code, said.data["runs"][0]["answer"], len(asked)) == (0, 100, 100)


@pytest.mark.enable_socket
def test_a_dear_step_says_nothing_of_a_cheap_one(alongside: Call, acme: Path, asked: list[str]) -> None:
    said = run(alongside, acme, "dear_then_cheap", 13.5 * PRICE)
    assert (said.code, len(asked)) == (0, 4), said.data


@pytest.mark.enable_socket
def test_a_run_past_its_limit_by_the_last_call_says_so(alongside: Call, acme: Path, asked: list[str]) -> None:
    said = run(alongside, acme, "one", PRICE / 2)
    ran = said.data["runs"][0]
    assert (said.code, ran["status"], ran["answer"]) == (4, "done", "yes")
    assert (ran["warning"]["code"], "error" in ran) == ("cost-limit", False)
    assert "a run has cost $0.002; limits.cost_per_run is $0.001" in ran["warning"]["message"]
    assert "error[cost-limit]: a run has cost $0.002" in alongside("runs", "show", ran["run"]).out
    alongside("review", ran["run"], "--rest-right")
    alongside("case", "add", ran["run"])
    again = alongside("replay", "--refresh")
    assert "past its limit by its last call, which the gate counts: a run has cost $0.002" in again.out


@pytest.mark.enable_socket
def test_a_limit_of_nothing_asks_no_model_that_costs_something(
    alongside: Call, acme: Path, asked: list[str]
) -> None:
    said = run(alongside, acme, "one", 0.0)
    assert (said.code, said.data["runs"][0]["error"]["code"], asked) == (4, "cost-limit", [])


@pytest.mark.enable_socket
@pytest.mark.parametrize(("workflow", "calls"), [("falling_back", 2), ("giving_up", 1)])
@pytest.mark.parametrize(("price", "cost"), [("1.0", None), ("0.0", 0.0)])
def test_what_a_call_without_an_answer_cost_is_unknown_unless_it_is_free(
    alongside: Call, acme: Path, asked: list[str], workflow: str, calls: int, price: str, cost: float | None
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(
        toml.read_text().replace("cost_per_run = LIMIT", "").replace("_price = 1.0", f"_price = {price}")
        + "retries = 0\n"
    )
    said = run(alongside, acme, workflow, 0.0)
    ran = said.data["runs"][0]
    assert (ran["status"], ran["cost"]) == ("done", cost)
    assert len(asked) <= calls  # who gives up may do so before the request is out
    shown = alongside("runs", "show", ran["run"]).out
    assert ("unpriced, as if cold unpriced" if cost is None else "$0, as if cold $0") in " ".join(
        shown.split()
    )
    toml.write_text(toml.read_text().replace("[limits]", "[limits]\ncost_per_run = 1.0"))
    asked.clear()
    said = run(alongside, acme, workflow, 1.0)
    ran = said.data["runs"][0]
    if cost is None:  # as a model without a price: nobody can hold it to the limit
        assert (said.code, (ran.get("error") or ran["warning"])["code"], len(asked) <= 1) == (
            4,
            "unpriced",
            True,
        )
    else:
        assert (said.code, len(asked) <= calls) == (0, True)


@pytest.mark.enable_socket
def test_an_extractor_s_second_call_is_held_to_the_limit_too(
    alongside: Call, acme: Path, asked: list[str]
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("LIMIT", str(1.5 * PRICE)))
    (acme / "documents" / "slip.txt").write_text("TOTAL 7.00")
    asking = ("run", "read", "documents/slip.txt", "--json")
    said = alongside(*asking)  # the answer is no JSON: it is asked for again
    ran = said.data["runs"][0]
    assert (said.code, ran["error"]["code"], len(asked)) == (4, "cost-limit", 1)
    assert ran["cost"] == pytest.approx(PRICE)
    toml.write_text(toml.read_text().replace(f"cost_per_run = {1.5 * PRICE}", ""))
    ran = alongside(*asking).data["runs"][0]
    assert (ran["status"], len(asked)) == ("done", 3)
    alongside("review", ran["run"], "--wrong", "total=7.00")
    assert alongside("case", "add", ran["run"]).code == 0
    toml.write_text(toml.read_text().replace("[limits]", f"[limits]\ncost_per_replay = {1.5 * PRICE}"))
    replayed = alongside("replay", "--refresh", "--json")
    assert (replayed.code, replayed.data["error"]["code"], len(asked)) == (4, "cost-limit", 4)
    assert "and the next call no longer fits; limits.cost_per_replay" in replayed.data["error"]["message"]


@pytest.mark.enable_socket
def test_a_replay_that_failed_early_bounds_no_later_one(
    alongside: Call, acme: Path, asked: list[str]
) -> None:
    toml, source = acme / "alongside.toml", acme / "workflows" / "cost.py"
    toml.write_text(toml.read_text().replace("cost_per_run = LIMIT", ""))
    (acme / "q.jsonl").write_text("".join(f'{{"q": "{number}"}}\n' for number in range(4)))
    for ran in alongside("run", "priced", "--input", "q.jsonl", "--json").data["runs"]:
        alongside("review", ran["run"], "--rest-right")
        alongside("case", "add", ran["run"])
    source.write_text(WORKFLOWS.replace("    return q\n", '    raise ValueError("early")\n'))
    assert alongside("replay", "--json").data["model_calls"] == {"executed": 0, "kept": 0}
    again = alongside("replay", "--forecast", "--json").data
    assert (again["steps"], again["cases_never_run"]) == ({"at_most": 0, "of": 4}, [])  # each fails as it did
    source.write_text(WORKFLOWS)
    toml.write_text(
        toml.read_text()
        .replace('model = "m"', 'model = "m2"')
        .replace("[limits]", f"[limits]\ncost_per_replay = {1.5 * PRICE}")
    )
    assert len(alongside("replay", "--forecast", "--json").data["cases_never_run"]) == 4
    assert (
        "4 cases run to the end for the first time, at an unknown price"
        in alongside("replay", "--forecast").out
    )
    asked.clear()
    said = alongside("replay", "--json")
    assert (said.code, len(asked)) == (4, 1)
    assert "a replay has cost $0.002, and $0.002 more may follow" in said.data["error"]["message"]


@pytest.mark.enable_socket
def test_a_prompt_that_a_step_reads_before_it_asks_counts_in_forecast_and_limit(
    alongside: Call, acme: Path, asked: list[str]
) -> None:
    toml, words = acme / "alongside.toml", acme / "prompts" / "within.md"
    toml.write_text(toml.read_text().replace("cost_per_run = LIMIT", f"cost_per_replay = {1.5 * PRICE}"))
    words.write_text("Say {{q}}.\n")
    (acme / "q.jsonl").write_text("".join(f'{{"q": "{number}"}}\n' for number in range(4)))
    for ran in alongside("run", "within", "--input", "q.jsonl", "--json").data["runs"]:
        alongside("review", ran["run"], "--rest-right")
        alongside("case", "add", ran["run"])
    alongside("replay")
    words.write_text("Tell {{q}}.\n")
    told = alongside("replay", "--forecast", "--json").data
    assert told["model_calls"] == {"at_most": 4, "of": 4}
    assert told["changed"] == [{"step": "workflows.cost.asked_within", "why": "prompt within.md changed"}]
    asked.clear()
    said = alongside("replay", "--json")
    assert (said.code, said.data["error"]["code"], len(asked)) == (4, "cost-limit", 1)


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("names", "limit"), [(["die 1", "die 2", "die 3", "die 4", "die 5"], 2.5), (["die", "a", "b", "c"], 9.0)]
)
def test_what_a_run_paid_for_before_its_worker_died_is_told_and_held_to_the_limit(
    alongside: Call, acme: Path, asked: list[str], names: list[str], limit: float
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("cost_per_run = LIMIT", f"cost_per_replay = {limit * PRICE}"))
    rows = [{"name": one, "workflow": "lost", "inputs": {"q": one}, "expected": {"": "yes"}} for one in names]
    (acme / "cases.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert alongside("case", "import", "cases.jsonl").code == 0
    said = alongside("replay", "--json")
    if "error" in said.data:  # by one call at most, whose price a fresh worker doesn't know
        assert (said.code, said.data["error"]["code"], len(asked) <= limit + 1) == (4, "cost-limit", True)
        assert f"a replay has cost ${len(asked) * PRICE:.3f}" in said.data["error"]["message"]
    else:
        answered = said.data["model_calls"]["executed"]
        neighbours = (
            len(names) - 1
        )  # whose call was under way when the worker died: asked, but nobody has its answer
        assert len(names) <= answered <= len(asked) <= answered + neighbours
        assert said.data["cost"]["spent"] == pytest.approx(answered * PRICE)
        assert said.data["model_calls"]["kept"] == 0


@pytest.mark.enable_socket
def test_no_model_is_asked_for_a_run_that_has_ended_and_what_was_answered_counts(
    alongside: Call, acme: Path, asked: Heard
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("cost_per_run = LIMIT", ""))
    late = {name: new_id("run") for name in ("going_on", "going_on_aside", "cut_off", "given_up")}
    with open_engagement(acme) as bench:
        runner = bench.runner(bench.snapshot())
        neighbour = runner.submit(Order(new_id("run"), "neighbour", "new", {"q": str(acme / "go")}))
        ended = {
            name: runner.submit(Order(run, name, "new", {"q": str(acme / name)}, seconds=2.0)).result
            for name, run in late.items()
        }
        told = {
            name: (end().code, end().executed, end().spent, end().cold_cost) for name, end in ended.items()
        }
        begun, costs = sorted(asked), [round(n * PRICE * DOLLAR) for n in range(4)]
        assert told == dict.fromkeys(late, ("deadline", 1, costs[1], costs[1])) | {
            "given_up": ("deadline", 1, None, None)  # it broke the call off by itself
        }
        assert "it was in the workflow's own code" in ended["given_up"]().error
        asked.let.set()
        until = time.monotonic() + 30
        while (bench.find_run(late["going_on"]).cost, bench.find_run(late["going_on_aside"]).cost) != (
            costs[2],
            costs[2],
        ):
            assert time.monotonic() < until
            time.sleep(0.02)
        (acme / "go").touch()
        assert neighbour.result(30).status == "done"
        assert sorted(asked) == begun
        assert not [name for name in late if (acme / name).exists()]
    for name in ("going_on", "going_on_aside"):
        assert alongside("why", late[name], "chat").out.count("chat ran because") == 2
        again = alongside("run", "--resume", late[name], "--json").data["runs"][0]
        assert (again["status"], again["cost"]) == ("done", pytest.approx(3 * PRICE))
        assert (acme / name).read_text() == "sent\n"


@pytest.mark.enable_socket
def test_a_run_past_its_deadline_keeps_what_it_did_and_paid_for(
    alongside: Call, acme: Path, asked: list[str]
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("LIMIT", "1.0\ncost_per_replay = 1.0\nseconds_per_run = 2"))
    (acme / "q.jsonl").write_text('{"q": "x"}\n')
    ran = alongside("run", "cut_off", "--input", "q.jsonl", "--json").data["runs"][0]
    assert (ran["error"]["code"], ran["cost"]) == ("deadline", PRICE)
    shown = alongside("runs", "show", ran["run"], "--json").data
    assert [span["step"] for span in shown["steps"] if span["kind"] == "leaf"][-1] == "alongside.chat"
    assert shown["inputs"]
    again = alongside("run", "--resume", ran["run"], "--json").data["runs"][0]
    assert (again["error"]["code"], again["cost"]) == ("deadline", PRICE)  # paid once, and told
    rows = [{"name": one, "workflow": one, "inputs": {"q": one}} for one in ("cut_off", "one")]
    (acme / "cases.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert alongside("case", "import", "cases.jsonl").code == 0
    said = alongside("replay", "--json").data  # the other case goes on under the limit
    assert "error" not in said
    assert said["cost"]["spent"] == said["cost"]["if_cold"] == pytest.approx(2 * PRICE)


def spend(costs: list[int], limit: int, seed: int) -> tuple[int, list[int]]:
    """Ask for all the calls at once and let them end in any order; return what was spent, and the calls refused."""
    purse, order = RunPurse(Limits(cost_per_run=float(limit)), Prices()), random.Random(seed)
    turns = {number: purse.begin(str(number), KIND) for number in range(len(costs))}
    under_way = [number for number, turn in turns.items() if turn is None]
    spent, refused = 0, list[int]()
    while under_way:
        number = under_way.pop(order.randrange(len(under_way)))
        spent += costs[number]
        purse.end(str(number), KIND, costs[number] * DOLLAR, answered=True)
        waiting = {one: turn for one, turn in turns.items() if turn is not None and turn.done()}
        for one, turn in waiting.items():
            (under_way if turn.exception() is None else refused).append(one)
            turns[one] = None
    assert not [turn for turn in turns.values() if turn is not None]  # nobody waits for ever
    return spent, refused


def test_calls_that_cost_nothing_go_at_once_after_the_first_that_was_answered() -> None:
    purse = RunPurse(Limits(cost_per_run=1.0), Prices())
    first, second = purse.begin("1", KIND), purse.begin("2", KIND)
    assert first is None
    assert second is not None  # nobody knows yet what such a call costs
    purse.end("1", KIND, 0, answered=False)  # nor does a time-out tell
    assert second.done()
    third = purse.begin("3", KIND)
    assert third is not None
    purse.end("2", KIND, 0, answered=True)
    assert third.done()
    assert [purse.begin(str(number), KIND) for number in range(4, 9)] == [None] * 5


@given(st.integers(1, 30), st.integers(1, 9), st.integers(0, 60), st.integers(0, 99))
def test_calls_of_one_price_never_pass_the_limit(calls: int, cost: int, limit: int, seed: int) -> None:
    spent, refused = spend([cost] * calls, limit, seed)
    assert spent == cost * max(1, min(calls, limit // cost))  # the first one tells the price
    assert len(refused) == calls - spent // cost


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(0, 60), st.integers(0, 99))
def test_calls_of_any_price_end_and_the_refused_ones_had_no_money_left(
    costs: list[int], limit: int, seed: int
) -> None:
    spent, refused = spend(costs, limit, seed)
    taken = [cost for number, cost in enumerate(costs) if number not in refused]
    assert spent == sum(taken)
    assert not refused or spent + min(taken) > limit


def test_whoever_waits_no_more_lets_the_next_one_in() -> None:
    purse = RunPurse(Limits(cost_per_run=10.0), Prices())
    assert purse.begin("a", KIND) is None
    gone, next_one = purse.begin("b", KIND), purse.begin("c", KIND)
    assert gone is not None
    assert next_one is not None
    purse.leave("b", gone)
    purse.end("a", KIND, DOLLAR, answered=True)
    assert next_one.done()
    late = purse.begin("d", KIND)
    assert late is None  # a price is known now
    purse.leave("c", next_one)  # cancelled just when it was let in: its promise is free again
    purse.end("d", KIND, 8 * DOLLAR, answered=True)
    assert purse.begin("e", KIND) is None


@pytest.mark.enable_socket
def test_a_run_that_had_ended_before_its_worker_died_tells_what_it_asked(
    acme: Path, asked: list[str]
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text().replace("cost_per_run = LIMIT", ""))
    run = new_id("run")
    with open_engagement(acme) as bench:
        runner = bench.runner(bench.snapshot())
        first = runner.submit(Order(run, "one", "new", {"q": "x"})).result(30)
        again = runner.submit(Order(run, "one", "new", {"q": "x"}, again=True)).result(30)
    assert (first.model_executed, first.spent) == (1, round(PRICE * DOLLAR))
    assert (again.model_executed, again.model_kept, again.spent, again.cold_cost) == (
        1,
        0,
        first.spent,
        first.cold_cost,
    )
    assert asked == ["x"]
