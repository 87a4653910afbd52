"""Text that nobody can see: smaller than anybody reads, or in the colour of what is behind it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from alongside.core.document import Box, Word

__all__ = ["Place", "Runs", "is_tiny", "stands_in", "unseen_runs"]

_SMALLEST: Final = 1.5
"""Points that a glyph needs, in its height or its advance, to be read by anybody."""
_PALE: Final = 224
"""The least of red, green and blue from which on text may be lost on paper; darker text is taken to be seen."""
_SCALE: Final = 1.0
_PIXELS: Final = 8_000_000
_CONTRAST: Final = 8
"""Grey levels, of 255, that text and what is behind it differ by at least where it can be seen."""
_EDGE: Final = 0.1
"""The share of a run's height, above and below, where lines that stand close reach in."""
_NEAR: Final = 2.0
"""Points that the two readers may differ by, and half of what is that small."""
_WORD: Final = re.compile(r"\S+")

Place = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the top left of the page as shown."""
Run = tuple[range, Place]
"""The indices of a word's glyphs in the layer, and its place."""


class Runs(Protocol):
    """What is asked of a text layer."""

    def characters(self) -> str:
        """Return one character a glyph."""
        ...

    def pale(self, indices: Iterable[int], least: int) -> list[int]:
        """Return the glyphs whose fill has at least `least` of each colour."""
        ...

    def place(self, index: int) -> Place:
        """Return where a glyph stands."""
        ...


def is_tiny(place: Place) -> bool:
    """Whether a glyph that stands at `place` is smaller than anybody reads."""
    return max(place[2] - place[0], place[3] - place[1]) < _SMALLEST


def unseen_runs(layer: Runs, page: Any, words: Sequence[Word]) -> list[Run]:
    """Return the words of `layer` that nobody can see; `words` are those that were read. Cheap where all can be seen.

    `page` (of pypdfium2) is drawn only where it has pale text: a word is seen where its place isn't of one grey.
    """
    runs = {match.start(): match.end() for match in _WORD.finditer(layer.characters())}
    unseen: list[Run] = []
    if any(min(word.box.width, word.box.height) < _SMALLEST for word in words):
        tiny = [start for start in runs if is_tiny(layer.place(start))]
        unseen += [_placed(layer, range(start, runs[start])) for start in tiny]
    pale = [_placed(layer, range(start, runs[start])) for start in layer.pale(runs, _PALE)]
    return unseen + (_blank(page, pale) if pale else [])


def stands_in(word: Word, runs: Sequence[Run]) -> bool:
    """Whether `word` is one of `runs`: it stands where the run does, and is no larger."""
    return any(_within(word.box, place) for _, place in runs)


def _within(box: Box, place: Place) -> bool:
    x0, y0, x1, y1 = place
    near = min(_NEAR, (y1 - y0) / 2)
    return x0 - near <= box.x0 and y0 - near <= box.y0 and box.x1 <= x1 + near and box.y1 <= y1 + near


def _placed(layer: Runs, run: range) -> Run:
    places = [layer.place(index) for index in run]
    return run, (
        min(place[0] for place in places),
        min(place[1] for place in places),
        max(place[2] for place in places),
        max(place[3] for place in places),
    )


def _blank(page: Any, runs: Sequence[Run]) -> list[Run]:
    """Return those of `runs` at whose place the page as drawn is of one grey."""
    width, height = page.get_size()
    scale = min(_SCALE, (_PIXELS / max(1.0, width * height)) ** 0.5)
    image = page.render(scale=scale, grayscale=True).to_pil()
    blank: list[Run] = []
    for run, (x0, y0, x1, y1) in runs:
        edge = _EDGE * (y1 - y0)
        left, top, right, bottom = (round(each * scale) for each in (x0, y0 + edge, x1, y1 - edge))
        box = (max(0, left), max(0, top), min(image.width, right), min(image.height, bottom))
        if box[0] < box[2] and box[1] < box[3]:
            dark, light = image.crop(box).getextrema()
            if light - dark < _CONTRAST:
                blank.append((run, (x0, y0, x1, y1)))
    return blank
