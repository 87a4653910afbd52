"""Images of text to words with boxes, by Tesseract's LSTM engine: one thread, no network, fixed data."""

import functools
import importlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from alongside.core.document import Block, Box, Line, Word
from alongside.documents.layout import block_of, line_of
from alongside.documents.version import ocr_data

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PSM", "Read", "read_image"]

PSM: Final = 6
"""Page segmentation: one uniform block of text; best on receipts by measurement (research D, section 5.1)."""
_LEGIBLE: Final = 0.45
"""By `_legibility` receipts that stand upright gave 0.59 to 0.93, the same turned 0.07 to 0.27."""
_SHORT: Final = 2
_EDGE: Final = 0.012
"""The share of a side that a scanner's dark rim takes; ink that touches it hides the whole page."""

Groups = list[list[Line]]
"""Lines by paragraph."""


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in an image: blocks, and the degrees clockwise by which it was turned to be read."""

    blocks: tuple[Block, ...]
    turned: int


def read_image(image: "Image", *, page: int, scale: float, resolution: int | None = None) -> Read:
    """Read a grey image. `scale` is points a pixel; boxes are in points of the turned image.

    `resolution` (pixels an inch) is told to the engine where it is known. What is read with little confidence
    is read again without its rim, then lying on either side and on its head; the best reading counts.
    """
    best, turned = _lines(image, page, scale, resolution), 0
    legible = _legibility(best)
    attempts = ((_without_rim, 0), *((_turned(degrees), degrees) for degrees in (90, 270, 180)))
    for change, degrees in attempts:
        if legible >= _LEGIBLE:
            break
        lines = _lines(change(image), page, scale, resolution)
        found = _legibility(lines)
        if found > legible and (not degrees or found >= _LEGIBLE):  # never turned on a guess
            best, turned, legible = lines, degrees, found
    return Read(tuple(block_of(group) for group in best if group), turned)


def _without_rim(image: "Image") -> "Image":
    from PIL import Image

    across, down = round(image.width * _EDGE), round(image.height * _EDGE)
    inner = (across, down, image.width - across, image.height - down)
    bare = Image.new("L", image.size, 255)
    bare.paste(image.crop(inner), inner[:2])
    return bare


def _turned(degrees: int) -> "Callable[[Image], Image]":
    return lambda image: image.rotate(-degrees, expand=True)


def _legibility(lines: Groups) -> float:
    """Return the mean confidence by characters, those of very short words counted as unread."""
    words = [word for group in lines for line in group for word in line.words]
    total = sum(len(word.text) for word in words)
    read = sum(word.confidence * len(word.text) for word in words if len(word.text) > _SHORT)
    return read / total if total else 0.0


def _lines(image: "Image", page: int, scale: float, resolution: int | None) -> Groups:
    """Return the lines, grouped by paragraph."""
    engine = _engine()
    engine.SetImage(image)
    if resolution is not None:
        engine.SetSourceResolution(resolution)
    engine.Recognize()
    import tesserocr  # after the engine, which sets its threads

    iterator = engine.GetIterator()
    groups: Groups = []
    if iterator is not None:
        words: list[Word] = []
        for word, opens in _words(iterator, tesserocr.RIL, page, scale):
            if opens and words:
                _close(groups, words)
                words = []
            if opens == 2 or not groups:  # noqa: PLR2004 - a paragraph opens
                groups.append([])
            words.append(word)
        if words:
            _close(groups, words)
    engine.Clear()
    return groups


def _close(groups: Groups, words: list[Word]) -> None:
    groups[-1].append(line_of(words))


def _words(iterator: Any, levels: Any, page: int, scale: float) -> Iterator[tuple[Word, int]]:
    """Yield words with 0, 1 where a line opens, 2 where a paragraph opens."""
    pending = 0
    while True:
        if iterator.IsAtBeginningOf(levels.PARA):
            pending = 2
        elif iterator.IsAtBeginningOf(levels.TEXTLINE):
            pending = max(pending, 1)
        bounds = iterator.BoundingBox(levels.WORD)
        text = "".join((iterator.GetUTF8Text(levels.WORD) or "").split()) if bounds else ""
        if text:
            box = Box(page, *(round(edge * scale, 2) for edge in bounds))
            yield Word(text, box, round(iterator.Confidence(levels.WORD) / 100, 4)), pending
            pending = 0
        if not iterator.Next(levels.WORD):
            return


@functools.cache
def _engine() -> Any:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read when the library loads: threads only slow it down
    tesserocr: Any = importlib.import_module("tesserocr")
    return tesserocr.PyTessBaseAPI(path=str(ocr_data()), lang="eng", oem=tesserocr.OEM.LSTM_ONLY, psm=PSM)
