"""`alongside rollback`."""

import getpass

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Make the previous version live again.")
@click.option("--by", default="", metavar="NAME", help="Who takes it back; you, if left out.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@framed
def command(screen: Screen, by: str, reason: str) -> None:
    """Make the previous version live again, at once; the next request is answered by it.

    \b
    alongside rollback
    alongside rollback --by Kim --reason "totals are off in production"

    A second rollback takes the first one back.
    """
    from alongside.views.release import shipped_view

    with screen.open() as bench:
        release = bench.rollback(by=by or getpass.getuser(), reason=reason)
        screen.show(shipped_view(release), following="alongside replay --against previous")
