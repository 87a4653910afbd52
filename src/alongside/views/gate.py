"""The gate's word on a version: what was promised, how it stands, what nobody looked at."""

from collections.abc import Mapping
from typing import Any

from alongside.views.figures import short_id
from alongside.views.parts import Part, Table, View

__all__ = ["gate_following", "gate_view"]


def gate_view(verdict: Mapping[str, Any]) -> View:
    """Show a verdict, given as its JSON: what isn't met first."""
    order = {"unmet": 0, "unproven": 1, "met": 2}
    items = sorted(verdict["items"], key=lambda item: order[item["status"]])
    rows = tuple((item["status"], item["name"], item["evidence"], item["owner"]) for item in items)
    against = f" against {short_id(verdict['baseline'])}" if verdict["baseline"] else ""
    head = f"version {short_id(verdict['version'])} {'passes' if verdict['passed'] else 'does not pass'} the gate{against}"
    parts: list[Part] = [head, Table(("", "promise", "evidence", "owner"), rows)]
    if verdict["not_checked"]:
        parts.append(f"not checked: {'; '.join(verdict['not_checked'])}")
    return View(dict(verdict), parts)


def gate_following(verdict: Mapping[str, Any]) -> str:
    """Return the command that comes next: to ship, or to look at what stands in the way."""
    if verdict["passed"]:
        return "alongside ship"
    blocking = [item for item in verdict["items"] if item["status"] != "met"]
    cases = [case for item in blocking for case in item["cases"]]
    if cases:
        return f"alongside case show {cases[0]}"
    few = [item["evidence"] for item in blocking if "--held-out`" in item["evidence"]]
    if few and verdict["cases"]:
        return few[0].split("`")[1]
    if verdict["cases"] == 0:
        return "alongside review"
    commands = [item["evidence"].split("`")[1] for item in blocking if "`alongside " in item["evidence"]]
    signing = [
        one for one in commands if ("release approve" in one or "person add" in one) and " NAME " not in one
    ]
    return signing[0] if signing else "alongside replay"
