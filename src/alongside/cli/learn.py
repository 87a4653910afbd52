"""`alongside learn`."""

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]


@click.command(short_help="Learn from the corrections of the cases.")
@click.argument("name", default="")
@click.option("--seed", default=0, help="The same seed and corrections give the same bytes.")
@click.option(
    "--allow-missing",
    is_flag=True,
    help="Forget what documents taught that aren't here, or can't be read any more.",
)
@framed
def command(screen: Screen, name: str, seed: int, *, allow_missing: bool) -> None:
    """Learn from the corrections of the train cases: every extractor, or NAME alone. Takes seconds.

    \b
    alongside learn
    alongside learn receipt-fields

    Writes models/NAME.json. An extractor that no correction is for is named and left as it is. Held-out cases are never learned from. A value that a case states and
    its field's type can't hold is named and left out. A train case whose document isn't here is named too, and where
    the model had learned from it, nothing is written. With --json: {"models": [{"name", "file",
    "corrections", "weights", "folds", "seed", "kept", "left_out": [{"case", "name", "field" (null: all of it), "why"}]}], "skipped": [{"name", "why", "fix"}]}.
    """
    from alongside.views.learned import learned_view

    screen.go_on = "alongside learn"
    with screen.open() as bench, screen.progress("learning") as progress:
        learned = bench.learn(progress=progress.tell, name=name, seed=seed, allow_missing=allow_missing)
        screen.show(learned_view(learned), following="alongside replay")
