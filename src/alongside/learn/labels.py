"""What is printed beside a candidate: the label to its left, the one above, and how well they name a field."""

from dataclasses import dataclass
from functools import lru_cache

from alongside.core.fields import Field
from alongside.learn.candidates import Candidate
from alongside.learn.spans import Span
from alongside.learn.vocabulary import concept_of, label_concepts, label_share, similarity, tokens_of

__all__ = ["LABEL_FEATURES", "Labels", "label_features", "labels_of", "signature"]

_NEAR_WORDS = 6
_SHADE = 0.3  # what stands above says little where a label stands to the left
_MARKS = frozenset(
    "rm usd eur gbp myr sgd aud cad chf jpy cny rmb inr idr thb php hkd nzd sek nok dkk pln czk zar brl".split()
)
_SHORT_LABELS = frozenset("no id to re po by at".split())


@dataclass(frozen=True, slots=True)
class Labels:
    """`left`: the words before the value on its row; `above`: the line over it, in its column; `own`: the value's own row rest."""

    left: str
    above: str
    right: str


LABEL_FEATURES = (
    "left_name", "above_name", "left_match", "left_other", "above_match", "above_other", "left_inclusive", "left_rival",
    "own_label", "label_edge",
)  # fmt: skip


def labels_of(candidate: Candidate) -> Labels:
    """Return the words around a candidate that may be its label."""
    piece = candidate.pieces[0]
    segment = piece.segment
    before = segment.text[: piece.start]
    left = segment.left
    parts = [before]
    while left is not None and len(parts) < 4 and not (parts[-1] and _has_word(parts[-1])):
        parts.append(left.text)
        left = left.left
    above = segment.above
    after = candidate.pieces[-1].segment.text[candidate.pieces[-1].end :]
    right = segment.right
    return Labels(
        _last(" ".join(reversed(parts))),
        _first(above.text) if above is not None else "",
        _first(after if _has_word(after) or right is None else right.text),
    )


def signature(candidate: Candidate, labels: Labels) -> str:
    """Return what a value's place keeps from one document of a layout to the next: its label, and its lines if it is text."""
    return f"{len(candidate.pieces)} {labels.left}" if candidate.kind == "text" else labels.left


def label_features(field: Field, candidate: Candidate, labels: Labels) -> list[float]:
    """Return the features named in `LABEL_FEATURES`; each depends on the field's own name."""
    return [*_label(field, labels.left, labels.above), *_own(candidate)]


@lru_cache(maxsize=32768)
def _label(field: Field, left: str, above: str) -> tuple[float, ...]:
    concept = concept_of(field.name, field.kind)
    match, other, inclusive, rival = _meaning(concept, left)
    over, over_other, _, _ = _meaning(concept, above)
    shade = _SHADE if label_concepts(left) else 1.0
    return (
        similarity(field.name, left),
        shade * similarity(field.name, above),
        match,
        other,
        shade * over,
        shade * over_other,
        inclusive,
        rival,
    )


def _meaning(concept: str, label: str) -> tuple[float, float, float, float]:
    """Strength of the field's own concept, of the strongest other one, of `inclusive`, and own concept with a rival beside it."""
    found = label_concepts(label)
    own = found.get(concept, 0.0) if concept else 0.0
    rivals = [s for name, s in found.items() if name not in {concept, "inclusive", "currency"}]
    other = max(rivals, default=0.0)
    return own, 0.0 if own else other, found.get("inclusive", 0.0), min(own, other)


def _own(candidate: Candidate) -> tuple[float, float]:
    own = 0.0
    if candidate.kind == "text":
        own = label_share(candidate.pieces[0].text)
    edge = float(isinstance(candidate.detail, Span) and candidate.detail.form == "value")
    return own, edge


@lru_cache(maxsize=32768)
def _last(text: str) -> str:
    return " ".join(tokens_of(text)[-_NEAR_WORDS:])


@lru_cache(maxsize=32768)
def _first(text: str) -> str:
    return " ".join(tokens_of(text)[:_NEAR_WORDS])


@lru_cache(maxsize=32768)
def _has_word(text: str) -> bool:
    """Whether a label stands here: a currency mark or a tax code beside a number is none."""
    return any(len(token) > 2 or token in _SHORT_LABELS for token in tokens_of(text) if token not in _MARKS)
