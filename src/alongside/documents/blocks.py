"""Blocks of a PDF page from LiteParse's: every word of the page ends up in exactly one of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from alongside.core.document import Block, BlockKind, Box, Line, Word
from alongside.documents.layout import around, block_of, group_lines, line_of, spread
from alongside.documents.tables import cells_of, grid_of, trimmed

if TYPE_CHECKING:
    from liteparse.types import AnnotationRect, LayoutBlock, ParsedPage, TextItem

__all__ = ["insert_lines", "page_blocks", "page_words"]

_KINDS: Final[dict[str, BlockKind]] = {"heading": "heading", "list_item": "list", "table": "table"}
_EDGE: Final = 1.0
_UPRIGHT: Final = 2.0
"""Degrees."""
_TIGHT: Final = 0.15
"""A narrower gap, in heights of the text, is none; a space takes a quarter at least."""


class _Rect(Protocol):
    x: float
    y: float
    width: float
    height: float


Run = tuple[Box, tuple[Word, ...], bool]
"""One text item: its box, its words, and whether it stands upright."""


def page_blocks(page: "ParsedPage", *, without: frozenset[Word] = frozenset()) -> tuple[Block, ...]:
    """Return the page's blocks in reading order; text outside of all of them gets blocks of its own.

    `without` are words that stay out.
    """
    number = page.page_num
    layout = [(block, block.bbox) for block in page.blocks or () if block.bbox and block.kind != "rule"]
    runs: list[list[Run]] = [[] for _ in layout]
    orphans: list[Run] = []
    rooms = _rooms([box for _, box in layout])
    for item in page.text_items:
        run = _run(item, number)
        if without:
            run = run[0], tuple(word for word in run[1] if word not in without), run[2]
        if not run[1]:
            continue
        home = _home(rooms, run[0])
        (orphans if home is None else runs[home]).append(run)
    blocks = [_block(block, own, number) for (block, _), own in zip(layout, runs, strict=True) if own]
    return insert_lines(blocks, _lines(orphans))


def page_words(blocks: Sequence[Block]) -> list[Word]:
    """Return the words of all lines."""
    return [word for block in blocks for line in block.lines for word in line.words]


def insert_lines(blocks: Sequence[Block], lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks with one more for each line, before the first block that stands wholly below it."""
    placed = list(blocks)
    for line in lines:
        at = next((n for n, block in enumerate(placed) if block.box.y0 >= line.box.y1 - _EDGE), len(placed))
        placed.insert(at, block_of([line]))
    return tuple(placed)


def _run(item: "TextItem", page: int) -> Run:
    box = _box(page, item)
    if abs(item.rotation) <= _UPRIGHT:
        words = tuple([Word(word.text, _box(page, word)) for word in item.words]) or spread(item.text, box)
        return box, words, True
    return box, tuple(_joined([Word(word.text, _box(page, word)) for word in item.words])), False


def _joined(words: Sequence[Word]) -> list[Word]:
    """Join what LiteParse splits in text that runs down the page, where it makes each glyph a word."""
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        if (
            last is not None
            and word.box.y0 - last.box.y0 >= 0
            and word.box.y0 - last.box.y1 < _TIGHT * word.box.width
        ):
            joined[-1] = Word(last.text + word.text, last.box.union(word.box))
        else:
            joined.append(word)
    return joined


def _box(page: int, rect: _Rect) -> Box:
    """Return the box in hundredths of a point; `round(x, 2)` would be a third of the whole cost of a word."""
    x, y = rect.x * 100, rect.y * 100
    right, bottom = x + rect.width * 100, y + rect.height * 100
    return Box(page, round(x) / 100, round(y) / 100, round(right) / 100, round(bottom) / 100)


def _rooms(boxes: "Sequence[AnnotationRect]") -> list[tuple[float, float, float, float, int]]:
    """Return the blocks' edges with their indices, the smallest first."""
    order = sorted(range(len(boxes)), key=lambda index: boxes[index].width * boxes[index].height)
    return [
        (box.x - _EDGE, box.y - _EDGE, box.x + box.width + _EDGE, box.y + box.height + _EDGE, index)
        for index, box in ((index, boxes[index]) for index in order)
    ]


def _home(rooms: Sequence[tuple[float, float, float, float, int]], run: Box) -> int | None:
    """Return the index of the smallest block around the middle of the run."""
    x, y = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
    for x0, y0, x1, y1, index in rooms:
        if y0 <= y <= y1 and x0 <= x <= x1:
            return index
    return None


def _lines(runs: Sequence[Run]) -> list[Line]:
    upright = group_lines([(box, words) for box, words, stands in runs if stands])
    return upright + [line_of(words) for _, words, stands in runs if not stands]


def _block(block: "LayoutBlock", runs: Sequence[Run], page: int) -> Block:
    lines = tuple(_lines(runs))
    kind: BlockKind = _KINDS.get(block.kind, "text")
    cells = ()
    if kind == "table":
        cells = cells_of(trimmed(grid_of(block, [word for line in lines for word in line.words])))
        kind = "table" if cells else "text"
    text = "\n".join(line.text for line in lines)
    return Block(kind, text, around(line.box for line in lines), lines, 1.0, cells)
