"""`alongside learn`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Learn from the corrections of the cases.")
@click.argument("name", default="")
@click.option("--seed", default=0, help="The same seed and corrections give the same bytes.")
@framed
def command(screen: Screen, name: str, seed: int) -> None:
    """Learn from the corrections of the train cases: every extractor, or NAME alone. Takes seconds.

    \b
    alongside learn
    alongside learn receipt-fields

    Writes models/NAME.json. Held-out cases are never learned from. With --json: {"models": [{"name", "file",
    "corrections", "weights", "folds", "seed", "kept"}]}.
    """
    from alongside.views.learned import learned_view

    screen.go_on = "alongside learn"
    with screen.open() as bench, screen.progress("learning") as progress:
        models = bench.learn(progress=progress.tell, name=name, seed=seed)
        screen.show(learned_view(models), following="alongside replay")
