"""What stands of a place of a run's answer once people corrected it: what the next correction begins with."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case
from alongside.core.errors import UsageError
from alongside.core.expected import UNSTATED, is_below, is_within, settled, stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find
from alongside.workbench.cases_here import case_of
from alongside.workbench.judging import standing_words
from alongside.workbench.pointing import stated_by_words
from alongside.workbench.stating import same

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Stands", "standing", "standings"]


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
    return Stands(value, True, about[-1] if about and same(value, in_words) else "")  # noqa: FBT003


def _stated(expected: Mapping[str, Any], path: str, own: Any) -> Any:
    """Return what is stated of a place, be it part by part: what is said of none of them is as the answer has it."""
    whole = stated_at(expected, path)
    parts = {place: value for place, value in expected.items() if is_below(place, path)}
    if whole is not UNSTATED or not parts:
        return whole
    with suppress(UsageError):
        return settled({path: own}, parts)[path]
    return UNSTATED
