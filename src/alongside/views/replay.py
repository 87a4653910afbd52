"""A replay: what the candidate fixed and broke, what ran for it, what it cost."""

from collections.abc import Sequence
from typing import Any

from alongside.core.case import names_apart
from alongside.core.counting import counted
from alongside.evals.comparison import Comparison, Result, won_checks
from alongside.release.gate import not_stated
from alongside.views.answer import told_error
from alongside.views.figures import dollars, seconds, share, share_data, short_id
from alongside.views.parts import Part, Table, View

__all__ = ["replay_view"]

_NAMED = 5


def replay_view(comparison: Comparison, workflow: str | None) -> View:
    """Show a replay: the verdict in one line, the broken cases with their reasons first, then what it took."""
    data = comparison.to_json(workflow) | {
        "shares": _shares_data(comparison),
        "noticed": _noticed(comparison),
    }
    head = f"{len(comparison.fixed)} fixed, {len(comparison.broken)} broken, {data['unchanged']} unchanged"
    against = (
        f" against {short_id(comparison.baseline)}"
        if comparison.baseline
        else ", nothing to compare with yet"
    )
    parts: list[Part] = [
        head + against,
        *_cases(comparison),
        *_shares(comparison),
        *_spent(data),
        *_told(data["noticed"]),
    ]
    return View(data, parts)


def _cases(comparison: Comparison) -> list[Part]:
    """Return the cases to look at: broken, fixed, not run, flaky, and what fails as it did before."""
    called = names_apart(result.case for result in comparison.now.values())
    moved = {*comparison.broken, *comparison.fixed}
    rest = [result for case, result in comparison.now.items() if case not in moved]
    groups = [
        ("broken", comparison.broken_results),
        ("fixed", [comparison.now[case] for case in comparison.fixed]),
        ("not run", [result for result in rest if result.status == "not-run"]),
        ("failing", [result for result in rest if result.status == "failed"]),
        ("flaky", [result for result in rest if result.is_flaky and result.status == "passed"]),
    ]
    rows = tuple(
        (
            what,
            called[result.case.id],
            result.case.id,
            _fixed(comparison, result) if what == "fixed" else _why(result),
        )
        for what, found in groups
        for result in found
    )
    return [Table(("", "case", "id", "why"), rows)] if rows else []


def _fixed(comparison: Comparison, result: Result) -> str:
    """Return what is right now and wasn't, then what is still wrong."""
    before = comparison.before[result.case.id]
    fields = dict.fromkeys(field or "the answer" for _, field in won_checks(before, result))
    more = f" and {len(fields) - _NAMED} more" if len(fields) > _NAMED else ""
    named = f"{', '.join([*fields][:_NAMED])}{more}"
    verb = "is" if len(fields) == 1 else "are"
    right = "it runs now" if before.has_failed else f"{named} {verb} right now" if named else "passes now"
    if result.status == "passed":
        return f"{right}; {_why(result)}" if result.is_flaky else right
    return f"{right}; still wrong: {_why(result)}"


def _why(result: Result) -> str:
    drawn = f"flaky, right in {result.passed_draws} of {len(result.draws)} draws"
    if result.status == "passed":
        return f"passes at its rate of {result.case.rate:g}: {drawn}" if result.is_flaky else "passes now"
    return "; ".join([*([drawn] if result.is_flaky else []), *result.reasons])


def _shares(comparison: Comparison) -> list[Part]:
    """Return the shares of passing cases: what the gate counts, and the train cases that it doesn't, labelled."""
    counting, in_view = _sides(comparison)
    lines: list[Part] = [f"passing, held out or out of fold: {share(_passed(counting), len(counting))}"]
    if in_view:
        told = share(_passed(in_view), len(in_view), note="seen by whoever edits; held-out cases measure")
        lines.append(f"passing, train: {told}")
    lines += [f"not counted: {one}" for one in not_stated(result.case for result in comparison.now.values())]
    return lines if comparison.now else []


def _shares_data(comparison: Comparison) -> dict[str, Any]:
    counting, in_view = _sides(comparison)
    return {
        "counted": share_data(_passed(counting), len(counting)),
        "in_view": share_data(_passed(in_view), len(in_view)),
    }


def _sides(comparison: Comparison) -> tuple[list[Result], list[Result]]:
    ran = [result for result in comparison.now.values() if result.status != "not-run"]
    return [result for result in ran if result.counts], [result for result in ran if result.is_in_view]


def _passed(results: Sequence[Result]) -> int:
    return sum(result.status == "passed" for result in results)


def _spent(data: dict[str, Any]) -> list[Part]:
    steps, calls, cost = data["steps"], data["model_calls"], data["cost"]
    lines: list[Part] = [
        f"{counted(data['cases'], 'case')} in {seconds(data['seconds'])}: {counted(steps['executed'], 'step')} executed, "
        f"{steps['kept']} kept; {counted(calls['executed'], 'model call')} executed on both versions, {calls['kept']} kept",
        f"cost: {dollars(cost['spent'])} spent, {dollars(cost['if_cold'])} as if cold",
    ]
    if data["mixed"]:
        lines.append(f"mixed models ({'; '.join(data['mixed'])}): the gate refuses until --refresh")
    return lines


def _noticed(comparison: Comparison) -> dict[str, list[str]]:
    """Return what the runs came upon: opaque steps, kept steps that answer otherwise, damaged blobs, limits passed."""
    draws = [draw for result in comparison.now.values() for draw in result.draws]
    return {
        "opaque": sorted({f"{step}: {why[0]}" for draw in draws for step, why in draw.opaque.items() if why}),
        "differs": sorted({one for draw in draws for one in draw.differs}),
        "damaged": sorted({one for draw in draws for one in draw.damaged}),
        "past_limit": sorted(
            {told.message for draw in draws if draw.status == "done" and (told := told_error(draw.error))}
        ),
    }


def _told(noticed: dict[str, list[str]]) -> list[Part]:
    means = {
        "opaque": "opaque step, which re-runs at any change of the project",
        "differs": "KEPT STEP THAT ANSWERS OTHERWISE when executed again (forget it, and declare what it reads)",
        "damaged": "blob that was gone or damaged, made anew",
        "past_limit": "past its limit by its last call, which the gate counts",
    }
    return [f"{means[what]}: {one}" for what, found in noticed.items() for one in found]
