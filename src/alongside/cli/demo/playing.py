"""`alongside demo`."""

import shutil
import sys
from pathlib import Path

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]

_WIDEST = 96
_PATH = click.Path(path_type=Path)


@click.command("demo", short_help="Play the whole story on made-up documents.")
@click.option(
    "--to", type=_PATH, default=None, help="The folder it is played in; ./alongside-demo by default."
)
@click.option("--documents", type=_PATH, default=None, help="Documents of your own.")
@click.option("--truth", type=_PATH, default=None, help="What is on them: JSON, file stem -> field -> value.")
@click.option("--seed", default=7, help="Other documents of the same kind.")
@framed
def command(screen: Screen, to: Path | None, documents: Path | None, truth: Path | None, seed: int) -> int:
    r"""Play the story in one sitting: a document fails, becomes a case, is fixed, proven, shipped and served.

    \b
    alongside demo
    alongside demo --to /tmp/story --seed 3
    alongside demo --documents receipts/ --truth truth.json

    No network, no key. The folder it leaves is an engagement to go on in.
    """
    from alongside.cli.demo.story import play

    screen.go_on = "alongside demo"
    with screen.progress("demo") as progress:
        return play(
            to=to,
            documents=documents,
            truth=truth,
            json=screen.as_json,
            colour=screen.colours(),
            width=min(_WIDEST, shutil.get_terminal_size().columns),
            seed=seed,
            say=lambda text: click.echo(text, file=sys.stdout),
            progress=progress.tell,
        )
