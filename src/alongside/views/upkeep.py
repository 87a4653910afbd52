"""Why a step ran, what a replay would run, what was forgotten and what was freed."""

from dataclasses import asdict
from typing import Any

from alongside.core.counting import counted, in_dollars
from alongside.engine.collect import Collected
from alongside.engine.forecast import Forecast
from alongside.engine.why import Reason, Why
from alongside.store.ledger import Forgotten
from alongside.views.parts import Facts, Part, Table, View

__all__ = ["collected_view", "forecast_view", "forgotten_view", "why_view"]

_MANY = 20


def why_view(answer: Why) -> View:
    """Show the reason for each span of a step, with both values of the first thing that differs."""
    parts: list[Part] = []
    for reason in answer.reasons:
        parts += [reason.text, *_difference(reason)]
    data = {"run": answer.run, "step": answer.step, "reasons": [_reason_data(one) for one in answer.reasons]}
    return View(data, parts)


def forecast_view(forecast: Forecast) -> View:
    """Show what a replay would re-run at most."""
    changed = Table(("changed", "how"), forecast.changed)
    data = {
        "model_calls": {"at_most": forecast.model_calls_at_most, "of": forecast.model_calls},
        "steps": {"at_most": forecast.steps_at_most, "of": forecast.steps},
        "cost_at_most": in_dollars(forecast.cost_at_most),
        "beside": {
            "model_calls_at_most": forecast.beside_at_most,
            "cost_at_most": in_dollars(forecast.beside_cost),
        },
        "cases_never_run": list(forecast.cases_never_run),
        "changed": [{"step": step, "why": why} for step, why in forecast.changed],
        "unbounded": forecast.unbounded,
    }
    return View(data, [forecast.text, *([changed] if forecast.changed else [])])


def forgotten_view(forgotten: Forgotten) -> View:
    """Show which kept results were dropped."""
    rows = tuple((step.rpartition(".")[2], key[:12]) for step, key in forgotten.results)
    parts: list[Part] = [
        f"{counted(len(rows), 'kept result')} dropped, {counted(forgotten.verdicts, 'remembered verdict')} with them"
    ]
    parts += [Table(("step", "key"), rows[:_MANY])] if rows else []
    parts += [f"and {len(rows) - _MANY} more"] if len(rows) > _MANY else []
    data = {
        "results": [{"step": step, "key": key} for step, key in forgotten.results],
        "verdicts": forgotten.verdicts,
    }
    return View(data, parts)


def collected_view(collected: Collected, *, dry_run: bool) -> View:
    """Show what was (or would be) dropped."""
    rows = tuple(
        (str(getattr(collected, name)), name) for name in ("results", "runs", "versions", "blobs", "trees")
    )
    head = f"{collected.bytes / 1e6:.1f} MB {'would be' if dry_run else 'were'} freed"
    return View(asdict(collected) | {"dry_run": dry_run}, [head, Facts(rows)])


def _difference(reason: Reason) -> list[Part]:
    differs = reason.difference
    if differs is None:
        return []
    compared = ("compared with", f"{reason.compared_with}, {reason.basis}")
    facts = Facts(
        (compared, ("what differs", differs.what), ("before", differs.before), ("now", differs.now))
    )
    return [facts, *([differs.diff] if differs.diff else [])]


def _reason_data(reason: Reason) -> dict[str, Any]:
    return {
        "status": reason.span.status,
        "key": reason.span.key,
        "text": reason.text,
        "compared_with": reason.compared_with or None,
        "basis": reason.basis or None,
        "difference": None if reason.difference is None else asdict(reason.difference),
    }
