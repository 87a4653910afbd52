"""`alongside gate`."""

from typing import TYPE_CHECKING

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

if TYPE_CHECKING:
    from alongside.release.gate import Accepted, GateVerdict
    from alongside.workbench import Workbench

__all__ = ["command"]


@click.command(short_help="Hold it against the definition of done.")
@click.option("--accept", metavar="CASE", help="Take this broken case, by name and with a reason.")
@click.option("--by", default="", metavar="NAME", help="Who accepts it.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@framed
def command(screen: Screen, accept: str | None, by: str, reason: str) -> int:
    """Say whether the working tree may ship, by the definition of done in alongside.toml.

    \b
    alongside gate
    alongside gate --accept 3f9c1a2b --by Kim --reason "the vendor changed its form"

    Shares count held-out cases, and train cases that an extractor read with a model that hasn't learned from them, or
    that failed before one could. Any other train case is seen by whoever edits: held-out cases measure.

    Exit code 1 where it may not. The verdict is kept in .alongside/verdicts/; --json prints it: {"version", "baseline",
    "passed", "items": [{"name", "status": "met" | "unmet" | "unproven", "evidence", "owner", "cases"}], "not_checked",
    "cases", "counted", "held", "failing"}; "held" is what it was held against, so that a later change of a promise or a
    case shows.
    """
    from alongside.views.gate import gate_following, gate_view

    with screen.open() as bench:
        verdict = _gate(screen, bench, _accepted(bench, accept, by, reason) if accept else None)
        data = verdict.to_json()
        screen.show(gate_view(data), following=gate_following(data))
        return 0 if verdict.passed else 1


def _accepted(bench: "Workbench", case: str, by: str, reason: str) -> "Accepted":
    from alongside.release.gate import Accepted
    from alongside.release.signing import require_said
    from alongside.workbench.standing import find_case

    require_said("accept-unsigned", "--accept", by, reason)
    found, _ = find_case(bench, case)
    return Accepted(found.id, by, reason)


def _gate(screen: Screen, bench: "Workbench", accepted: "Accepted | None") -> "GateVerdict":
    from alongside.evals.replay import Options

    screen.go_on = "alongside gate"
    with screen.progress("gating") as progress:
        return bench.gate(
            options=Options(seconds=bench.deadline),
            progress=lambda done, total, result: progress.update(done, total, result.case.name),
            accept=accepted,
        )
