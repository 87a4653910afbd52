"""Proofs over HTTP: one at a time, stopped, kept over a restart, and never said of anything else than what they are of."""

import time
from typing import Any

import pytest

from alongside.evals.replay import Options
from alongside.store import proofs
from alongside.workbench import Workbench, open_engagement
from web.fixable import FIXED, PROMPT, events, get, led, post, prove, twin
from web.served import Client, serving

pytestmark = pytest.mark.enable_socket


def _slow(client: Client, seconds: float) -> None:
    shown: Any = twin(client)
    post(client, "/fix/params", **{"p:pause": str(seconds), "seen": shown["params_seen"]})


def _save(client: Client, text: str) -> None:
    shown: Any = twin(client, f"/fix.json?file={PROMPT}")
    led(
        post(
            client,
            "/fix/prompt",
            file=PROMPT,
            text=text,
            seen=shown["prompt"]["seen"],
            act="save",
            here="/fix",
        )
    )


def _shown(client: Client, address: str = "/fix.json") -> Any:
    return twin(client, address)


def test_a_second_proof_waits_and_an_edit_meanwhile_is_of_a_newer_text(client: Client) -> None:
    _slow(client, 0.8)
    proof = led(post(client, "/fix/prove", act="prove", here="/fix"))["proof"]
    second = post(client, "/fix/prove", act="prove", here="/fix")
    assert (second.status, second.code) == (409, "proof-running")
    joined = post(client, "/fix/prove", page=True, act="prove", here="/fix")
    assert led(joined)["proof"] == proof
    assert "prove yours once it has ended" in get(client, joined.headers["location"])
    running = _shown(client)
    assert (running["proof"]["status"], running["gate"]["may"]) == ("running", False)
    assert f"/fix/proof/{proof}/events" in get(client, "/fix")
    _save(client, FIXED)
    assert _shown(client)["stale"] == "The text changed"
    assert events(client, proof)[-1]["status"] == "done"


def test_a_stopped_proof_says_who_stopped_it_and_what_it_ran_is_kept(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alongside.evals.replay._AT_ONCE", 2)
    for number in range(6):
        run = bench.run("invoice", text=f"supplier: more\nsubtotal: {number}\ntotal: {number}").run
        bench.judge(run, "right", by="dana")
        bench.add_case(run, name=f"more {number}")
    with serving(bench) as client:
        _slow(client, 0.2)
        proof = led(post(client, "/fix/prove", act="prove", here="/fix"))["proof"]
        while not _shown(client)["proof"]["done"]:
            time.sleep(0.02)
        assert led(post(client, "/fix/stop", proof=proof, here="/fix")) == {"proof": proof}
        last = events(client, proof)[-1]
        assert last["status"] == "stopped"
        shown = _shown(client)
        done = shown["proof"]["done"]
        assert 0 < done < shown["proof"]["of"] == 10
        assert f"{done} of 10 cases were run" in shown["proof"]["ended"]
        assert "prove again" in shown["gate"]["why"]
        assert not shown["gate"]["may"]
        again = prove(client)
        assert (again["status"], again["done"]) == ("done", 10)
        assert _shown(client)["proof"]["executed"] == 10 - done
        post(client, "/fix/stop", proof=proof)
        assert _shown(client, f"/fix.json?proof={proof}")["proof"]["status"] == "stopped"


def test_the_page_of_an_ended_proof_is_the_same_after_a_restart(bench: Workbench) -> None:
    with serving(bench) as client:
        _save(client, FIXED)
        proof = prove(client)["id"]
        before = _shown(client, f"/fix.json?proof={proof}")
    with open_engagement(bench.root) as again, serving(again) as client:
        after = _shown(client, f"/fix.json?proof={proof}")
        assert after["proof"] == before["proof"]
        assert after["gate"] == before["gate"]
        assert events(client, str(proof))[-1]["fixed"] == 3
        ship = {"version": after["gate"]["version"], "proof": str(proof), "here": f"/fix?proof={proof}"}
        assert post(client, "/fix/ship", **ship).status == 303
    with open_engagement(bench.root) as third, serving(third) as client:
        shipped = _shown(client, f"/fix.json?proof={proof}")
        assert (shipped["stale"], shipped["proof"]["fixed"]) == ("", 3)
        assert {line["mark"] for line in shipped["gate"]["lines"]} == {"right"}
        assert "which is live" in shipped["gate"]["why"]


def test_a_proof_that_the_server_did_not_outlive_was_interrupted(bench: Workbench) -> None:
    with serving(bench) as client:
        _slow(client, 0.4)
        proof = led(post(client, "/fix/prove", act="prove", here="/fix"))["proof"]
        time.sleep(0.1)
    with open_engagement(bench.root) as again, serving(again) as client:
        shown = _shown(client, f"/fix.json?proof={proof}")
        assert shown["proof"]["status"] == "interrupted"
        assert "The server was stopped while this ran" in shown["proof"]["ended"]
        assert "only the rest runs" in get(client, f"/fix?proof={proof}")
        assert events(client, proof)[-1]["status"] == "interrupted"
        assert prove(client)["status"] == "done"


def test_an_unknown_proof_is_no_other(client: Client) -> None:
    _save(client, FIXED)
    prove(client)
    for address in ("/fix.json?proof=proof_none", "/fix/proof/proof_none", "/fix/proof/proof_none/events"):
        refused = client.ask("GET", address)
        assert (refused.status, refused.code) == (404, "no-such-proof")
    assert post(client, "/fix/stop", proof="proof_none").code == "no-such-proof"


def test_what_was_proven_of_an_older_text_is_not_said_to_be_met(client: Client) -> None:
    _save(client, FIXED)
    prove(client)
    assert {line["mark"] for line in _shown(client)["gate"]["lines"]} == {"right"}
    _save(client, FIXED + "- another line\n")
    stale = _shown(client)["gate"]["lines"]
    assert {line["mark"] for line in stale} == {"none"}
    assert all(line["evidence"].startswith("met before: ") for line in stale)
    assert get(client, "/fix").count("data-stale") == 2


def test_what_a_gate_in_a_terminal_found_is_the_newest_proof(bench: Workbench) -> None:
    (bench.root / PROMPT).write_text(FIXED)
    bench.gate(options=Options(by="kim"), progress=lambda *_: None)
    with serving(bench) as client:
        shown = _shown(client)
        assert (shown["proof"]["by"], shown["proof"]["fixed"], shown["gate"]["may"]) == ("kim", 3, True)
        first = shown["proof"]["id"]
        bench.gate(options=Options(by="kim"), progress=lambda *_: None)
        assert _shown(client)["proof"] == shown["proof"]
        newest = proofs.newest(bench.database)
        assert newest is not None
        assert newest.id == first
