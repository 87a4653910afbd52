"""From placed words to lines and blocks: what every reader of this package shares."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from alongside.core.document import Block, Box, Line, Word

__all__ = ["around", "block_of", "group_lines", "line_of", "spread", "turned_back"]

_SAME_LINE: Final = 0.5


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around at least one box; all stand on one page."""
    whole = list(boxes)
    if len(whole) == 1:
        return whole[0]
    return Box(
        whole[0].page,
        min([box.x0 for box in whole]),
        min([box.y0 for box in whole]),
        max([box.x1 for box in whole]),
        max([box.y1 for box in whole]),
    )


def line_of(words: Sequence[Word]) -> Line:
    """Return the line of words that stand in reading order; its confidence is their mean."""
    if len(words) == 1:
        return Line(words[0].text, words[0].box, tuple(words), words[0].confidence)
    confidence = sum([word.confidence for word in words]) / len(words)
    text = " ".join([word.text for word in words])
    return Line(text, around([word.box for word in words]), tuple(words), round(confidence, 4))


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


def group_lines(runs: Iterable[tuple[Box, Sequence[Word]]]) -> list[Line]:
    """Join runs of words (each with its box) that stand at the same height, left to right, top to bottom."""
    rows: list[list[tuple[Box, Sequence[Word]]]] = []
    for run in sorted(runs, key=lambda run: run[0].y0 + run[0].y1):
        if rows and _same_height(rows[-1][0][0], run[0]):
            rows[-1].append(run)
        else:
            rows.append([run])
    lines: list[Line] = []
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda run: run[0].x0)
        lines.append(line_of([word for _, words in row for word in words]))
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


def turned_back(line: Line, degrees: int, size: tuple[float, float]) -> Line:
    """Return a line that was read on a page turned clockwise, placed on the page of `size` as it was."""
    if not degrees:
        return line
    return line_of([replace(word, box=_back(word.box, degrees, *size)) for word in line.words])


def _back(box: Box, degrees: int, width: float, height: float) -> Box:
    match degrees:
        case 90:
            return Box(box.page, box.y0, height - box.x1, box.y1, height - box.x0)
        case 180:
            return Box(box.page, width - box.x1, height - box.y1, width - box.x0, height - box.y0)
        case _:
            return Box(box.page, width - box.y1, box.x0, width - box.y0, box.x1)


def _same_height(first: Box, second: Box) -> bool:
    overlap = min(first.y1, second.y1) - max(first.y0, second.y0)
    return overlap > _SAME_LINE * min(first.height, second.height)
