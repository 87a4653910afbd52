"""The raw text layer of a PDF page, as pdfium reads it: the second reader, and the audit's measure."""

import ctypes
import functools
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from alongside.core.document import Word
from alongside.documents.unseen import Place, is_tiny, stands_in, unseen_runs

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
        self._unseen: frozenset[int] = frozenset()
        self._parts = tuple(ctypes.c_uint() for _ in range(4))
        self._pointers = tuple(map(ctypes.byref, self._parts))

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
        text = self.characters()
        wanted = {char for char in set(text) if not characters.isdisjoint(fold(char))}
        return [
            Glyph(index, _HYPHENS.get(ord(char), char), *self.place(index))
            for index, char in enumerate(text)
            if char in wanted
        ]

    def characters(self) -> str:
        """Return one character a glyph: the whole layer leaves out what has no Unicode value."""
        if len(self.text) == self.count:
            return self.text
        read = self._raw.FPDFText_GetUnicode
        codes = (read(self._text.raw, index) for index in range(self.count))
        return "".join(chr(code) if 0 < code <= sys.maxunicode else " " for code in codes)

    def is_hidden(self, glyph: Glyph) -> bool:
        """Whether nobody can see the glyph: see `unseen`, render mode 3, hardly any size, or fully transparent."""
        if glyph.index in self._unseen or is_tiny((glyph.x0, glyph.y0, glyph.x1, glyph.y1)):
            return True
        told = self._raw.FPDFText_GetFillColor(self._text.raw, glyph.index, *self._pointers)
        if told and self._parts[-1].value == 0:
            return True
        drawn = self._raw.FPDFText_GetTextObject(self._text.raw, glyph.index)
        return bool(drawn) and self._raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE

    def unseen(self, words: Sequence[Word]) -> list[Word]:
        """Return those of the words read that nobody can see, and know their glyphs as hidden from then on."""
        runs = unseen_runs(self, self._page, words)
        self._unseen = frozenset(index for run, _ in runs for index in run)
        return [word for word in words if stands_in(word, runs)] if runs else []

    def pale(self, indices: Iterable[int], least: int) -> list[int]:
        """Return those of the glyphs whose fill has `least` (of 255) of red, green and blue at least."""
        told, text, pointers = self._raw.FPDFText_GetFillColor, self._text.raw, self._pointers
        red, green, blue, _ = self._parts
        return [
            index
            for index in indices
            if told(text, index, *pointers) and red.value >= least <= green.value and blue.value >= least
        ]

    def is_off_page(self, glyph: Glyph) -> bool:
        """Whether the glyph's middle lies outside of the page as shown."""
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        return not (0 <= x <= self.width and 0 <= y <= self.height)

    def fields(self) -> list[tuple[float, float, float, float]]:
        """Return the places of the form's fields on the page, in points from the top left."""
        places: list[tuple[float, float, float, float]] = []
        for index in range(self._raw.FPDFPage_GetAnnotCount(self._page.raw)):
            note = self._raw.FPDFPage_GetAnnot(self._page.raw, index)
            box = self._raw.FS_RECTF()
            widget = self._raw.FPDFAnnot_GetSubtype(note) == self._raw.FPDF_ANNOT_WIDGET
            if widget and self._raw.FPDFAnnot_GetRect(note, ctypes.byref(box)):
                places.append(self._placed(box))
            self._raw.FPDFPage_CloseAnnot(note)
        return places

    def place(self, index: int) -> Place:
        """Return the glyph's box with its advance and its font's height, not that of its ink."""
        box = self._raw.FS_RECTF()
        if not self._raw.FPDFText_GetLooseCharBox(self._text.raw, index, ctypes.byref(box)):
            return (0.0, 0.0, 0.0, 0.0)
        return self._placed(box)

    def _placed(self, box: Any) -> tuple[float, float, float, float]:
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
