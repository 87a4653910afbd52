"""Shares with honest intervals, and whether they prove a promise. Pure Python.

Wilson, "Probable inference, the law of succession, and statistical inference" (1927) for what is shown;
Clopper and Pearson, "The use of confidence or fiducial limits" (1934) for what is promised: its bound never
claims too much, at any number of cases.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Share",
    "Status",
    "judge_share",
    "lower_bound",
    "needed",
    "percentile",
    "sign_test",
    "upper_bound",
    "wilson",
]

Status = Literal["met", "unmet", "unproven"]

_Z95 = 1.959963984540054
_TINY = 1e-300
_ENOUGH = 1e-15
_ROUNDED = 1e-12  # 1 - 0.9 is less than 0.1
_FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """`passed` of `n` held against `goal`.

    - `met`: the one-sided lower bound has reached the goal, so the share is proven.
    - `unmet`: the share that was seen is below the goal. Cases must be mended; more of them won't do.
    - `unproven`: the share that was seen reaches the goal (or there are no cases), but they are too few to prove it.

    `needed` is how many more cases, all of which pass, would prove the goal; None where a million wouldn't do.
    """

    passed: int
    n: int
    goal: float
    status: Status
    lower: float
    upper: float
    needed: int | None


def wilson(passed: int, n: int, *, z: float = _Z95) -> tuple[float, float]:
    """Return Wilson's interval of a share (95 % by default); (0, 1) where nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, square = passed / n, z * z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if passed == 0 else max(0.0, centre - half)
    high = 1.0 if passed == n else min(1.0, centre + half)
    return low, high


def lower_bound(passed: int, n: int, *, confidence: float = 0.9) -> float:
    """Return Clopper and Pearson's one-sided lower bound; 0 where nothing passed."""
    if passed == 0:
        return 0.0
    return _solve(lambda p: _at_least(passed, n, p), 1 - confidence)


def upper_bound(passed: int, n: int, *, confidence: float = 0.9) -> float:
    """Return Clopper and Pearson's one-sided upper bound; 1 where nothing failed."""
    return 1.0 - lower_bound(n - passed, n, confidence=confidence)


def needed(passed: int, n: int, goal: float, *, confidence: float = 0.9) -> int | None:
    """Return how many more passing cases bring the one-sided lower bound to `goal`; None where a million wouldn't do."""
    if _proven(passed, n, goal, confidence):
        return 0
    most = 1
    while not _proven(passed + most, n + most, goal, confidence):
        most *= 2
        if most > _FAR:
            return None
    least = most // 2  # known not to prove it
    while most - least > 1:
        middle = (least + most) // 2
        proven = _proven(passed + middle, n + middle, goal, confidence)
        least, most = (least, middle) if proven else (middle, most)
    return most


def judge_share(passed: int, n: int, goal: float, *, confidence: float = 0.9) -> Share:
    """Hold `passed` of `n` against `goal` (0 to 1)."""
    more = needed(passed, n, goal, confidence=confidence)
    status: Status = "met" if more == 0 else "unmet" if passed < goal * n else "unproven"
    lower = lower_bound(passed, n, confidence=confidence)
    return Share(passed, n, goal, status, lower, upper_bound(passed, n, confidence=confidence), more)


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least `share` of the values don't exceed (nearest rank); nan of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def sign_test(won: int, lost: int) -> float:
    """Return how likely a split at least as uneven is by chance alone: two-sided, exact (McNemar, 1947)."""
    n = won + lost
    tail = sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n
    return min(1.0, 2 * tail)


def _proven(passed: int, n: int, goal: float, confidence: float) -> bool:
    """Whether `passed` of `n` would be as rare as 1 - confidence if the true share were just `goal`."""
    if goal <= 0:
        return True
    if passed == 0 or goal >= 1:
        return False
    return _at_least(passed, n, goal) <= 1 - confidence + _ROUNDED


def _at_least(k: int, n: int, p: float) -> float:
    """Return P(X >= k) of a binomial: the regularised incomplete beta function I_p(k, n - k + 1)."""
    return _incomplete_beta(k, n - k + 1, p)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """DLMF 8.17.22, on the side of the mean where the continued fraction converges fast (8.17.4)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _incomplete_beta(b, a, 1 - x)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """Return 1 / (1 + d1 / (1 + d2 / (1 + ...))) by Lentz's method as Thompson and Barnett modified it (1986)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, 100_000):
        term = _term(step, a, b, x)
        d = 1.0 / (1.0 + term * d or _TINY)
        c = 1.0 + term / c or _TINY
        value *= c * d
        if abs(c * d - 1.0) < _ENOUGH:
            break
    return 1.0 / value


def _term(step: int, a: float, b: float, x: float) -> float:
    m = step // 2
    if step % 2 == 0:
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))


def _solve(chance: Callable[[float], float], wanted: float) -> float:
    """Return the p at which the rising function `chance` is `wanted`."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < wanted else (low, middle)
    return low
