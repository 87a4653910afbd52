"""The text of a page as it was read, block by block and table by table, with what to doubt in it marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from alongside.core.document import Addition, Block, Box, Cell, Line, Page, Word
from alongside.views.document import unsure_words

__all__ = [
    "Grid",
    "GridCell",
    "Marked",
    "Piece",
    "TextBlock",
    "added",
    "grids",
    "text_blocks",
    "unsure",
]

Mark = Literal["", "lost", "added", "unsure"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `sure` is said where its reader was unsure of it, `ref` names its place on the page."""

    text: str
    mark: Mark = ""
    ref: str = ""
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block in reading order, line by line."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as HTML lays it out."""

    pieces: tuple[Piece, ...]
    rows: int
    columns: int
    number: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as rows of cells; `csv` is the same as text."""

    ref: str
    label: str
    columns: int
    rows: tuple[tuple[GridCell, ...], ...]


Marked = Sequence[tuple[Word, Piece]]
"""Words of a page, each as it is shown with its mark."""


def unsure(page: Page) -> Marked:
    """Return the words that the page's reader was unsure of, each with how sure it was."""
    return [
        (word, Piece(word.text, "unsure", f"unsure-{at}", round(word.confidence, 2)))
        for at, word in enumerate(unsure_words(page), 1)
    ]


def added(page: Page, additions: Sequence[Addition]) -> Marked:
    """Return the words that hold what was added; of words that stand at one place the last, as the audit does."""
    words = [word for line in page.lines() for word in line.words][::-1]
    found: list[tuple[Word, Piece]] = []
    for at, one in reversed(list(enumerate(additions, 1))):
        there = [word for word in words if word.box == one.box]
        word = next((word for word in there if word.text == one.text), there[0] if there else None)
        if word is not None:
            words = [other for other in words if other is not word]
            found.append((word, Piece(word.text, "added", f"added-{at}")))
    return found[::-1]


def text_blocks(page: Page, marked: Marked) -> tuple[TextBlock, ...]:
    """Return what stands outside of tables, in reading order."""
    pieces = {id(word): piece for word, piece in marked}  # equal words at one place are marked one by one
    return tuple(
        TextBlock(block.kind, tuple(_pieces(line, pieces) for line in block.lines))
        for block in page.blocks
        if block.kind != "table" and block.lines
    )


def grids(page: Page, marked: Marked) -> tuple[Grid, ...]:
    """Return the page's tables."""
    tables = [block for block in page.blocks if block.kind == "table"]
    return tuple(_grid(at, block, marked) for at, block in enumerate(tables, 1))


def _pieces(line: Line, marked: dict[int, Piece]) -> tuple[Piece, ...]:
    """Return a line's words, those without a mark joined."""
    found: list[Piece] = []
    plain: list[str] = []
    for word in line.words:
        piece = marked.get(id(word))
        if piece is None:
            plain.append(word.text)
            continue
        found += [Piece(" ".join(plain)), piece] if plain else [piece]
        plain = []
    return tuple([*found, Piece(" ".join(plain))] if plain else found)


def _grid(at: int, block: Block, marked: Marked) -> Grid:
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell)
    columns = max((cell.column + cell.column_span for cell in block.cells), default=0)
    own = [(word, piece) for word, piece in marked if _inside(word.box, block.box)]
    laid = tuple(tuple(_cell(cell, own) for cell in cells) for cells in rows.values())
    return Grid(f"table-{at}", f"T{at}", columns, laid)


def _cell(cell: Cell, marked: Marked) -> GridCell:
    piece = next((piece for word, piece in marked if cell.box and _inside(word.box, cell.box)), Piece(""))
    digits = sum(letter.isdigit() for letter in cell.text)
    return GridCell(
        (replace(piece, text=cell.text),),
        cell.row_span,
        cell.column_span,
        bool(cell.text) and digits * 2 >= len(cell.text),
    )


def _inside(inner: Box, outer: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1
