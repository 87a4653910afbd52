"""Ready-made OCR lines as a Document: rows `x1,y1,x2,y2,x3,y3,x4,y4,text`, the corners clockwise from the top left."""

from typing import Final

from alongside.core.digest import digest
from alongside.core.document import Audit, Box, Document, Line, Page, ParseRun
from alongside.core.errors import DataError
from alongside.documents.layout import around, block_of, spread
from alongside.documents.text import decode
from alongside.documents.version import SCHEMA

__all__ = ["document_of_lines"]

_CORNERS: Final = 8
_MEDIA_TYPE: Final = "text/x-ocr-lines"


def document_of_lines(
    data: bytes, *, name: str, size: tuple[float, float] | None = None, scale: float = 1.0
) -> Document:
    """Return a one-page document of the lines in `data`; the text may hold commas.

    `size` is the page's in points; without it the page ends where the last line does. `scale` is points a
    pixel. Words share a line's box by their characters. Raises DataError `bad-ocr-line` with file and row.
    """
    rows = [row for row in decode(data).split("\n") if row.strip()]
    lines = [line for number, row in enumerate(rows, start=1) if (line := _line(row, name, number, scale))]
    whole = around(line.box for line in lines) if lines else Box(1, 0.0, 0.0, 0.0, 0.0)
    width, height = size or (whole.x1, whole.y1)
    page = Page(1, width, height, 0, "ocr", 1.0, tuple(block_of([line]) for line in lines))
    run = ParseRun("ocr-lines", f"lines/{SCHEMA}", (("scale", f"{scale:g}"),), Audit(0, 0))
    return Document(digest(data), name, _MEDIA_TYPE, (page,), run)


def _line(row: str, name: str, number: int, scale: float) -> Line | None:
    *corners, text = row.strip("\r").split(",", _CORNERS)
    try:
        edges = [float(corner) * scale for corner in corners]
    except ValueError:
        edges = []
    if len(edges) != _CORNERS:
        message = f"{name}, row {number}: not eight numbers and a text"
        raise DataError("bad-ocr-line", message, fix="Write x1,y1,x2,y2,x3,y3,x4,y4,text.")
    box = Box(1, min(edges[::2]), min(edges[1::2]), max(edges[::2]), max(edges[1::2]))
    words = spread(text.strip(), box)
    return Line(" ".join(word.text for word in words), box, words) if words else None
