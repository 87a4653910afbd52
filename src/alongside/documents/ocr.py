"""Images of text to words with boxes, by Tesseract's LSTM engine: one thread, no network, fixed data."""

import functools
import importlib
import os
from collections.abc import Iterator
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
_DOUBT: Final = 0.6
"""Below this mean confidence the page may lie on its side or head: worth a look at its orientation."""
_FEW: Final = 3
_SURE: Final = 1.5
"""Tesseract's orientation confidence: a log ratio between the best two."""


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in an image: blocks, and the degrees clockwise by which it was turned to be read."""

    blocks: tuple[Block, ...]
    turned: int


def read_image(image: "Image", *, page: int, scale: float, resolution: int | None = None) -> Read:
    """Read a grey or colour image. `scale` is points a pixel; boxes are in points of the turned image.

    `resolution` (pixels an inch) is told to the engine where it is known.
    """
    lines = _lines(image, page, scale, resolution)
    turned = 0
    if _confidence(lines) < _DOUBT and (turned := _orientation(image)):
        again = _lines(image.rotate(-turned, expand=True), page, scale, resolution)
        if _confidence(again) > _confidence(lines):
            return Read(_blocks(again), turned)
    return Read(_blocks(lines), 0)


def _confidence(lines: list[list[Line]]) -> float:
    words = [word for block in lines for line in block for word in line.words]
    if len(words) < _FEW:
        return 0.0
    return sum(word.confidence for word in words) / len(words)


def _blocks(lines: list[list[Line]]) -> tuple[Block, ...]:
    return tuple(block_of(block) for block in lines if block)


def _lines(image: "Image", page: int, scale: float, resolution: int | None) -> list[list[Line]]:
    """Return the lines, grouped by paragraph."""
    engine = _engine()
    engine.SetImage(image)
    if resolution is not None:
        engine.SetSourceResolution(resolution)
    engine.Recognize()
    import tesserocr  # after the engine, which sets its threads

    iterator = engine.GetIterator()
    groups: list[list[Line]] = []
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


def _close(groups: list[list[Line]], words: list[Word]) -> None:
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


def _orientation(image: "Image") -> int:
    """Return the degrees clockwise (0, 90, 180, 270) by which the image must be turned to stand upright."""
    engine = _orientation_engine()
    engine.SetImage(image)
    found = engine.DetectOrientationScript()
    engine.Clear()
    if not found or found["orient_conf"] < _SURE:
        return 0
    return int(found["orient_deg"]) % 360


@functools.cache
def _engine() -> Any:
    return _open("eng", engine="LSTM_ONLY", mode=PSM)


@functools.cache
def _orientation_engine() -> Any:
    return _open("osd", engine="TESSERACT_ONLY", mode=0)


def _open(language: str, *, engine: str, mode: int) -> Any:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # read when the library loads: threads only slow it down
    tesserocr: Any = importlib.import_module("tesserocr")
    kind = getattr(tesserocr.OEM, engine)
    return tesserocr.PyTessBaseAPI(path=str(ocr_data()), lang=language, oem=kind, psm=mode)
