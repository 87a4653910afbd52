"""A learned model's plain weights: one JSON object, no code in it, read back to the same floats."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from alongside.core.errors import DataError

__all__ = [
    "Calibration",
    "FieldWeights",
    "Linear",
    "Memory",
    "Tree",
    "Weights",
    "dump_weights",
    "load_weights",
]

_FORMAT = "alongside-fields/1"


@dataclass(frozen=True, slots=True)
class Linear:
    """`bias + sum(dense * coefficients) + sum(words[h])`: a logit. `words` maps a hashed word to its coefficient."""

    bias: float
    coefficients: list[float]
    words: dict[int, float]


@dataclass(frozen=True, slots=True)
class Tree:
    """Arrays of a binary tree: go left where float32(x[feature]) <= threshold; a leaf's feature is -1 and `value` its answer."""

    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    value: list[float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = sigmoid(slope * margin + offset); the margin is the logit of the top value's share."""

    slope: float
    offset: float


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """What was learned of one field from `documents` judged documents."""

    name: str
    kind: str
    documents: int
    linear: Linear
    trees: list[Tree]
    calibration: Calibration
    same_value: float
    same_place: float
    """How often a document had the value, and the label beside it, that the nearest document of its layout has (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A layout seen before: its header's hashed words, and by field the right text, what was printed for it and its label."""

    header: list[int]
    texts: dict[str, str]
    printed: dict[str, str]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Weights:
    """A whole model."""

    fields: dict[str, FieldWeights]
    memories: list[Memory]


def dump_weights(weights: Weights) -> bytes:
    """Return the weights as JSON: equal weights give equal bytes."""
    tree = {"format": _FORMAT, **asdict(weights)}
    return json.dumps(tree, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def load_weights(data: bytes) -> Weights:
    """Return the weights. Raises DataError `model-file` for bytes that are none."""
    try:
        tree: Any = json.loads(data)
        if tree["format"] != _FORMAT:
            raise KeyError(tree["format"])  # noqa: TRY301 - told as the same error as any other bytes
        return Weights(
            {name: _field(row) for name, row in tree["fields"].items()},
            [Memory(**row) for row in tree["memories"]],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            "model-file",
            f"these bytes are no weights of a field model ({error})",
            fix="learn the model again",
        ) from error


def _field(row: dict[str, Any]) -> FieldWeights:
    linear = row["linear"]
    words = {int(key): value for key, value in linear["words"].items()}
    return FieldWeights(
        row["name"],
        row["kind"],
        row["documents"],
        Linear(linear["bias"], linear["coefficients"], words),
        [Tree(**tree) for tree in row["trees"]],
        Calibration(**row["calibration"]),
        row["same_value"],
        row["same_place"],
    )
