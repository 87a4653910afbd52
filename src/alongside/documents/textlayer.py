"""The raw text layer of a PDF page, as pdfium reads it: the second reader, and the audit's measure."""

import ctypes
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import pypdfium2

__all__ = ["Glyph", "TextLayer", "fold", "is_control"]

_SCALE: Final = 1000  # FPDF_PageToDevice answers in whole device units
_INVISIBLE: Final = 3  # PDF 32000-1, table 106: neither fill nor stroke
_HYPHENS: Final = {0xFFFE: "-", 0x02: "-", 0xAD: "-"}  # how pdfium writes a hyphen at a line's end

Layer = Literal["native", "none"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of the layer: its index in the layer, its text and its box in points from the top left."""

    index: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


def fold(text: str) -> str:
    """Return the characters of `text` that count: no spaces, ligatures and full-width forms taken apart."""
    text = text.translate(_HYPHENS)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split())


def is_control(text: str) -> bool:
    """Whether `text` holds nothing that can be read: control, format and unassigned code points."""
    return all(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs"} for char in text)


class TextLayer:
    """The text layer of one open page. Close it before the page."""

    def __init__(self, page: "pypdfium2.PdfPage") -> None:
        import pypdfium2.raw as raw

        self._raw: Any = raw
        self._page = page
        self._text = page.get_textpage()
        self.count: int = self._text.count_chars()
        self.width, self.height = page.get_size()

    def close(self) -> None:
        """Free the text page."""
        self._text.close()

    def text(self) -> str:
        """Return the whole layer, spaces and line ends as pdfium adds them."""
        size = 2 * (self.count + 1)
        buffer = ctypes.create_string_buffer(size)
        pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        written = self._raw.FPDFText_GetText(self._text.raw, 0, self.count, pointer)
        return buffer.raw[: max(0, 2 * (written - 1))].decode("utf-16-le", "replace")

    def glyphs(self) -> list[Glyph]:
        """Return every character that isn't a space, with its box. Slow: only for pages that need it."""
        found: list[Glyph] = []
        for index in range(self.count):
            code = self._raw.FPDFText_GetUnicode(self._text.raw, index)
            text = _HYPHENS.get(code) or (chr(code) if 0 < code < 0x110000 else "\0")
            if not text.isspace():
                found.append(Glyph(index, text, *self._box(index)))
        return found

    def is_hidden(self, glyph: Glyph) -> bool:
        """Whether the glyph is drawn invisibly: render mode 3, no size, or fully transparent."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        pointers = (ctypes.byref(part) for part in (red, green, blue, alpha))
        if self._raw.FPDFText_GetFillColor(self._text.raw, glyph.index, *pointers) and alpha.value == 0:
            return True
        if glyph.x1 - glyph.x0 <= 0 and glyph.y1 - glyph.y0 <= 0:
            return True
        drawn = self._raw.FPDFText_GetTextObject(self._text.raw, glyph.index)
        return bool(drawn) and self._raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE

    def is_off_page(self, glyph: Glyph) -> bool:
        """Whether the glyph's middle lies outside of the page as shown."""
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        return not (0 <= x <= self.width and 0 <= y <= self.height)

    def _box(self, index: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pointers = (ctypes.byref(part) for part in (left, right, bottom, top))
        if not self._raw.FPDFText_GetCharBox(self._text.raw, index, *pointers):
            return (0.0, 0.0, 0.0, 0.0)
        xa, ya = self._shown(left.value, top.value)
        xb, yb = self._shown(right.value, bottom.value)
        return (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """Return a place in points from the top left of the page as shown (crop box and rotation applied)."""
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (round(self.width * _SCALE), round(self.height * _SCALE))
        self._raw.FPDF_PageToDevice(
            self._page.raw, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down)
        )
        return across.value / _SCALE, down.value / _SCALE
