"""Spans of text that may be a field's value: runs of lines, and parts of a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alongside.learn.layout import Layout, Segment

__all__ = ["Piece", "Span", "find_spans"]

_MOST_LINES = 6
_MOST_SPANS = 1500


@dataclass(frozen=True, slots=True)
class Piece:
    """text[start:end] of one segment."""

    segment: Segment
    start: int
    end: int

    @property
    def text(self) -> str:
        """The piece as printed."""
        return self.segment.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces one below the other. `form`: `whole` lines, `value` after a label, `trimmed`, or `code` (one word with digits)."""

    pieces: tuple[Piece, ...]
    form: str


_LABEL = re.compile(r"^[^\W\d_][^:]{0,40}?\s?:\s*(?=\S)")
_REGISTRATION = re.compile(
    r"[\s,]*(?:\(?\s?(?:co\.?\s?)?(?:reg(?:istration)?\.?|company|roc|gst|vat|tax|tin|abn|uen)\.?\s*(?:no|id|number|reg|code)\b.*"
    r"|\((?:[\w/]*\d[\w/]*\s?-?\s?[A-Za-z0-9]{0,3}|[A-Z]{0,3}\d[\w-]*)\)?\W*|\(?\b\d{5,}\s?-\s?[A-Za-z]{1,2}\b\)?(?:\W.*)?)$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"[\s,;(]*\b(?:tel(?:ephone)?|phone|ph|fax|hp|mobile|e-?mail|www|http)\b\s?(?:no)?[\s.:/]*[(+\d\w].*$",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<!\S)(?=\S*\d)[A-Za-z0-9][\w/#.-]{2,}(?!\S)")
_EDGE = " ,;:-*=_|\u2022"
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")


def find_spans(layout: Layout) -> list[Span]:
    """Return the spans in reading order, each once, at most 1,500 a document."""
    spans: list[Span] = []
    seen: set[tuple[tuple[int, int, int], ...]] = set()
    for segment in layout.segments:
        for span in _from(layout, segment):
            key = tuple((p.segment.index, p.start, p.end) for p in span.pieces)
            if key not in seen and any(c.isalnum() for p in span.pieces for c in p.text):
                seen.add(key)
                spans.append(span)
        if len(spans) >= _MOST_SPANS:
            break
    return spans


def _from(layout: Layout, segment: Segment) -> Iterator[Span]:
    whole = _whole(segment)
    if whole is None:
        return
    yield Span((whole,), "whole")
    yield from _parts(segment, whole)
    labelled = _LABEL.match(segment.text)
    after = _trim(segment, labelled.end(), whole.end) if labelled else None
    yield from _runs(layout, (whole,), "whole")
    if after is not None:
        yield Span((after,), "value")
        yield from _runs(layout, (after,), "value")


def _parts(segment: Segment, whole: Piece) -> Iterator[Span]:
    cut = _cut_tail(segment, whole)
    if cut is not None:
        yield Span((cut,), "trimmed")
    bracket = _BRACKET.search(segment.text)
    if bracket and bracket.start() > whole.start:
        piece = _trim(segment, whole.start, bracket.start())
        if piece is not None:
            yield Span((piece,), "trimmed")
    for match in _CODE.finditer(segment.text):
        piece = _trim(segment, match.start(), match.end())
        if piece is not None:
            yield Span((piece,), "code")


def _runs(layout: Layout, start: tuple[Piece, ...], form: str) -> Iterator[Span]:
    pieces = start
    while len(pieces) < _MOST_LINES:
        below = layout.stacked(pieces[-1].segment)
        whole = None if below is None else _whole(below)
        if below is None or whole is None:
            return
        cut = _cut_tail(below, whole)
        if cut is not None:
            yield Span((*pieces, cut), "trimmed")
        pieces = (*pieces, whole)
        yield Span(pieces, form)


def _whole(segment: Segment) -> Piece | None:
    return _trim(segment, 0, len(segment.text))


def _cut_tail(segment: Segment, whole: Piece) -> Piece | None:
    """Return the line without the registration number or telephone that stands behind the name or the address."""
    for pattern in (_CONTACT, _REGISTRATION):
        match = pattern.search(segment.text)
        if match and match.start() > whole.start:
            return _trim(segment, whole.start, match.start())
    return None


def _trim(segment: Segment, start: int, end: int) -> Piece | None:
    text = segment.text
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return Piece(segment, start, end) if start < end else None
