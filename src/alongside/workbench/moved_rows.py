"""A row of an answer's list among the rows that people stated: the same one still, or gone, or elsewhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from alongside.core.errors import UsageError
from alongside.core.expected import stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.answer import find
from alongside.evals.feedback import expectations
from alongside.workbench.cases_here import case_of
from alongside.workbench.opened import Opened
from alongside.workbench.stating import same
from alongside.workbench.titles import place_label

__all__ = ["check_row", "check_rows", "has_moved", "moved_list"]


def moved_list(bench: Opened, run: Run, path: str, *, words: Sequence[Feedback]) -> str | None:
    """Return the list that `path` lies in where a correction of that would land in another row than the answer's, else None.

    The `words` on the run may state a list with other rows, and so may the case of its inputs; in either the row may be
    gone, or stand elsewhere.
    """
    rows = list(_rows_on(path))
    answer = bare(bench.blobs.get(run.output)) if rows and run.output else None
    owns = {whole: find(answer, whole) for whole, _ in rows}
    if not any(isinstance(own, list) for own in owns.values()):
        return None
    case = case_of(bench, run)
    known: Mapping[str, Any] = case.expected if case and not case.retired else {}
    said = expectations(words, answer)
    beside = ((whole, at, stated_at(by, whole)) for whole, at in rows for by in (said, known))
    moved = (
        whole
        for whole, at, stated in beside
        if isinstance(own := owns[whole], list)
        and isinstance(stated, list)
        and has_moved(cast("list[Any]", own), cast("list[Any]", stated), at)
    )
    return next(moved, None)


def check_row(bench: Opened, run: Run, word: Feedback, *, words: Sequence[Feedback]) -> None:
    """Raise UsageError `rows-moved` where a word says what is right of a row that stands elsewhere, or nowhere, in what was stated of its list."""
    if word.has_expected or word.judgement == "right":
        check_rows(bench, run, (word.field,), words=words)


def check_rows(bench: Opened, run: Run, places: Iterable[str], *, words: Sequence[Feedback]) -> None:
    """Raise UsageError `rows-moved` where any of the places is in such a row."""
    for place in places:
        if (whole := moved_list(bench, run, place, words=words)) is not None:
            raise UsageError(
                "rows-moved",
                f"{place}: {place_label(whole) or 'the answer'} was corrected as a whole, so its rows are no longer those of the answer",
                fix="mend the row where it stands now, and send that: state the whole list as it should be",
            )


def has_moved(own: Sequence[Any], rows: Sequence[Any], at: int) -> bool:
    """Whether row `at` of an answer isn't the same one among the rows that are stated.

    The two lists are laid beside each other in order, rows paired by what they have in common (Needleman and Wunsch, 1970).
    The row stays where no way that moves it fits better; nor as well, where there are more rows on one side.
    """
    if at >= len(own):
        return False  # the answer has no such row: only one that is stated can be meant
    if at >= len(rows):
        return True
    if same(own[at], rows[at]):
        return False
    start, end = _alike_around(own, rows)
    mine, theirs, here = own[start : len(own) - end], rows[start : len(rows) - end], at - start
    if here >= min(len(mine), len(theirs)):
        return True  # one of them is the same as another row
    in_place = (
        _fit(mine[:here], theirs[:here])
        + _likeness(mine[here], theirs[here])
        + _fit(mine[here + 1 :], theirs[here + 1 :])
    )
    elsewhere = _fit(mine, theirs, apart=here)
    return elsewhere > in_place or (elsewhere == in_place and len(own) != len(rows))


def _rows_on(path: str) -> Iterator[tuple[str, int]]:
    """Yield the lists that a path leads through, the outermost first, with the row's number in each."""
    parts = path.split(".")
    for at, part in enumerate(parts):
        if part.isdecimal():
            yield ".".join(parts[:at]), int(part)


def _alike_around(own: Sequence[Any], rows: Sequence[Any]) -> tuple[int, int]:
    """Return how many rows are the same at the start, and at the end: what is between is worth the comparing."""
    most = min(len(own), len(rows))
    start = next((at for at in range(most) if not same(own[at], rows[at])), most)
    end = next((at for at in range(most - start) if not same(own[-1 - at], rows[-1 - at])), most - start)
    return start, end


def _fit(own: Sequence[Any], rows: Sequence[Any], *, apart: int | None = None) -> int:
    """Return how well two lists fit, in the best of all ways that keep their order; rows `apart` of both are no pair."""
    best = [0] * (len(rows) + 1)
    for number, row in enumerate(own):
        before, best = best, [0]
        for other, stated in enumerate(rows):
            pair = before[other] + _likeness(row, stated) if number != apart or other != apart else 0
            best.append(max(pair, before[other + 1], best[other]))
    return best[-1]


def _likeness(one: Any, other: Any) -> int:
    """Return twice how many fields two rows have in common; one where they have none: a row may have changed altogether."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 2 if same(one, other) else 1
    fields, others = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
    return 2 * sum(name in others and same(value, others[name]) for name, value in fields.items()) or 1
