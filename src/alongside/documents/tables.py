"""Cells of a table as LiteParse found it, with the words that stand in them."""

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
    return tuple(
        _cell(page, index, column, cell, inside)
        for index, row in enumerate(rows)
        for inside in (_in_row(row, words),)
        for column, cell in enumerate(row)
    )


def _in_row(row: "Sequence[LayoutCell]", words: Sequence[Word]) -> list[Word]:
    boxes = [cell.bbox for cell in row if cell.bbox is not None]
    if not boxes:
        return []
    top = min(box.y for box in boxes) - _EDGE
    bottom = max(box.y + box.height for box in boxes) + _EDGE
    return [word for word in words if top <= (word.box.y0 + word.box.y1) / 2 <= bottom]


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
