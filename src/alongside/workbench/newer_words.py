"""A newer word on inputs that have a case: it goes into the case that is there, which says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, Split
from alongside.core.digest import digest
from alongside.core.errors import DataError
from alongside.core.expected import UNSTATED, settled, stated_at
from alongside.core.run import Run
from alongside.evals.contradicting import Contradiction, contradictions
from alongside.store.case_files import edit_case
from alongside.store.editing import editing
from alongside.store.touches import Touch, keep_touch
from alongside.workbench.answered import hold
from alongside.workbench.cases_here import case_of
from alongside.workbench.expecting import expects_same
from alongside.workbench.judging import standing_words
from alongside.workbench.learning import teaches
from alongside.workbench.moved_rows import check_rows
from alongside.workbench.pointing import keep_as_case
from alongside.workbench.stating import ABSENT, same

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Added", "add_or_change"]


@dataclass(frozen=True, slots=True)
class Added:
    """A case that was made (`is_new`), or that was there: `changed` is what it expected (ABSENT: nothing) and does now, by field.

    `calls_wrong` says that what mustn't be said again changed.
    `against` are other cases of the same document, under another name, that expect something else. `teaches` says that
    an extractor learns from it.
    """

    case: Case
    is_new: bool
    teaches: bool
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict[str, tuple[Any, Any]])
    calls_wrong: bool = False
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
        return Added(made, is_new=True, teaches=teaches(bench, made), against=_against(bench, made))
    words, _, _ = standing_words(bench, run)
    _said(bench, run, known)  # a refusal leaves the case as it is
    if words:
        keep_as_case(bench, run, word=words[-1].id)
    after = _outright(bench, run, split=split, name=name, note=note, must_pass=must_pass)
    hold(bench, after, run)
    places = dict.fromkeys([*known.expected, *after.expected])
    both = {one: (known.expected.get(one, ABSENT), after.expected.get(one, ABSENT)) for one in places}
    changed = {place: (was, now) for place, (was, now) in both.items() if not same(was, now)}
    return Added(
        after,
        is_new=False,
        teaches=teaches(bench, after),
        changed=changed,
        calls_wrong=after.checks != known.checks,
        against=_against(bench, after),
    )


def _outright(bench: "Workbench", run: Run, **marks: Any) -> Case:
    """Put the words into the case whoever stated otherwise before, and the marks that were given; return the case."""
    words, _, _ = standing_words(bench, run)
    with editing(bench.root):
        known = case_of(bench, run)
        assert known is not None
        new, expected = _said(bench, run, known)
        given = {mark: value for mark, value in marks.items() if value}
        after = replace(known, expected=expected, **given)
        path = bench.cases().paths[known.id]
        before = path.read_bytes()
        edit_case(path, after)
        if new:
            new = {at: value for at, value in expected.items() if not same(value, _stated(known, at))}
            touch = Touch(before, digest(path.read_bytes()), dict(known.expected), new)
            keep_touch(bench.state, words[-1].id, touch)
    return after


def _said(bench: "Workbench", run: Run, known: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the words state that the case doesn't, by place, and what the case expects with it."""
    words, expected, _ = standing_words(bench, run)
    new = {
        place: value
        for place, value in expected.items()
        if not expects_same(bench, known, place, _stated(known, place), value)
    }
    check_rows(bench, run, new, words=words)
    return new, settled(known.expected, new)


def _stated(case: Case, place: str) -> Any:
    stated = stated_at(case.expected, place)
    return ABSENT if stated is UNSTATED else stated


def _against(bench: "Workbench", case: Case) -> tuple[Contradiction, ...]:
    return tuple(
        one for one in contradictions(bench.cases().cases) if case.id in {one.first.id, one.second.id}
    )
