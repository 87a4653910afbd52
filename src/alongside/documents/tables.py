"""Tables: LiteParse finds the grid, the words decide what stands in which cell, so every box holds its text."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from alongside.core.document import Cell, Word
from alongside.documents.layout import around, group_lines

if TYPE_CHECKING:
    from liteparse.types import LayoutBlock, LayoutCell

__all__ = ["Grid", "cells_of", "grid_of", "trimmed"]

Grid = list[list[list[Word]]]
"""Rows of columns of words; every word of the table is in exactly one."""

_SPACE: Final = 0.6
"""A gap narrower than this share of a line's height is a space inside of a sentence."""
_PROSE: Final = 0.5
_RECORDS: Final = 2
_LEVEL: Final = 0.4
_DIGIT: Final = re.compile(r"\d")
_AMOUNT: Final = re.compile(
    r"\W*(?:[^\W\d_]{1,3}\W+)?(?:\d{1,3}(?:[.,' ]\d{3})+|\d+)(?P<decimals>[.,]\d+)?\W*(?:[^\W\d_]{1,3}\W*)?"
)
"""A figure with its sign and unit, such as `EUR 1,200.50`; a date or a telephone number is none."""

Span = tuple[float, float]


def grid_of(block: "LayoutBlock", words: Sequence[Word]) -> Grid:
    """Return the words by row and column: where LiteParse's cell is, else the nearest."""
    rows = ([block.header] if block.header else []) + (block.rows or [])
    width = max((len(row) for row in rows), default=0)
    bands = [_span(row, across=False) for row in rows]
    lanes = [[_span([cell], across=True) for cell in row] for row in rows]
    usual = [_usual([row[column] for row in lanes if column < len(row)]) for column in range(width)]
    grid: Grid = [[[] for _ in range(width)] for _ in rows]
    for word in words:
        row = _nearest(bands, (word.box.y0 + word.box.y1) / 2)
        spans = [lane or fallback for lane, fallback in zip(lanes[row], usual, strict=False)]
        grid[row][_nearest(spans, (word.box.x0 + word.box.x1) / 2)].append(word)
    return [part for row in grid for part in _records(row)]


def cells_of(grid: Grid) -> tuple[Cell, ...]:
    """Return a cell for every place of the grid; the empty ones have no box."""
    return tuple(
        _cell(row, column, words) for row, columns in enumerate(grid) for column, words in enumerate(columns)
    )


def trimmed(grid: Grid) -> Grid:
    """Return the rows without sentences above, below or, where most rows run on, at all.

    Captions, notes and paragraphs run on from cell to cell with no more than a space. What is trimmed stays
    in the block's lines.
    """
    joints = [_joints(row) for row in grid]
    kept = [index for index, (tight, every) in enumerate(joints) if tight <= _PROSE * every]
    if not kept:
        return []
    inside = joints[kept[0] : kept[-1] + 1]
    if sum(tight for tight, _ in inside) > _PROSE * sum(every for _, every in inside):
        return []
    return grid[kept[0] : kept[-1] + 1]


def _joints(row: list[list[Word]]) -> tuple[int, int]:
    """Count the neighbours on a line that stand in different cells: no more than a space apart, and all."""
    if sum(map(bool, row)) < _RECORDS:
        return 0, 0
    owner = {id(word): column for column, words in enumerate(row) for word in words}
    tight = every = 0
    for line in group_lines([(word.box, (word,)) for words in row for word in words]):
        for left, right in pairwise(line.words):
            if owner[id(left)] != owner[id(right)]:
                every += 1
                tight += right.box.x0 - left.box.x1 < _SPACE * line.box.height
    return tight, every


def _span(cells: "Sequence[LayoutCell]", *, across: bool) -> Span | None:
    boxes = [cell.bbox for cell in cells if cell.bbox is not None]
    if not boxes:
        return None
    if across:
        return min(box.x for box in boxes), max(box.x + box.width for box in boxes)
    return min(box.y for box in boxes), max(box.y + box.height for box in boxes)


