"""The raw text layer of a PDF page, as pdfium reads it: the second reader, and the audit's measure."""

import ctypes
import functools
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Glyph", "TextLayer", "fold", "is_control", "tally"]

_SCALE: Final = 1000  # FPDF_PageToDevice answers in whole device units
_INVISIBLE: Final = 3  # PDF 32000-1, table 106: neither fill nor stroke
_HYPHENS: Final = {0xFFFE: "-", 0x02: "-", 0xAD: "-"}  # how pdfium writes a hyphen at a line's end
_PLAIN: Final = {
    **_HYPHENS,
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
    0x2212: "-",
    **dict.fromkeys(range(0x2018, 0x201C), "'"),
    **dict.fromkeys(range(0x201C, 0x2020), '"'),
}
"""LiteParse writes typographic dashes and quotes as their ASCII kin: the same character to the audit."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of the layer: its index in the layer, its text and its box in points from the top left."""

    index: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the characters of `text` that count: no spaces, ligatures taken apart, plain dashes and quotes."""
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN))
    return "".join(plain.split())


def tally(text: str) -> Counter[str]:
    """Return how often each folded character occurs: each character of `text` is folded by itself, once."""
    counts: Counter[str] = Counter()
    for char, count in Counter(text).items():
        for part in fold(char):
            counts[part] += count
    return counts


def is_control(text: str) -> bool:
    """Whether `text` holds nothing that can be read: control, format and unassigned code points."""
    return all(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs"} for char in text)


class TextLayer:
    """The text layer of one open page. Close it before the page."""

    def __init__(self, page: Any) -> None:
        from pypdfium2 import raw

        self._raw: Any = raw
        self._page = page
        self._text = page.get_textpage()
        self.count: int = self._text.count_chars()
        self.text: str = self._whole()
        """The whole layer, with the spaces and line ends that pdfium adds."""
        self.width, self.height = page.get_size()

    def close(self) -> None:
        """Free the text page."""
        self._text.close()

    def _whole(self) -> str:
        size = 2 * (self.count + 1)
        buffer = ctypes.create_string_buffer(size)
        pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        written = self._raw.FPDFText_GetText(self._text.raw, 0, self.count, pointer)
        return buffer.raw[: max(0, 2 * (written - 1))].decode("utf-16-le", "replace")

    def glyphs(self, characters: frozenset[str]) -> list[Glyph]:
        """Return, in the layer's order, each glyph that reads as one of `characters` (folded), with its box."""
        text = self.text if len(self.text) == self.count else self._by_glyph()
        wanted = {char for char in set(text) if not characters.isdisjoint(fold(char))}
        return [
            Glyph(index, _HYPHENS.get(ord(char), char), *self._box(index))
            for index, char in enumerate(text)
            if char in wanted
        ]

    def _by_glyph(self) -> str:
        """Return one character a glyph: the whole layer leaves out what has no Unicode value."""
        read = self._raw.FPDFText_GetUnicode
        codes = (read(self._text.raw, index) for index in range(self.count))
        return "".join(chr(code) if 0 < code <= sys.maxunicode else " " for code in codes)

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
        """Return the glyph's box with its advance and its font's height, not that of its ink."""
        box = self._raw.FS_RECTF()
        if not self._raw.FPDFText_GetLooseCharBox(self._text.raw, index, ctypes.byref(box)):
            return (0.0, 0.0, 0.0, 0.0)
        a, b, c, d, e, f = self._shown
        xa, ya = a * box.left + c * box.top + e, b * box.left + d * box.top + f
        xb, yb = a * box.right + c * box.bottom + e, b * box.right + d * box.bottom + f
        return (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

    @functools.cached_property
    def _shown(self) -> tuple[float, float, float, float, float, float]:
        """The matrix from the page's own space to points from the top left as shown: crop box and rotation."""
        x, y = self._device(0, 0)
        xa, ya = self._device(_SCALE, 0)
        xb, yb = self._device(0, _SCALE)
        return ((xa - x) / _SCALE, (ya - y) / _SCALE, (xb - x) / _SCALE, (yb - y) / _SCALE, x, y)

    def _device(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (round(self.width * _SCALE), round(self.height * _SCALE))
        place = (ctypes.byref(across), ctypes.byref(down))
        self._raw.FPDF_PageToDevice(self._page.raw, 0, 0, *size, 0, x, y, *place)
        return across.value / _SCALE, down.value / _SCALE
