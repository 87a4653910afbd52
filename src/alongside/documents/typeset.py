"""Plain text laid out on A4 pages by us, so that every word has a place.

A fixed pitch: each character takes one cell (two where it is wide, UAX 11), so the same text always stands at
the same place, on every machine and with no font.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from alongside.core.document import Audit, Block, Box, Exclusion, Line, Page, Word
from alongside.documents.layout import block_of, line_of
from alongside.documents.limits import Limits, unreadable
from alongside.documents.textlayer import is_control

__all__ = ["CELL", "LINE", "PAGE", "columns", "typeset"]

PAGE: Final = (595.0, 842.0)
"""A4 in whole points."""
CELL: Final = 6.0
LINE: Final = 12.0
_MARGIN: Final = 56.0
_COLUMNS: Final = int((PAGE[0] - 2 * _MARGIN) // CELL)
_ROWS: Final = int((PAGE[1] - 2 * _MARGIN) // LINE)
_WORD: Final = re.compile(r"\S+")
_WIDE: Final = frozenset("WF")

Piece = tuple[int, str]
"""A word, or the part of a long one that fits, and the column at which it starts."""


def typeset(text: str, name: str, limits: Limits) -> tuple[tuple[Page, ...], Audit]:
    """Return the pages and the audit. Control characters are excluded; a form feed starts a page.

    Raises DataError `unreadable-document` where the text is too long.
    """
    if len(text) > limits.text_characters:
        reason = f"{len(text):,} characters, {limits.text_characters:,} allowed"
        raise unreadable(name, reason, fix="Split the file.")
    dropped = "".join(char for char in text if not char.isspace() and is_control(char))
    kept = "".join(char for char in text if char.isspace() or not is_control(char)) if dropped else text
    pages = tuple(_pages(kept))
    if len(pages) > limits.pages:
        raise unreadable(name, f"{len(pages):,} pages, {limits.pages:,} allowed", fix="Split the file.")
    held = sum(len(word.text) for page in pages for line in page.lines() for word in line.words)
    exclusions = (Exclusion(1, dropped, "control"),) if dropped else ()
    return pages, Audit(held + len(dropped), held + len(dropped), exclusions)


def columns(char: str) -> int:
    """Return the cells that a character takes: 2 where wide, 0 where it combines, else 1."""
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def _pages(text: str) -> Iterator[Page]:
    number = 0
    for sheet in text.replace("\r\n", "\n").replace("\r", "\n").split("\f"):
        rows = [row for line in sheet.split("\n") for row in _wrap(line.expandtabs(8))]
        while rows and not rows[-1]:
            rows.pop()
        for start in range(0, max(len(rows), 1), _ROWS):
            number += 1
            blocks = tuple(_blocks(number, rows[start : start + _ROWS]))
            yield Page(number, *PAGE, 0, "native", 1.0, blocks)


def _wrap(line: str) -> list[list[Piece]]:
    """Break one line of text into rows of at most `_COLUMNS` cells."""
    rows: list[list[Piece]] = [[]]
    shift = 0
    before = end = 0
    for match in _WORD.finditer(line):
        start = end + _width(line[before : match.start()])
        before, end = match.end(), start + _width(match.group())
        if end - shift > _COLUMNS and start > shift:
            rows.append([])
            shift = start
        for offset, part in _split(match.group()):
            if offset:
                rows.append([])
                shift = start + offset
            rows[-1].append((start + offset - shift, part))
    return rows


def _split(word: str) -> Iterator[Piece]:
    """Yield the parts of a word, each no wider than a row, with its offset in cells."""
    offset, width, part = 0, 0, ""
    for char in word:
        if width + columns(char) > _COLUMNS:
            yield offset, part
            offset, width, part = offset + width, 0, ""
        part += char
        width += columns(char)
    yield offset, part


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(columns(char) for char in text)


def _blocks(page: int, rows: Iterable[list[Piece]]) -> Iterator[Block]:
    """Yield a block a paragraph: rows between empty ones."""
    lines: list[Line] = []
    for index, row in enumerate(rows):
        if row:
            lines.append(_line(page, index, row))
        elif lines:
            yield block_of(lines)
            lines = []
    if lines:
        yield block_of(lines)


def _line(page: int, index: int, row: list[Piece]) -> Line:
    top = _MARGIN + index * LINE
    words: list[Word] = []
    for column, part in row:
        left = _MARGIN + column * CELL
        words.append(Word(part, Box(page, left, top, left + max(_width(part), 1) * CELL, top + LINE)))
    return line_of(words)
