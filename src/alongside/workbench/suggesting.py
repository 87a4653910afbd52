"""What a field might have said instead: every place on the page that could hold it, the likeliest first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache, reduce
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

from alongside.core.document import Box, Document
from alongside.core.fields import Field, FieldKind
from alongside.evals.comparing import normal_text
from alongside.evals.moments import clock_end, read_clock

if TYPE_CHECKING:
    from alongside.learn.candidates import Candidate

__all__ = ["Suggestion", "Wanted", "alternatives", "figures", "suggestions"]

_REMEMBERED = 64
_WORD = 2  # letters: less is a stain on the paper
_NOISE = 0.35  # confidence
_UNSPEAKABLE = re.compile("[b-df-hj-np-tv-xz]{6}", re.IGNORECASE)
_HEADINGS = frozenset(
    {"receipt", "invoice", "tax invoice", "bill", "credit note", "statement", "quotation", "order"}
)
_TYPES: dict[FieldKind, type] = {"text": str, "integer": int}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place on the page: its text as printed, the value that this is (a date as ISO 8601), and its box.

    `of` are the fields that it may be meant for, each with the value that it would have; more than one has to be asked.
    """

    text: str
    value: str
    box: Box
    of: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field that may be wrong: its path, the kind of its values, and what it says now.

    `timed`: its dates have their time. `among` are its choices, if it is one of several: as they are printed, and as they are kept.
    """

    path: str
    kind: FieldKind
    current: str
    timed: bool = False
    among: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=_REMEMBERED)
def suggestions(
    document: Document, field: str, kind: FieldKind, *, timed: bool = False
) -> tuple[Suggestion, ...]:
    """Return the places that could hold a field of this kind, best first by what is known of such fields without learning.

    Dates come with the time beside them where they are `timed`. A text that runs over several lines is left out: its lines are there one by one. So are stains that were read as text.
    """
    from alongside.learn.features import dense, scene_of, view
    from alongside.learn.prior import prior_scores

    of = Field(field.rpartition(".")[2], kind, _TYPES.get(kind, str))
    found = view(scene_of(document), kind)
    scores = prior_scores(of, [dense(found, of, index) for index in range(len(found.candidates))])
    ranked = sorted(zip(scores, range(len(scores)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    inked = [found.candidates[index] for _, index in ranked]
    if kind == "text":
        inked = sorted((one for one in inked if not _is_noise(one)), key=_is_heading)
    placed: dict[Box, Suggestion] = {}
    for one in map(_with_time, inked) if timed else inked:
        boxes = one.boxes()
        if len(boxes) == 1:
            value = one.value.isoformat() if isinstance(one.value, date) else str(one.value)
            placed.setdefault(boxes[0], Suggestion(one.text, value, boxes[0]))
    return tuple(placed.values())


def _with_time(one: "Candidate") -> "Candidate":
    """Return a date with the time that stands beside it, as it is where none does."""
    piece = one.pieces[0]
    end = clock_end(piece.segment.text, piece.end)
    clock = read_clock(piece.segment.text[:end]) if end > piece.end else None
    if clock is None or not isinstance(one.value, date):
        return one
    longer = replace(piece, end=end)
    return replace(one, pieces=(longer,), text=longer.text, value=datetime.combine(one.value, clock.at))


def alternatives(document: Document, wanted: Wanted) -> tuple[Suggestion, ...]:
    """Return what the field could have said and doesn't: no amount or date for a field that holds words.

    For a text that reads as a figure or a date the page's own come first, as they are printed, then the lines without any.
    """
    if wanted.among:
        return tuple(_choices(document, wanted))
    read = _as_read(wanted)
    if read is not wanted:
        alike = tuple(
            replace(one, value=one.text, of=((wanted.path, one.text),))
            for one in alternatives(document, read)
        )
        lines = alternatives(document, replace(wanted, current=""))
        return (*alike, *(one for one in lines if not any(_overlap(one.box, other.box) for other in alike)))
    words = wanted.kind == "text"
    found = suggestions(document, wanted.path, wanted.kind, timed=wanted.timed)
    return tuple(
        replace(one, of=((wanted.path, one.value),))
        for one in (_amounts(found, wanted) if wanted.kind == "amount" else found)
        if not _same(one.value, wanted.current)
        and not (words and (_is_figure(one.text) or len(one.text) < _WORD))
    )


def _choices(document: Document, wanted: Wanted) -> Iterator[Suggestion]:
    """Yield the places where another of the field's choices is printed, each word as part of the longest."""
    kept = {normal_text(printed): value for printed, value in wanted.among}
    current = kept.get(normal_text(wanted.current))
    most = max(len(printed.split()) for printed, _ in wanted.among)
    for words in (line.words for line in document.lines()):
        free = [*words]
        for length in range(most, 0, -1):
            for said in (words[start : start + length] for start in range(len(words) - length + 1)):
                text = " ".join(word.text for word in said)
                value = kept.get(normal_text(text))
                if value is None or any(word not in free for word in said):
                    continue
                free = [word for word in free if word not in said]
                if value != current:
                    box = reduce(Box.union, (word.box for word in said))
                    yield Suggestion(text, value, box, ((wanted.path, value),))


def _as_read(wanted: Wanted) -> Wanted:
    """Return a text that reads as a number or a date as a field of those; anything else as it is."""
    from alongside.learn.amounts import find_amounts
    from alongside.learn.dates import find_dates

    if wanted.kind != "text" or wanted.among or not _is_figure(wanted.current):
        return wanted
    dates = find_dates(wanted.current)
    if dates:
        return replace(wanted, kind="date", current=dates[0].value.isoformat())
    return replace(wanted, kind="amount", current=str(find_amounts(wanted.current)[0].value))


