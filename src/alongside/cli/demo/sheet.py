"""A printed page before it is a file: texts and rules at their places.

Places are in points from the top left corner; a text's place is the start of its baseline.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

__all__ = ["Cell", "Row", "Rule", "Sheet", "Text", "stack", "width_of"]

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one of PDF's standard fonts; `turn` in degrees anticlockwise, `ink` is grey from 0 (black) to 1."""

    x: float
    y: float
    text: str
    font: str
    size: float
    turn: float = 0.0
    ink: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    width: float
    height: float
    texts: tuple[Text, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a row; `x` is its anchor across the page, from 0 (left margin) to 1 (right margin)."""

    text: str
    x: float = 0.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells on one baseline. `size` and `gap` (extra space above) count in the page's text size and lines.

    `style` is regular, bold or italic; `rule` draws a line above.
    """

    cells: tuple[Cell, ...] = ()
    style: Literal["regular", "bold", "italic"] = "regular"
    size: float = 1.0
    gap: float = 0.0
    rule: bool = False


_FACES = {
    "Helvetica": {"regular": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique"},
    "Times": {"regular": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic"},
    "Courier": {"regular": "Courier", "bold": "Courier-Bold", "italic": "Courier-Oblique"},
}


def stack(
    rows: Sequence[Row], *, font: str, size: float, width: float, margin: float, height: float = 0
) -> Sheet:
    """Return the rows below each other; the page is as high as they need, or `height`."""
    texts: list[Text] = []
    rules: list[Rule] = []
    y = margin
    for row in rows:
        y += size * (1.32 * max(row.size, 1.0) + 1.32 * row.gap)
        if row.rule:
            above = y - size * (row.size + 0.12)
            rules.append(Rule(margin, above, width - margin, above))
        face = _FACES[font][row.style]
        for cell in row.cells:
            x = margin + cell.x * (width - 2 * margin)
            x -= {"left": 0.0, "centre": 0.5, "right": 1.0}[cell.align] * width_of(
                cell.text, face, size * row.size
            )
            texts.append(Text(round(x, 2), round(y, 2), cell.text, face, round(size * row.size, 2)))
    return Sheet(width, max(height, y + margin), tuple(texts), tuple(rules))


def width_of(text: str, face: str, size: float) -> float:
    """Return the width of `text` in points."""
    return sum(_advance(face, character) for character in text) * size / 1000


@cache
def _advance(face: str, character: str) -> float:
    """Return a character's width in thousandths of the text size, by pdfium's own copy of the font."""
    import pypdfium2.raw as pdfium

    width = ctypes.c_float()
    pdfium.FPDFFont_GetGlyphWidth(_face(face), ord(character), 1000.0, ctypes.byref(width))
    return width.value


@cache
def _face(face: str) -> object:
    """Return pdfium's handle of a font, on a document that stays open: it is never a file."""
    import pypdfium2.raw as pdfium

    return pdfium.FPDFText_LoadStandardFont(pdfium.FPDF_CreateNewDocument(), face.encode())
