"""`alongside demo`."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

import click

from alongside.cli.group import framed
from alongside.cli.screen import Screen

__all__ = ["command"]

_NARROWEST, _WIDEST = 72, 100
_EVERY = 5.0


@click.command(short_help="Play the whole story on made-up documents.")
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="Its folder, if not alongside-demo."
)
@click.option(
    "--documents",
    type=click.Path(file_okay=False, path_type=Path),
    help="Play it on the documents of this folder.",
)
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What they say: JSON, file stem -> field -> value.",
)
@framed
def command(screen: Screen, to: Path | None, documents: Path | None, truth: Path | None) -> int:
    """Play one sitting: a document fails, the failure is a case, the fix is proven and live. About twenty seconds.

    \b
    alongside demo
    alongside demo --to /tmp/demo
    alongside demo --documents invoices/ --truth invoices.json

    What it makes stays, to look around in. With --json: {"folder", "again", "beats": [{"beat", "title", "happened",
    "why", "commands", "facts", "seconds"}], "seconds", "next"}.
    """
    from alongside.cli.demo.story import play
    from alongside.workbench.extras import extra_version

    extra_version("learn")  # before anything is played: the sitting can't go on without it
    given = {"--to": to, "--documents": documents, "--truth": truth}
    options = [f"{name} {shlex.quote(str(path))}" for name, path in given.items() if path is not None]
    screen.go_on = " ".join(["alongside demo", *options])
    is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    width = min(max(shutil.get_terminal_size((96, 0)).columns, _NARROWEST), _WIDEST)
    return play(
        to=to,
        documents=documents,
        truth=truth,
        json=screen.as_json,
        colour=is_terminal and "NO_COLOR" not in os.environ,
        width=width,
        say=click.echo,
        progress=_Status(),
    )


class _Status:
    """One line on stderr: it is overwritten on a terminal, and a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._told = time.monotonic()

    def __call__(self, text: str) -> None:
        """Say what is going on; nothing clears the line."""
        if self._on_terminal:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)
        elif text and time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            click.echo(text, err=True)
