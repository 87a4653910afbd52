"""The served extractor: plain weights, plain Python, the same answer every time."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.core.value import Value
from alongside.learn.calibration import UNTRAINED, confidence
from alongside.learn.candidates import Candidate
from alongside.learn.features import Scene, View, dense, hashed_words, scene_of, view
from alongside.learn.memory import Neighbour, hashed_header, neighbours, respelled, texts_of
from alongside.learn.prior import prior_scores
from alongside.learn.scoring import blend, forest_probability, linear_score, share_by_key
from alongside.learn.weights import FieldWeights, Weights, load_weights

__all__ = ["Model", "untrained"]

_IMPLAUSIBLE = 0.05
_CLEAR = 0.92


class Model:
    """A field extractor (core.ports.FieldModel). Values are typed as the fields say; None where the model abstains."""

    def __init__(self, weights: Weights, *, thresholds: Mapping[str, float] | None = None) -> None:
        self._weights = weights
        self._memories = [(frozenset(m.header), m) for m in weights.memories]
        self._thresholds = dict(thresholds or {})

    @classmethod
    def load(cls, data: bytes, *, thresholds: Mapping[str, float] | None = None) -> "Model":
        """Return the model of trained weights. `thresholds`: the least confidence of a field's value that is answered.

        Raises DataError `model-file`.
        """
        return cls(load_weights(data), thresholds=thresholds)

    def extract(self, document: Document, fields: Sequence[Field]) -> dict[str, Value[object]]:
        """Return a Value a field, with its places and the calibrated probability that it is right."""
        scene = scene_of(document)
        near = neighbours(hashed_header(scene.layout.header), self._memories) if self._memories else []
        return {field.name: self._value(scene, field, near) for field in fields}

    def _value(self, scene: Scene, field: Field, near: Sequence[Neighbour]) -> Value[object]:
        found = view(scene, field.kind)
        learned = self._weights.fields.get(field.name)
        if learned is not None and learned.kind != field.kind:
            learned = None
        if not found.candidates:
            return Value(None, source="learned")
        totals = _scores(found, field, learned)
        _recollect(totals, found, field, learned, near)
        shares = share_by_key(totals, [c.key for c in found.candidates])
        best = max(range(len(totals)), key=lambda i: (shares[found.candidates[i].key], totals[i], -i))
        chosen = found.candidates[best]
        sure = confidence(learned.calibration if learned else UNTRAINED, shares[chosen.key])
        answered = sure >= max(_IMPLAUSIBLE, self._thresholds.get(field.name, 0.0))
        value = _typed(field, chosen, near) if answered else None
        source = scene.layout.sheets[chosen.first.sheet][0]
        return Value(value, chosen.text, chosen.boxes(), round(sure, 6), "learned", source)


def untrained(*, thresholds: Mapping[str, float] | None = None) -> Model:
    """Return the model before the first correction: the hand-written prior alone."""
    return Model(Weights({}, []), thresholds=thresholds)


def _scores(found: View, field: Field, learned: FieldWeights | None) -> list[float]:
    rows = [dense(found, field, i) for i in range(len(found.candidates))]
    prior = prior_scores(field, rows)
    if learned is None:
        return prior
    linear = [
        linear_score(learned.linear, [*row, p], hashed_words(found, i))
        for i, (row, p) in enumerate(zip(rows, prior, strict=True))
    ]
    return [
        blend(learned.documents, p, a, forest_probability(learned.trees, [*row, p]))
        for row, p, a in zip(rows, prior, linear, strict=True)
    ]


def _recollect(
    totals: list[float], found: View, field: Field, learned: FieldWeights | None, near: Sequence[Neighbour]
) -> None:
    """Raise the candidates that this sender's earlier documents speak for."""
    if learned is None or not near:
        return
    value_bonus, label_bonus = (max(0.0, math.log(r / (1 - r))) for r in (learned.same_value, learned.same_label))
    texts = texts_of(near, field.name)
    labels = {n.memory.labels[field.name] for n in near if n.memory.labels.get(field.name)}
    for i, c in enumerate(found.candidates):
        totals[i] += value_bonus * (c.key in texts) + label_bonus * (found.labels[i].left in labels)


def _typed(field: Field, chosen: Candidate, near: Sequence[Neighbour]) -> Any:
    value: Any = chosen.value
    if field.kind == "text":
        return respelled(chosen.text, near, field.name, clear=_clear(chosen)) or value
    if field.type is datetime:
        return datetime.combine(value, time())
    if field.type is float:
        return float(value)
    if field.type is int:
        return int(value)
    return Decimal(value) if field.type is Decimal else value


def _clear(chosen: Candidate) -> bool:
    """Whether the words were read with little doubt."""
    words = [word for piece in chosen.pieces for word in piece.segment.words_between(piece.start, piece.end)]
    return sum(word.confidence for word in words) >= _CLEAR * len(words)
