"""What stands of a place of a run's answer once people corrected it: what the next correction begins with."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from alongside.core.case import Case
from alongside.core.errors import UsageError
from alongside.core.expected import UNSTATED, is_below, is_within, settled, stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find
from alongside.workbench.judging import standing_words
from alongside.workbench.pointing import case_of, stated_by_words
from alongside.workbench.stating import same

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Stands", "moved_list", "standing", "standings"]


@dataclass(frozen=True, slots=True)
class Stands:
    """What a place should say, as far as anybody said: the answer's own value where nobody did (`is_corrected` is false).

    `by` corrected it last; empty where that is the case's file, or nobody. `is_whole`: it was said at once, not part by part.
    """

    value: Any
    is_corrected: bool = False
    by: str = ""
    is_whole: bool = False


def standing(bench: "Workbench", run: Run, path: str) -> Stands:
    """Return what stands of a place: the newest word on it, or what its case expects where a person wrote that there."""
    return standings(bench, run, (path,))[path]


def standings(bench: "Workbench", run: Run, paths: Iterable[str]) -> dict[str, Stands]:
    """Return what stands of each of several places: see `standing`."""
    answer = bare(bench.blobs.get(run.output)) if run.output else None
    words, said, _ = standing_words(bench, run)
    case = case_of(bench, run)
    known: Mapping[str, Any] = case.expected if case and not case.retired else {}

    def at(path: str) -> Stands:
        found = find(answer, path)
        return _stands(
            bench,
            run,
            path,
            own=None if found is MISSING else found,
            said=said,
            words=words,
            case=case,
            known=known,
        )

    return {path: at(path) for path in paths}


def _stands(
    bench: "Workbench",
    run: Run,
    path: str,
    *,
    own: Any,
    said: Mapping[str, Any],
    words: Iterable[Feedback],
    case: Case | None,
    known: Mapping[str, Any],
) -> Stands:
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
    is_whole = stated_at(known if by_hand else said, path) is not UNSTATED
    return Stands(value, True, about[-1] if about and same(value, in_words) else "", is_whole)  # noqa: FBT003


def moved_list(bench: "Workbench", run: Run, path: str) -> str | None:
    """Return the list that `path` lies in where that was corrected as a whole, so that its row may stand elsewhere now, else None.

    A row that still is the answer's but for the very cell has not moved.
    """
    before, at, cell = _row_of(path)
    now = standing(bench, run, before) if at is not None else None
    if at is None or now is None or not now.is_whole or not run.output:
        return None
    own, rows = find(bare(bench.blobs.get(run.output)), before), now.value
    if not isinstance(own, list) or not isinstance(rows, list):
        return before
    there, theirs = cast("list[Any]", own), cast("list[Any]", rows)
    stays = at < min(len(there), len(theirs)) and same(_but(there[at], cell), _but(theirs[at], cell))
    return None if stays else before


def _row_of(path: str) -> tuple[str, int | None, str]:
    """Return the outermost list that a path leads into, the row's number (None: it leads into none), and the row's field."""
    parts = path.split(".")
    at = next((at for at, part in enumerate(parts) if part.isdecimal()), None)
    if at is None:
        return "", None, ""
    return ".".join(parts[:at]), int(parts[at]), "".join(parts[at + 1 : at + 2])


def _but(row: Any, cell: str) -> Any:
    fields = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    return {key: value for key, value in fields.items() if key != cell}


def _stated(expected: Mapping[str, Any], path: str, own: Any) -> Any:
    """Return what is stated of a place, be it part by part: what is said of none of them is as the answer has it."""
    whole = stated_at(expected, path)
    parts = {place: value for place, value in expected.items() if is_below(place, path)}
    if whole is not UNSTATED or not parts:
        return whole
    with suppress(UsageError):
        return settled({path: own}, parts)[path]
    return UNSTATED
