"""Cells of a table as LiteParse found it, with the words that stand in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from alongside.core.document import Box, Cell, Word
from alongside.documents.layout import around

if TYPE_CHECKING:
    from liteparse.types import LayoutBlock, LayoutCell

__all__ = ["table_cells"]

_EDGE: Final = 0.5


def table_cells(block: "LayoutBlock", words: Sequence[Word], page: int) -> tuple[Cell, ...]:
    """Return the cells of a table block; a filled cell's box is that of its words where they are its text."""
    rows = ([block.header] if block.header else []) + (block.rows or [])
    by_height = sorted(words, key=_middle)
    heights = [_middle(word) for word in by_height]
    cells: list[Cell] = []
    for index, row in enumerate(rows):
        boxes = [cell.bbox for cell in row if cell.bbox is not None]
        top = min((box.y for box in boxes), default=0.0) - _EDGE
        bottom = max((box.y + box.height for box in boxes), default=0.0) + _EDGE
        inside = by_height[bisect_left(heights, top) : bisect_right(heights, bottom)]
        cells.extend(_cell(page, index, column, cell, inside) for column, cell in enumerate(row))
    return tuple(cells)


def _middle(word: Word) -> float:
    return (word.box.y0 + word.box.y1) / 2


def _cell(page: int, row: int, column: int, cell: "LayoutCell", words: Sequence[Word]) -> Cell:
    if cell.bbox is None:
        return Cell(row, column, cell.text, None)
    rect = cell.bbox
    box = Box(
        page,
        round(rect.x, 2),
        round(rect.y, 2),
        round(rect.x + rect.width, 2),
        round(rect.y + rect.height, 2),
    )
    own = [word for word in words if _inside(box, word)]
    if own and sorted("".join(word.text for word in own)) == sorted("".join(cell.text.split())):
        box = around(word.box for word in own)
    return Cell(row, column, cell.text, box)


def _inside(box: Box, word: Word) -> bool:
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    return box.x0 - _EDGE <= x <= box.x1 + _EDGE and box.y0 - _EDGE <= y <= box.y1 + _EDGE
