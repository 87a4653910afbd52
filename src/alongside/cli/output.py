"""A view as text: aligned columns that read without colour; on a terminal rich wraps and dims them."""

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest

import click

from alongside.views.parts import Facts, Part, Table, View

__all__ = ["text_of", "write_view"]


def write_view(view: View) -> None:
    """Print the view's parts on stdout."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        _write_rich(view.parts)
        return
    click.echo(text_of(view.parts), nl=bool(view.parts))


def text_of(parts: Sequence[Part]) -> str:
    """Return parts as plain text without a line break at the end."""
    return "\n".join(_text(part) for part in parts)


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
    from rich.table import Table as Grid
    from rich.text import Text

    console = Console(highlight=False)
    for part in parts:
        if isinstance(part, str):
            console.print(Text(part))
            continue
        header = part.columns if isinstance(part, Table) else ("", "")
        grid = Grid(
            *header, box=None, show_header=isinstance(part, Table), pad_edge=False, padding=(0, 2, 0, 0)
        )
        for row in part.rows:
            grid.add_row(*(Text(cell, overflow="fold") for cell in row))
        console.print(grid)
