"""What a replay would run at most, before anything is spent.

A leaf of a case's latest run is clean where its step, what that reads and its kept result stand as they were, and
nothing that started before it in its run is dirty: what a step takes can only come from what ran earlier. The
bound holds as long as changed answers don't lead the workflow to make more calls than before; where the
workflow's own code changed, or a step's that calls steps, the forecast says that there is no such bound.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from alongside.core.case import Case
from alongside.core.run import Span
from alongside.store import ledger, runs
from alongside.store.database import Database

__all__ = ["Forecast", "forecast"]

_NANO = 1e9
_AT_ONCE = 32

Ask = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Asks the candidate's worker `{"steps": […], "classes": […], "reads": […]}`; see `engine/standing.py`."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Upper bounds. Costs in nano-dollars (None: a model has no price). `unbounded`: new calls may come on top.

    `seconds` takes it that models answer many calls at once, and that everything else waits for one another.

    `changed` are (step, why) of what the edit touches; `cases_never_run` are ids of cases that aren't counted.
    """

    model_calls_at_most: int
    model_calls: int
    steps_at_most: int
    steps: int
    cost_at_most: int | None
    cases_never_run: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]
    unbounded: bool
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The forecast as one sentence for people."""
        calls = f"{self.model_calls_at_most:,} of {self.model_calls:,} model calls"
        steps = f"{self.steps_at_most:,} of {self.steps:,} steps"
        cost = (
            "at an unknown price" if self.cost_at_most is None else f"about ${self.cost_at_most / _NANO:,.2f}"
        )
        more = ", and new calls may come on top, since the workflow itself changed" if self.unbounded else ""
        never = len(self.cases_never_run)
        unknown = (
            f"; {never} {'case has' if never == 1 else 'cases have'} never run and can't be forecast"
            if never
            else ""
        )
        return f"This edit re-runs at most {calls} ({steps}), {cost}{more}{unknown}."


class _Past(NamedTuple):
    case: Case
    spans: list[Span]
    draws: int


def forecast(
    database: Database, cases: Sequence[Case], *, ask: Ask, draws: Callable[[Case], int]
) -> Forecast:
    """Return what replaying `cases` on a candidate re-runs at most; `draws` is how often a case is run."""
    past: list[_Past] = []
    never: list[str] = []
    for case in cases:
        spans = _latest(database, case)
        if spans:
            past.append(_Past(case, spans, draws(case)))
        else:
            never.append(case.id)
    standing = _Standing(database, ask(_question(past)))
    executed = [span for one in past for span in standing.dirty(one) for _ in range(one.draws)]
    models = [span for span in executed if span.effect == "model"]
    leaves = [span for one in past for span in _leaves(one.spans) for _ in range(one.draws)]
    return Forecast(
        len(models),
        sum(span.effect == "model" for span in leaves),
        len(executed),
        len(leaves),
        _cost(models),
        tuple(never),
        tuple(standing.changed.items()),
        standing.unbounded,
        _seconds(executed),
    )


class _Standing:
    """What the candidate's worker answered, held against what runs recorded."""

    def __init__(self, database: Database, answer: Mapping[str, Any]) -> None:
        self.database = database
        self.steps: Mapping[str, list[str]] = answer["steps"]
        self.classes: Mapping[str, str] = answer["classes"]
        self.reads = {(kind, name, group): digest for kind, name, group, digest in answer["reads"]}
        self.changed: dict[str, str] = {}
        self.unbounded = False

    def dirty(self, past: _Past) -> list[Span]:
        """Return the leaves of a run that may be executed again."""
        leaves = _leaves(past.spans)
        touched = [s for s in past.spans if self._differs(s, past.case.group) or not self._is_kept(s)]
        if any(span.kind != "leaf" for span in touched):
            self.unbounded = True
            return leaves
        first = min((span.started for span in touched), default=float("inf"))
        return [span for span in leaves if span.started >= first]

    def _differs(self, span: Span, group: str) -> bool:
        why = self._why(span, group)
        if why:
            self.changed.setdefault(span.step, why)
        return bool(why)

    def _why(self, span: Span, group: str) -> str:
        now, parts = self.steps.get(span.step), dict(span.parts)
        if now is None:
            return "is gone"
        if now[0] != parts.get("code", ""):
            return "its code changed"
        if now[1] != span.effect:
            return f"its effect is now {now[1]}"
        for kind, digest in _classes_of(span):
            if self.classes.get(kind) != digest:
                return f"class {kind.partition(':')[2]} changed"
        for read in span.reads:
            if self.reads.get((read.kind, read.name, group)) != read.digest:
                return f"{read.kind} {read.name} changed"
        return ""

    def _is_kept(self, span: Span) -> bool:
        """Whether the memo can answer: not where the result was an attempt, or was forgotten or collected."""
        return (
            span.kind != "leaf" or span.effect in {"read", "external"} or ledger.has(self.database, span.key)
        )


def _latest(database: Database, case: Case) -> list[Span]:
    run = runs.latest_with_spans(database, case.id)
    return runs.spans(database, run) if run else []


def _leaves(spans: Iterable[Span]) -> list[Span]:
    """Return what a replay may execute: reads and external effects are answered from their tape."""
    return [span for span in spans if span.kind == "leaf" and span.effect not in {"read", "external"}]


def _question(past: Sequence[_Past]) -> dict[str, Any]:
    spans = [(span, one.case.group) for one in past for span in one.spans]
    return {
        "steps": sorted({span.step for span, _ in spans}),
        "classes": sorted({kind for span, _ in spans for kind, _ in _classes_of(span)}),
        "reads": sorted({(read.kind, read.name, group) for span, group in spans for read in span.reads}),
    }


def _classes_of(span: Span) -> list[tuple[str, str]]:
    told = " ".join(value for part, value in span.parts if part.startswith("classes of "))
    return [(kind, digest) for kind, _, digest in (pair.partition("=") for pair in told.split())]


def _seconds(spans: Sequence[Span]) -> float:
    asked = [span.seconds for span in spans if span.effect == "model"]
    alone = sum(span.seconds for span in spans if span.effect != "model")
    return alone + max(sum(asked) / _AT_ONCE, max(asked, default=0.0))


def _cost(spans: Iterable[Span]) -> int | None:
    total = 0
    for span in spans:
        if span.cost is None:
            return None
        total += span.cost
    return total
