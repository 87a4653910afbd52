"""From a word on a run straight to its case: what somebody touched on the page is a case a moment later."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, CheckSpec
from alongside.core.digest import digest
from alongside.core.engagement import Person
from alongside.core.errors import DataError, UsageError
from alongside.core.expected import holds_parts, is_below, is_within, settled, stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find, to_json
from alongside.evals.feedback import but_for, called_wrong, expectations
from alongside.store import feedback
from alongside.store.atomic_file import write_atomic
from alongside.store.case_files import edit_case
from alongside.store.case_text import case_text
from alongside.store.editing import editing
from alongside.store.touches import Touch, forget_touch, keep_touch, touch_of
from alongside.workbench.answered import hold
from alongside.workbench.cases_here import case_of
from alongside.workbench.judging import standing_words
from alongside.workbench.moved_rows import moved_list
from alongside.workbench.stating import ABSENT, same

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.workbench.loop import Workbench

__all__ = ["case_left", "keep_as_case", "run_again", "stated_by_words", "take_back"]


def keep_as_case(bench: "Workbench", run: Run, *, word: str) -> tuple[Case, bool]:
    """Make the run a case, or put what was said since into the case that it has; return it and whether it is new.

    `word` is the word that it is done for, with which it can be taken back. What the case expected of other fields
    stays; so does what a person wrote into its file, whatever was said; a retired case stays retired.
    """
    if case_of(bench, run) is None:
        try:
            made = bench.add_case(run.id)
        except DataError as error:  # somebody else was as quick: then there is one to put it into
            if error.code != "case-exists":
                raise
        else:
            keep_touch(bench.state, word, Touch(None, digest(case_text(made).encode())))
            return made, True
    with editing(bench.root):
        known = case_of(bench, run)
        assert known is not None
        ours = _ours(bench, run, known)
        new, changed = _said_anew(bench, run, known, ours)
        if changed == known:
            return known, False
        path = bench.cases().paths[known.id]
        before = path.read_bytes()
        edit_case(path, changed)
        keep_touch(bench.state, word, Touch(before, digest(path.read_bytes()), dict(known.expected), new))
    hold(bench, changed, run)
    return changed, False


def _said_anew(bench: "Workbench", run: Run, known: Case, ours: "_Ours") -> tuple[dict[str, Any], Case]:
    """Return what the words state that the case doesn't, by field, and the case as they have it."""
    words, expected, wrong = standing_words(bench, run)
    new = {
        field: value
        for field, value in expected.items()
        if not same(value, stated_at(known.expected, field))
        and _is_ours(field, known.expected, ours)
        and moved_list(bench, run, field, words=words) is None
    }
    wrong = [spec for spec in wrong if moved_list(bench, run, spec.field, words=words) is None]
    kept = _but_for_called(known.expected, {spec.field: (spec.options or {})["value"] for spec in wrong})
    now = _with_said(kept, new)
    new = {place: value for place, value in now.items() if not same(value, known.expected.get(place, ABSENT))}
    checks = tuple(spec for spec in known.checks if spec not in ours.checks or spec in wrong)
    checks += tuple(spec for spec in wrong if spec not in checks and spec.field not in now)
    return new, replace(known, expected=now, checks=checks)


