"""How a command ends that doesn't end well: a message with a code and a fix, and the exit code.

0 done and good, 1 done and the answer is no, 2 the command was wrong, 3 data is not as declared, 4 refused by
a limit or a rule, 5 a model, a source or a worker failed, 130 interrupted.
"""

import os
import sys
import traceback

import click

from alongside.cli.screen import Screen
from alongside.core.errors import AlongsideError

__all__ = ["INTERRUPTED", "exit_code"]

INTERRUPTED = 130
_PIPE_CLOSED = 141
_BUG = 70


def exit_code(error: BaseException, screen: Screen) -> int:
    """Say what happened and return the code to leave with."""
    if screen.debug and isinstance(error, Exception):
        traceback.print_exception(error)
    match error:
        case click.Abort() | KeyboardInterrupt():
            return _interrupted(screen)
        case BrokenPipeError() | SystemExit(code=1):  # click turns the one into the other, and only that one
            return _pipe_closed()
        case click.ClickException():
            return _usage(error, screen)
        case AlongsideError():
            screen.refuse(code=error.code, message=error.message, fix=error.fix)
            return error.exit_code
        case _:
            return _bug(error, screen)


def _usage(error: click.ClickException, screen: Screen) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else screen.command
    screen.refuse(code="usage", message=error.format_message().rstrip("."), fix=f"see `{path} --help`")
    return error.exit_code


def _interrupted(screen: Screen) -> int:
    go_on = f"next: {screen.go_on}" if screen.go_on else "run the same command again"
    screen.say(f"interrupted: everything that was finished is kept\n{go_on}")
    return INTERRUPTED


def _pipe_closed() -> int:
    """Whoever read our output has enough: say nothing, at exit neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _PIPE_CLOSED


def _bug(error: BaseException, screen: Screen) -> int:
    frame = next(iter(reversed(traceback.extract_tb(error.__traceback__))), None)
    place = f" ({'/'.join(frame.filename.split('/')[-3:])}, line {frame.lineno})" if frame else ""
    screen.refuse(
        code="bug",
        message=f"{type(error).__name__}: {error}{place}",
        fix="report this line in the project's issues, with the output of `alongside doctor`; --debug shows more",
    )
    return _BUG
