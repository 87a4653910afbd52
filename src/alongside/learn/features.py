"""Candidates as numbers: place, size, shape, neighbours, the labels beside them, and hashed words of their context.

Everything here is generic: it says how something stands on a page and what is printed beside it.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

from alongside.core.document import Document
from alongside.core.fields import Field, FieldKind
from alongside.learn.candidates import Candidate, candidates
from alongside.learn.cues import Look, look
from alongside.learn.kinds import KIND_FEATURES, kind_features
from alongside.learn.labels import LABEL_FEATURES, Labels, label_features, labels_of
from alongside.learn.layout import Layout, lay_out

__all__ = ["Scene", "View", "dense", "feature_names", "hashed_words", "scene_of", "view"]

_PLACE = (
    "y", "y_last", "x0", "x1", "off_centre", "row", "rows_down", "rows_up", "first_page", "height", "tallest", "words", "chars",
    "digits", "upper", "alpha", "has_left", "has_above", "whole", "repeats", "fill",
)  # fmt: skip


@dataclass(slots=True)
class View:
    """The candidates of one kind, with the features that no field's name changes and their labels."""

    candidates: list[Candidate]
    base: list[list[float]]
    labels: list[Labels]
    words: dict[int, list[int]] = field(default_factory=dict[int, list[int]])


@dataclass(slots=True)
class Scene:
    """A document laid out, its views made on first use."""

    layout: Layout
    views: dict[FieldKind, View]


def scene_of(document: Document) -> Scene:
    """Lay a document out."""
    return Scene(lay_out(document), {})


def view(scene: Scene, kind: FieldKind) -> View:
    """Return the view of a kind, made once a scene."""
    found = scene.views.get(kind)
    if found is None:
        made = candidates(scene.layout, kind)
        repeats = Counter(c.key for c in made)
        extra = kind_features(scene.layout, kind, made)
        base = [[*_place(scene.layout, c, repeats[c.key]), *x] for c, x in zip(made, extra, strict=True)]
        found = scene.views[kind] = View(made, base, [labels_of(c) for c in made])
    return found


def feature_names(kind: FieldKind) -> tuple[str, ...]:
    """Return the names of the dense features of a kind, in order."""
    return (*_PLACE, *KIND_FEATURES[kind], *LABEL_FEATURES)


def dense(found: View, of: Field, index: int) -> list[float]:
    """Return the dense features of one candidate for one field, as `feature_names` orders them."""
    return [*found.base[index], *label_features(of, found.candidates[index], found.labels[index])]


def _place(layout: Layout, c: Candidate, repeats: int) -> list[float]:
    first, last = c.first, c.last
    page = layout.sheets[first.sheet][1]
    width, height = page.width or 1.0, page.height or 1.0
    piece = c.pieces[0]
    size = max(1, len(first.text))
    x0 = first.x0 + (first.x1 - first.x0) * piece.start / size
    x1 = (
        first.x0 + (first.x1 - first.x0) * piece.end / size
        if len(c.pieces) == 1
        else max(p.segment.x1 for p in c.pieces)
    )
    words, digits, upper, alpha = _letters([look(p.text) for p in c.pieces])
    rows = len(layout.rows)
    return [
        first.y0 / height,
        last.y1 / height,
        x0 / width,
        x1 / width,
        abs((x0 + x1) / 2 / width - 0.5),
        first.row / max(1, rows - 1),
        min(first.row, 12) / 12,
        min(rows - 1 - last.row, 12) / 12,
        1.0 if first.sheet == 0 else 0.0,
        min(4.0, first.height / layout.height),
        1.0 if first.height >= layout.tallest else 0.0,
        math.log1p(words),
        math.log1p(len(c.text)),
        digits,
        upper,
        alpha,
        1.0 if first.left is not None else 0.0,
        1.0 if first.above is not None else 0.0,
        1.0 if piece.end - piece.start >= size - 2 else 0.0,
        min(5, repeats) / 5,
        (piece.end - piece.start) / size,
    ]


def _letters(looks: list[Look]) -> tuple[int, float, float, float]:
    """Return the words of all lines, and the lines' mean shares of digits, capitals and letters."""
    words, digits, upper, alpha = 0, 0.0, 0.0, 0.0
    for seen in looks:
        words += seen.words
        digits += seen.digits
        upper += seen.upper
        alpha += seen.alpha
    lines = len(looks)
    return words, digits / lines, upper / lines, alpha / lines


def hashed_words(found: View, index: int) -> list[int]:
    """Return the hashed words of a candidate's context, each once, sorted (CRC-32; no customer's word in a model)."""
    made = found.words.get(index)
    if made is None:
        tokens = _context(found.labels[index])
        c = found.candidates[index]
        if c.kind == "text":
            tokens = tokens | _own_words(c)
        made = found.words[index] = sorted({_hashed(token) for token in tokens})
    return made


@lru_cache(maxsize=65536)
def _hashed(token: str) -> int:
    return crc32(token.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=8192)
def _context(labels: Labels) -> frozenset[str]:
    left = labels.left.split()
    tokens = {f"l={word}" for word in left}
    tokens.update(f"a={word}" for word in labels.above.split())
    tokens.update(f"r={word}" for word in labels.right.split()[:2])
    tokens.add(f"l2={' '.join(left[-2:])}")
    tokens.add(f"row={labels.left}")
    return frozenset(tokens)


def _own_words(c: Candidate) -> set[str]:
    words = c.text.lower().split()
    below = c.last.below
    tokens = {f"w={word.strip('.,:;()')}" for word in words[:24]}
    tokens.add(f"first={_shape(words[0])}")
    tokens.add(f"last={_shape(words[-1])}")
    tokens.add(f"begin={words[0].strip('.,:;()')}")
    tokens.add(f"end={words[-1].strip('.,:;()')}")
    if below is not None:
        tokens.add(f"below={below.text.lower().split()[0].strip('.,:;()')}")
    return tokens


@lru_cache(maxsize=8192)
def _shape(word: str) -> str:
    """Return a word's shape: letters as x, digits as 9, runs shortened, marks kept."""
    out = ""
    for c in word:
        mark = "9" if c.isdigit() else "x" if c.isalpha() else c
        if not out.endswith(mark * 2):
            out += mark
    return out[:8]
