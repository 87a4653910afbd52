"""Two people who edit at once, over HTTP: each one's fields are saved, and only the same field is for somebody to decide."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from alongside.core.case import Case
from alongside.workbench import Workbench
from web.fixable import FIXED, PROMPT, RULES, case_ids, events, get, led, post, twin
from web.served import Answer, Client, sign_in

pytestmark = pytest.mark.enable_socket

_FIELD = re.compile(
    r'<input type="hidden" name="([^"]*)" value="([^"]*)">'
    r'|<input class="field" id="[^"]*" name="([^"]*)"[^>]*? value="([^"]*)"'
    r'|<textarea [^>]*?name="([^"]*)"[^>]*>\n(.*?)</textarea>'
    r'|<select [^>]*?name="([^"]*)"[^>]*>(?:(?!</select>).)*?<option value="([^"]*)" selected>',
    re.DOTALL,
)


def form(page: str, action: str) -> dict[str, str]:
    """What a browser would send of the form at an address, as the page shows it."""
    found = re.search(rf'<form [^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found, page
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(found[0]):
        name, value = (one for one in match.groups() if one is not None)
        fields[html.unescape(name)] = html.unescape(value).replace("\r\n", "\n").replace("\n", "\r\n")
    return fields


def send(client: Client, action: str, fields: dict[str, str], **more: str) -> Answer:
    return post(client, action, page=True, **{**fields, **more})


def _case(bench: Workbench, name: str) -> tuple[Case, Path]:
    loaded = bench.cases()
    case = next(one for one in loaded.cases if one.name == name)
    return case, loaded.paths[case.id]


def _set(path: Path, old: str, new: str) -> None:
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode()))


def test_a_parameter_of_mine_is_saved_beside_one_of_theirs(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    _set(toml, "digits = 2", "digits = 4")
    assert led(send(client, "/fix/params", mine, **{"p:currency": "EUR"}))["did"] == "merged"
    assert 'digits = 4\npause = 0.0\ncurrency = "EUR"\n' in toml.read_text()


def test_the_same_parameter_is_for_somebody_to_decide(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    _set(toml, "digits = 2", "digits = 4")
    answer = send(client, "/fix/params", mine, **{"p:digits": "6", "p:currency": "EUR"})
    assert answer.status == 409
    assert "currency" not in bench.reload().params or bench.reload().params["currency"] == "GBP"
    decide = form(answer.body.decode(), "/fix/params")
    assert decide["p:digits"] == "6"
    for keep, digits in (("theirs", 4), ("mine", 6)):
        assert led(send(client, "/fix/params", decide, keep=keep))["did"] in {"saved", "merged"}
        assert (bench.reload().params["digits"], bench.reload().params["currency"]) == (digits, "EUR")
        decide["s:p:currency"] = '"EUR"'


def test_an_expectation_of_mine_is_saved_beside_one_of_theirs(client: Client, bench: Workbench) -> None:
    case, path = _case(bench, "osprey")
    _set(path, "[expected]\n", '[expected]\nsupplier = "osprey" # as printed\n')
    action = f"/cases/{case.id}/expect"
    mine = form(get(client, f"/fix?case={case.id}&tab=expectation"), action)
    _set(path, "amount_due = 120.0", "amount_due = 111.1")
    assert led(send(client, action, mine, **{"e:supplier": "Osprey Ltd"}))["did"] == "merged"
    assert _case(bench, "osprey")[0].expected == {"supplier": "Osprey Ltd", "amount_due": 111.1}
    refused = send(client, action, mine, **{"e:amount_due": "99"})
    assert refused.status == 409
    decide = form(refused.body.decode(), action)
    assert led(send(client, action, decide, keep="theirs"))["did"] == "unchanged"
    assert _case(bench, "osprey")[0].expected["amount_due"] == 111.1
    assert led(send(client, action, decide, keep="mine"))["did"] == "saved"
    assert _case(bench, "osprey")[0].expected == {"supplier": "Osprey Ltd", "amount_due": 99}


def test_must_pass_is_another_field_than_what_must_hold(client: Client, bench: Workbench) -> None:
    case, _ = _case(bench, "osprey")
    page = get(client, f"/cases/{case.id}")
    mine, other = form(page, f"/cases/{case.id}/expect"), form(page, f"/cases/{case.id}/must-pass")
    assert send(client, f"/cases/{case.id}/must-pass", other).status == 303
    assert send(client, f"/cases/{case.id}/expect", mine, **{"e:amount_due": "99"}).status == 303
    changed, _ = _case(bench, "osprey")
    assert (changed.must_pass, changed.expected) == (True, {"amount_due": 99})


def test_lines_of_mine_are_saved_beside_lines_of_theirs(client: Client, bench: Workbench) -> None:
    prompt = bench.root / PROMPT
    mine = form(get(client, "/fix"), "/fix/prompt")
    prompt.write_text(RULES.replace("Return the fields.", "Return all of the fields."))
    text = RULES.replace("as printed", "in capitals").replace("\n", "\r\n")
    assert led(send(client, "/fix/prompt", mine, text=text))["did"] == "merged"
    assert prompt.read_text() == RULES.replace("the fields", "all of the fields").replace(
        "as printed", "in capitals"
    )
    late = send(client, "/fix/prompt", mine, text=RULES.replace("as printed", "lowered"))
    assert late.status == 409
    decide = form(late.body.decode(), "/fix/prompt")
    assert "lowered" in decide["text"]
    before = prompt.read_text()
    assert "did" not in led(send(client, "/fix/prompt", decide, keep="theirs"))
    assert prompt.read_text() == before
    assert led(send(client, "/fix/prompt", decide, keep="mine"))["did"] == "saved"
    assert "lowered" in prompt.read_text()


@pytest.mark.parametrize(
    "value",
    ["one\ntwo", "", "  padded  ", "a\r\nb", '"quoted"', "null", 0, 1.50, True, ["a"], {"k": None}, None],
    ids=repr,
)
def test_an_expectation_that_is_saved_as_it_is_stays_as_it_is(
    client: Client, bench: Workbench, value: Any
) -> None:
    from dataclasses import replace

    from alongside.store.case_files import edit_case

    case, path = _case(bench, "osprey")
    edit_case(path, replace(case, expected={"supplier": value}))
    before = path.read_bytes()
    mine = form(get(client, f"/fix?case={case.id}&tab=expectation"), f"/cases/{case.id}/expect")
    assert led(send(client, f"/cases/{case.id}/expect", mine))["did"] == "unchanged"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        ("says", "", ""),
        ("says", " two \r\nlines ", " two \nlines "),
        ("nothing", "osprey", None),
        ("nothing", "", None),
    ],
)
def test_nothing_is_another_thing_than_an_empty_text(
    client: Client, bench: Workbench, how: str, text: str, expected: Any
) -> None:
    case, path = _case(bench, "osprey")
    _set(path, "[expected]\n", '[expected]\nsupplier = "osprey"\n')
    mine = form(get(client, f"/cases/{case.id}"), f"/cases/{case.id}/expect")
    said = {"h:supplier": how, "e:supplier": text}
    assert led(send(client, f"/cases/{case.id}/expect", mine, **said))["did"] == "saved"
    assert _case(bench, "osprey")[0].expected["supplier"] == expected
    again = form(get(client, f"/cases/{case.id}"), f"/cases/{case.id}/expect")
    send(client, f"/cases/{case.id}/expect", again, **{"h:supplier": "unjudged"})
    assert "supplier" not in _case(bench, "osprey")[0].expected


def test_line_ends_of_a_prompt_stay_as_they_are(client: Client, bench: Workbench) -> None:
    prompt = bench.root / PROMPT
    kept = RULES.replace("\n", "\r\n").encode()
    prompt.write_bytes(kept)
    mine = form(get(client, "/fix"), "/fix/prompt")
    assert led(send(client, "/fix/prompt", mine))["did"] == "unchanged"
    assert prompt.read_bytes() == kept
    send(client, "/fix/prompt", mine, text=FIXED)
    assert prompt.read_bytes() == FIXED.replace("\n", "\r\n").encode()


def test_a_prompt_that_is_not_utf_8_is_never_rewritten(client: Client, bench: Workbench) -> None:
    prompt = bench.root / PROMPT
    prompt.write_bytes(b"caf\xe9 total\n")
    page = get(client, "/fix")
    assert "byte 3 is not UTF-8" in page
    assert "readonly" in page
    mine = form(page, "/fix/prompt")
    refused = post(client, "/fix/prompt", **{**mine, "text": "coffee"})
    assert (refused.status, refused.code) == (422, "not-utf-8")
    assert prompt.read_bytes() == b"caf\xe9 total\n"


def test_what_was_typed_comes_back_with_what_is_wrong(client: Client, bench: Workbench) -> None:
    before = (bench.root / "alongside.toml").read_bytes()
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    refused = send(client, "/fix/params", mine, **{"p:digits": "two", "p:currency": "<typed>"})
    page = refused.body.decode()
    assert refused.status == 400
    again = form(page, "/fix/params")
    assert (again["p:digits"], again["p:currency"]) == ("two", "<typed>")
    assert re.search(r'name="p:digits"[^>]*aria-invalid="true"', page)
    assert "digits is 2 now, a number" in page
    assert (bench.root / "alongside.toml").read_bytes() == before
    assert led(send(client, "/fix/params", again, **{"p:digits": "3"}))["did"] == "saved"
    assert bench.reload().params["currency"] == "<typed>"


def test_an_expectation_that_cannot_be_comes_back(client: Client, bench: Workbench) -> None:
    case, path = _case(bench, "osprey")
    _set(path, "[expected]\n", '[expected]\nsupplier = ["a"]\n')
    before = path.read_bytes()
    mine = form(get(client, f"/cases/{case.id}"), f"/cases/{case.id}/expect")
    refused = send(
        client, f"/cases/{case.id}/expect", mine, **{"e:supplier": "[a, b]", "e:amount_due": "121"}
    )
    again = form(refused.body.decode(), f"/cases/{case.id}/expect")
    assert refused.status == 400
    assert (again["e:supplier"], again["e:amount_due"]) == ("[a, b]", "121")
    assert "supplier is a list" in refused.body.decode()
    assert path.read_bytes() == before


def test_the_text_of_a_prompt_that_is_gone_is_kept_for_another(client: Client, bench: Workbench) -> None:
    mine = form(get(client, "/fix"), "/fix/prompt")
    (bench.root / PROMPT).rename(bench.root / "prompts" / "read.md")
    refused = send(client, "/fix/prompt", mine, text="a long text\r\n")
    page = refused.body.decode()
    assert refused.status == 404
    assert "a long text" in form(page, "/fix/prompt")["text"]
    assert "<option>prompts/read.md</option>" in page
    again = {**form(page, "/fix/prompt"), "file": "prompts/read.md"}
    assert led(send(client, "/fix/prompt", again))["did"] == "saved"
    assert (bench.root / "prompts" / "read.md").read_text() == "a long text\n"


def test_a_form_that_is_refused_stays_at_the_address_it_came_from(client: Client, bench: Workbench) -> None:
    from urllib.parse import urlencode

    mine = form(get(client, "/fix?tab=parameters"), "/fix/params") | {"p:digits": "two"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    answer = client.ask("POST", "/fix/params", urlencode(mine).encode(), headers)
    assert answer.headers["HX-Push-Url"] == "/fix?tab=parameters"
    foreign = client.ask("POST", "/fix/params", urlencode(mine | {"here": "//evil"}).encode(), headers)
    assert foreign.headers["HX-Push-Url"] == "/fix"


def test_more_fields_than_a_form_usually_has(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    _set(toml, "pause = 0.0\n", "pause = 0.0\n" + "".join(f"extra_{at} = {at}\n" for at in range(150)))
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    assert led(send(client, "/fix/params", mine, **{"p:extra_149": "7"}))["did"] == "saved"
    assert bench.reload().params["extra_149"] == 7


def test_an_edit_while_somebody_proves_is_saved_and_says_that_it_waits(
    client: Client, bench: Workbench
) -> None:
    shown: Any = twin(client)
    post(client, "/fix/params", **{"p:pause": "0.4", "seen": shown["params_seen"]})
    proof = led(post(client, "/fix/prove", act="prove", here="/fix"))["proof"]
    mine = form(get(client, "/fix"), "/fix/prompt")
    back = send(client, "/fix/prompt", mine, text=FIXED, act="prove")
    assert led(back) == {"proof": proof, "did": "saved", "joined": "1"}
    assert (bench.root / PROMPT).read_text() == FIXED
    assert "Another proof is running" in get(client, back.headers["location"])
    assert events(client, proof)[-1]["status"] == "done"


def test_comments_inside_a_table_and_a_list_stay(client: Client, bench: Workbench) -> None:
    toml = bench.root / "alongside.toml"
    table = "[params.nested]\n# about k\nk = 1 # one\nother = 2\n\n"
    _set(toml, 'currency = "GBP"\n', 'currency = "GBP"\ntags = [\n    "a", # why a\n    "b",\n]\n')
    _set(toml, "[[done]]", f"{table}[[done]]")
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    changed = {"p:nested": json.dumps({"k": 5, "other": 2}), "p:tags": '["a", "b", "c"]'}
    assert led(send(client, "/fix/params", mine, **changed))["did"] == "saved"
    text = toml.read_text()
    assert "# about k\nk = 5 # one\nother = 2\n" in text
    assert '    "a", # why a\n    "b",\n    "c",\n' in text


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("2026-03-01", "2026-03-02", "2026-03-02"),
        ("2026-03-01T10:00:00+01:00", "2026-03-01T11:00:00+01:00", "2026-03-01T11:00:00+01:00"),
        ("10:30:00", "10:45", "10:45:00"),
    ],
)
def test_a_date_stays_a_date(client: Client, bench: Workbench, before: str, typed: str, after: str) -> None:
    toml = bench.root / "alongside.toml"
    _set(toml, "pause = 0.0\n", f"pause = 0.0\nsince = {before} # the contract\n")
    mine = form(get(client, "/fix?tab=parameters"), "/fix/params")
    assert led(send(client, "/fix/params", mine))["did"] == "unchanged"
    assert led(send(client, "/fix/params", mine, **{"p:since": typed}))["did"] == "saved"
    assert f"since = {after} # the contract\n" in toml.read_text()
    assert send(client, "/fix/params", mine, **{"p:since": "soon"}).status == 400


def test_what_a_reviewer_is_told_is_english(client: Client, bench: Workbench) -> None:
    rita = sign_in(bench, client, "Rita", "reviewer")
    refused = client.send("/fix/params", {"p:digits": "1", "seen": ""}, rita, token="")
    assert refused.status == 403
    assert "Rita is a reviewer, and this takes an engineer" in refused.body.decode()


def test_a_proof_of_the_case_alone_is_still_its_own(client: Client, bench: Workbench) -> None:
    case = case_ids(bench)["osprey"]
    mine = form(get(client, f"/fix?case={case}"), "/fix/prompt")
    proof = led(send(client, "/fix/prompt", mine, text=FIXED, act="prove-one"))["proof"]
    assert events(client, proof)[-1]["of"] == 1
