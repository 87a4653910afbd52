"""Every case under every version that judged it, from what is remembered; and what failures have in common."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from alongside.core.case import Case
from alongside.evals.verdict_keys import verdict_key
from alongside.store import verdicts
from alongside.store.database import Database
from alongside.store.verdicts import Last, Told
from alongside.workbench.titles import place_words

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Cell", "Matrix", "matrix", "modes"]

Mark = Literal["right", "wrong", "flaky"]

_REMEMBERED = 24  # versions: two screens full
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """The last word of a version on a case; `told` is a draw that was wrong, if one was.

    `old`: the case, what judges it or what answers it from outside has changed since.
    """

    mark: Mark
    told: Told
    old: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that were wrong."""
        return self.told.fields


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cells by version and case; a case that a version never judged has none.

    First come the versions that were tried and thrown away, then those that count, each the oldest first. What a
    version that doesn't count said of a case counts where the case is made of its answer.
    """

    cells: Mapping[str, Mapping[str, Cell]]
    counted: frozenset[str]
    made_of: Mapping[str, str]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions' ids, as the cells are ordered."""
        return tuple(self.cells)

    def of(self, case: str) -> list[tuple[str, Cell]]:
        """Return (version, cell) of what counts of a case, newest first."""
        judged = ((version, self.cells[version].get(case)) for version in reversed(self.versions))
        return [
            (version, cell)
            for version, cell in judged
            if cell and (version in self.counted or cell.told.run == self.made_of.get(case))
        ]


def matrix(
    bench: "Workbench", cases: Sequence[Case], *, versions: int, counted: Collection[str] = ()
) -> Matrix:
    """Return the cells of the versions that judged cases last: of those `counted` first (none named: all count)."""
    judged = verdicts.judged_versions(bench.database)
    count = frozenset(one.version for one in judged if not counted or one.version in counted)
    last = sorted(judged, key=lambda one: (one.version in count, one.at))[-versions:]
    shown = sorted((one for one in judged if one in last), key=lambda one: one.version in count)
    keys = {case.id: verdict_key(case) for case in cases}
    frozen = tuple(keys.items())
    found: dict[str, dict[str, Cell]] = {}
    for one in shown:
        told = _told(bench.database, one.version, one.stamp, frozen)
        found[one.version] = {case: _cell(told[case]) for case in keys if case in told}
    return Matrix(found, count, {case.id: case.run for case in cases if case.run})


def modes(cases: Iterable[Case], known: Matrix, notes: Mapping[str, str]) -> dict[str, str]:
    """Return what went wrong with each case that ever failed: what people wrote, else the fields that were wrong.

    Notes that differ in case, spaces and punctuation alone are one mode. `notes` are people's, by run.
    """
    spelt: dict[str, str] = {}
    found: dict[str, str] = {}
    for case in cases:
        failed = [cell for _, cell in known.of(case.id) if cell.mark != "right"]
        if not failed:
            continue
        note = case.note or notes.get(case.run, "")
        told = note.strip().partition("\n")[0] or _fields(failed[0])
        found[case.id] = spelt.setdefault(_MARKS.sub(" ", told.casefold()).strip(), told)
    return found


@lru_cache(maxsize=_REMEMBERED)
def _told(
    database: Database, version: str, _stamp: str, keys: tuple[tuple[str, str], ...]
) -> Mapping[str, Last[Told]]:
    return verdicts.told_by(database, version, dict(keys))


def _cell(last: Last[Told]) -> Cell:
    draws = last.draws
    right = sum(draw.right for draw in draws)
    mark: Mark = "right" if right == len(draws) else "flaky" if right else "wrong"
    wrong = next((draw for draw in draws if not draw.right), draws[0])
    return Cell(mark, wrong, last.is_old)


def _fields(cell: Cell) -> str:
    named = [place_words(field) for field in cell.fields]
    between = "; " if any(", " in name for name in named) else ", "
    told = f"{between.join(named)} wrong, no note" if named else "failed, no note"
    return told[:1].upper() + told[1:]
