"""Whether a word on a run, or what a case expects, can ever be true of the workflow's answer."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.case import Case
from alongside.core.errors import AlongsideError, UsageError
from alongside.core.plain import bare
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find, to_json
from alongside.evals.checks import accepts, compared_fields
from alongside.evals.kept_kinds import kind_of_kept
from alongside.evals.moments import is_same_moment, read_clock
from alongside.evals.partial import check_whole, holes_of
from alongside.evals.stated import check_clear, check_expected, check_stated, kind_at, read_as
from alongside.store import runs
from alongside.workbench.opened import Opened
from alongside.workbench.stating import ABSENT, same

__all__ = [
    "answer_kind",
    "check_case",
    "check_word",
    "expects_same",
    "is_so",
    "kind_held",
    "kind_within",
    "readings_for_case",
    "readings_for_run",
    "says_same",
]


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
    try:
        stated = check_stated(field, stated, kept)
    except UsageError:
        # what is declared says more of a place than what one answer has there: a choice, another type of a union
        declared = answer_kind(bench, bench.version(run.version), run.workflow)
        stated = check_stated(field, stated, declared)
        if stated is MISSING or not _tells_all(kind_at(declared, field)):
            raise
        kept = declared
    if stated is None and field.rpartition(".")[2].isdecimal():
        check_stated(field, stated, answer_kind(bench, bench.version(run.version), run.workflow))
    check_clear(field, stated, kept)
    if kind_at(kept, field).get("timed"):
        _check_time(bench, run, field, stated)
    is_open = stated not in (None, MISSING) and _leaves_open(kind_at(kept, field))
    if is_open or isinstance(cast("Any", stated), list | dict):
        declared = answer_kind(bench, bench.version(run.version), run.workflow)
        if is_open:
            stated = check_stated(field, stated, declared)
            check_clear(field, stated, declared)
        answer = bare(bench.blobs.get(run.output)) if run.output else None
        _check_whole(field, cast("Any", stated), declared, answer)
    return stated


def _check_time(bench: Opened, run: Run, field: str, stated: Any) -> None:
    """Refuse a day alone where the answer says a time of that day: it states nothing else, and may not mean that it is right."""
    given = find(bare(bench.blobs.get(run.output)), field) if run.output else MISSING
    if read_clock(given) and stated and read_clock(stated) is None and is_same_moment(given, stated):
        raise UsageError(
            "stated-value",
            f"{field or 'the answer'} is {given} already, which is on that day",
            fix="state the time too, such as 2026-03-14 09:30; or say that it is right",
            place=field,
        )


def _leaves_open(kind: Kind) -> bool:
    """Whether an answer doesn't show what all of a place may hold: what is empty may be anything, a text may be a choice, a number a whole one."""
    inside = [kind["of"]] if kind["kind"] == "list" else kind.get("fields", {}).values()
    return kind["kind"] in {"any", "text", "number"} or any(map(_leaves_open, inside))


def _tells_all(kind: Kind) -> bool:
    """Whether a declaration says of every place what it may hold."""
    inside = [
        *kind.get("among", ()),
        *kind.get("fields", {}).values(),
        *([kind["of"]] if _has_items(kind) else []),
    ]
    return kind != ANYTHING and not kind.get("open") and all(map(_tells_all, inside))


def _has_items(kind: Kind) -> bool:
    return kind["kind"] in {"list", "mapping"}


def _check_whole(field: str, stated: Any, declared: Kind, answer: Any) -> None:
    """Refuse what is stated in part. Of an answer that is a record each field stated is expected by itself."""
    given = cast("dict[str, Any]", stated)
    parts = given if isinstance(answer, dict) and not field and isinstance(stated, dict) else {field: stated}
    for path, value in parts.items():
        try:
            kind = kind_at(declared, path)
        except UsageError:
            continue  # the answer has what the types don't declare
        check_whole(path, value, kind, holes=holes_of(answer))


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


def says_same(bench: Opened, run: Run, field: str, one: Any, other: Any) -> bool:
    """Whether two values say the same of a field of the run's answer, as the field reads them; `other` as it was typed."""
    if same(one, other):
        return True
    if None in (one, other):
        return False
    try:
        read = check_word(bench, run, {"judgement": "wrong", "field": field, "expected": other})
    except AlongsideError:
        return False  # what can't be said there is another thing than what is
    kind = kind_held(bench, run, field)
    return kind != ANYTHING and accepts(kind, one, to_json(read))


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
    kind, own = answer_kind(bench, bench.snapshot(), case.workflow), compared_fields(case.checks)
    run = runs.get(bench.database, case.run) if case.run else None
    answered = run is not None and run.output and bench.blobs.has(run.output)
    holes = holes_of(bare(bench.blobs.get(run.output))) if run and answered else ()
    read = check_expected(expected, kind, checked=own, holes=holes)
    for field, value in read.items():
        if field not in own:
            check_clear(field, value, kind)
    return read


def readings_for_case(bench: Opened, case: Case) -> dict[str, str]:
    """Return by field what the case's expectations are read as, where they are written otherwise.

    What a check of the case's own compares isn't among them: that check says how it reads.
    """
    own = compared_fields(case.checks)
    texts = {field: value for field, value in case.expected.items() if field not in own}
    kind = answer_kind(bench, bench.snapshot(), case.workflow) if _may_read(texts) else ANYTHING
    return _readings(texts, partial(kind_within, kind))


def readings_for_run(bench: Opened, run: Run, stated: Mapping[str, Any]) -> dict[str, str]:
    """Return by field what is stated of a run's answer is read as, where it is written otherwise."""
    return _readings(stated, partial(kind_held, bench, run)) if _may_read(stated) else {}


def _readings(stated: Mapping[str, Any], kind_of: Callable[[str], Kind]) -> dict[str, str]:
    read = {field: read_as(value, kind_of(field)) for field, value in stated.items()}
    return {field: text for field, text in read.items() if text}


def _may_read(stated: Mapping[str, Any]) -> bool:
    """Whether any value may be read as another text, so that the kinds of the answer's places are worth asking for."""
    return any(read_as(value, {"kind": name}) for value in stated.values() for name in ("number", "date"))


def kind_within(kind: Kind, field: str) -> Kind:
    """Return the kind of a place in an answer of a kind; anything, where it has no such place."""
    try:
        return kind_at(kind, field)
    except UsageError:
        return ANYTHING


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
    if found["kind"] != "any" or not run.output:
        return found
    try:
        return kind_at(kind_of_kept(bench.blobs.get(run.output)), path)
    except UsageError:
        return ANYTHING
