"""The checks by name, their options, and how one is run.

exact, normalised, number, money, date and overlap hold a field against what the case expects of it; not, contains,
not-contains, regex, schema and cited look at the answer alone; python asks a user's function.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from alongside.core.annotations import is_record
from alongside.core.answer_types import Kind, bare_type, has_places
from alongside.core.case import NOT_AGAIN, Case, CheckSpec, Verdict
from alongside.core.errors import DataError
from alongside.core.expected import UNSTATED, stated_at
from alongside.core.nearest import nearest
from alongside.core.value import Value
from alongside.evals.answer import MISSING, answer_fields, find, unwrap
from alongside.evals.comparing import (
    dated,
    exact,
    is_nothing,
    monetary,
    normalised,
    not_again,
    numeric,
    overlap,
)
from alongside.evals.inspecting import cited, contains, matches_regex, matches_schema, not_contains, python
from alongside.evals.readings import ORDERS
from alongside.evals.seen import CheckContext, Outcome, Seen

__all__ = [
    "CHECKS",
    "Check",
    "accepts",
    "check_options",
    "checks_for",
    "compared_fields",
    "default_check",
    "run_check",
]


@dataclass(frozen=True, slots=True)
class Check:
    """A named check: its function, the options it must have with their types, and those it may have with defaults.

    `compares`: it holds the field against what the case expects of it.
    """

    run: Callable[[Seen], Outcome]
    compares: bool
    needs: Mapping[str, type] = field(default_factory=dict[str, type])
    may: Mapping[str, Any] = field(default_factory=dict[str, Any])


_TOLERANCE = {"tolerance": 0.0, "relative": 0.0}
_AMONG = {"order": ORDERS, "of": ("both", "expected", "answer")}

CHECKS: Mapping[str, Check] = {
    "exact": Check(exact, compares=True),
    "normalised": Check(normalised, compares=True),
    "number": Check(numeric, compares=True, may=_TOLERANCE),
    "money": Check(monetary, compares=True, may=_TOLERANCE),
    "date": Check(dated, compares=True, may={"order": "dmy"}),
    "overlap": Check(overlap, compares=True, may={"threshold": 1.0, "of": "both"}),
    NOT_AGAIN: Check(not_again, compares=False, needs={"value": object}),
    "contains": Check(contains, compares=False, needs={"text": str}),
    "not-contains": Check(not_contains, compares=False, needs={"text": str}),
    "regex": Check(matches_regex, compares=False, needs={"pattern": str}),
    "schema": Check(matches_schema, compares=False, needs={"schema": dict}),
    "cited": Check(cited, compares=False),
    "python": Check(python, compares=True, needs={"function": str}),
}


def run_check(
    spec: CheckSpec, answer: object, expected: Mapping[str, Any], *, context: CheckContext | None = None
) -> Verdict:
    """Hold the answer against one check of a case whose expectations are `expected`, by field.

    Whatever the answer is, there is a verdict. Raises DataError where the check itself is wrong: unknown, with bad
    options, or comparing a field of which nothing is expected.
    """
    check, options = CHECKS.get(spec.check), check_options(spec)
    assert check is not None  # check_options raised otherwise
    wanted: Any = _expected(spec, expected)
    if wanted is MISSING and check.compares and spec.check != "python":
        raise DataError(
            "nothing-expected",
            f"check {spec.check!r} compares {spec.field or 'the answer'}, of which the case expects nothing",
            fix=f"add {spec.field or 'the answer'} to the case's expected values, or take the check out",
        )
    found = find(answer, spec.field)
    if found is MISSING and spec.check == NOT_AGAIN and _is_gone(answer, spec.field):
        return Verdict(spec.check, spec.field, passed=True, reason="there is no such row any more")
    if found is MISSING and wanted is None and _may_lack(answer, spec.field):
        return Verdict(spec.check, spec.field, passed=True, reason="expected nothing, and it isn't there")
    if found is MISSING:
        return Verdict(spec.check, spec.field, passed=False, reason=_no_field(spec.field, answer))
    seen = Seen(unwrap(found), found, wanted, options, context or CheckContext())
    passed, reason = check.run(seen)
    return Verdict(spec.check, spec.field, passed=passed, reason=reason)


def check_options(spec: CheckSpec) -> dict[str, Any]:
    """Return the check's options with their defaults. Raises DataError `unknown-check` or `check-option`."""
    check = CHECKS.get(spec.check)
    if check is None:
        raise DataError(
            "unknown-check",
            f"there is no check {spec.check!r}; the nearest is {nearest(spec.check, CHECKS)!r}",
            fix=f"write one of {', '.join(CHECKS)}",
        )
    given = dict(spec.options or {})
    known = {**check.needs, **check.may}
    for name in given:
        if name not in known:
            near = nearest(name, known) or "none"
            raise _bad_option(
                spec, f"has no option {name!r}; the nearest is {near}", f"write {near}, or take it out"
            )
    for name, kind in check.needs.items():
        if name not in given or not isinstance(given[name], kind):
            what = "" if kind is object else f", a {kind.__name__}"
            raise _bad_option(spec, f"needs the option {name}", f"add options.{name}{what}")
    options = {**check.may, **given}
    _check_kinds(spec, check, options)
    return options


