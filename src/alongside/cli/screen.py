"""Where a command prints: data on stdout, everything else on stderr, one JSON object where `--json` asks for it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from alongside.cli.progress import Progress
    from alongside.views.parts import View
    from alongside.workbench import Workbench

__all__ = ["Screen"]


@dataclass
class Screen:
    """What the options that every command has say, and the ways to print.

    `go_on` is what an interrupted command says to go on with; commands set it as they learn of it.
    """

    as_json: bool = False
    debug: bool = False
    engagement: Path = field(default_factory=Path)
    go_on: str = ""

    def open(self) -> "Workbench":
        """Open the engagement that the command is meant for, to use in a `with`."""
        from alongside.workbench import open_engagement

        return open_engagement(self.engagement)

    def show(self, view: "View", *, following: str = "") -> None:
        """Print a view on stdout. `following` is the command to go on with: the last line, on stderr."""
        from alongside.cli.output import write_view

        if self.as_json:
            click.echo(json.dumps(view.data, ensure_ascii=False, indent=1, default=str))
        else:
            write_view(view)
        if following:
            self.say(f"next: {following}")

    def say(self, text: str) -> None:
        """Print a message on stderr, behind what is already on stdout."""
        sys.stdout.flush()
        click.echo(text, err=True)

    def asks(self) -> bool:
        """Whether there is a person to ask: both ends are a terminal and no program reads the answer."""
        return not self.as_json and sys.stdin.isatty() and sys.stderr.isatty()

    def progress(self, what: str) -> "Progress":
        """Return a progress report on stderr, to use in a `with`."""
        from alongside.cli.progress import Progress

        return Progress(what, clock=_clock)

    def refuse(self, *, code: str, message: str, fix: str, data: Any = None) -> None:
        """Print an error: for people on stderr, and as the one object of `--json` where nothing else was printed."""
        if self.as_json and data is None:
            click.echo(json.dumps({"error": {"code": code, "message": message, "fix": fix}}, indent=1))
        self.say(f"error[{code}]: {message}\nfix: {fix}")

    def warn(self, errors: Sequence[Any]) -> None:
        """Print errors that didn't stop the command."""
        for error in errors:
            self.say(str(error))


def _clock() -> float:
    import time

    return time.monotonic()
