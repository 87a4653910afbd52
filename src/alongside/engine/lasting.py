"""How long it takes to run steps again, by when they ran: what ran at once then runs at once again."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Ran", "together", "wall_seconds"]

_AT_ONCE = 32


class Ran(NamedTuple):
    """A step that ran: from when, for how many seconds, and whether it waited for a model."""

    started: float
    seconds: float
    asked: bool


def wall_seconds(steps: Iterable[Ran]) -> float:
    """Return about how long these steps take together, on a machine like the one they ran on.

    What overlapped is counted once: steps that shared the processors are each measured too long by as much. Of model
    calls up to 32 wait at once, even where they were made one after another.
    """
    ran = list(steps)
    asked = [one for one in ran if one.asked]
    waited = [one.seconds for one in asked]
    at_once = max(sum(waited) / _AT_ONCE, max(waited, default=0.0))
    return together(one for one in ran if not one.asked) + min(together(asked), at_once)


def together(steps: Iterable[Ran]) -> float:
    """Return for how many seconds any of these steps ran."""
    total, until = 0.0, float("-inf")
    for one in sorted(steps):
        begins, ends = max(one.started, until), one.started + one.seconds
        total += max(0.0, ends - begins)
        until = max(until, ends)
    return total
