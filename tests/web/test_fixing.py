"""Fix it here, over HTTP: edits that nobody loses, a proof told as it goes, and the gate before anything ships."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from alongside.store import versions
from alongside.workbench import Workbench
from web.fixable import (
    FIXED,
    PROMPT,
    RULES,
    case_ids,
    events,
    get,
    led,
    post,
    prove,
    twin,
)
from web.served import Client, make_engagement, serving, sign_in

pytestmark = pytest.mark.enable_socket


def _seen(client: Client) -> str:
    shown: Any = twin(client, f"/fix.json?file={PROMPT}")
    return shown["prompt"]["seen"]


def _save(client: Client, text: str, seen: str, *, page: bool = False, act: str = "save") -> Any:
    return post(client, "/fix/prompt", page=page, file=PROMPT, text=text, seen=seen, act=act, here="/fix")


def test_an_edit_is_a_change_of_the_file_and_shows_what_differs_from_what_is_live(
    client: Client, bench: Workbench
) -> None:
    assert led(_save(client, FIXED.replace("\n", "\r\n"), _seen(client))) == {"did": "saved"}
    assert (bench.root / PROMPT).read_bytes() == FIXED.encode()
    shown: Any = twin(client)
    assert [line["text"] for line in shown["prompt"]["diff"] if line["kind"] == "add"] == [
        FIXED.splitlines()[2]
    ]
    assert shown["changed"] == [PROMPT]
    reverted = post(
        client, "/fix/prompt", file=PROMPT, seen=_seen(client), act="revert", text="x", here="/fix"
    )
    assert led(reverted) == {"did": "reverted"}
    assert (bench.root / PROMPT).read_text() == RULES


def test_two_browsers_that_edit_at_once_lose_no_edit(client: Client, bench: Workbench) -> None:
    seen = _seen(client)
    texts = [f"{RULES}- edit {number}\n" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: _save(client, text, seen), texts))
    winner = [text for text, answer in zip(texts, answers, strict=True) if answer.status == 303]
    assert len(winner) == 1
    assert (bench.root / PROMPT).read_text() == winner[0]
    lost = next(answer for answer in answers if answer.status == 409)
    assert lost.code == "changed-meanwhile"
    assert lost.json["now"] == winner[0]
    assert lost.json["yours"] in texts
    assert led(_save(client, lost.json["yours"], lost.json["seen"])) == {"did": "saved"}
    assert (bench.root / PROMPT).read_text() == lost.json["yours"]


def test_an_edit_over_one_from_an_editor_is_refused_with_both_texts(client: Client, bench: Workbench) -> None:
    seen = _seen(client)
    (bench.root / PROMPT).write_text("theirs <b>\n")
    refused = _save(client, "mine </textarea><script>alert(1)</script>", seen, page=True)
    page = refused.body.decode()
    assert refused.status == 409
    assert "theirs &lt;b&gt;" in page
    assert "mine &lt;/textarea&gt;" in page
    assert "<script>alert" not in page
    assert (bench.root / PROMPT).read_text() == "theirs <b>\n"


@pytest.mark.parametrize("path", ["../secret.md", "workflows/invoice.py", "prompts/none.md", ""])
def test_only_prompts_are_written(client: Client, bench: Workbench, path: str) -> None:
    refused = post(client, "/fix/prompt", file=path, text="x", seen="", act="save")
    assert (refused.status, refused.code) == (404, "no-such-prompt")
    assert not (bench.root.parent / "secret.md").exists()


def test_a_parameter_keeps_its_kind_and_the_file_its_comments(client: Client, bench: Workbench) -> None:
    shown: Any = twin(client, "/fix.json?tab=parameters")
    assert [row["name"] for row in shown["params"]] == ["digits", "pause", "currency"]
    change = {"p:digits": "1", "p:pause": "0.5", "p:currency": "EUR", "seen": shown["params_seen"]}
    assert led(post(client, "/fix/params", here="/fix", **change)) == {"did": "saved"}
    text = (bench.root / "alongside.toml").read_text()
    assert '# How many digits are kept.\ndigits = 1\npause = 0.5\ncurrency = "EUR"\n' in text
    again = post(client, "/fix/params", **{**change, "p:digits": "3"})
    assert (again.status, again.code) == (409, "changed-meanwhile")
    now: Any = twin(client, "/fix.json?tab=parameters")
    other = post(client, "/fix/params", **{"p:digits": "many", "seen": now["params_seen"]})
    assert (other.status, other.code) == (400, "bad-parameter")
    assert 'value="revert"' in get(client, "/fix?tab=parameters")
    late = post(client, "/fix/params", act="revert", seen=shown["params_seen"])
    assert (late.status, late.code) == (409, "changed-meanwhile")
    back = {"act": "revert", "seen": now["params_seen"], "here": "/fix?tab=parameters"}
    assert led(post(client, "/fix/params", **back))["did"] == "reverted"
    text = (bench.root / "alongside.toml").read_text()
    assert '# How many digits are kept.\ndigits = 2\npause = 0.0\ncurrency = "GBP"\n' in text
    assert 'value="revert"' not in get(client, "/fix?tab=parameters")


def test_from_an_edit_to_what_is_served(client: Client, bench: Workbench) -> None:
    live = client.run("invoice", {"text": "supplier: a\nsubtotal: 1\ntotal: 2"}).json["answer"]
    assert live["amount_due"] == 1.0
    assert led(_save(client, FIXED, _seen(client))) == {"did": "saved"}

    told: Any = twin(client, "/fix.json?forecast=1")["forecast"]
    assert (told["steps_at_most"], told["steps"], told["calls"]) == (4, 8, 0)
    assert told["why"] == [["workflows.invoice.choose", "prompt extract.md changed"]]

    proof = led(post(client, "/fix/prove", act="prove", here="/fix"))["proof"]
    ticks = events(client, proof)
    assert [one["done"] for one in ticks] == sorted(one["done"] for one in ticks)  # type: ignore[type-var]
    last = ticks[-1]
    assert (last["status"], last["done"], last["of"]) == ("done", 4, 4)
    assert (last["fixed"], last["broken"], last["unchanged"]) == (3, 0, 1)
    assert last["result"] == {"passed": True}

    shown: Any = twin(client)
    assert shown["proof"]["executed"] == 4
    assert {one["kind"] for one in shown["proof"]["answers"]} == {"fixed"}
    field = shown["proof"]["answers"][0]["fields"][0]
    assert (field["was_mark"], field["now_mark"], field["now"]) == ("wrong", "right", field["expected"])
    assert shown["gate"]["may"]
    columns = client.ask("GET", f"/fix/proof/{proof}").body.decode()
    assert 'id="proof"' in columns
    assert 'id="gate"' in columns

    shipped = post(client, "/fix/ship", version=shown["gate"]["version"], proof=proof, here="/fix")
    assert led(shipped) == {"shipped": shown["gate"]["version"]}
    assert "v2 is live" in get(client, shipped.headers["location"])
    answer = client.run("invoice", {"text": "supplier: a\nsubtotal: 1\ntotal: 2"}).json
    assert answer["answer"]["amount_due"] == 2.0

    bench.rollback(by="Kim", reason="wait")
    assert prove(client)["result"] == {"passed": True}
    again: Any = twin(client)
    assert (again["gate"]["ship"], again["gate"]["may"]) == ("Ship v2", True)
    _save(client, f"{FIXED}- And more.\n", _seen(client))
    assert twin(client)["gate"]["ship"] == "Ship v3"  # type: ignore[index]


def test_what_breaks_a_case_is_named_and_not_shipped(client: Client, bench: Workbench) -> None:
    _save(client, FIXED.replace('"total"', '"nowhere"'), _seen(client))
    told = prove(client)
    assert told["broken"] == 1
    shown: Any = twin(client)
    assert not shown["gate"]["may"]
    assert "caldbeck is broken" in shown["gate"]["why"]
    assert shown["gate"]["look"] == [f"/cases/{case_ids(bench)['caldbeck']}", "Open it"]
    refused = post(client, "/fix/ship", version=shown["gate"]["version"], proof=str(told["id"]))
    assert (refused.status, refused.code) == (409, "gate-closed")
    assert len(versions.releases(bench.database)) == 1


def test_a_proof_of_an_older_text_ships_nothing(client: Client) -> None:
    _save(client, FIXED, _seen(client))
    told = prove(client)
    first: Any = twin(client)
    _save(client, FIXED + "- another line\n", _seen(client))
    shown: Any = twin(client)
    assert shown["stale"] == "The text changed"
    assert not shown["gate"]["may"]
    assert "of an older text" in get(client, "/fix")
    for version in (first["gate"]["version"], shown["gate"]["version"]):
        refused = post(client, "/fix/ship", version=version, proof=str(told["id"]))
        assert (refused.status, refused.code) == (409, "not-proven")


def test_cases_that_changed_since_make_a_proof_old(client: Client, bench: Workbench) -> None:
    _save(client, FIXED, _seen(client))
    prove(client)
    ids = case_ids(bench)
    shown: Any = twin(client, f"/fix.json?case={ids['osprey']}&tab=expectation")
    edit = {"e:amount_due": "7", "seen": shown["expectation"]["seen"], "here": "/fix"}
    assert led(post(client, f"/cases/{ids['osprey']}/expect", **edit)) == {"did": "saved"}
    now: Any = twin(client)
    assert (now["stale"], now["gate"]["may"]) == ("The cases changed", False)


def test_one_case_alone_is_proven_and_fills_no_gate(client: Client, bench: Workbench) -> None:
    _save(client, FIXED, _seen(client))
    case = case_ids(bench)["osprey"]
    proof = led(post(client, "/fix/prove", act="prove-one", case=case, here=f"/fix?case={case}"))["proof"]
    last = events(client, proof)[-1]
    assert (last["of"], last["fixed"], last["result"]) == (1, 1, None)
    shown: Any = twin(client)
    assert shown["proof"]["only"] == case
    assert not shown["gate"]["may"]


def test_who_may_do_what(client: Client, bench: Workbench) -> None:
    params: Any = twin(client)
    edit = {"file": PROMPT, "text": FIXED, "seen": _seen(client), "act": "save", "here": "/fix"}
    viewer = sign_in(bench, client, "Vera", "viewer")
    assert post(client, "/fix/prompt", who=viewer, **edit).code == "not-allowed"
    assert "takes a reviewer" in get(client, "/fix", who=viewer)
    assert post(client, "/fix/prove", who=viewer, act="prove").status == 403

    reviewer = sign_in(bench, client, "Rita", "reviewer")
    assert post(client, "/fix/prompt", who=reviewer, **edit).status == 303
    seen = params["params_seen"]
    assert post(client, "/fix/params", who=reviewer, **{"p:digits": "1", "seen": seen}).status == 403
    assert post(client, "/fix/params", who=reviewer, act="revert", seen=seen).status == 403
    proof = led(post(client, "/fix/prove", who=reviewer, act="prove", here="/fix"))["proof"]
    assert events(client, proof)[-1]["status"] == "done"
    shown: Any = twin(client, who=reviewer)
    assert (shown["gate"]["may"], shown["gate"]["leave"]) == (False, True)
    assert shown["proof"]["by"] == "Rita"
    assert "Leave it to the engineer" in get(client, "/fix", who=reviewer)
    ship = {"version": shown["gate"]["version"], "proof": proof, "here": "/fix"}
    assert post(client, "/fix/ship", who=reviewer, **ship).status == 403
    assert post(client, "/fix/stop", who=viewer, proof=proof).status == 403

    engineer = sign_in(bench, client, "Enid", "engineer")
    worse = edit | {"text": FIXED.replace('"total"', '"nowhere"'), "seen": _seen(client)}
    assert post(client, "/fix/prompt", who=reviewer, **worse).status == 303
    refused = led(post(client, "/fix/prove", who=reviewer, act="prove", here="/fix"))["proof"]
    assert events(client, refused)[-1]["broken"] == 1
    shown = twin(client, who=reviewer)
    assert (shown["gate"]["may"], shown["gate"]["leave"]) == (False, True)
    assert "the engineer's inbox shows this change under “The gate says no”" in shown["gate"]["why"]
    assert not twin(client, who=engineer)["gate"]["leave"]
    told = f"Not shipped: a change of {PROMPT}, proven by Rita."
    groups: Any = client.ask("GET", "/index.json?at=gate", headers=engineer, token="").json
    (refusal,) = next(one["items"] for one in groups["groups"] if one["name"] == "The gate says no")
    assert refusal["sub"].startswith(told)
    assert groups["selected"]["about"] == told

    again = edit | {"seen": _seen(client)}
    assert post(client, "/fix/prompt", who=reviewer, **again).status == 303
    assert post(client, "/fix/ship", who=engineer, **ship).status == 303


def test_an_engagement_with_code_alone_is_proven_as_it_stands_on_the_disk(tmp_path: Path) -> None:
    bench = make_engagement(tmp_path / "acme")
    (bench.root / "prompts" / "greeting.md").unlink()
    with serving(bench) as client:
        shown: Any = twin(client)
        assert shown["tab"] == "code"
        page = get(client, "/fix")
        assert "workflows/all.py" in page
        assert "no prompt and no parameter" in page
        refused = post(client, "/fix/prove", act="prove")
        assert (refused.status, refused.code) == (400, "no-cases")


def test_an_edit_of_code_in_an_editor_is_what_is_proven(client: Client, bench: Workbench) -> None:
    path = bench.root / "workflows" / "invoice.py"
    path.write_text(path.read_text().replace("(wanted.group(1) if wanted else", '("total" if wanted else'))
    assert prove(client)["fixed"] == 3
    shown: Any = twin(client, "/fix.json?tab=code")
    assert shown["code"][0]["path"] == "workflows/invoice.py"
    assert any(line["kind"] == "add" for line in shown["code"][0]["diff"])
    path.write_text(
        path.read_text().replace("    return choose(", '    raise ValueError("no luck")\n    return choose(')
    )
    proof = prove(client)["id"]
    answers: Any = twin(client, f"/fix.json?proof={proof}&all=1")["proof"]["answers"]  # type: ignore[index]
    raised = next(one for one in answers if one["name"] == "caldbeck")
    (line,) = raised["fields"]  # one line: there is nothing to say of each field
    assert (line["field"], line["was"], line["now_mark"]) == ("Answer", None, "wrong")
    assert "no luck" in line["now"]


def test_hostile_text_stays_text(client: Client, bench: Workbench) -> None:
    hostile = "</textarea><script>alert(1)</script>\n"
    (bench.root / "prompts" / "<img onerror=alert(1)>.md").write_text("x")
    _save(client, hostile, _seen(client))
    page = get(client, "/fix?file=prompts/extract.md")
    assert "<script>alert" not in page
    assert "<img onerror" not in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert client.ask("GET", "/fix/proof/<script>").status == 404
