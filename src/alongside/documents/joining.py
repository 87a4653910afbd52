"""Joins the parts of a table that LiteParse broke at a section heading or left below as text.

A part belongs to the table above it where it follows closely and its columns are the table's: another table
with the same columns, lines whose phrases stand one a column, and a heading at the left before such a part.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Final

from alongside.core.document import Block, Cell, Line, Word
from alongside.documents.layout import around, line_of

__all__ = ["join_tables"]

_NEAR: Final = 2.5
"""The widest gap to what follows, in heights of a line."""
_PHRASE: Final = 0.7
_COLUMNS: Final = 3
"""A line of fewer phrases proves nothing."""
_LINES: Final = 8
_SLACK: Final = 3.0

Span = tuple[float, float]
Row = list[Cell]


def join_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the page's blocks with every table grown downwards as far as its columns go on."""
    left = list(blocks)
    index = 0
    while index < len(left):
        if left[index].kind == "table":
            grown, used = _grow(left[index], [block for block in left if block is not left[index]])
            if used:
                left[index] = grown
                left = [block for block in left if not any(block is gone for gone in used)]
                index = next(n for n, block in enumerate(left) if block is grown)
        index += 1
    return tuple(left)


def _grow(table: Block, others: Sequence[Block]) -> tuple[Block, list[Block]]:
    """Return the table with what belongs to it, and the blocks that went into it."""
    columns = _columns(table.cells)
    if len(columns) < _COLUMNS:
        return table, []
    below = sorted((block for block in others if _crosses(table, block)), key=lambda block: block.box.y0)
    used: list[Block] = []
    waiting: list[Block] = []
    bottom, height = table.box.y1, median(line.box.height for line in table.lines)
    for block in below:
        if block.box.y0 < bottom - _SLACK:
            continue
        rows = _rows(block, columns) if block.box.y0 - bottom < _NEAR * height else None
        if rows is None:
            break
        waiting.append(block)
        bottom = block.box.y1
        if any(len(row) > 1 for row in rows):  # a heading alone could be the next paragraph's
            used.extend(waiting)
            waiting = []
    return (_joined(table, used, columns), used) if used else (table, [])


def _joined(table: Block, parts: Sequence[Block], columns: Sequence[Span]) -> Block:
    cells = list(table.cells)
    count = 1 + max(cell.row for cell in cells)
    for part in parts:
        for row in _rows(part, columns) or []:
            cells.extend(replace(cell, row=count) for cell in row)
            count += 1
    lines = [line for block in (table, *parts) for line in block.lines]
    box = around([block.box for block in (table, *parts)])
    return Block(
        "table", "\n".join(line.text for line in lines), box, tuple(lines), table.confidence, tuple(cells)
    )


def _crosses(table: Block, block: Block) -> bool:
    return (
        block.box.y0 > table.box.y0
        and block.kind not in {"header", "footer", "image"}
        and min(table.box.x1, block.box.x1) > max(table.box.x0, block.box.x0)
    )


def _columns(cells: Sequence[Cell]) -> list[Span]:
    """Return where the words of each column stand, by the rows below the first where there are any."""
    spans: dict[int, list[Span]] = {}
    body = [cell for cell in cells if cell.row] or cells
    for cell in body:
        if cell.box is not None:
            spans.setdefault(cell.column, []).append((cell.box.x0, cell.box.x1))
    width = 1 + max((cell.column for cell in cells), default=-1)
    if len(spans) < width:
        return []
    return [(min(x0 for x0, _ in spans[n]), max(x1 for _, x1 in spans[n])) for n in range(width)]


def _rows(block: Block, columns: Sequence[Span]) -> list[Row] | None:
    """Return the block's rows in the table's columns, None where it isn't of the table."""
    if block.kind == "table":
        own = _columns(block.cells)
        if len(own) != len(columns) or any(_homes(span, columns) != [n] for n, span in enumerate(own)):
            return None
        rows: dict[int, Row] = {}
        for cell in block.cells:
            rows.setdefault(cell.row, []).append(cell)
        return list(rows.values())
    if len(block.lines) > _LINES:
        return None
    made = [_row(line, columns) for line in block.lines]
    return None if any(row is None for row in made) else [row for row in made if row]


def _row(line: Line, columns: Sequence[Span]) -> Row | None:
    phrases = _phrases(line)
    homes = [_homes((phrase.box.x0, phrase.box.x1), columns) for phrase in phrases]
    if len(phrases) == 1:
        heading = abs(line.box.x0 - columns[0][0]) < _NEAR * line.box.height and line.box.x1 < columns[-1][1]
        return [Cell(0, 0, line.text, line.box)] if heading else None
    if len(phrases) < _COLUMNS or any(len(home) != 1 for home in homes):
        return None
    taken = [home[0] for home in homes]
    if len(set(taken)) != len(taken):
        return None
    return [Cell(0, column, phrase.text, phrase.box) for column, phrase in zip(taken, phrases, strict=True)]


def _phrases(line: Line) -> list[Line]:
    """Split a line where the gap is wider than a space in a sentence."""
    groups: list[list[Word]] = [[line.words[0]]]
    for left, right in pairwise(line.words):
        if right.box.x0 - left.box.x1 > _PHRASE * line.box.height:
            groups.append([right])
        else:
            groups[-1].append(right)
    return [line_of(group) for group in groups]


def _homes(span: Span, columns: Sequence[Span]) -> list[int]:
    return [n for n, (x0, x1) in enumerate(columns) if min(span[1], x1) > max(span[0], x0)]
