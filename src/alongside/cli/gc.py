"""`alongside gc`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Free what nothing needs any more.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@framed
def command(screen: Screen, *, dry_run: bool) -> None:
    """Free what no case, release or recent run needs: the last 24 hours are always spared.

    \b
    alongside gc --dry-run
    alongside gc

    A full replay afterwards executes nothing more. With --json: {"results", "runs", "versions", "blobs", "trees",
    "bytes", "dry_run"}.
    """
    from alongside.views.upkeep import collected_view
    from alongside.workbench.upkeep import collect

    with screen.open() as bench:
        collected = collect(bench, dry_run=dry_run)
        screen.show(
            collected_view(collected, dry_run=dry_run),
            following="alongside gc" if dry_run else "alongside replay --full",
        )
