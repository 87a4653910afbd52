"""A page as a picture, on demand: PDF by pdfium, images by Pillow, text and mail drawn where they were laid out."""

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from alongside.core.document import Page
from alongside.core.errors import DataError
from alongside.documents.images import Frame, frames
from alongside.documents.limits import Limits, unreadable
from alongside.documents.mail import read_mail
from alongside.documents.pdf import open_pdf
from alongside.documents.sniff import sniff
from alongside.documents.text import decode
from alongside.documents.typeset import CELL, LINE, columns, typeset

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["render_page"]

_FONT: Final = 10.0


def render_page(
    data: bytes,
    *,
    media_type: str,
    page: int,
    scale: float,
    rotation: int | None = None,
    name: str = "document",
    limits: Limits | None = None,
) -> bytes:
    """Return page `page` (from 1) as PNG, `scale` pixels a point, so that boxes match after multiplying.

    `rotation` is the Page's (degrees clockwise); without it the file's own is used, which misses the turn of a
    scan that OCR found lying on its side. Raises DataError `unreadable-document`, `no-such-page`.
    """
    caps = limits or Limits()
    kind = sniff(data, name=name, media_type=media_type)
    if kind == "application/pdf":
        image = _pdf(data, name, page, scale, rotation, caps)
    elif kind.startswith("image/"):
        image = _image(data, name, page, scale, rotation, caps)
    elif kind in {"text/plain", "message/rfc822"}:
        text = decode(data) if kind == "text/plain" else read_mail(data, name).text
        pages, _ = typeset(text, name, caps)
        image = _drawn(pages[_index(page, len(pages), name)], scale)
    else:
        raise unreadable(name, f"{kind} can't be shown", fix="Save it as PDF.")
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _index(page: int, count: int, name: str) -> int:
    if 1 <= page <= count:
        return page - 1
    raise _no_page(page, count, name)


def _no_page(page: int, count: int, name: str) -> DataError:
    message = f"{name}: no page {page}, the last is {count}"
    return DataError("no-such-page", message, fix=f"Ask for a page from 1 to {count}.")


def _pdf(data: bytes, name: str, page: int, scale: float, rotation: int | None, limits: Limits) -> "Image":
    with open_pdf(data, name) as document:
        opened: Any = document
        opened.init_forms()  # before the page is opened, or what its fields are filled in with isn't drawn
        source = opened[_index(page, len(document), name)]
        try:
            width, height = source.get_size()
            if width * height * scale * scale > limits.pixels:
                raise unreadable(name, f"page {page} is too large to draw", fix="Ask for a smaller scale.")
            extra = 0 if rotation is None else (rotation - source.get_rotation()) % 360
            return source.render(scale=scale, rotation=extra).to_pil()
        finally:
            source.close()


def _image(data: bytes, name: str, page: int, scale: float, rotation: int | None, limits: Limits) -> "Image":
    count = 0
    for count, frame in enumerate(frames(data, name, limits), start=1):
        if count == page:
            return _scaled(frame, scale, rotation)
    raise _no_page(page, count, name)


def _scaled(frame: Frame, scale: float, rotation: int | None) -> "Image":
    image = frame.image
    extra = 0 if rotation is None else (rotation - frame.rotation) % 360
    if extra:
        image = image.rotate(-extra, expand=True)
    factor = frame.scale * scale
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image if size == image.size else image.resize(size)


def _drawn(page: Page, scale: float) -> "Image":
    """Draw each character in the middle of its cell."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (round(page.width * scale), round(page.height * scale)), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT * scale)
    for line in page.lines():
        for word in line.words:
            x, y = word.box.x0, word.box.y0 + LINE / 2
            for char in word.text:
                wide = columns(char) * CELL
                draw.text(((x + wide / 2) * scale, y * scale), char, fill=0, font=font, anchor="mm")
                x += wide
    return image
