"""Scores by plain weights, in plain Python: what scikit-learn would answer, without it."""

import math
from array import array
from collections.abc import Sequence

from alongside.learn.weights import Linear, Tree

__all__ = ["SHORT", "blend", "forest_probability", "linear_score", "share_by_key", "shortlist"]

_HALF = 8.0  # documents at which the learned part weighs as much as the prior
_FLOOR = 0.01
_LINEAR, _FOREST = 0.6, 0.9
SHORT = 24


def linear_score(linear: Linear, row: Sequence[float], words: Sequence[int]) -> float:
    """Return the logit of a row of dense features and its hashed words."""
    score = linear.bias
    for x, w in zip(row, linear.coefficients, strict=True):
        score += x * w
    known = linear.words
    for word in words:
        score += known.get(word, 0.0)
    return score


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


def shortlist(documents: int, prior: Sequence[float], linear: Sequence[float]) -> list[int]:
    """Return the positions that the trees look at: the `SHORT` best by prior and linear score, best first."""
    learned = documents / (documents + _HALF)
    rough = [(1 - learned) * p + learned * a for p, a in zip(prior, linear, strict=True)]
    return sorted(range(len(rough)), key=lambda i: (-rough[i], i))[:SHORT]


def blend(documents: int, prior: float, linear: float, forest: float) -> float:
    """Return one log-odds: the hand-written prior counts less the more documents were learned from."""
    learned = documents / (documents + _HALF)
    trees = math.log((forest + _FLOOR) / (1 - forest + _FLOOR))
    return (1 - learned) * prior + learned * (_LINEAR * linear + _FOREST * trees)


def share_by_key(scores: Sequence[float], keys: Sequence[str]) -> dict[str, float]:
    """Return each value's share of the softmax over the scores; equal values add up."""
    top = max(scores)
    shares: dict[str, float] = {}
    for score, key in zip(scores, keys, strict=True):
        shares[key] = shares.get(key, 0.0) + math.exp(max(-60.0, score - top))
    total = sum(shares.values())
    return {key: share / total for key, share in shares.items()}