def checks_for(case: Case, field_types: Mapping[str, Any]) -> tuple[CheckSpec, ...]:
    """Return the case's checks: those it names, and the default of each expected field that none of them compares.

    `field_types` are the annotations of the answer's fields (`Decimal`, `Value[date]`, …), as `field_types` finds them;
    a field that it lacks is judged by the kind of what is expected.
    """
    compared = compared_fields(case.checks)
    defaults = (
        CheckSpec(default_check(field_types.get(name), value), name)
        for name, value in case.expected.items()
        if name not in compared
    )
    return (*case.checks, *defaults)


def compared_fields(checks: Iterable[CheckSpec]) -> set[str]:
    """Return the fields that a check of a case's own holds against what is expected."""
    return {spec.field for spec in checks if spec.check in CHECKS and CHECKS[spec.check].compares}


def default_check(kind: Any, expected: Any) -> str:
    """Return the check for a field of type `kind` (None: not known) of which `expected` is expected."""
    bare = bare_type(kind) or cast("Any", type(expected))
    if has_places(kind) or is_record(bare):  # a named tuple is a tuple too
        return "normalised"
    known = isinstance(bare, type)
    return next((name for types, name in _BY_TYPE if known and issubclass(bare, types)), "exact")


def accepts(kind: Kind, given: Any, stated: Any) -> bool:
    """Whether what is `stated` of a field is what is `given` there in another notation, both as plain JSON.

    `kind` is the field's (see `core.answer_types`). Numbers and dates are held as a case's check holds them. Of a text
    only spaces don't count: whoever corrects its case or punctuation means it.
    """
    if is_nothing(given) and is_nothing(stated):
        return True
    labels = kind.get("labels", {})
    if isinstance(given, str) and isinstance(stated, str):
        given, stated = labels.get(given, given), labels.get(stated, stated)
        if kind["kind"] not in _NOTATIONS:
            return given.split() == stated.split()
    types = _NOTATIONS.get(kind["kind"])
    spec = CheckSpec(default_check(types, stated) if types else "exact", "")
    return run_check(spec, given, {"": stated}).passed


_NOTATIONS = {"flag": bool, "number": Decimal, "integer": int, "date": date}
_BY_TYPE: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool, Enum), "exact"),  # a member may be a number or a text, too
    ((str,), "normalised"),
    ((int, float, Decimal), "number"),
    ((date,), "date"),
    ((list, tuple, set, frozenset), "overlap"),
    ((dict,), "normalised"),
)


def _expected(spec: CheckSpec, expected: Mapping[str, Any]) -> Any:
    stated = stated_at(expected, spec.field)
    if stated is not UNSTATED:
        return stated
    return dict(expected) if not spec.field and expected else MISSING


def _is_gone(answer: object, path: str) -> bool:
    """Whether a path leads into a list that is too short for it now."""
    above = path.rpartition(".")[0]
    while above and find(answer, above) is MISSING:
        above = above.rpartition(".")[0]
    return bool(above) and isinstance(unwrap(find(answer, above)), list)


def _may_lack(answer: object, path: str) -> bool:
    """Whether a path leads to a key that a dict may be without: a typed one's optional key, any key of another."""
    above = find(answer, path.rpartition(".")[0])
    held = cast("Value[Any]", above).value if isinstance(above, Value) else above
    return path != "" and isinstance(held, Mapping)


def _no_field(name: str, answer: object) -> str:
    fields = answer_fields(answer)
    has = f"it has {', '.join(fields)}" if fields else f"it is {type(answer).__name__}"
    return f"the answer has no {name}; {has}"


def _check_kinds(spec: CheckSpec, check: Check, options: Mapping[str, Any]) -> None:
    import re

    for name, default in check.may.items():
        value = options[name]
        if name in _AMONG and value not in _AMONG[name]:
            raise _bad_option(
                spec, f"can't have {name} = {value!r}", f"write one of {', '.join(_AMONG[name])}"
            )
        number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if isinstance(default, float) and not number:
            raise _bad_option(spec, f"can't have {name} = {value!r}", "write a number of at least 0")
    try:
        re.compile(options.get("pattern", ""))
    except re.error as error:
        raise _bad_option(spec, f"has a pattern that isn't one: {error}", "mend options.pattern") from error


def _bad_option(spec: CheckSpec, why: str, fix: str) -> DataError:
    return DataError("check-option", f"check {spec.check!r} {why}", fix=fix)
