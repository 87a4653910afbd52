"""On how many of the cases that count a measure held: of all, and of each workflow."""

from collections.abc import Sequence

from alongside.core.case import NOT_AGAIN
from alongside.core.expected import UNSTATED, is_below, is_within, stated_at
from alongside.evals.comparison import Result

__all__ = ["by_workflow", "counts", "holds"]


def holds(result: Result, measure: str) -> bool | None:
    """Return whether `cases` (all checks), `field:NAME` or `check:NAME` held, None where the case doesn't judge it.

    A field holds where all that is stated of it and inside it does. Where it is stated within a whole alone, it holds
    where the whole does: a promise is never met by what is left out.
    """
    kind, _, name = measure.partition(":")
    if kind == "cases":
        return result.status == "passed"
    if kind == "check":
        return (
            _all_held(result, [one for one in result.rates if one[0] == name]) if _has(result, name) else None
        )
    if stated_at(result.case.expected, name) is UNSTATED and not _inside(result, name):
        return None
    of_fields = [one for one in result.rates if one[0] != NOT_AGAIN]
    within = [one for one in of_fields if is_within(one[1], name)]
    return _all_held(result, within or [one for one in of_fields if is_below(name, one[1])])


def _has(result: Result, check: str) -> bool:
    return any(one.check == check for one in result.case.checks) or any(
        one[0] == check for one in result.rates
    )


def _inside(result: Result, name: str) -> bool:
    """Whether the case says something of a field, in what it expects or by a check."""
    told = {field for check, field in result.rates if check != NOT_AGAIN}
    return any(is_within(field, name) for field in (*result.case.expected, *told))


def _all_held(result: Result, checks: Sequence[tuple[str, str]]) -> bool:
    return bool(checks) and all(result.rates[one] >= result.case.rate for one in checks)


def counts(measure: str, counted: Sequence[Result]) -> tuple[int, int, tuple[str, ...]]:
    """Return (right, judged, the failing cases) of `cases`, `field:NAME` or `check:NAME`."""
    judged = [(result, right) for result in counted if (right := holds(result, measure)) is not None]
    failing = tuple(result.case.id for result, right in judged if not right)
    return len(judged) - len(failing), len(judged), failing


def by_workflow(measure: str, counted: Sequence[Result]) -> str:
    """Return ` (bill 2 of 10, slip 9 of 14)` where the cases of several workflows are counted together, else nothing."""
    told = [
        f"{name} {right} of {judged}"
        for name in sorted({one.case.workflow for one in counted})
        for right, judged, _ in [counts(measure, [one for one in counted if one.case.workflow == name])]
        if judged
    ]
    return f" ({', '.join(told)})" if len(told) > 1 else ""
