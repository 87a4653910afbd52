"""The parse audit: the raw text layer against what the blocks hold, and the recovery of what was dropped.

Each character of the layer is in a word of a block, or it is recovered into a block of its own, or it is an
exclusion with a reason of the fixed list; everything else is loss. The other way round, what the blocks hold
and no character of the layer at its place stands for is an addition.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from alongside.core.document import Addition, Audit, Box, Exclusion, Line, Loss, Reason, Word
from alongside.documents.layout import around, line_of
from alongside.documents.textlayer import Glyph, is_control, tally

__all__ = ["PASSING", "Layer", "PageAudit", "audit_page", "total"]

PASSING: Final = 0.995
_NEAR: Final = 2.0
"""Points that the two readers may differ by on one glyph's place."""
_BAND: Final = 16.0
_GAP: Final = 0.15
"""A gap of this share of the line's height starts a new word."""
_OVERPRINT: Final = 2.5
_SAME_LINE: Final = 0.4
_APART: Final = 2
"""Indices between glyphs of one run: a space may stand between."""


Left = tuple[Word, Counter[str]]
"""A word with those of its characters (folded) that no glyph has answered for."""


class Layer(Protocol):
    """What the audit asks of a text layer (`TextLayer` is one)."""

    text: str
    """The whole layer."""

    def glyphs(self, characters: frozenset[str]) -> list[Glyph]:
        """Return the glyphs that read as one of `characters`, with places."""
        ...

    def is_hidden(self, glyph: Glyph) -> bool:
        """Whether it is drawn invisibly."""
        ...

    def is_off_page(self, glyph: Glyph) -> bool:
        """Whether it lies outside of the page."""
        ...

    def fields(self) -> list[tuple[float, float, float, float]]:
        """Return the places of the form's fields: left, top, right, bottom."""
        ...


@dataclass(frozen=True, slots=True)
class PageAudit:
    """One page: characters of the layer, those accounted for, and what became of the rest."""

    number: int
    characters: int
    accounted: int
    exclusions: tuple[Exclusion, ...] = ()
    losses: tuple[Loss, ...] = ()
    recovered: tuple[Line, ...] = field(default=())
    additions: tuple[Addition, ...] = ()

    @property
    def coverage(self) -> float:
        """The share accounted for; 1.0 without a layer, 0.0 for a page that could not be opened at all."""
        if not self.characters:
            return 0.0 if self.losses else 1.0
        return self.accounted / self.characters


def audit_page(number: int, layer: Layer, words: Sequence[Word]) -> PageAudit:
    """Hold a page's words against its layer. Cheap where both hold the same characters."""
    layer_holds = tally(layer.text)
    blocks_hold = tally("".join([word.text for word in words]))
    characters = layer_holds.total()
    if layer_holds == blocks_hold:
        return PageAudit(number, characters, characters)
    unequal = frozenset((layer_holds - blocks_hold) + (blocks_hold - layer_holds))
    glyphs = layer.glyphs(unequal)
    missing, left = _matched(glyphs, words, unequal)
    if left:  # what is made up in one place hides what is lost in another: every character is looked for
        unequal = frozenset(layer_holds | blocks_hold)
        glyphs = layer.glyphs(unequal)
        missing, left = _matched(glyphs, words, unequal)
    excluded, recovered, lost = _sorted_out(missing, glyphs, layer)
    losses = tuple(Loss(number, "".join(glyph.text for glyph in run), None) for run in _runs(lost))
    return PageAudit(
        number,
        characters,
        characters - sum(tally(loss.text).total() for loss in losses),
        tuple(_exclusions(number, excluded)),
        losses,
        tuple(line_of(_words(number, line)) for line in _baselines(recovered)),
        tuple(_additions(number, left, layer)),
    )


def total(pages: Iterable[PageAudit]) -> Audit:
    """Return the audit of a document."""
    pages = list(pages)
    return Audit(
        sum(page.characters for page in pages),
        sum(page.accounted for page in pages),
        tuple(exclusion for page in pages for exclusion in page.exclusions),
        tuple(loss for page in pages for loss in page.losses),
        tuple(page.number for page in pages if page.coverage < PASSING),
        tuple(addition for page in pages for addition in page.additions),
    )


