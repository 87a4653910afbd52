"""A row of an answer's list among the rows that people stated: the same one still, or gone, or elsewhere."""

from collections.abc import Mapping, Sequence
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

__all__ = ["check_row", "moved_list"]


def moved_list(bench: Opened, run: Run, path: str, *, words: Sequence[Feedback]) -> str | None:
    """Return the list that `path` lies in where a correction of that would land in another row than the answer's, else None.

    The `words` on the run may state the list as a whole, and so may the case of its inputs; in either the row may be
    gone, or stand elsewhere.
    """
    before, at = _row_of(path)
    answer = bare(bench.blobs.get(run.output)) if at is not None and run.output else None
    own = find(answer, before)
    if at is None or not isinstance(own, list):
        return None
    case = case_of(bench, run)
    known: Mapping[str, Any] = case.expected if case and not case.retired else {}
    wholes = [stated_at(expectations(words, answer), before), stated_at(known, before)]
    lists = [cast("list[Any]", rows) for rows in wholes if isinstance(rows, list)]
    return before if any(_has_moved(cast("list[Any]", own), rows, at) for rows in lists) else None


def check_row(bench: Opened, run: Run, word: Feedback, *, words: Sequence[Feedback]) -> None:
    """Raise UsageError `rows-moved` where a word says what is right of a row that stands elsewhere, or nowhere, in what was stated of its list."""
    says = word.has_expected or word.judgement == "right"
    if says and (whole := moved_list(bench, run, word.field, words=words)) is not None:
        raise UsageError(
            "rows-moved",
            f"{word.field}: {place_label(whole) or 'the answer'} was corrected as a whole, so its rows are no longer those of the answer",
            fix="mend the row where it stands now, and send that: state the whole list as it should be",
        )


def _has_moved(own: list[Any], rows: list[Any], at: int) -> bool:
    """Whether row `at` of an answer isn't the same one among the rows that are stated: each has to be the other's nearest."""
    if at >= min(len(own), len(rows)):
        return True
    stays = _nearest(own[at], rows, at) == at == _nearest(rows[at], own, at)
    return not stays or (len(own) != len(rows) and not _likeness(own[at], rows[at]))


def _nearest(row: Any, rows: list[Any], at: int) -> int:
    """Return which of the rows is most alike, `at` where none is more so."""
    return max(range(len(rows)), key=lambda number: (_likeness(row, rows[number]), number == at))


def _likeness(one: Any, other: Any) -> int:
    """Return how many fields two rows have in common."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return int(same(one, other))
    fields, others = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
    return sum(name in others and same(value, others[name]) for name, value in fields.items())


def _row_of(path: str) -> tuple[str, int | None]:
    """Return the outermost list that a path leads into, and the row's number (None: it leads into none)."""
    parts = path.split(".")
    at = next((at for at, part in enumerate(parts) if part.isdecimal()), None)
    return ("", None) if at is None else (".".join(parts[:at]), int(parts[at]))
