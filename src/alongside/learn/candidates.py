"""What may be a field's value: every date, amount, whole number or span of text of a document, with its place."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from alongside.core.document import Box
from alongside.core.fields import FieldKind
from alongside.learn.amounts import Number, find_amounts, find_integers
from alongside.learn.dates import Found, find_dates
from alongside.learn.layout import Layout, Segment
from alongside.learn.spans import Piece, Span, find_spans

__all__ = ["Candidate", "Detail", "candidates", "normal"]

Detail = Found | Number | Span


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """`value` typed by kind (text: the lines joined by a space); `key` is equal for values that count as the same."""

    kind: FieldKind
    pieces: tuple[Piece, ...]
    text: str
    value: date | Decimal | int | str
    key: str
    detail: Detail

    @property
    def first(self) -> Segment:
        """The segment that the value starts in."""
        return self.pieces[0].segment

    @property
    def last(self) -> Segment:
        """The segment that the value ends in."""
        return self.pieces[-1].segment

    def boxes(self) -> tuple[Box, ...]:
        """One box a line: around the words that hold the text."""
        return tuple(_around(piece) for piece in self.pieces)


def candidates(layout: Layout, kind: FieldKind) -> list[Candidate]:
    """Return the candidates of a kind in reading order."""
    if kind == "text":
        return [_text(span) for span in find_spans(layout)]
    return [hit for segment in layout.segments for hit in _typed(segment, kind)]


@lru_cache(maxsize=32768)
def normal(text: str) -> str:
    """Return the text without case, spaces and punctuation."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _text(span: Span) -> Candidate:
    text = " ".join(piece.text for piece in span.pieces)
    key = "".join(normal(piece.text) for piece in span.pieces)
    return Candidate("text", span.pieces, text, text, key, span)


def _typed(segment: Segment, kind: FieldKind) -> list[Candidate]:
    text = segment.text
    if not any(c.isdigit() for c in text):
        return []
    dates = find_dates(text)
    if kind == "date":
        return [_one(kind, segment, hit, hit.value) for hit in dates]
    parted = segment.parted
    numbers = find_amounts(parted) if kind == "amount" else list(find_integers(parted))
    free = [n for n in numbers if not any(n.start < d.end and d.start < n.end for d in dates)]
    if kind == "amount":
        return [_one(kind, segment, n, n.value) for n in free]
    return [_one(kind, segment, n, int(n.value)) for n in free]


def _one(kind: FieldKind, segment: Segment, hit: Found | Number, value: date | Decimal | int) -> Candidate:
    piece = Piece(segment, hit.start, hit.end)
    key = value.isoformat() if isinstance(value, date) else str(Decimal(value).normalize())
    return Candidate(kind, (piece,), piece.text, value, key, hit)


def _around(piece: Piece) -> Box:
    words = piece.segment.words_between(piece.start, piece.end)
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return box
