"""A document as rows of segments: what stands beside what, whatever the parser took for a line.

One parser hands over a whole row of a receipt as a line, another one line a column. Here every line is cut where
a gap is too wide for a space and joined where it is not, so that both give the same segments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from alongside.core.document import Box, Document, Page, Word

__all__ = ["Layout", "Segment", "lay_out"]

_CUT = 1.7  # a gap of this many line heights parts two columns
_JOIN = 0.55  # a gap under this many line heights is a space
_WITHIN = 0.8  # a gap over this many line heights parts no number into thousands
_STACK = 1.5  # lines further apart than this many heights are not one paragraph


@dataclass(slots=True, eq=False)
class Segment:
    """Words of one row that read as one run of text; `starts` are the words' offsets in `text`."""

    index: int
    sheet: int
    row: int
    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    left: "Segment | None" = None
    right: "Segment | None" = None
    above: "Segment | None" = None
    below: "Segment | None" = None

    @property
    def height(self) -> float:
        """Points."""
        return self.y1 - self.y0

    @property
    def parted(self) -> str:
        """`text` with a tab for each space that is too wide to stand inside a number: two columns that lie close."""
        gaps = (
            "\t" if word.box.x0 - before.box.x1 > _WITHIN * word.box.height else " "
            for before, word in pairwise(self.words)
        )
        words = (word.text for word in self.words)
        return "".join(part for pair in zip(words, [*gaps, ""], strict=True) for part in pair)

    def words_between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that hold any character of text[start:end]."""
        pairs = zip(self.starts, self.words, strict=True)
        return tuple(word for at, word in pairs if at < end and at + len(word.text) > start)


@dataclass(slots=True, eq=False)
class Layout:
    """All segments in reading order, row by row; `sheets` are (source digest, page) as they come."""

    sheets: tuple[tuple[str, Page], ...]
    segments: list[Segment]
    rows: list[list[Segment]]
    height: float
    tallest: float
    header: frozenset[str]

    def stacked(self, segment: Segment) -> Segment | None:
        """Return the segment that goes on directly below in the same column, if one does."""
        below = segment.below
        if below is None or below.y0 - segment.y1 > _STACK * min(segment.height, below.height):
            return None
        return below


def lay_out(document: Document) -> Layout:
    """Return the layout of a document and its attachments."""
    sheets = tuple(_sheets(document))
    rows: list[list[Segment]] = []
    for number, (_, page) in enumerate(sheets):
        rows.extend(_rows(number, page))
    segments: list[Segment] = []
    for row_number, row in enumerate(rows):
        for segment in row:
            segment.row, segment.index = row_number, len(segments)
            segments.append(segment)
    _link(rows)
    height = median(s.height for s in segments) if segments else 1.0
    tallest = max((s.height for row in rows[:10] for s in row), default=1.0)
    return Layout(sheets, segments, rows, height or 1.0, tallest, _header(rows))


def _sheets(document: Document) -> Iterator[tuple[str, Page]]:
    for page in document.pages:
        yield document.source, page
    for child in document.children:
        yield from _sheets(child)


def _rows(sheet: int, page: Page) -> list[list[Segment]]:
    pieces = [piece for line in page.lines() for piece in _cut([w for w in line.words if w.text])]
    boxed = [(_around(piece), piece) for piece in pieces]
    boxed.sort(key=lambda pair: (pair[0].y0 + pair[0].y1, pair[0].x0))
    grouped: list[list[tuple[Box, list[Word]]]] = []
    for box, words in boxed:
        if grouped and _same_row(grouped[-1][-1][0], box):
            grouped[-1].append((box, words))
        else:
            grouped.append([(box, words)])
    return [_segments(sheet, group) for group in grouped]


def _cut(words: Sequence[Word]) -> Iterator[list[Word]]:
    piece: list[Word] = []
    for word in words:
        if piece and word.box.x0 - piece[-1].box.x1 > _CUT * word.box.height:
            yield piece
            piece = []
        piece.append(word)
    if piece:
        yield piece


def _around(words: Sequence[Word]) -> Box:
    boxes = [word.box for word in words]
    return Box(
        boxes[0].page,
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )


def _same_row(a: Box, b: Box) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    beside = a.x1 <= b.x0 + 2 or b.x1 <= a.x0 + 2
    return beside and overlap > 0.55 * min(a.height, b.height)


def _segments(sheet: int, group: list[tuple[Box, list[Word]]]) -> list[Segment]:
    group.sort(key=lambda pair: pair[0].x0)
    merged: list[list[Word]] = []
    for box, words in group:
        if merged and -box.height < box.x0 - merged[-1][-1].box.x1 < _JOIN * box.height:
            merged[-1].extend(words)
        else:
            merged.append(list(words))
    return [_segment(sheet, words) for words in merged]


def _segment(sheet: int, words: list[Word]) -> Segment:
    starts: list[int] = []
    at = 0
    for word in words:
        starts.append(at)
        at += len(word.text) + 1
    box = _around(words)
    text = " ".join(word.text for word in words)
    return Segment(0, sheet, 0, text, tuple(words), tuple(starts), box.x0, box.y0, box.x1, box.y1)


def _link(rows: list[list[Segment]]) -> None:
    for number, row in enumerate(rows):
        for one, other in pairwise(row):
            one.right, other.left = other, one
        for segment in row:
            segment.above = _nearest(segment, rows[max(0, number - 4) : number][::-1])
    for row in rows:
        for segment in row:
            above = segment.above
            if above is not None and above.below is None:
                above.below = segment


def _nearest(segment: Segment, rows: list[list[Segment]]) -> Segment | None:
    for row in rows:
        for other in row:
            if other.sheet == segment.sheet and min(other.x1, segment.x1) > max(other.x0, segment.x0):
                return other
    return None


def _header(rows: list[list[Segment]]) -> frozenset[str]:
    """Return the words at the top: what a vendor's or a form's pages have in common."""
    tokens: set[str] = set()
    for row in rows[:8]:
        for segment in row:
            for word in segment.text.upper().split():
                bare = "".join(c for c in word if c.isalnum())
                if len(bare) > 1 and not bare.isdigit():
                    tokens.add(bare)
    return frozenset(tokens)
