"""From placed words to lines and blocks: what every reader of this package shares."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

from alongside.core.document import Block, Box, Line, Word

__all__ = ["around", "block_of", "group_lines", "line_of", "spread"]

_SAME_LINE: Final = 0.5


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around at least one box."""
    return reduce(Box.union, boxes)


def line_of(words: Sequence[Word]) -> Line:
    """Return the line of words that stand in reading order; its confidence is their mean."""
    first = words[0].box
    if len(words) == 1:
        return Line(words[0].text, first, tuple(words), words[0].confidence)
    box = Box(
        first.page,
        min(word.box.x0 for word in words),
        min(word.box.y0 for word in words),
        max(word.box.x1 for word in words),
        max(word.box.y1 for word in words),
    )
    confidence = sum(word.confidence for word in words) / len(words)
    return Line(" ".join(word.text for word in words), box, tuple(words), round(confidence, 4))


def block_of(lines: Sequence[Line]) -> Block:
    """Return a text block of lines in reading order."""
    confidence = min(line.confidence for line in lines)
    return Block(
        "text",
        "\n".join(line.text for line in lines),
        around(line.box for line in lines),
        tuple(lines),
        confidence,
    )


def group_lines(runs: Iterable[Sequence[Word]]) -> list[Line]:
    """Join runs of words that stand at the same height, left to right; lines come top to bottom."""
    boxed = [(around(word.box for word in run), run) for run in runs if run]
    boxed.sort(key=lambda pair: (pair[0].y0 + pair[0].y1) / 2)
    rows: list[list[tuple[Box, Sequence[Word]]]] = []
    for box, run in boxed:
        if rows and _same_height(rows[-1][0][0], box):
            rows[-1].append((box, run))
        else:
            rows.append([(box, run)])
    lines: list[Line] = []
    for row in rows:
        row.sort(key=lambda pair: pair[0].x0)
        lines.append(line_of([word for _, run in row for word in run]))
    return lines


def spread(text: str, box: Box, confidence: float = 1.0) -> tuple[Word, ...]:
    """Split `text` at its spaces and share the box's width by the characters."""
    if not text:
        return ()
    step = box.width / len(text)
    words: list[Word] = []
    start = 0
    for part in text.split():
        start = text.index(part, start)
        end = start + len(part)
        place = Box(box.page, box.x0 + start * step, box.y0, box.x0 + end * step, box.y1)
        words.append(Word(part, place, confidence))
        start = end
    return tuple(words)


def _same_height(first: Box, second: Box) -> bool:
    overlap = min(first.y1, second.y1) - max(first.y0, second.y0)
    return overlap > _SAME_LINE * min(first.height, second.height)
