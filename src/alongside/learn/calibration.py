"""Confidence that means something: how often a value with this margin was right on documents the model had not seen.

Platt scaling (Platt 1999) of the top value's log-odds, shrunk towards a cautious default where little is known.
"""

import math
from collections.abc import Sequence

from alongside.learn.scoring import share_by_key
from alongside.learn.weights import Calibration

__all__ = ["UNTRAINED", "Answer", "calibrate", "confidence", "margin"]

Answer = tuple[str | None, Sequence[str], Sequence[float]]
"""The right key of a document (None: not there), and the keys and scores of its candidates."""

UNTRAINED = Calibration(0.55, 0.2)
_TRUST = 4.0  # the default counts as much as this many documents' worth of curvature
_STEPS = 30
_FAR = 12.0


def margin(share: float) -> float:
    """Return the log-odds of a share of the softmax, kept within -12 to 12."""
    if share >= 1 - 1e-6:
        return _FAR
    return max(-_FAR, min(_FAR, math.log(max(share, 1e-6) / (1 - share))))


def confidence(calibration: Calibration, share: float) -> float:
    """Return the calibrated probability that the top value is right."""
    return 1 / (1 + math.exp(-(calibration.slope * margin(share) + calibration.offset)))


def calibrate(answers: Sequence[Answer]) -> Calibration:
    """Return the calibration from scores of documents that the scoring models had not seen."""
    points: list[tuple[float, bool]] = []
    for expected, keys, scores in answers:
        if not scores:
            continue
        shares = share_by_key(scores, keys)
        best = max(shares, key=lambda key: (shares[key], key))
        points.append((margin(shares[best]), best == expected))
    return _newton(points)


def _newton(points: Sequence[tuple[float, bool]]) -> Calibration:
    """Maximise the penalised likelihood of two parameters by Newton's method."""
    a, b = UNTRAINED.slope, UNTRAINED.offset
    for _ in range(_STEPS):
        ga, gb = _TRUST * (UNTRAINED.slope - a), 0.5 * (UNTRAINED.offset - b)
        aa, ab, bb = _TRUST, 0.0, 0.5
        for x, right in points:
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, a * x + b))))
            error, curve = right - p, p * (1 - p)
            ga, gb = ga + error * x, gb + error
            aa, ab, bb = aa + curve * x * x, ab + curve * x, bb + curve
        det = aa * bb - ab * ab
        da, db = (bb * ga - ab * gb) / det, (aa * gb - ab * ga) / det
        a, b = a + max(-1.0, min(1.0, da)), b + max(-1.0, min(1.0, db))
        if abs(da) + abs(db) < 1e-10:
            break
    return Calibration(max(0.05, a), b)
