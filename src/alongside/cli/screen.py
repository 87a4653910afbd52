"""Where a command prints: data on stdout, everything else on stderr, one JSON object where `--json` asks for it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alongside.core.surrogates import is_text, shown

if TYPE_CHECKING:
    from alongside.cli.progress import Progress
    from alongside.views.parts import View
    from alongside.workbench import Workbench

__all__ = ["Screen"]


@dataclass
class Screen:
    """What the options that every command has say, and the ways to print.

    `engagement` is the folder that was named, None where the one that the command stands in is meant.
    `go_on` is what an interrupted command says to go on with; commands set it as they learn of it. `written` says
    that the one object of `--json` is out, `command` is the one that was called.
    """

    as_json: bool = False
    debug: bool = False
    engagement: Path | None = None
    go_on: str = ""
    command: str = "alongside"
    written: bool = False

    @property
    def place(self) -> Path:
        """Where to look for the engagement that the command is meant for."""
        return self.engagement or Path()

    def open(self) -> "Workbench":
        """Open the engagement that the command is meant for, to use in a `with`."""
        from alongside.workbench import open_engagement

        return open_engagement(self.place)

    def show(self, view: "View", *, following: str = "") -> None:
        """Print a view on stdout. `following` is the command to go on with: the last line, on stderr."""
        from alongside.cli.output import write_view

        if self.as_json:
            self._write(view.data)
        else:
            write_view(view)
        if following:
            self.say(f"next: {following}")

    def say(self, text: str) -> None:
        """Print a message on stderr, behind what is already on stdout."""
        sys.stdout.flush()
        click.echo(shown(text), err=True)

    def asks(self) -> bool:
        """Whether there is a person to ask: both ends are a terminal and no program reads the answer."""
        return not self.as_json and sys.stdin.isatty() and sys.stderr.isatty()

    def progress(self, what: str) -> "Progress":
        """Return a progress report on stderr, to use in a `with`."""
        from alongside.cli.progress import Progress

        return Progress(what, clock=_clock)

    def refuse(self, *, code: str, message: str, fix: str) -> None:
        """Print an error: for people on stderr, and as the one object of `--json` where nothing else was printed."""
        if self.as_json and not self.written:
            self._write({"error": {"code": code, "message": shown(message), "fix": shown(fix)}})
        self.say(f"error[{code}]: {message}\nfix: {fix}")

    def _write(self, data: Any) -> None:
        """Print the one object: on one line for programs, indented for somebody who looks."""
        self.written = True
        indent = 1 if sys.stdout.isatty() else None
        text = json.dumps(data, ensure_ascii=False, indent=indent, default=str)
        writable = is_text(text) and sys.stdout.encoding.lower().replace("-", "") == "utf8"
        click.echo(text if writable else json.dumps(data, indent=indent, default=str))

    def warn(self, errors: Sequence[Any]) -> None:
        """Print errors that didn't stop the command."""
        for error in errors:
            self.say(str(error))


def _clock() -> float:
    import time

    return time.monotonic()