def _matched(
    glyphs: Sequence[Glyph], words: Sequence[Word], unequal: frozenset[str]
) -> tuple[list[Glyph], list[Left]]:
    """Return the glyphs that no word at their place holds, and the words with what no glyph stands for.

    Each character of a word answers for one glyph.
    """
    bands: dict[int, list[tuple[Box, Counter[str]]]] = {}
    every: list[Left] = []
    for word in words:
        left = _of(word.text, unequal)
        if left:
            every.append((word, left))
            for band in range(int((word.box.y0 - _NEAR) // _BAND), int((word.box.y1 + _NEAR) // _BAND) + 1):
                bands.setdefault(band, []).append((word.box, left))
    missing: list[Glyph] = []
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        near = bands.get(int(y // _BAND), ())
        wanted = _of(glyph.text, unequal)
        if not any(_holds(box, x, y) and _take(left, wanted) for box, left in near):
            missing.append(glyph)
    return missing, [(word, left) for word, left in every if left]


def _additions(number: int, left: Sequence[Left], layer: Layer) -> Iterator[Addition]:
    """Yield what each word holds too much, in the word's order: of a character that stands twice, the last."""
    fields = [Box(number, *place) for place in layer.fields()] if left else []
    for word, unmatched in left:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
        origin = "field" if any(_holds(box, x, y) for box in fields) else ""
        text = "".join(char for char in reversed(word.text) if _take(unmatched, tally(char)))
        yield Addition(number, text[::-1] or word.text, word.box, origin)


def _of(text: str, characters: frozenset[str]) -> Counter[str]:
    if text.isascii() and characters.isdisjoint(text):
        return Counter()
    return Counter({char: count for char, count in tally(text).items() if char in characters})


def _sorted_out(
    missing: Sequence[Glyph], glyphs: Sequence[Glyph], layer: Layer
) -> tuple[list[tuple[Glyph, Reason]], list[Glyph], list[Glyph]]:
    """Return what is excluded with its reason, what can be placed, and what can't."""
    seats = _seats(glyphs)
    absent = {glyph.index for glyph in missing}
    excluded: list[tuple[Glyph, Reason]] = []
    recovered: list[Glyph] = []
    lost: list[Glyph] = []
    for glyph in missing:
        reason = _reason(glyph, layer, seats, absent)
        if reason is not None:
            excluded.append((glyph, reason))
        elif glyph.x1 > glyph.x0 or glyph.y1 > glyph.y0:
            recovered.append(glyph)
        else:
            lost.append(glyph)
    return excluded, recovered, lost


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 - _NEAR <= x <= box.x1 + _NEAR and box.y0 - _NEAR <= y <= box.y1 + _NEAR


def _take(left: Counter[str], wanted: Counter[str]) -> bool:
    if not wanted <= left:
        return False
    left -= wanted
    return True


def _seats(glyphs: Sequence[Glyph]) -> dict[tuple[str, int, int], list[Glyph]]:
    seats: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        seats.setdefault((glyph.text, int(glyph.x0 // _OVERPRINT), int(glyph.y0 // _OVERPRINT)), []).append(
            glyph
        )
    return seats


def _reason(
    glyph: Glyph, layer: Layer, seats: dict[tuple[str, int, int], list[Glyph]], absent: set[int]
) -> Reason | None:
    if is_control(glyph.text):
        return "control"
    if layer.is_off_page(glyph):
        return "off-page"
    if layer.is_hidden(glyph):
        return "hidden"
    if _overprinted(glyph, seats, absent):
        return "duplicate"
    return None


def _overprinted(glyph: Glyph, seats: dict[tuple[str, int, int], list[Glyph]], absent: set[int]) -> bool:
    """Whether the same character, accounted for, stands at the same place (poor man's bold, shadows)."""
    column, row = int(glyph.x0 // _OVERPRINT), int(glyph.y0 // _OVERPRINT)
    near = (
        other
        for x in (column - 1, column, column + 1)
        for y in (row - 1, row, row + 1)
        for other in seats.get((glyph.text, x, y), ())
    )
    return any(
        other.index not in absent
        and abs(other.x0 - glyph.x0) < _OVERPRINT
        and abs(other.y0 - glyph.y0) < _OVERPRINT
        for other in near
    )


def _exclusions(number: int, glyphs: Sequence[tuple[Glyph, Reason]]) -> Iterator[Exclusion]:
    reasons: dict[int, Reason] = {glyph.index: reason for glyph, reason in glyphs}
    for run in _runs([glyph for glyph, _ in glyphs], reasons):
        yield Exclusion(number, "".join(glyph.text for glyph in run), reasons[run[0].index])


def _runs(glyphs: Sequence[Glyph], reasons: dict[int, Reason] | None = None) -> list[list[Glyph]]:
    """Group glyphs that follow each other in the layer (a space may stand between) and share a reason."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        last = runs[-1][-1] if runs else None
        if (
            last
            and glyph.index - last.index <= _APART
            and (not reasons or reasons[glyph.index] == reasons[last.index])
        ):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return runs


def _baselines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Group glyphs that stand at one height, left to right; lines come top to bottom."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.y0 + glyph.y1) / 2):
        first = lines[-1][0] if lines else glyph
        overlap = min(first.y1, glyph.y1) - max(first.y0, glyph.y0)
        if lines and overlap > _SAME_LINE * min(first.y1 - first.y0, glyph.y1 - glyph.y0):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda glyph: glyph.x0) for line in lines]


def _words(number: int, line: Sequence[Glyph]) -> list[Word]:
    height = max(glyph.y1 - glyph.y0 for glyph in line)
    groups: list[list[Glyph]] = [[line[0]]]
    for glyph in line[1:]:
        if glyph.x0 - groups[-1][-1].x1 <= _GAP * height:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return [_word(number, group) for group in groups]


def _word(number: int, glyphs: Sequence[Glyph]) -> Word:
    box = around(Box(number, *_rounded(glyph)) for glyph in glyphs)
    return Word("".join(glyph.text for glyph in glyphs), box)


def _rounded(glyph: Glyph) -> tuple[float, float, float, float]:
    return round(glyph.x0, 2), round(glyph.y0, 2), round(glyph.x1, 2), round(glyph.y1, 2)
