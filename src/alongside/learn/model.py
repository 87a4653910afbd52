"""The served extractor: plain weights, plain Python, the same answer every time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.core.value import Value
from alongside.learn.calibration import UNTRAINED, confidence
from alongside.learn.candidates import Candidate
from alongside.learn.features import Scene, View, dense, hashed_words, scene_of, view
from alongside.learn.labels import signature
from alongside.learn.memory import Neighbour, hashed_header, neighbours, respelled, texts_of
from alongside.learn.prior import prior_scores
from alongside.learn.scoring import Scorer, share_by_key, shortlist
from alongside.learn.weights import FieldWeights, Weights, load_weights

__all__ = ["Model", "untrained"]

_IMPLAUSIBLE = 0.05
_CLEAR = 0.92
_TAKEN = 3.0  # log-odds that a text loses where another field has a better claim to it


@dataclass(slots=True)
class _Ranked:
    """A field's shortlist, best guess still to be made."""

    field: Field
    learned: FieldWeights | None
    candidates: list[Candidate]
    scores: list[float]

    def best(self) -> tuple[Candidate, float]:
        """Return the likeliest value's likeliest place, and the value's share."""
        shares = share_by_key(self.scores, [c.key for c in self.candidates])
        order = range(len(self.scores))
        at = max(order, key=lambda i: (shares[self.candidates[i].key], self.scores[i], -i))
        return self.candidates[at], shares[self.candidates[at].key]


class Model:
    """A field extractor (core.ports.FieldModel). Values are typed as the fields say; None where the model abstains."""

    def __init__(self, weights: Weights, *, thresholds: Mapping[str, float] | None = None) -> None:
        self._weights = weights
        self._memories = [(frozenset(m.header), m) for m in weights.memories]
        self._thresholds = dict(thresholds or {})

    @classmethod
    def load(cls, data: bytes, *, thresholds: Mapping[str, float] | None = None) -> "Model":
        """Return the model of trained weights. `thresholds`: the least confidence at which a field is answered.

        Raises DataError `model-file`.
        """
        return cls(load_weights(data), thresholds=thresholds)

    def extract(self, document: Document, fields: Sequence[Field]) -> dict[str, Value[object]]:
        """Return a Value a field, with its places and the calibrated probability that it is right."""
        scene = scene_of(document)
        near = neighbours(hashed_header(scene.layout.header), self._memories) if self._memories else []
        ranked = [self._rank(view(scene, field.kind), field, near) for field in fields]
        _part([r for r in ranked if r.field.kind == "text" and r.candidates])
        return {r.field.name: self._value(scene, r, near) for r in ranked}

    def _rank(self, found: View, field: Field, near: Sequence[Neighbour]) -> _Ranked:
        learned = self._weights.fields.get(field.name)
        if learned is not None and learned.kind != field.kind:
            learned = None
        short, scores = _scores(found, field, learned)
        if learned is not None and near:
            _recollect(short, scores, found, learned, near)
        return _Ranked(field, learned, [found.candidates[i] for i in short], scores)

    def _value(self, scene: Scene, ranked: _Ranked, near: Sequence[Neighbour]) -> Value[object]:
        if not ranked.candidates:
            return Value(None, source="learned")
        field, learned = ranked.field, ranked.learned
        chosen, share = ranked.best()
        sure = confidence(learned.calibration if learned else UNTRAINED, share)
        answered = sure >= max(_IMPLAUSIBLE, self._thresholds.get(field.name, 0.0))
        value = _typed(field, chosen, near) if answered else None
        source = scene.layout.sheets[chosen.first.sheet][0]
        return Value(value, chosen.text, chosen.boxes(), round(sure, 6), "learned", source)


def untrained(*, thresholds: Mapping[str, float] | None = None) -> Model:
    """Return the model before the first correction: the hand-written prior alone."""
    return Model(Weights({}, []), thresholds=thresholds)


def _scores(found: View, field: Field, learned: FieldWeights | None) -> tuple[list[int], list[float]]:
    """Positions and scores of the shortlist."""
    everything = range(len(found.candidates))
    rows = [dense(found, field, i) for i in everything]
    prior = prior_scores(field, rows)
    if learned is None:
        short = shortlist(prior)
        return short, [prior[i] for i in short]
    scorer = Scorer(learned.documents, learned.linear, learned.trees)
    rows = [[*row, p] for row, p in zip(rows, prior, strict=True)]
    return scorer.rank(rows, lambda i: hashed_words(found, i))


def _recollect(
    short: Sequence[int], scores: list[float], found: View, learned: FieldWeights, near: Sequence[Neighbour]
) -> None:
    """Raise the candidates that this sender's earlier documents speak for, as far as such words have proven right."""
    by_value, by_place = (max(0.0, math.log(r / (1 - r))) for r in (learned.same_value, learned.same_place))
    texts = texts_of(near, learned.name)
    places = {n.memory.labels.get(learned.name) for n in near} - {None, ""}
    for at, i in enumerate(short):
        c = found.candidates[i]
        scores[at] += by_value * (c.key in texts) + by_place * (signature(c, found.labels[i]) in places)


def _part(ranked: Sequence[_Ranked]) -> None:
    """Take from each text field what another one has a better claim to: a line is rarely two fields' value."""
    waiting = list(ranked)
    while len(waiting) > 1:
        claims = [r.best() for r in waiting]
        at = max(range(len(waiting)), key=lambda i: (claims[i][1], -i))
        owner = {piece.segment.index for piece in claims[at][0].pieces}
        del waiting[at]
        for other in waiting:
            for i, c in enumerate(other.candidates):
                if len(c.pieces) + len(owner) > 2 and any(piece.segment.index in owner for piece in c.pieces):
                    other.scores[i] -= _TAKEN


def _typed(field: Field, chosen: Candidate, near: Sequence[Neighbour]) -> Any:
    value: Any = chosen.value
    if field.kind == "text":
        return respelled(chosen.text, near, field.name, clear=_clear(chosen)) or value
    if field.type is datetime:
        return datetime.combine(value, time())
    if field.type in {float, int, Decimal}:
        return field.type(value)
    return value


def _clear(chosen: Candidate) -> bool:
    """Whether the words were read with little doubt."""
    words = [word for piece in chosen.pieces for word in piece.segment.words_between(piece.start, piece.end)]
    return sum(word.confidence for word in words) >= _CLEAR * len(words)
