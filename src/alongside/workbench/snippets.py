"""The piece of a page around a box, as a small picture that a report carries inside itself."""

from io import BytesIO
from typing import TYPE_CHECKING

from alongside.core.digest import digest
from alongside.core.document import Box
from alongside.core.errors import AlongsideError
from alongside.core.run import Run
from alongside.store.atomic_file import write_atomic
from alongside.workbench.paper import SCALE, Reading, page_picture, readings_of

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["snippet"]

_WIDTH, _HEIGHT = 230.0, 34.0  # points: three lines of an invoice, and what stands beside
_GREYS = 16
_INK = (0xB0, 0x24, 0x18)


def snippet(bench: "Opened", run: Run, box: Box) -> bytes | None:
    """Return the page around a box of a run's first document as PNG, None where it can't be drawn any more."""
    try:
        read = readings_of(bench, run)
        return _drawn(bench, read[0], box) if read else None
    except AlongsideError:
        return None


def _drawn(bench: "Opened", of: Reading, box: Box) -> bytes:
    name = digest(f"{of.document.source} {box} {_WIDTH} {_HEIGHT} {bench.reader.version}".encode())
    kept = bench.state / "pictures" / f"snippet-{name}.png"
    if kept.is_file():
        return kept.read_bytes()
    cut = _cut(page_picture(bench, of, box.page), box)
    write_atomic(kept, cut)
    return cut


def _cut(page: bytes, box: Box) -> bytes:
    from PIL import Image, ImageDraw

    with Image.open(BytesIO(page)) as image:
        middle_x, middle_y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        wide = max(_WIDTH, box.width + 20) / 2
        high = max(_HEIGHT, box.height + 20) / 2
        left, top = max(0.0, (middle_x - wide) * SCALE), max(0.0, (middle_y - high) * SCALE)
        right, bottom = min(image.width, left + 2 * wide * SCALE), min(image.height, top + 2 * high * SCALE)
        left, top = max(0.0, right - 2 * wide * SCALE), max(0.0, bottom - 2 * high * SCALE)
        cut = (
            image.convert("L")
            .quantize(_GREYS)
            .convert("RGB")
            .crop((int(left), int(top), int(right), int(bottom)))
        )
    around = [
        (box.x0 - 2) * SCALE - left,
        (box.y0 - 2) * SCALE - top,
        (box.x1 + 2) * SCALE - left,
        (box.y1 + 2) * SCALE - top,
    ]
    ImageDraw.Draw(cut).rectangle(around, outline=_INK, width=2)
    out = BytesIO()
    cut.quantize(_GREYS + 8).save(out, "PNG", optimize=True)
    return out.getvalue()
