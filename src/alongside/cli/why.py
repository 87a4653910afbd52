"""`alongside why`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Say why a step ran again.")
@click.argument("run")
@click.argument("step")
@framed
def command(screen: Screen, run: str, step: str) -> None:
    """Say why STEP of RUN was kept or ran: the first part of its key or read that differs, with both values.

    \b
    alongside why run_01hf3k9z tidy
    alongside why run_01hf3k9z tidy --json

    A kept result that is wrong is made anew after `alongside forget STEP`. A replay's runs are in `alongside case show CASE`. With --json: {"run", "step", "reasons": [{"status", "key",
    "text", "compared_with", "basis", "difference": {"what", "before", "now", "diff"}}]}.
    """
    from alongside.engine.why import why
    from alongside.views.upkeep import why_view

    with screen.open() as bench:
        answer = why(bench.database, bench.blobs, run=bench.find_run(run), step=step)
        screen.show(why_view(answer), following=f"alongside runs show {answer.run}")
