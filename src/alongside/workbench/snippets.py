"""The piece of a page around a box, as a small picture that a report carries inside itself."""

from io import BytesIO
from typing import TYPE_CHECKING

from alongside.core.document import Box
from alongside.core.errors import AlongsideError
from alongside.core.run import Run
from alongside.store import meta
from alongside.workbench.paper import page_picture, picture_scale, reading_under, readings_of

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["snippet"]

_WIDTH, _HEIGHT = 230.0, 34.0  # points: three lines of an invoice, and what stands beside
_GREYS = 16
_INK = (0xB0, 0x24, 0x18)


def snippet(bench: "Opened", run: Run, box: Box, *, document: str, touched: bool = False) -> bytes | None:
    """Return the page around a box as PNG, None where it can't be drawn any more.

    `document` and `touched` say which document it is on, as in `reading_under`. A picture is kept with the record once
    it was drawn, so that another machine shows the same bytes, whatever draws there.
    """
    corners = " ".join(f"{one:.2f}" for one in (box.x0, box.y0, box.x1, box.y1))
    key = f"snippet:{run.id} {'touched ' if touched else ''}{document} {box.page} {corners}"
    known = meta.get(bench.database, key)
    if known and bench.blobs.has(known):
        return bench.blobs.get(known)
    try:
        of = reading_under(readings_of(bench, run), box, document=document, touched=touched)
        cut = _cut(page_picture(bench, of, box.page), box, picture_scale(of, box.page)) if of else None
    except AlongsideError:
        return None
    if cut is None or known:  # known, and its bytes are gone: `doctor` says so
        return cut
    drawn = bench.blobs.put(cut)
    return bench.blobs.get(meta.get_or_set(bench.database, key, lambda: drawn))


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
