"""Where on the pages a quoted text stands, and whether a text states a value."""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from alongside.core.document import Box, Document, Line, Word

__all__ = ["Passage", "Passages", "states"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER = re.compile(r"\d(?:[\d.,'\u2019]*\d)?")
_DIGITS = re.compile(r"\d+")
_DECIMALS = re.compile(r"[.,](\d+)$")


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive words of one document: their text, a box for each line that they stand on, the file's digest."""

    text: str
    boxes: tuple[Box, ...]
    document: str


@dataclass(frozen=True, slots=True)
class _Stream:
    """A document's words in reading order, and their letters and digits in one string.

    `starts[i]` is where word i begins in `letters`; `lines[i]` is the line that it stands on.
    """

    source: str
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    letters: str
    starts: tuple[int, ...]


class Passages:
    """Finds quotes in a document and its attachments; case, spaces and punctuation don't count."""

    def __init__(self, document: Document) -> None:
        self._streams = [_stream(each) for each in _family(document)]

    def find(
        self, quote: str, *, near: str = "", where: Callable[[str], bool] | None = None
    ) -> Passage | None:
        """Return the passage that the quote is in, None where there is none.

        Of several the first of whole words, on whose lines the words of `near` stand most. `where` narrows the
        passage to the fewest of its words for which it holds, if it holds for the passage at all.
        """
        letters = _letters(quote)
        found = [(stream, span) for stream in self._streams for span in _spans(stream, letters)]
        if not found:
            return None
        hints = [hint for part in re.split(r"[\W_]+", near) if (hint := _letters(part))]

        def rank(each: tuple[_Stream, tuple[int, int]]) -> tuple[bool, int]:
            return _letters(_text(*each)) == letters, _hits(*each, hints)

        stream, span = max(found, key=rank)
        return _passage(stream, _narrowed(stream, span, where) if where else span)


def states(value: object, text: str) -> bool:
    """Whether the printed `text` states `value`: the words, the number in some notation, or the day, month and year.

    Month names are English; a date in another language isn't recognised.
    """
    if isinstance(value, date):
        return _states_date(value, text)
    if isinstance(value, int | float | Decimal):
        return abs(Decimal(str(value))) in set(_numbers(text))
    letters = _letters(str(value))
    return bool(letters) and letters in _letters(text)


def _family(document: Document) -> Iterator[Document]:
    yield document
    for child in document.children:
        yield from _family(child)


def _stream(document: Document) -> _Stream:
    pairs = [(word, line) for page in document.pages for line in page.lines() for word in line.words]
    starts: list[int] = []
    parts: list[str] = []
    length = 0
    for word, _ in pairs:
        starts.append(length)
        parts.append(_letters(word.text))
        length += len(parts[-1])
    words, lines = tuple(word for word, _ in pairs), tuple(line for _, line in pairs)
    return _Stream(document.source, words, lines, "".join(parts), tuple(starts))


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _spans(stream: _Stream, letters: str) -> Iterator[tuple[int, int]]:
    """Yield the (first, last) words of each place where `letters` stand and cut no number or word in two."""
    at = stream.letters.find(letters) if letters else -1
    while at >= 0:
        end = at + len(letters)
        first, last = bisect_right(stream.starts, at) - 1, bisect_right(stream.starts, end - 1) - 1
        if not (_cuts(stream, first, at) or _cuts(stream, last, end)):
            yield first, last
        at = stream.letters.find(letters, at + 1)


def _cuts(stream: _Stream, word: int, at: int) -> bool:
    """Whether `at` lies inside the word, between two digits or two letters."""
    end = stream.starts[word + 1] if word + 1 < len(stream.starts) else len(stream.letters)
    if not stream.starts[word] < at < end:
        return False
    before, after = stream.letters[at - 1], stream.letters[at]
    return before.isdigit() == after.isdigit()


def _hits(stream: _Stream, span: tuple[int, int], hints: list[str]) -> int:
    near = {_letters(word.text) for line in _lines(stream, span) for word in line.words}
    return sum(hint in near for hint in hints)


def _lines(stream: _Stream, span: tuple[int, int]) -> tuple[Line, ...]:
    return stream.lines[span[0] : span[1] + 1]


def _text(stream: _Stream, span: tuple[int, int]) -> str:
    return " ".join(word.text for word in stream.words[span[0] : span[1] + 1])


def _narrowed(stream: _Stream, span: tuple[int, int], where: Callable[[str], bool]) -> tuple[int, int]:
    first, last = span
    if not where(_text(stream, span)):
        return span
    while first < last and where(_text(stream, (first + 1, last))):
        first += 1
    while first < last and where(_text(stream, (first, last - 1))):
        last -= 1
    return first, last


def _passage(stream: _Stream, span: tuple[int, int]) -> Passage:
    placed = zip(_lines(stream, span), stream.words[span[0] : span[1] + 1], strict=True)
    boxes = tuple(
        _around(word.box for _, word in group) for _, group in groupby(placed, lambda pair: id(pair[0]))
    )
    return Passage(_text(stream, span), boxes, stream.source)


def _around(boxes: Iterable[Box]) -> Box:
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first


def _numbers(text: str) -> Iterator[Decimal]:
    """Yield each number of the text in every notation it may be in: 1.234 is a thousand or a little over one."""
    for token in _NUMBER.findall(text):
        digits = re.sub(r"\D", "", token)
        decimals = _DECIMALS.search(token)
        if decimals is None or len(decimals[1]) == 3:  # noqa: PLR2004
            yield Decimal(digits)
        if decimals is not None:
            yield Decimal(digits).scaleb(-len(decimals[1]))


def _states_date(value: date, text: str) -> bool:
    numbers = _DIGITS.findall(text)
    if not _compact(value).isdisjoint(numbers):
        return True
    named = any(
        word.startswith(_MONTHS[value.month - 1]) for word in re.findall(r"[^\W\d_]+", text.casefold())
    )
    there = Counter(int(number) for number in numbers)
    parts = [value.day] if named else [value.day, value.month]
    return any(Counter([*parts, year]) <= there for year in (value.year, value.year % 100))


def _compact(value: date) -> set[str]:
    day, month, year = f"{value.day:02}", f"{value.month:02}", f"{value.year:04}"
    return {form for y in (year, year[2:]) for form in (y + month + day, day + month + y, month + day + y)}
