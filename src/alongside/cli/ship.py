"""`alongside ship`."""

import getpass
import json

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Gate it and make it live.")
@click.option(
    "--override", is_flag=True, help="Past the gate, by name and with a reason: the record keeps it."
)
@click.option(
    "--by", default="", metavar="NAME", help="Who ships; you, if left out (an override wants a name)."
)
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@framed
def command(screen: Screen, by: str, reason: str, *, override: bool) -> int:
    """Hold the working tree against the definition of done and, where it passes, make it live.

    \b
    alongside ship --by Kim
    alongside ship --override --by Kim --reason "first version, no cases yet"

    Shipping what is live already writes nothing. Exit code 1 where the gate is closed. With --json: {"release", "version", "previous", "kind", "by", "reason",
    "at", "verdict"}.
    """
    from alongside.evals.replay import Options
    from alongside.release.ship import GateClosed
    from alongside.store import versions
    from alongside.views.gate import gate_following, gate_view
    from alongside.views.release import shipped_view

    screen.go_on = "alongside release list"
    with screen.open() as bench, screen.progress("gating") as progress:
        before = versions.current(bench.database)
        try:
            release, _ = bench.ship(
                options=Options(seconds=bench.deadline),
                progress=lambda done, total, result: progress.update(done, total, result.case.name),
                by=by if by.strip() or override else getpass.getuser(),
                reason=reason,
                override=override,
            )
        except GateClosed as closed:
            verdict = json.loads(closed.verdict)
            screen.show(gate_view(verdict))
            screen.say(str(closed))
            screen.say(f"next: {gate_following(verdict)}")
            return closed.exit_code
        screen.show(shipped_view(release, before=before), following="alongside serve")
        return 0
