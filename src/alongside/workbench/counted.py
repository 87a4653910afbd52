"""What was counted already: what is over isn't counted again, and a new word or run costs as much as it changes."""

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from alongside.core.counting import NANO
from alongside.core.engagement import Limits
from alongside.store import traffic
from alongside.store.database import Database
from alongside.store.traffic import Mark, Seen, Spent, Word
from alongside.workbench.tally import Tally

__all__ = ["Judged", "Memory"]

_SETTLED = 3600.0  # seconds after which what began in a stretch has ended, if it ever will
_MOST, _VIEWS = 4096, 4
_MANY_WORDS, _MANY_RUNS = 500, 2000
_UNDER_WAY = 200  # of the newest runs: they are likely kept again, when they end

Judged = Counter[tuple[int, str, int]]
"""Runs by (stretch, version, gravest word)."""


class Memory:
    """Counts of one open engagement; threads may share it."""

    def __init__(self) -> None:
        self._seen: dict[tuple[float | None, ...], Mapping[str, Tally]] = {}
        self._words = _Words()
        self._spent = _Spendings()

    def seen(
        self, database: Database, edges: Sequence[float], *, limits: Limits, now: float
    ) -> list[Mapping[str, Tally]]:
        """Return a tally a version for each stretch between two edges, those of settled stretches from memory."""
        cost = None if limits.cost_per_run is None else round(limits.cost_per_run * NANO)
        slow, found = limits.seconds_per_run, dict[int, Mapping[str, Tally]]()
        keys = [(slow, cost, *pair) for pair in pairwise(edges)]
        for at, key in enumerate(keys):
            if (known := self._seen.get(key)) is not None:
                found[at] = known
        missing = [at for at in range(len(keys)) if at not in found]
        for first, count in _alike(edges, missing):
            rows = traffic.seen(
                database,
                start=edges[first],
                width=edges[first + 1] - edges[first],
                end=edges[first + count],
                most_seconds=slow,
                most_cost=cost,
            )
            found |= {first + at: tallies for at, tallies in enumerate(_tallies(rows, count))}
        if len(self._seen) > _MOST:
            self._seen.clear()
        for at in missing:
            if edges[at + 1] + _SETTLED < now and not any(one.open for one in found[at].values()):
                self._seen[keys[at]] = found[at]
        return [found[at] for at in range(len(keys))]

    def judged(self, database: Database, edges: Sequence[float]) -> Judged:
        """Return the judged runs by the stretch between two edges."""
        return self._words.by_stretch(database, tuple(edges))

    def words(self, database: Database) -> Counter[int]:
        """Return how many answers bear which word as the gravest; runs that gave none aren't in it."""
        return self._words.in_all(database)

    def spent(self, database: Database) -> list[Spent]:
        """Return what all runs cost by mode, those that `gc` dropped too."""
        return self._spent.by_mode(database)


class _Words:
    """The gravest word of each judged run, brought up to date by what was said or taken back since."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = -1
        self._undone: dict[int, str] = {}
        self._of: dict[str, Word] = {}
        self._all = Counter[int]()
        self._views: dict[tuple[float, ...], Judged] = {}

    def in_all(self, database: Database) -> Counter[int]:
        with self._lock:
            self._catch_up(database)
            return Counter(self._all)

    def by_stretch(self, database: Database, edges: tuple[float, ...]) -> Judged:
        with self._lock:
            self._catch_up(database)
            if edges not in self._views:
                if len(self._views) >= _VIEWS:
                    self._views.pop(next(iter(self._views)))
                self._views[edges] = _counted(self._of.values(), edges)
            return +self._views[edges]

    def _catch_up(self, database: Database) -> None:
        undone = traffic.taken_back(database)
        newest, said = traffic.words_since(database, self._newest)
        changed = {*said, *(undone[row] for row in undone.keys() - self._undone.keys())}
        is_first, self._newest, self._undone = self._newest < 0, newest, undone
        if is_first or len(changed) > _MANY_WORDS:
            self._of = {one.run: one for one in traffic.gravest(database, None)}
            self._all = Counter(one.word for one in self._of.values() if one.answered)
            self._views.clear()
        elif changed:
            now = {one.run: one for one in traffic.gravest(database, list(changed))}
            for run in changed:
                self._put(run, now.get(run))

    def _put(self, run: str, now: Word | None) -> None:
        was = self._of.pop(run, None)
        if now is not None:
            self._of[run] = now
        for word, by in ((was, -1), (now, 1)):
            if word is not None:
                self._all[word.word] += by * word.answered
                for edges, view in self._views.items():
                    if edges[0] <= word.started < edges[-1]:
                        view[_place(word, edges)] += by


class _Spendings:
    """What runs cost, added up to a row; only what was kept after it is added anew.

    A run that is kept again gets a new row, and one that is dropped has none: then fewer are left up to that row, and
    all is added anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark = Mark(-1, -1)
        self._told: list[Spent] = []
        self._dropped: list[Spent] = []
        self._base: list[Spent] = []
        self._upto = Mark(0, 0)

    def by_mode(self, database: Database) -> list[Spent]:
        with self._lock:
            mark = traffic.runs_mark(database)
            if mark != self._mark:
                self._told, self._mark = self._count(database, mark), mark
            return self._told

    def _count(self, database: Database, mark: Mark) -> list[Spent]:
        dropped, later = traffic.collected(database), traffic.rows_after(database, self._upto.newest)
        if mark.rows - later != self._upto.rows or later > _MANY_RUNS or dropped != self._dropped:
            row = max(0, mark.newest - _UNDER_WAY)
            after = traffic.spent(database, after=row)
            self._dropped, self._base = dropped, _sum(traffic.spent(database), dropped, _minus(after))
            self._upto = Mark(row, mark.rows - traffic.rows_after(database, row))
        return _sum(self._base, traffic.spent(database, after=self._upto.newest))


def _alike(edges: Sequence[float], wanted: Iterable[int]) -> list[tuple[int, int]]:
    """Return (first, how many) of stretches that lie side by side and are equally wide: one query each."""
    found: list[tuple[int, int]] = []
    for at in wanted:
        first, count = found[-1] if found else (-1, 0)
        is_next = at == first + count
        if is_next and edges[at + 1] - edges[at] == edges[first + 1] - edges[first]:
            found[-1] = first, count + 1
        else:
            found.append((at, 1))
    return found


def _tallies(rows: Iterable[Seen], count: int) -> list[dict[str, Tally]]:
    found = [dict[str, Tally]() for _ in range(count)]
    for one in rows:
        found[min(one.stretch, count - 1)].setdefault(one.version, Tally()).count(one)
    return found


def _counted(words: Iterable[Word], edges: tuple[float, ...]) -> Judged:
    first, last = edges[0], edges[-1]
    return Counter(_place(one, edges) for one in words if first <= one.started < last)


def _place(word: Word, edges: tuple[float, ...]) -> tuple[int, str, int]:
    return bisect_right(edges, word.started) - 1, word.version, word.word


def _sum(*parts: Iterable[Spent]) -> list[Spent]:
    total: dict[str, Spent] = {}
    for one in (one for part in parts for one in part):
        was = total.get(one.mode, Spent(one.mode, 0, 0))
        total[one.mode] = Spent(one.mode, *(a + b for a, b in zip(was[1:], one[1:], strict=True)))
    return [total[mode] for mode in sorted(total) if total[mode].runs]


def _minus(part: Iterable[Spent]) -> list[Spent]:
    return [Spent(one.mode, *(-number for number in one[1:])) for one in part]
