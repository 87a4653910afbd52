"""What came in over a stretch of time, counted once: a stretch that is over is not counted again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alongside.store import traffic
from alongside.store.database import Database
from alongside.store.traffic import Seen, Words

if TYPE_CHECKING:
    from alongside.workbench.opened import Opened

__all__ = ["Memory", "Tally", "Traffic", "tally", "watched"]

_SETTLED = 3600.0  # seconds after which what began in a stretch has ended, if it ever will
_MOST = 4096
_RIGHT, _UNSURE, _WRONG = 1, 2, 3


@dataclass(slots=True)
class Tally:
    """Runs counted together. `times` counts them by their seconds; money in nano-dollars."""

    runs: int = 0
    failed: int = 0
    cost: int = 0
    unpriced: int = 0
    dearest: int = 0
    right: int = 0
    unsure: int = 0
    wrong: int = 0
    times: defaultdict[float, int] = field(default_factory=lambda: defaultdict(int))

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


@dataclass(frozen=True, slots=True)
class Traffic:
    """`count` stretches of `width` seconds from `start` on; `seen` and `judged` number them from 0."""

    start: float
    width: float
    count: int
    seen: Sequence[Seen]
    judged: Sequence[Words]

    @property
    def stretches(self) -> list[Tally]:
        """A tally for each stretch."""
        return [
            tally(
                (one for one in self.seen if one.stretch == at),
                (one for one in self.judged if one.stretch == at),
            )
            for at in range(self.count)
        ]

    def of_version(self, version: str) -> Tally:
        """Return the tally of one version."""
        return tally(
            (one for one in self.seen if one.version == version),
            (one for one in self.judged if one.version == version),
        )


def tally(seen: Iterable[Seen], judged: Iterable[Words]) -> Tally:
    """Return counted runs as one."""
    total = Tally()
    for one in seen:
        total.runs += one.runs
        total.failed += one.failed
        total.cost += one.cost
        total.unpriced += one.unpriced
        total.dearest = max(total.dearest, one.dearest)
        total.times[one.seconds] += one.runs
    for word in judged:
        total.right += word.runs * (word.word == _RIGHT)
        total.unsure += word.runs * (word.word == _UNSURE)
        total.wrong += word.runs * (word.word == _WRONG)
    return total


class Memory:
    """What was counted already. One for an open engagement; threads may share it."""

    def __init__(self) -> None:
        self._seen: dict[tuple[float, float], list[Seen]] = {}
        self._words: tuple[Any, list[Words]] = ((), [])

    def seen(self, database: Database, *, start: float, width: float, count: int, now: float) -> list[Seen]:
        """Return the runs by stretch, those of settled stretches from memory."""
        begun = [start + at * width for at in range(count)]
        known = next((at for at, one in enumerate(begun) if (width, one) not in self._seen), count)
        fresh = traffic.seen(database, start=start + known * width, width=width, end=start + count * width)
        found = {at: list[Seen]() for at in range(known, count)}
        for one in fresh:
            found[known + one.stretch].append(replace(one, stretch=known + one.stretch))
        if len(self._seen) > _MOST:
            self._seen.clear()
        for at, runs in found.items():
            if begun[at] + width + _SETTLED < now and not any(one.open for one in runs):
                self._seen[width, begun[at]] = runs
        kept = [
            replace(one, stretch=at) for at in range(known) for one in self._seen.get((width, begun[at]), ())
        ]
        return kept + [one for runs in found.values() for one in runs]

    def judged(self, database: Database, *, start: float, width: float, count: int) -> list[Words]:
        """Return the judged runs by stretch, from memory where no word was said since."""
        mark = (traffic.words_mark(database), start, width, count)
        if self._words[0] != mark:
            found = traffic.judged(database, start=start, width=width, end=start + count * width)
            self._words = (mark, found)
        return self._words[1]


def watched(bench: "Opened", *, start: float, width: float, count: int) -> Traffic:
    """Return the traffic of `count` stretches of `width` seconds from `start` on."""
    memory, database = bench.counted, bench.database
    seen = memory.seen(database, start=start, width=width, count=count, now=bench.clock())
    return Traffic(start, width, count, seen, memory.judged(database, start=start, width=width, count=count))
