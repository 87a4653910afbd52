"""People and links at the command line."""

from pathlib import Path
from typing import Any

import pytest

from alongside.core.errors import PolicyError, UsageError
from alongside.web.hosts import hosts_of
from alongside.web.serving import serve
from alongside.workbench import open_engagement
from alongside.workbench.address import forget_address, note_address

Call = Any


def test_somebody_is_let_in_and_taken_out(alongside: Call, acme: Path) -> None:
    said = alongside("person", "add", "Zoë", "--role", "reviewer")
    assert "http://127.0.0.1:8717/in/" in said.out
    assert "nobody serves" in said.out
    assert said.next == "alongside serve"
    assert alongside("person", "list", "--json").data["people"][-1] == {"name": "Zoë", "role": "reviewer"}
    again = alongside("person", "link", "Zoë", "--hours", "1", "--json").data
    assert (again["person"], again["role"], again["serving"]) == ("Zoë", "reviewer", False)
    assert alongside("person", "add", "Zoë", "--role", "admin").code == 2
    assert alongside("person", "add", "Ann", "--role", "king").code == 2
    assert alongside("person", "link", "nobody").code == 2
    for hours in ("nan", "inf", "-1", "0"):
        refused = alongside("person", "link", "Zoë", f"--hours={hours}")
        assert (refused.code, "0.01<=x<=744" in refused.err) == (2, True)
    assert "Zoë" not in alongside("person", "remove", "Zoë").out
    assert alongside("person", "remove", "Zoë").code == 2


def test_a_link_is_for_the_server_that_runs(alongside: Call, acme: Path) -> None:
    with open_engagement(acme) as bench:
        note_address(bench, "http://laptop.example:9000/")
        said = alongside("person", "add", "Ann", "--role", "viewer", "--json").data
        assert said["url"].startswith("http://laptop.example:9000/in/")
        assert said["serving"] is True
        forget_address(bench, "http://laptop.example:9000/")
        assert alongside("person", "link", "Ann", "--json").data["serving"] is False


def test_a_review_link_from_making_to_its_end(alongside: Call, acme: Path) -> None:
    assert "nothing-to-ask" in alongside("link", "add", "--for", "Dana").err
    assert "no link was made yet" in alongside("link", "list").out
    alongside("run", "bill", "--input", "rows.jsonl")
    made = alongside("link", "add", "--for", "Dana", "--json").data
    assert made["questions"] == 4
    (row,) = alongside("link", "list", "--json").data["links"]
    assert (row["id"], row["for"], row["answered"], row["opens"]) == (made["id"], "Dana", 0, True)
    assert made["url"].rpartition("/")[2] not in alongside("link", "list", "--json").out
    assert "is revoked" in alongside("link", "revoke", made["id"]).out
    assert "had ended" in alongside("link", "revoke", made["id"]).out
    assert alongside("link", "revoke", "link_none").code == 2


@pytest.mark.parametrize(("people", "names"), [(False, ["host.example"]), (True, [])])
def test_beyond_this_machine_only_for_people_under_a_name(
    alongside: Call, acme: Path, people: bool, names: list[str]
) -> None:
    for one in alongside("person", "list", "--json").data["people"]:
        alongside("person", "remove", one["name"])
    if people:
        alongside("person", "add", "Ann", "--role", "viewer")
    with open_engagement(acme) as bench, pytest.raises(PolicyError) as refused:
        serve(bench, host="0.0.0.0", port=0, names=names, announce=lambda _: pytest.fail("it serves"))
    assert refused.value.code == "bind-refused"


@pytest.mark.parametrize(
    "name", ["", "a b", "ftp://x", "http://x/y", "x:port", "*", "a..b/", "0.0.0.0", "x:99999"]
)
def test_a_name_that_is_none(alongside: Call, acme: Path, name: str) -> None:
    said = alongside("serve", "--port", "0", "--name", name)
    assert (said.code, "bad-name" in said.err) == (2, True)


def test_who_ships_is_said_as_it_is(alongside: Call) -> None:
    told = " ".join(alongside("person", "add", "--help").out.split())
    assert "engineer changes the workflow, ships what passes the gate" in told
    assert "approver ships past the gate" in told


@pytest.mark.parametrize(
    "name", ["[::]", "http://0.0.0.0:80", "x:0", "http://x:0", "https://x:65536", "999.1.1.1", "1.2"]
)
def test_a_name_by_which_nobody_comes_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        hosts_of([name])
    assert refused.value.code == "bad-name"


@pytest.mark.parametrize("name", ["x", "x:1", "x:65535", "10.0.0.7", "[fe80::1]", "https://a.example"])
def test_a_name_by_which_people_come_is_taken(name: str) -> None:
    assert len(hosts_of([name]).declared) == 1


@pytest.mark.parametrize("name", ["a\nb", "x" * 5_000, ""])
def test_a_persons_name_is_one_short_line(alongside: Call, acme: Path, name: str) -> None:
    said = alongside("person", "add", name, "--role", "viewer")
    assert (said.code, "error[bad-person]" in said.err) == (2, True)
