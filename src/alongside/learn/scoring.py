"""Scores by plain weights, in plain Python: what scikit-learn would answer, without it."""

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import mul

from alongside.learn.weights import Linear, Tree

__all__ = ["Scorer", "forest_probability", "linear_score", "share_by_key", "shortlist"]

_HALF = 6.0  # documents at which the learned part weighs as much as the prior
_FLOOR = 0.01
_LINEAR, _FOREST = 0.9, 0.9  # measured alone, neither is as good as both
SHORT, _LIKELY = 12, 48


def linear_score(linear: Linear, row: Sequence[float], words: Sequence[int]) -> float:
    """Return the logit of a row of dense features and its hashed words."""
    known = linear.words
    return (
        linear.bias
        + sum(map(mul, row, linear.coefficients))
        + sum(known[word] for word in words if word in known)
    )


def forest_probability(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """Return the mean answer of the trees. Inputs are rounded to float32 first, as scikit-learn does."""
    x = array("f", row)
    total = 0.0
    for tree in trees:
        feature, threshold, left, right = tree.feature, tree.threshold, tree.left, tree.right
        node = 0
        at = feature[0]
        while at >= 0:
            node = left[node] if x[at] <= threshold[node] else right[node]
            at = feature[node]
        total += tree.value[node]
    return total / len(trees)


def shortlist(scores: Sequence[float], size: int = SHORT) -> list[int]:
    """Return the positions of the best scores, best first."""
    return sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:size]


@dataclass(frozen=True, slots=True)
class Scorer:
    """The learned part of one field: what `documents` documents taught. Rows bear the prior's score as last column.

    Without trees nothing could be learned (no document had a choice), and the prior decides.
    """

    documents: int
    linear: Linear
    trees: Sequence[Tree]

    def rank(
        self, rows: Sequence[Sequence[float]], words: Callable[[int], Sequence[int]]
    ) -> tuple[list[int], list[float]]:
        """Return positions and log-odds of the shortlist. The hand-written prior counts less the more was learned.

        A cascade, dear looks last: all rows by their dense features, the better ones by their words too, the best by
        the trees.
        """
        prior = [row[-1] for row in rows]
        if not self.trees:
            short = shortlist(prior)
            return short, [prior[i] for i in short]
        learned = self.documents / (self.documents + _HALF)
        dense = [linear_score(self.linear, row, ()) for row in rows]
        likely = shortlist(
            [(1 - learned) * p + learned * a for p, a in zip(prior, dense, strict=True)], _LIKELY
        )
        linear = {i: linear_score(self.linear, rows[i], words(i)) for i in likely}
        short = sorted(likely, key=lambda i: (-(1 - learned) * prior[i] - learned * linear[i], i))[:SHORT]
        return short, [
            (1 - learned) * prior[i] + learned * (_LINEAR * linear[i] + _FOREST * self._trees_logit(rows[i]))
            for i in short
        ]

    def _trees_logit(self, row: Sequence[float]) -> float:
        share = forest_probability(self.trees, row)
        return math.log((share + _FLOOR) / (1 - share + _FLOOR))


def share_by_key(scores: Sequence[float], keys: Sequence[str]) -> dict[str, float]:
    """Return each value's share of the softmax over the scores; equal values add up."""
    top = max(scores)
    shares: dict[str, float] = {}
    for score, key in zip(scores, keys, strict=True):
        shares[key] = shares.get(key, 0.0) + math.exp(max(-60.0, score - top))
    total = sum(shares.values())
    return {key: share / total for key, share in shares.items()}
