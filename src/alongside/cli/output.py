"""A view as text: aligned columns that read without colour; on a terminal rich wraps and dims them."""

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import click

from alongside.core.surrogates import shown
from alongside.views.parts import Facts, Part, Table, View

__all__ = ["text_of", "write_view"]

_WORD = 24
_GAP = 2


def write_view(view: View) -> None:
    """Print the view's parts on stdout."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        _write_rich(view.parts)
        return
    click.echo(text_of(view.parts), nl=bool(view.parts))


def text_of(parts: Sequence[Part]) -> str:
    """Return parts as plain text without a line break at the end."""
    return shown("\n".join(_text(part) for part in parts))


def _text(part: Part) -> str:
    match part:
        case Table(columns, rows):
            return _aligned([columns, *rows])
        case Facts(rows):
            return _aligned(rows)
        case str():
            return part


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows with their columns two spaces apart; a cell of several lines goes on below itself."""
    lines = [line for row in rows for line in zip_longest(*(cell.split("\n") for cell in row), fillvalue="")]
    widths = [max(map(len, column)) for column in zip_longest(*lines, fillvalue="")]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip()
        for line in lines
    )


def _write_rich(parts: Sequence[Part]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for part in parts:
        if isinstance(part, str):
            console.print(Text(shown(part)))
        elif _least_width(part) > console.width:
            click.echo(shown(_text(part)))  # the terminal breaks the lines, and no id is cut short
        else:
            console.print(_grid(part))


def _grid(part: Facts | Table) -> Any:
    from rich.table import Table as Grid
    from rich.text import Text

    header = part.columns if isinstance(part, Table) else ("", "")
    grid = Grid(box=None, show_header=isinstance(part, Table), pad_edge=False, padding=(0, _GAP, 0, 0))
    columns = list(zip(*part.rows, strict=True)) or [()] * len(header)
    for name, column in zip(header, columns, strict=True):
        grid.add_column(name, no_wrap=all(map(_is_word, column)), min_width=_least(column))
    for row in part.rows:
        grid.add_row(*(Text(shown(cell), overflow="fold") for cell in row))
    return grid


def _least_width(part: Facts | Table) -> int:
    """Return how narrow the part may become before something that must stay whole is broken."""
    return sum(_least(column) + _GAP for column in zip(*part.rows, strict=True))


def _least(column: Sequence[str]) -> int:
    longest = max(map(len, column), default=0)
    return longest if all(map(_is_word, column)) else min(longest, _WORD)


def _is_word(cell: str) -> bool:
    """Whether a cell is something to copy, such as an id, or a time: it must not be broken over lines."""
    return len(cell) <= _WORD and (" " not in cell or cell[:4].isdigit())
