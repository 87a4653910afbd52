"""A signature is its owner's, by name; an override and an accepted break have a name and a reason, and a break to accept."""

from pathlib import Path
from typing import Any

import pytest

from alongside import open_engagement
from alongside.core.errors import UsageError

Call = Any

SIGN_OFF = """
[[people]]
name = "Kim"
role = "engineer"

[[people]]
name = "Dana"
role = "expert"

[[done]]
name = "the expert agrees"
measure = "sign-off"
owner = "{owner}"
"""


@pytest.fixture
def signable(judged: str, acme: Path) -> Path:
    """Returns alongside.toml, with a sign-off that the expert owns."""
    toml = acme / "alongside.toml"
    toml.write_text(toml.read_text() + SIGN_OFF.format(owner="expert"))
    return toml


def sign_off(alongside: Call) -> tuple[str, str]:
    items = alongside("gate", "--json").data["items"]
    (item,) = [item for item in items if item["name"] == "the expert agrees"]
    return item["status"], item["evidence"]


def test_whoever_holds_the_owners_role_signs_and_nobody_else(alongside: Call, signable: Path) -> None:
    assert sign_off(alongside) == ("unmet", "`alongside release approve --by Dana`")
    assert alongside("gate").next == "alongside release approve --by Dana"
    for nobody in ("Kim", "expert", " "):
        assert alongside("release", "approve", "--by", nobody).code == 2
        named = alongside("release", "approve", "--by", nobody, "--promise", "the expert agrees", "--json")
        assert named.data["error"]["code"] == "not-the-owner"
    assert sign_off(alongside)[0] == "unmet"
    assert alongside("release", "approve", "--by", "Dana").code == 0
    assert sign_off(alongside) == ("met", "signed by Dana")


def test_an_owner_who_is_nobody_yet_is_declared_by_the_command_that_the_gate_names(
    alongside: Call, judged: str, acme: Path
) -> None:
    toml = acme / "alongside.toml"
    toml.write_text(
        toml.read_text() + SIGN_OFF.partition("[[done]]")[2].join(["[[done]]", ""]).format(owner="Eve")
    )
    assert alongside("run", "bill", "--input", "rows.jsonl").code == 0
    command = "alongside person add Eve --role reviewer"
    status, evidence = sign_off(alongside)
    assert (status, f"`{command}`" in evidence) == ("unmet", True)
    assert alongside("gate").next == command
    for told in ([], ["--promise", "the expert agrees"]):
        refused = alongside("release", "approve", "--by", "Eve", *told)
        assert (refused.code, f"`{command}`" in refused.err) == (2, True)
    assert alongside("person", "add", "Max", "--role", "engineer").code == 0
    assert alongside(*command.split()[1:]).code == 0
    assert alongside("release", "approve", "--by", "Eve").code == 0
    assert sign_off(alongside) == ("met", "signed by Eve")


def test_a_signature_counts_for_the_owner_of_today(alongside: Call, signable: Path) -> None:
    text = signable.read_text()
    signable.write_text(text.replace('owner = "expert"', 'owner = "Kim"'))
    assert alongside("release", "approve", "--by", "Kim").code == 0
    assert sign_off(alongside)[0] == "met"
    signable.write_text(text.replace('owner = "expert"', 'owner = "Dana"'))
    status, evidence = sign_off(alongside)
    assert status == "unmet"
    assert evidence.startswith("signed by Kim, who may not")


def test_blanks_are_no_name_and_no_reason(alongside: Call, judged: str, acme: Path) -> None:
    for by, reason in ((" ", "because"), ("kim", " "), (" ", "\t")):
        said = alongside("ship", "--override", "--by", by, "--reason", reason, "--json")
        assert (said.code, said.data["error"]["code"]) == (2, "override-unsigned")
        said = alongside("gate", "--accept", judged, "--by", by, "--reason", reason, "--json")
        assert (said.code, said.data["error"]["code"]) == (2, "accept-unsigned")
    with open_engagement(acme) as bench, pytest.raises(UsageError, match="a name and a reason"):
        bench.accept_break(bench.snapshot(), case=judged, by="", reason=" ")


def test_only_a_broken_case_is_accepted(alongside: Call, judged: str, acme: Path) -> None:
    accept = ("gate", "--accept", judged, "--by", "kim", "--reason", "it may", "--json")
    assert "nothing is live" in alongside(*accept).data["error"]["message"]
    alongside("ship", "--override", "--by", "kim", "--reason", "the first")
    said = alongside(*accept)
    assert (said.code, said.data["error"]["code"]) == (2, "not-broken")
    assert "it passes" in said.data["error"]["message"]
    source = acme / "workflows" / "bill.py"
    source.write_text(source.read_text().replace('"0.1"', '"0.2"'))
    assert alongside(*accept).data["passed"]


def test_whoever_has_nothing_to_sign_is_told_who_has(alongside: Call, signable: Path) -> None:
    said = alongside("release", "approve", "--by", "kim")
    assert said.code == 2
    assert "no sign-off is kim's; 'the expert agrees' is signed by Dana" in said.err
    other = alongside("release", "approve", "--by", "Dana", "--promise", "nope")
    assert "fix: write --promise with one of: the expert agrees" in other.err
    named = alongside("release", "approve", "the expert agrees", "--by", "Dana")
    assert (
        "'the expert agrees' is no version, but a promise\nfix: write --promise 'the expert agrees'"
        in named.err
    )
