"""Runs counted together: how many, how they ended, what was said of them, their time and money."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from alongside.store.traffic import Seen

__all__ = ["Tally", "together"]

_NUMBERS = ("runs", "failed", "open", "cost", "unpriced", "slow", "dear", "right", "unsure", "wrong")


@dataclass(slots=True)
class Tally:
    """Runs counted together. `times` counts those that have ended by their seconds; money in nano-dollars.

    `open` ones haven't ended, and have neither time nor price. `slow` took longer and `dear` cost more than the limit.
    """

    runs: int = 0
    failed: int = 0
    open: int = 0
    cost: int = 0
    unpriced: int = 0
    dearest: int = 0
    slow: int = 0
    dear: int = 0
    right: int = 0
    unsure: int = 0
    wrong: int = 0
    times: defaultdict[float, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def ended(self) -> int:
        """Runs that have ended."""
        return self.runs - self.open

    @property
    def judged(self) -> int:
        """Runs that bear a word."""
        return self.right + self.unsure + self.wrong

    def percentile(self, share: float) -> float | None:
        """Return the seconds that at least `share` of the runs don't exceed, to two digits; None of none."""
        left = share * sum(self.times.values())
        for seconds, runs in sorted(self.times.items()):
            left -= runs
            if left <= 0:
                return seconds
        return None

    def count(self, one: Seen) -> None:
        """Take in runs that took alike."""
        self.runs += one.runs
        self.failed += one.failed
        self.open += one.open
        self.cost += one.cost
        self.unpriced += one.unpriced
        self.dearest = max(self.dearest, one.dearest)
        self.slow += one.slow
        self.dear += one.dear
        if one.runs > one.open:
            self.times[one.seconds] += one.runs - one.open

    def add(self, other: "Tally") -> None:
        """Take in what another tally counted."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dearest = max(self.dearest, other.dearest)
        for seconds, runs in other.times.items():
            self.times[seconds] += runs


def together(tallies: Iterable[Tally]) -> Tally:
    """Return tallies as one."""
    total = Tally()
    for one in tallies:
        total.add(one)
    return total
