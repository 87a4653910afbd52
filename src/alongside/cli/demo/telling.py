"""Beats as people read them: wrapped to the width at hand, the same with colour and without."""

import textwrap
from collections.abc import Sequence

from alongside.cli.demo.beats import Beat
from alongside.views.figures import seconds

__all__ = ["paragraph", "text_of"]

_INDENT = "    "
_BOLD, _DIM, _CYAN, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"


def text_of(beat: Beat, number: int, *, width: int, colour: bool) -> str:
    """Return a beat as text: its title with the seconds it took, what happened, why, and the commands."""
    took = seconds(beat.seconds)
    head = f"{number:2}  {beat.title}"
    lines = [_in(_BOLD, head, colour) + _in(_DIM, took.rjust(width - len(head)), colour)]
    for line in beat.happened:
        lines += _wrapped(line, width)
    lines += [_in(_DIM, line, colour) for line in _wrapped(f"Why: {beat.why}", width, hang="     ")]
    for command in beat.commands:
        lines += [_in(_CYAN, line, colour) for line in _wrapped(f"$ {command}", width, hang="    ")]
    return "\n".join(lines) + "\n"


def paragraph(text: str, *, width: int) -> str:
    """Return text wrapped, without an indent."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def _wrapped(line: str, width: int, *, hang: str = "") -> Sequence[str]:
    """Wrap a line; one that begins with spaces is a row, which goes on two spaces further in."""
    own = " " * (len(line) - len(line.lstrip()))
    further = f"{_INDENT}{own}{hang or ('  ' if own else '')}"
    return textwrap.wrap(
        line.strip(),
        width,
        initial_indent=_INDENT + own,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _in(style: str, text: str, colour: bool) -> str:  # noqa: FBT001
    return f"{style}{text}{_PLAIN}" if colour else text
