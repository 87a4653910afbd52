"""What the doctor found."""

from collections.abc import Sequence
from dataclasses import asdict

from alongside.core.counting import counted
from alongside.views.parts import Part, Table, View
from alongside.workbench.health import Finding

__all__ = ["health_view"]


def health_view(findings: Sequence[Finding]) -> View:
    """Show the findings, what is wrong first, each with its fix."""
    order = {"wrong": 0, "note": 1, "fine": 2}
    rows = tuple(
        (one.status, one.what, f"{one.told}\nfix: {one.fix}" if one.fix else one.told)
        for one in sorted(findings, key=lambda one: order[one.status])
    )
    wrong = sum(one.status == "wrong" for one in findings)
    head: Part = (
        f"{counted(wrong, 'thing')} {'is' if wrong == 1 else 'are'} wrong" if wrong else "all is well"
    )
    data = {"well": wrong == 0, "findings": [asdict(one) for one in findings]}
    return View(data, [head, Table(("", "looked at", "found"), rows)])
