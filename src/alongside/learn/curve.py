"""How a field gets better with corrections, measured on groups not learned from, and how many more may be needed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from alongside.core.digest import digest_parts
from alongside.core.fields import Field
from alongside.core.split import fold_of
from alongside.learn.examples import Example, expected_key
from alongside.learn.model import Model, untrained
from alongside.learn.train import train

__all__ = ["Point", "corrections_needed", "learning_curve"]

_FEW, _FAR = 2, 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """Of `judged` values of a field, `right` were right after learning from `corrections` documents."""

    field: str
    corrections: int
    right: int
    judged: int


def learning_curve(
    examples: Sequence[Example], fields: Sequence[Field], *, sizes: Sequence[int], seed: int, folds: int = 3
) -> list[Point]:
    """Return points by field and size. A size that leaves no fold enough documents to learn from is left out."""
    ordered = sorted(examples, key=lambda e: digest_parts(str(seed), e.document.source, e.group))
    counts: dict[tuple[str, int], list[int]] = {}
    for fold in range(folds):
        pool = [e for e in ordered if fold_of(e.group, folds) != fold]
        held_out = [e for e in ordered if fold_of(e.group, folds) == fold]
        for size in sizes:
            if size <= len(pool):
                data = train(pool[:size], fields, seed=seed) if size else b""
                _judge(counts, Model.load(data) if data else untrained(), held_out, fields, size)
    return [Point(name, size, right, judged) for (name, size), (right, judged) in sorted(counts.items())]


def _judge(
    counts: dict[tuple[str, int], list[int]],
    model: Model,
    held_out: Sequence[Example],
    fields: Sequence[Field],
    size: int,
) -> None:
    for example in held_out:
        values = model.extract(example.document, fields)
        for field in (f for f in fields if f.name in example.expected):
            wanted, value = example.expected[field.name], values[field.name].value
            count = counts.setdefault((field.name, size), [0, 0])
            count[0] += _equal(field, value, wanted)
            count[1] += 1


def _equal(field: Field, value: object, wanted: object) -> bool:
    if value is None or wanted is None:
        return value is wanted
    return expected_key(field, value) == expected_key(field, wanted)


def corrections_needed(points: Sequence[Point], goal: float) -> int | None:
    """Return after how many corrections one field's share of right values may reach the goal, by its curve so far.

    A power law of the error (Cortes et al. 1994) through the points with corrections, weighted by what was judged.
    None: fewer than two such points, an error that doesn't fall, or an answer past 10,000.
    """
    seen = [p for p in points if p.corrections and p.judged]
    if len(seen) < _FEW:
        return None
    weights = [float(p.judged) for p in seen]
    x = [math.log(p.corrections) for p in seen]
    y = [math.log((p.judged - p.right + 0.5) / (p.judged + 1)) for p in seen]
    total = sum(weights)
    mean_x, mean_y = (sum(w * v for w, v in zip(weights, part, strict=True)) / total for part in (x, y))
    spread = sum(w * (a - mean_x) ** 2 for w, a in zip(weights, x, strict=True))
    slope = sum(w * (a - mean_x) * (b - mean_y) for w, a, b in zip(weights, x, y, strict=True))
    slope = slope / spread if spread else 0.0
    if slope >= 0 or goal >= 1:
        return None
    needed = math.exp(min(50.0, mean_x + (math.log(1 - goal) - mean_y) / slope))
    return math.ceil(needed) if needed <= _FAR else None