def _usual(spans: Sequence[Span | None]) -> Span | None:
    """Return the middle one of a column's spans, for rows that lack the cell."""
    known = sorted(span for span in spans if span)
    return known[len(known) // 2] if known else None


def _nearest(spans: Sequence[Span | None], at: float) -> int:
    best, distance = 0, float("inf")
    for index, span in enumerate(spans):
        if span is not None:
            off = max(span[0] - at, at - span[1], 0.0)
            if off < distance:
                best, distance = index, off
            if not off:
                break
    return best


def _records(row: list[list[Word]]) -> list[list[list[Word]]]:
    """Split a row of several records, such as the total that LiteParse takes for the last item's second line."""
    if not any(_is_tall(words) for words in row):
        return [row]
    levels: list[tuple[float, list[list[Word]]]] = []
    counts: list[int] = []
    for column, words in enumerate(row):
        lines = group_lines([(word.box, (word,)) for word in words])
        counts.append(len(lines))
        for line in lines:
            _level(levels, line.box.y0, line.box.height, len(row))[column].extend(line.words)
    if max(counts, default=0) < _RECORDS:
        return [row]
    lines_down = [columns for _, columns in sorted(levels, key=lambda level: level[0])]
    if all(_is_record(columns) for columns in lines_down):
        return lines_down
    records = _by_amounts(lines_down)
    return records if len(records) > 1 else [row]


def _by_amounts(levels: Sequence[list[list[Word]]]) -> list[list[list[Word]]]:
    """Begin a record at every line with words of its own and one more amount; other lines go on with the last."""
    records: list[list[list[Word]]] = []
    for columns in levels:
        if not records or _has_next_amount(columns, records[-1]):
            records.append([list(words) for words in columns])
        else:
            for words, more in zip(records[-1], columns, strict=True):
                words.extend(more)
    return records


def _has_next_amount(columns: list[list[Word]], record: list[list[Word]]) -> bool:
    """Whether an amount stands below the record's, right of words: with decimals, or in the record's last column."""
    last = max(column for column, words in enumerate(record) if words)
    named = False
    for column, (words, above) in enumerate(zip(columns, record, strict=True)):
        amount = _amount(words)
        known = _amount(above) if amount and named else None
        if amount and known and (column == last or (amount["decimals"] and known["decimals"])):
            return True
        named = named or bool(words and not amount)
    return False


def _amount(words: Sequence[Word]) -> re.Match[str] | None:
    return _AMOUNT.fullmatch(" ".join(word.text for word in words))


def _is_tall(words: Sequence[Word]) -> bool:
    """Whether the words can't stand on one line."""
    if len(words) < _RECORDS:
        return False
    tops = [word.box.y0 for word in words]
    return max(tops) - min(tops) > _LEVEL * words[0].box.height


def _level(
    levels: list[tuple[float, list[list[Word]]]], top: float, height: float, width: int
) -> list[list[Word]]:
    for known, columns in levels:
        if abs(known - top) < _LEVEL * height:
            return columns
    levels.append((top, [[] for _ in range(width)]))
    return levels[-1][1]


def _is_record(columns: list[list[Word]]) -> bool:
    figures = [words for words in columns[1:] if words and all(_DIGIT.search(word.text) for word in words)]
    filled = [words for words in columns[1:] if words]
    return len(figures) >= _RECORDS and len(figures) == len(filled)


def _cell(row: int, column: int, words: Sequence[Word]) -> Cell:
    if not words:
        return Cell(row, column, "", None)
    if len(words) == 1:
        return Cell(row, column, words[0].text, words[0].box)
    lines = group_lines([(word.box, (word,)) for word in words])
    return Cell(row, column, " ".join([line.text for line in lines]), around([word.box for word in words]))
