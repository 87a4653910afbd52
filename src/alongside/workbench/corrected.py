"""What stands of a place of a run's answer once people corrected it: what the next correction begins with."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from alongside.core.errors import UsageError
from alongside.core.expected import UNSTATED, is_below, is_within, settled, stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find
from alongside.evals.feedback import expectations
from alongside.workbench.judging import standing_words
from alongside.workbench.pointing import case_of, stated_by_words
from alongside.workbench.stating import same
from alongside.workbench.titles import place_label

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Stands", "check_row", "moved_list", "standing"]


@dataclass(frozen=True, slots=True)
class Stands:
    """What a place should say, as far as anybody said: the answer's own value where nobody did (`is_corrected` is false).

    `by` corrected it last; empty where that is the case's file, or nobody.
    """

    value: Any
    is_corrected: bool = False
    by: str = ""


def standing(bench: "Workbench", run: Run, path: str) -> Stands:
    """Return what stands of a place: the newest word on it, or what its case expects where a person wrote that there."""
    answer = bare(bench.blobs.get(run.output)) if run.output else None
    found = find(answer, path)
    own = None if found is MISSING else found
    words, said, _ = standing_words(bench, run)
    case = case_of(bench, run)
    known: Mapping[str, Any] = case.expected if case and not case.retired else {}
    in_words, in_case = _stated(said, path, own), _stated(known, path, own)
    by_hand = case is not None and in_case is not UNSTATED and not stated_by_words(bench, run, case, path)
    value = in_case if by_hand or in_words is UNSTATED else in_words
    if value is UNSTATED or same(value, own):
        return Stands(own)
    about = [
        word.by
        for word in words
        if word.has_expected and (is_within(word.field, path) or is_below(path, word.field))
    ]
    return Stands(value, True, about[-1] if about and same(value, in_words) else "")  # noqa: FBT003


def moved_list(bench: "Workbench", run: Run, path: str, *, words: Sequence[Feedback]) -> str | None:
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


def check_row(bench: "Workbench", run: Run, word: Feedback, *, words: Sequence[Feedback]) -> None:
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


def _stated(expected: Mapping[str, Any], path: str, own: Any) -> Any:
    """Return what is stated of a place, be it part by part: what is said of none of them is as the answer has it."""
    whole = stated_at(expected, path)
    parts = {place: value for place, value in expected.items() if is_below(place, path)}
    if whole is not UNSTATED or not parts:
        return whole
    with suppress(UsageError):
        return settled({path: own}, parts)[path]
    return UNSTATED
