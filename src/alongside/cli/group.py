"""Groups whose commands are imported when they are called, and what every command has in common."""

import functools
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from alongside.cli.failure import exit_code
from alongside.cli.screen import Screen
from alongside.core.surrogates import require_text

__all__ = ["App", "LazyGroup", "NounGroup", "framed"]

_CLOSE = 0.6
"""How alike a command must be to be what somebody meant."""

Lazy = Mapping[str, Mapping[str, str]]
"""Heading -> command -> what it does, in one line."""


class NounGroup(click.Group):
    """A group that names the nearest command where there is no such one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        from alongside.core.nearest import nearest

        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            near = nearest(name, self.list_commands(ctx), least=_CLOSE)
            ctx.fail(f"no command {name!r}{f'; the nearest is {near!r}' if near else ''}")
        found = super().resolve_command(ctx, args)
        if isinstance(ctx.obj, Screen):
            ctx.obj.command = f"{ctx.command_path} {found[0]}"
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were written."""
        return list(self.commands)


class LazyGroup(NounGroup):
    """A group that knows its commands by name and imports one (`PACKAGE.NAME:command`) when it is asked for it."""

    def __init__(self, *args: Any, lazy: Lazy, package: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy
        self.package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which the help shows them."""
        return [name for section in self.lazy.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"{self.package}.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by heading, without importing any."""
        for heading, section in self.lazy.items():
            with formatter.section(heading):
                formatter.write_dl(list(section.items()))


class App(LazyGroup):
    """The whole program: every way in which a command can end becomes a message and an exit code."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> NoReturn:
        """Run, and leave with the exit code."""
        # known before anything is parsed: a command that is wrong is told as JSON too
        screen = Screen(as_json="--json" in (sys.argv[1:] if args is None else args))
        settings |= {"standalone_mode": False, "obj": screen, "prog_name": "alongside"}
        try:
            code = super().main(args, *more, **settings) or 0
            sys.stdout.flush()
        except BaseException as error:  # noqa: BLE001  this is where everything ends
            code = exit_code(error, screen)
        sys.exit(code)


def framed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--json`, `--engagement` and `--debug`, and its Screen as the first argument."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @click.option(
        "--engagement",
        type=click.Path(file_okay=False),
        envvar="ALONGSIDE_ENGAGEMENT",
        help="The engagement's folder, if not this one.",
    )
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @click.pass_obj
    @functools.wraps(function)
    def wrapped(
        screen: Screen, *args: Any, as_json: bool, engagement: str | None, debug: bool, **options: Any
    ) -> Any:
        screen.as_json |= as_json
        screen.debug |= debug
        if engagement == "":  # a variable of the shell that isn't set must not lead to where the shell stands
            raise click.BadParameter(
                "it is empty: name a folder, or leave the option out", param_hint="--engagement"
            )
        screen.engagement = Path(engagement) if engagement is not None else None
        for name, value in options.items():
            require_text(value, name.replace("_", "-"))
        return function(screen, *args, **options)

    return wrapped
