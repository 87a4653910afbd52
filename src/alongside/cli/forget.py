"""`alongside forget`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen
from alongside.core.errors import UsageError

__all__ = ["command"]


@click.command(short_help="Drop a kept result that is wrong.")
@click.argument("what", metavar="KEY|STEP|RUN")
@framed
def command(screen: Screen, what: str) -> None:
    """Drop kept results: by a key's start (8 digits), by a step's name, or all that a run (`last`) used. They are made anew.

    \b
    alongside forget tidy
    alongside forget run_01hf3k9z
    alongside forget 4ebd40bd27b1

    Tapes, runs and words stay. With --json: {"results": [{"step", "key"}], "verdicts"}.
    """
    from alongside.views.upkeep import forgotten_view
    from alongside.workbench.upkeep import forget

    with screen.open() as bench:
        forgotten = forget(bench, what)
        if not forgotten.results:
            raise UsageError(
                "nothing-kept",
                f"nothing is kept under {what}",
                fix="see `alongside runs show RUN --json` for keys",
            )
        screen.show(forgotten_view(forgotten), following="alongside replay")
