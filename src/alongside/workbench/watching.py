"""What came in over a stretch of time: runs, words, time and money, by stretch and by version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from alongside.core.engagement import Limits
from alongside.store.database import Database
from alongside.workbench.counted import Judged, Memory
from alongside.workbench.tally import Tally, together

__all__ = ["Traffic", "edges_of", "watched"]

_DAY, _ALIGNED = 86400.0, 21600.0
_RIGHT, _UNSURE, _WRONG = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came in between each two of the `edges` (seconds of the epoch): `seen` holds a tally a version for each stretch."""

    edges: tuple[float, ...]
    seen: Sequence[Mapping[str, Tally]]
    judged: Judged

    @property
    def versions(self) -> set[str]:
        """The versions that answered."""
        return {version for stretch in self.seen for version in stretch}

    @property
    def stretches(self) -> list[Tally]:
        """A tally for each stretch."""
        found = [together(stretch.values()) for stretch in self.seen]
        for (at, _, word), runs in self.judged.items():
            _say(found[at], word, runs)
        return found

    def of_versions(self, versions: Iterable[str]) -> Tally:
        """Return the tally of these versions together."""
        wanted = set(versions)
        found = together(stretch[one] for stretch in self.seen for one in wanted if one in stretch)
        for (_, version, word), runs in self.judged.items():
            if version in wanted:
                _say(found, word, runs)
        return found

    def place(self, at: float) -> float | None:
        """Return where a time is on an axis of equally wide stretches, from 0 to 1; None where it is beyond."""
        for index, (start, end) in enumerate(pairwise(self.edges)):
            if start <= at < end:
                return (index + (at - start) / (end - start)) / (len(self.edges) - 1)
        return None


def _say(tally: Tally, word: int, runs: int) -> None:
    tally.right += runs * (word == _RIGHT)
    tally.unsure += runs * (word == _UNSURE)
    tally.wrong += runs * (word == _WRONG)


def edges_of(now: float, *, width: float, count: int) -> tuple[float, ...]:
    """Return the edges of `count` stretches of which the last holds `now`, as this machine's clock and calendar have them.

    Stretches of hours begin at whole ones of the local day. A day is a day of the calendar, of 23 or 25 hours where
    the clock is moved.
    """
    here = datetime.fromtimestamp(now).astimezone()
    local = here.replace(tzinfo=None)
    if width < _ALIGNED:
        shift = (here.utcoffset() or timedelta()).total_seconds()
        first = ((now + shift) // width - count + 1) * width - shift
        return tuple(first + at * width for at in range(count + 1))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if width >= _DAY:
        days = round(width / _DAY)
        last = midnight - timedelta(days=midnight.toordinal() % days)
    else:
        last = midnight + timedelta(seconds=(local - midnight).total_seconds() // width * width)
    step = timedelta(seconds=width)
    return tuple((last + step * (at - count + 1)).timestamp() for at in range(count + 1))


def watched(
    memory: Memory, database: Database, edges: tuple[float, ...], *, limits: Limits, now: float
) -> Traffic:
    """Return the traffic between these edges."""
    seen = memory.seen(database, edges, limits=limits, now=now)
    return Traffic(edges, seen, memory.judged(database, edges))
