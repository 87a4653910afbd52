"""The piece of a page around a box, as a small picture that a report carries inside itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from alongside.core.document import Box, Document
from alongside.core.errors import AlongsideError
from alongside.core.run import Run
from alongside.store import meta
from alongside.workbench.paper import Reading, page_picture, picture_scale, readings_of

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["snippet"]

_WIDTH, _HEIGHT = 230.0, 34.0  # points: three lines of an invoice, and what stands beside
_GREYS = 16
_NEAR = 1.0  # points
_INK = (0xB0, 0x24, 0x18)


def snippet(bench: "Opened", run: Run, box: Box, *, document: str) -> bytes | None:
    """Return the page around a box as PNG, None where it can't be drawn any more.

    `document` is the digest of the file that the box is on; empty where somebody touched it: then it is the one of the
    run's documents that has words just there. A picture is kept with the record once it was drawn, so that another
    machine shows the same bytes, whatever draws there.
    """
    corners = " ".join(f"{one:.2f}" for one in (box.x0, box.y0, box.x1, box.y1))
    key = f"snippet:{run.id} {document} {box.page} {corners}"
    known = meta.get(bench.database, key)
    if known and bench.blobs.has(known):
        return bench.blobs.get(known)
    try:
        of = _of(readings_of(bench, run), box, document)
        cut = _cut(page_picture(bench, of, box.page), box, picture_scale(of, box.page)) if of else None
    except AlongsideError:
        return None
    if cut is None or known:  # known, and its bytes are gone: `doctor` says so
        return cut
    drawn = bench.blobs.put(cut)
    return bench.blobs.get(meta.get_or_set(bench.database, key, lambda: drawn))


def _of(read: Sequence[Reading], box: Box, document: str) -> Reading | None:
    if document:
        return next((one for one in read if one.document.source == document), None)
    there = [one for one in read if _has(one.document, box)] or (read if len(read) == 1 else ())
    return there[0] if there else None


def _has(document: Document, box: Box) -> bool:
    """Whether the words inside the box fill it."""
    blocks = next((page.blocks for page in document.pages if page.number == box.page), ())
    words = [word.box for block in blocks for line in block.lines for word in line.words]
    inside = [one for one in words if _is_in(one, box)]
    if not inside:
        return False
    left, right = min(one.x0 for one in inside), max(one.x1 for one in inside)
    return abs(left - box.x0) <= _NEAR and abs(right - box.x1) <= _NEAR


def _is_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _cut(page: bytes, box: Box, scale: float) -> bytes:
    from PIL import Image, ImageDraw

    with Image.open(BytesIO(page)) as image:
        middle_x, middle_y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        wide = max(_WIDTH, box.width + 20) / 2
        high = max(_HEIGHT, box.height + 20) / 2
        left, top = max(0.0, (middle_x - wide) * scale), max(0.0, (middle_y - high) * scale)
        right, bottom = min(image.width, left + 2 * wide * scale), min(image.height, top + 2 * high * scale)
        left, top = max(0.0, right - 2 * wide * scale), max(0.0, bottom - 2 * high * scale)
        cut = (
            image.convert("L")
            .quantize(_GREYS)
            .convert("RGB")
            .crop((int(left), int(top), int(right), int(bottom)))
        )
    around = [
        (box.x0 - 2) * scale - left,
        (box.y0 - 2) * scale - top,
        (box.x1 + 2) * scale - left,
        (box.y1 + 2) * scale - top,
    ]
    ImageDraw.Draw(cut).rectangle(around, outline=_INK, width=2)
    out = BytesIO()
    cut.quantize(_GREYS + 8).save(out, "PNG", optimize=True)
    return out.getvalue()