def _but_for_called(expected: Mapping[str, Any], called: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected without what was right once and is called wrong now, be it inside a whole: that goes into parts."""
    gone = {field for field, value in called.items() if same(value, stated_at(expected, field))}
    kept: dict[str, Any] = {}
    for field, value in expected.items():
        if field not in gone:
            kept |= but_for(field, value, gone)
    return kept


def stated_by_words(bench: "Workbench", run: Run, known: Case, field: str) -> bool:
    """Whether words alone, and no person in its file, made the case expect what it does of a field."""
    return _is_ours(field, known.expected, _ours(bench, run, known))


def _is_ours(field: str, expected: Mapping[str, Any], ours: "_Ours") -> bool:
    """Whether words alone made a case expect what it does of a field, of what is in it and of what it is in."""
    within = [
        place
        for place, value in expected.items()
        if is_within(place, field) or (is_below(field, place) and holds_parts(value))
    ]
    return all(any(same(expected[place], one) for one in ours.values.get(place, ())) for place in within)


def _with_said(kept: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected with what is new in it, but for what has no place in a whole that another run's words state."""
    now = dict(kept)
    for field, value in sorted(new.items(), key=lambda one: len(one[0])):
        with suppress(UsageError):
            now = settled(now, {field: value})
    return now


def case_left(bench: "Workbench", word: Feedback) -> Case | None:
    """Return the case of a word's run where it expects what the word says, though the word was taken back."""
    known = case_of(bench, bench.find_run(word.run))
    expects = (
        known is not None and word.has_expected and same(stated_at(known.expected, word.field), word.expected)
    )
    return known if expects else None


def take_back(bench: "Workbench", run: Run, *, word: str, by: Person) -> bool:
    """Take a word back, and what it made of the case's file; False where that stays, because somebody changed it since.

    A file that nobody touched since becomes again what it was, to the byte; a case that the word made goes, unless there
    is something of a person's in it, or another word stands on the run. Raises PolicyError for a word of somebody else's.
    """
    with editing(bench.root):
        known, said = case_of(bench, run), feedback.get(bench.database, word)
        if said is None or not bench.undo(word, by=by) or known is None or said.run != run.id:
            return True
        touch = touch_of(bench.state, word)
        forget_touch(bench.state, word)
        path = bench.cases().paths[known.id]
        untouched = touch is not None and touch.after == digest(path.read_bytes())
        if touch and untouched:
            _restore(path, touch.before)
            known = case_of(bench, run)
        alone = known is not None and known.run == run.id and not standing_words(bench, run)[0]
        if known and alone and (touch is None or touch.made or untouched):
            return _drop_ours(bench, run, known, path) or touch is None or untouched
        return known is None or touch is None or untouched or _restore_fields(bench, run, known, path, touch)


def run_again(bench: "Workbench", run: Run, version: Version) -> "Outcome":
    """Run a version on the inputs of a run. What the run read and called outside answers from its tape: nothing is sent twice."""
    inputs = bench.plain_inputs(run)
    return bench.submit(run.workflow, inputs, version=version, mode="replay", tape=run.id).result()


def _restore(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        write_atomic(path, before)


def _restore_fields(bench: "Workbench", run: Run, known: Case, path: Path, touch: Touch) -> bool:
    """Put the fields back that are still as the word left them; False where another one was changed since."""
    _, expected, wrong = standing_words(bench, run)
    ours = _ours(bench, run, known)
    new = dict(touch.new) if not touch.made else _made_by(known, expected, ours)
    still = {field for field, value in new.items() if same(known.expected.get(field, ABSENT), value)}
    old = {
        field: value
        for field, value in touch.expected.items()
        if field in still or (field not in known.expected and any(is_below(field, place) for place in still))
    }
    kept = {field: value for field, value in known.expected.items() if field not in still or field in old}
    checks = tuple(spec for spec in known.checks if spec not in ours.checks or spec in wrong)
    edit_case(path, replace(known, expected={**kept, **old}, checks=checks))
    return still == set(new)


def _made_by(known: Case, expected: Mapping[str, Any], ours: "_Ours") -> Mapping[str, Any]:
    """Return what the case holds that no standing word says any more (`expected`), though one did."""
    return {
        field: value
        for field, value in known.expected.items()
        if field not in expected and any(same(value, one) for one in ours.values.get(field, ()))
    }


def _drop_ours(bench: "Workbench", run: Run, known: Case, path: Path) -> bool:
    """Delete a case's file where there is nothing in it but what was said of runs; False where there is."""
    ours = _ours(bench, run, known)
    checked = any(spec not in ours.checks for spec in known.checks)
    own = known.must_pass or known.note or known.retired or checked
    said = all(
        any(same(value, one) for one in ours.values.get(field, ())) for field, value in known.expected.items()
    )
    if own or not said or path.read_bytes() != case_text(known).encode():
        return False
    path.unlink()
    return True


@dataclass(frozen=True, slots=True)
class _Ours:
    """What words, taken back or not, ever made a case expect, by field, and what it mustn't say again by them."""

    values: Mapping[str, list[Any]]
    checks: list[CheckSpec]


def _ours(bench: "Workbench", run: Run, known: Case) -> _Ours:
    """Return what words ever made of a case of these inputs."""
    found: dict[str, list[Any]] = {}
    checks: list[CheckSpec] = []
    said: list[Feedback] = []
    for word, output in feedback.of_inputs(bench.database, run):
        answer = bare(bench.blobs.get(output)) if output and bench.blobs.has(output) else None
        alone = replace(word, undone=False)
        said = [*said, alone]
        checks += called_wrong((alone,), answer if output else MISSING)
        with_others = (one for one in said if one.run == word.run)  # a part goes into a whole that was said
        for one in (expectations((alone,), answer), expectations(with_others, answer)):
            for field, value in one.items():
                found.setdefault(field, []).append(value)
        for field in known.expected:
            if (value := find(answer, field)) is not MISSING:
                found.setdefault(field, []).append(to_json(value))
    return _Ours(found, checks)