def _amounts(found: Sequence[Suggestion], wanted: Wanted) -> list[Suggestion]:
    """Return amounts with those first that are printed to the same digits as the field's, of a total before all what adds up.

    A total that is the field's value and another printed amount together: what was read is a part of it.
    """
    from alongside.learn.vocabulary import concept_of

    now = _decimal(wanted.current)
    if now is None:
        return list(found)
    values = {one.box: Decimal(one.value) for one in found}
    total = concept_of(wanted.path.rpartition(".")[2], "amount") == "total" and now > 0

    def rank(one: Suggestion) -> tuple[bool, bool]:
        value = values[one.box]
        adds_up = total and any(
            rest > 0 and value - now == rest for box, rest in values.items() if box != one.box
        )
        return not adds_up, (value.as_tuple().exponent != now.as_tuple().exponent)

    return sorted(found, key=rank)


def figures(document: Document, fields: Sequence[Wanted]) -> tuple[Suggestion, ...]:
    """Return what may be touched while nobody said which field is wrong, the likeliest of each field by turns.

    Amounts and dates come before texts, of which a page has many. What a place reads as says which fields it can be
    meant for; among several it is the one whose likeliest alternative it is, where that is one alone. A line that holds an amount or a date is those, not a text.
    """
    found = [_alike(document, one) for one in fields]
    fields = [_as_read(one) for one in fields]
    tops = {one.path: each[0].box for one, each in zip(fields, found, strict=True) if each}
    wordy = [one.kind == "text" for one in fields]
    by_box: dict[Box, dict[str, Suggestion]] = {}
    for one, each in zip(fields, found, strict=True):
        for place in each:
            by_box.setdefault(place.box, {})[one.path] = place
    for box in _hidden(by_box, document, fields):
        by_box.pop(box, None)
    seen = [[place.box for place in each if place.box in by_box] for each in found]
    turns = [each for _, each in sorted(zip(wordy, seen, strict=True), key=itemgetter(0))]
    order = dict.fromkeys(box for turn in zip_longest(*turns) for box in turn if box is not None)
    kept: list[Box] = []
    for box in order:
        if not any(_overlap(box, other) for other in kept):
            kept.append(box)
    return tuple(_meant(by_box[box], tops) for box in kept)


def _alike(document: Document, wanted: Wanted) -> tuple[Suggestion, ...]:
    """Return the alternatives that read as the field's value does: no line where it is a figure."""
    found = alternatives(document, wanted)
    return found if _as_read(wanted) is wanted else tuple(one for one in found if _is_figure(one.text))


def _meant(places: Mapping[str, Suggestion], tops: Mapping[str, Box]) -> Suggestion:
    first = next(iter(places.values()))
    likeliest = [path for path in places if tops.get(path) == first.box]
    rest = [path for path in places if path not in likeliest]
    paths = likeliest if len(likeliest) == 1 else [*likeliest, *rest]
    return replace(places[paths[0]], of=tuple((path, places[path].value) for path in paths))


def _hidden(
    by_box: Mapping[Box, Mapping[str, Suggestion]], document: Document, fields: Sequence[Wanted]
) -> set[Box]:
    """Return the boxes of which another says better what is there: a line's figures, or the line that a number is a word of."""
    wordy = {one.path for one in fields if one.kind == "text"}
    lines = [box for box, places in by_box.items() if wordy.issuperset(places)]
    hidden: set[Box] = set()
    typed = [
        place
        for one in fields
        if one.kind != "text"
        for place in suggestions(document, one.path, one.kind, timed=one.timed)
    ]
    for place in dict.fromkeys(typed):
        around = [line for line in lines if line != place.box and _overlap(place.box, line)]
        if _is_figure(place.text):
            hidden.update(around)
        elif around and not wordy.intersection(by_box.get(place.box, ())):
            hidden.add(place.box)
    return hidden


def _overlap(one: Box, other: Box) -> bool:
    inside = one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
    return one.page == other.page and inside


@lru_cache(maxsize=4096)
def _is_figure(text: str) -> bool:
    """Whether a text is an amount of money or a date with hardly a letter more."""
    from alongside.learn.amounts import find_amounts
    from alongside.learn.dates import find_dates

    spans = [
        (one.start, one.end) for one in find_amounts(text) if one.decimals or one.currency or one.percent
    ]
    spans += [(one.start, one.end) for one in find_dates(text)]
    rest = [letter for at, letter in enumerate(text) if not any(start <= at < end for start, end in spans)]
    return bool(spans) and sum(letter.isalpha() for letter in rest) <= 1


def _is_noise(one: "Candidate") -> bool:
    """Whether a stain was read as text: its reader was hardly sure of it, or nobody could say it aloud."""
    words = [word for piece in one.pieces for word in piece.segment.words_between(piece.start, piece.end)]
    sure = sum(word.confidence for word in words) / len(words) if words else 1.0
    return sure < _NOISE or _UNSPEAKABLE.search(one.text) is not None


def _is_heading(one: "Candidate") -> bool:
    return one.text.strip().casefold() in _HEADINGS


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _same(value: str, current: str) -> bool:
    if value == current:
        return True
    one, other = _decimal(value), _decimal(current)
    return one is not None and one == other
