"""A newer word on inputs that have a case: it goes into the case that is there, which says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, Split
from alongside.core.digest import digest
from alongside.core.errors import DataError
from alongside.evals.contradicting import Contradiction, contradictions
from alongside.store.case_files import edit_case
from alongside.store.editing import editing
from alongside.store.touches import Touch, keep_touch
from alongside.workbench.expecting import expects_same
from alongside.workbench.judging import standing_words
from alongside.workbench.pointing import case_of
from alongside.workbench.stating import ABSENT

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Added", "add_or_change"]


@dataclass(frozen=True, slots=True)
class Added:
    """A case that was made (`is_new`), or that was there: `changed` is what it expected (ABSENT: nothing) and does now, by field.

    `against` are other cases of the same document, under another name, that expect something else.
    """

    case: Case
    is_new: bool
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])
    against: tuple[Contradiction, ...] = ()


def add_or_change(
    bench: "Workbench",
    named: str,
    *,
    split: Split | None = None,
    name: str = "",
    note: str = "",
    must_pass: bool = False,
) -> Added:
    """Freeze a judged run as a case; where its inputs have one, put the run's words into it, the newest word in each field.

    Raises DataError `case-exists` where that case is retired.
    """
    run = bench.find_run(named)
    try:
        made = bench.add_case(run.id, split=split, name=name, note=note, must_pass=must_pass)
    except DataError as error:
        known = case_of(bench, run) if error.code == "case-exists" else None
        if known is None or known.retired:
            raise
    else:
        return Added(made, is_new=True, against=_against(bench, made))
    words, expected = standing_words(bench, run)
    with editing(bench.root):
        known = case_of(bench, run)
        assert known is not None
        changed = {
            place: (is_now, value)
            for place, value in expected.items()
            if not expects_same(bench, known, place, (is_now := known.expected.get(place, ABSENT)), value)
        }
        after = replace(
            known,
            expected={**known.expected, **{place: value for place, (_, value) in changed.items()}},
            split=split or known.split,
            name=name or known.name,
            note=note or known.note,
            must_pass=must_pass or known.must_pass,
        )
        path = bench.cases().paths[known.id]
        before = path.read_bytes()
        edit_case(path, after)
        if changed:
            new = {place: value for place, (_, value) in changed.items()}
            keep_touch(
                bench.state, words[-1].id, Touch(before, digest(path.read_bytes()), dict(known.expected), new)
            )
    return Added(after, is_new=False, changed=changed, against=_against(bench, after))


def _against(bench: "Workbench", case: Case) -> tuple[Contradiction, ...]:
    return tuple(
        one for one in contradictions(bench.cases().cases) if case.id in {one.first.id, one.second.id}
    )
