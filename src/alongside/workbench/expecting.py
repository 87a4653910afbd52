"""Whether a word on a run, or what a case expects, can ever be true of the workflow's answer."""

from collections.abc import Mapping
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.case import Case
from alongside.core.errors import AlongsideError, UsageError
from alongside.core.plain import bare
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find, to_json
from alongside.evals.checks import accepts, compared_fields
from alongside.evals.partial import check_whole
from alongside.evals.stated import check_expected, check_stated, kind_at, kind_of_kept
from alongside.workbench.opened import Opened
from alongside.workbench.stating import ABSENT, same

__all__ = ["answer_kind", "check_case", "check_word", "expects_same", "is_so", "kind_held"]


def check_word(bench: Opened, run: Run, said: Mapping[str, Any]) -> Any:
    """Return what a word states, read (MISSING: nothing).

    Raises UsageError where the run's answer has no such `field`, or can't hold what is `expected` of it.
    The answer itself says what it can hold; where it has nothing in that place, the workflow's types do. Where there is
    no answer, nothing can be right (`no-answer`).
    """
    if not run.output and said.get("judgement") == "right":
        raise UsageError(
            "no-answer",
            f"run {run.id} is {run.status} and gave no answer, so nothing about it can be right",
            fix=f"say what it should have answered: `alongside review {run.id} --wrong FIELD=VALUE`",
        )
    field, stated = said.get("field", ""), said.get("expected", MISSING)
    kept = kind_of_kept(bench.blobs.get(run.output)) if run.output else ANYTHING
    stated = check_stated(field, stated, kept)
    is_open = stated not in (None, MISSING) and kind_at(kept, field) == ANYTHING
    if is_open or isinstance(cast("Any", stated), list | dict):
        declared = answer_kind(bench, bench.version(run.version), run.workflow)
        stated = check_stated(field, stated, declared) if is_open else stated
        _check_whole(field, cast("Any", stated), declared, is_record=kept["kind"] == "record")
    return stated


def _check_whole(field: str, stated: Any, declared: Kind, *, is_record: bool) -> None:
    """Refuse what is stated in part. Of an answer that is a record each field stated is expected by itself."""
    given = cast("dict[str, Any]", stated)
    parts = given if is_record and not field and isinstance(stated, dict) else {field: stated}
    for path, value in parts.items():
        try:
            kind = kind_at(declared, path)
        except UsageError:
            continue  # the answer has what the types don't declare
        check_whole(path, value, kind)


def is_so(bench: Opened, run: Run, said: Mapping[str, Any]) -> bool:
    """Whether the run's answer already is what is `expected` of its `field`, in whatever notation."""
    if not run.output or "expected" not in said or said["expected"] is MISSING:
        return False
    field, kept = said.get("field", ""), bench.blobs.get(run.output)
    given = find(bare(kept), field)
    if given is MISSING:
        return False
    kind = kind_at(kind_of_kept(kept), field)
    if kind == ANYTHING and None not in (
        given,
        said["expected"],
    ):  # a choice, for one: what was kept doesn't say how it reads
        kind = kind_at(answer_kind(bench, bench.version(run.version), run.workflow), field)
    return accepts(kind, given, to_json(said["expected"]))


def expects_same(bench: Opened, case: Case, field: str, one: Any, other: Any) -> bool:
    """Whether two values expect the same of a field of the case's answer, as the field's check reads them."""
    if same(one, other):
        return True
    if ABSENT in (one, other) or None in (one, other):
        return False
    kind = kind_at(answer_kind(bench, bench.snapshot(), case.workflow), field)
    return kind != ANYTHING and accepts(kind, one, other)


def check_case(bench: Opened, case: Case, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is `expected` of a case, read. Raises UsageError where its workflow, as it is now, can't ever answer it.

    A field that the case compares by a check of its own may be expected to be anything.
    """
    kind = answer_kind(bench, bench.snapshot(), case.workflow)
    return check_expected(expected, kind, checked=compared_fields(case.checks))


def answer_kind(bench: Opened, version: Version, workflow: str) -> Kind:
    """Return what kind of answer the workflow declares; anything, where its code can't be loaded."""
    try:
        return bench.describe(version)[workflow]["kind"]
    except (AlongsideError, KeyError):
        return ANYTHING


def kind_held(bench: Opened, run: Run, path: str) -> Kind:
    """Return what a place of the run's answer may hold: as the workflow declares it, else as the answer itself shows it."""
    try:
        found = kind_at(answer_kind(bench, bench.version(run.version), run.workflow), path)
    except AlongsideError:
        found = ANYTHING
    if found != ANYTHING or not run.output:
        return found
    try:
        return kind_at(kind_of_kept(bench.blobs.get(run.output)), path)
    except UsageError:
        return ANYTHING
