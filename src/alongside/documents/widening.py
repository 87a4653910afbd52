"""Gives a table the columns of figures that LiteParse's cut of the page left beside it.

A column belongs to the table at its left where, from one row to the last, each row has one line of it at its
height and nothing else of it stands between. What goes on below, such as sums, goes to the words at its left.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from alongside.core.document import Block, Box, Cell, Line
from alongside.documents.layout import around, line_of

__all__ = ["widen_tables"]

_LEVEL: Final = 0.5
"""The share of the lower one's height that two lines at one height have in common."""
_FIGURES: Final = 2
"""Fewer figures are no column."""
_NEAR: Final = 2.5
"""The widest gap to what follows, in heights of a line."""
_SLACK: Final = 2.0
_FIGURE: Final = re.compile(r"^\W*\d[\d.,' /%-]*\W*$")


def widen_tables(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the page's blocks with every table grown to the right as far as columns of figures stand there."""
    left = list(blocks)
    index = 0
    while index < len(left):
        table = left[index]
        column = _column(table, left) if table.kind == "table" else None
        if column is None:
            index += 1
            continue
        grown = _widened(table, column)
        left = [grown if block is table else block for block in _without(left, list(column.values()))]
        left = _levelled(left, list(column.values()))
        index = next(n for n, block in enumerate(left) if block is grown)  # there may be one more column
    return tuple(left)


def _column(table: Block, blocks: Sequence[Block]) -> dict[int, Line] | None:
    """Return the lines of the next column by the table's rows, None where there is none."""
    beside = [line for block in blocks if _is_text(block) for line in block.lines if _is_beside(line, table)]
    lane = _lane(beside)
    rows = _rows(table)
    found: dict[int, Line] = {}
    for line in sorted(lane, key=lambda line: -line.box.y0):
        homes = [row for row, box in rows.items() if _level(line.box, box)]
        if len(homes) != 1 or homes[0] in found:  # above its head the column is something else
            break
        found[homes[0]] = line
    first, *body = sorted(found) or [0]
    figures = [row for row in body if _FIGURE.match(found[row].text)]
    if len(figures) < max(_FIGURES, len(body)) or set(found) != {row for row in rows if row >= first}:
        return None
    return found


def _lane(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that stand under each other, the leftmost of them."""
    lane: list[Line] = []
    end = 0.0
    for line in sorted(lines, key=lambda line: line.box.x0):
        if lane and line.box.x0 >= end:
            break
        lane.append(line)
        end = max(end, line.box.x1)
    return lane


def _rows(table: Block) -> dict[int, Box]:
    boxes: dict[int, list[Box]] = {}
    for cell in table.cells:
        if cell.box is not None:
            boxes.setdefault(cell.row, []).append(cell.box)
    return {row: around(own) for row, own in boxes.items()}


def _widened(table: Block, column: dict[int, Line]) -> Block:
    width = 1 + max(cell.column for cell in table.cells)
    height = 1 + max(cell.row for cell in table.cells)
    added = {row: Cell(row, width, line.text, line.box) for row, line in column.items()}
    cells = (*table.cells, *(added.get(row) or Cell(row, width, "", None) for row in range(height)))
    lines = list(table.lines)
    for line in column.values():
        if not _append(lines, line):
            lines.append(line)
    return replace(_with_lines(table, lines), cells=cells)


def _levelled(blocks: list[Block], column: Sequence[Line]) -> list[Block]:
    """Give what goes on below in the column to the line of text at its left."""
    left = list(blocks)
    bottom = max(line.box.y1 for line in column)
    below = [line for block in blocks if _is_text(block) for line in block.lines if _goes_on(line, column)]
    for line in sorted(below, key=lambda line: line.box.y0):
        if line.box.y0 - bottom > _NEAR * line.box.height:
            break
        bottom = line.box.y1
        for index, block in enumerate(left):
            lines = list(block.lines)
            if _is_text(block) and line not in lines and _append(lines, line):
                left[index] = _with_lines(block, lines)
                left = _without(left, [line])
                break
    return left


def _append(lines: list[Line], part: Line) -> bool:
    """Put `part` at the end of the line at its height; say whether there is one."""
    for index, line in enumerate(lines):
        if _level(line.box, part.box) and line.box.x1 <= part.box.x0:
            lines[index] = line_of([*line.words, *part.words])
            return True
    return False


def _without(blocks: Sequence[Block], gone: Sequence[Line]) -> list[Block]:
    left: list[Block] = []
    for block in blocks:
        kept = [line for line in block.lines if not any(line is one for one in gone)]
        if len(kept) == len(block.lines):
            left.append(block)
        elif kept:
            left.append(_with_lines(block, kept))
    return left


def _with_lines(block: Block, lines: Sequence[Line]) -> Block:
    text = "\n".join(line.text for line in lines)
    return replace(block, text=text, box=around(line.box for line in lines), lines=tuple(lines))


def _is_text(block: Block) -> bool:
    return block.kind in {"text", "heading", "list"}


def _is_beside(line: Line, table: Block) -> bool:
    middle = (line.box.y0 + line.box.y1) / 2
    return line.box.x0 >= table.box.x1 and table.box.y0 <= middle <= table.box.y1


def _goes_on(line: Line, column: Sequence[Line]) -> bool:
    """Whether the line stands below the column and ends at the right where one of its lines does."""
    ends = any(abs(line.box.x1 - one.box.x1) <= _SLACK for one in column)
    return ends and line.box.y0 >= max(one.box.y1 for one in column) - _SLACK


def _level(first: Box, second: Box) -> bool:
    overlap = min(first.y1, second.y1) - max(first.y0, second.y0)
    return overlap > _LEVEL * min(first.height, second.height)
