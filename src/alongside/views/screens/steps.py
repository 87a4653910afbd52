"""A run's steps as rows of a timeline."""

from collections.abc import Sequence
from dataclasses import dataclass

from alongside.core.counting import in_dollars
from alongside.core.run import Run, Span
from alongside.workbench import Workbench

__all__ = ["StepRow", "bar", "seconds_so_far", "step_row", "step_rows", "whole_seconds"]

_LEAST = 0.4  # percent: a bar that can be seen


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step: `left` and `width` of its bar in percent of the run; `by` is the model that answered."""

    id: str
    name: str
    full_name: str
    depth: int
    effect: str
    status: str
    left: float
    width: float
    seconds: float
    tokens: int
    cost: float | None
    by: str
    error: str


def step_rows(spans: Sequence[Span], run: Run) -> tuple[StepRow, ...]:
    """Return the rows in the order in which the steps started."""
    depths: dict[str, int] = {}
    whole = whole_seconds(spans, run)
    rows: list[StepRow] = []
    for span in spans:
        depths[span.id] = depths.get(span.parent, -1) + 1
        rows.append(step_row(span, run, depth=depths[span.id], whole=whole))
    return tuple(rows)


def seconds_so_far(bench: Workbench, run: Run) -> float:
    """Return how long a run took, or has taken until now."""
    return max(0.0, bench.clock() - run.started) if run.status == "running" else run.seconds


def whole_seconds(spans: Sequence[Span], run: Run) -> float:
    """Return the seconds that the timeline spans."""
    ends = (span.started + span.seconds - run.started for span in spans if _ran(span))
    return max(run.seconds, max(ends, default=0.0))


def step_row(span: Span, run: Run, *, depth: int, whole: float) -> StepRow:
    """Return a row of a timeline of `whole` seconds. A kept step took its time in an earlier run: it is a tick."""
    left, width = bar(span.started - run.started, span.seconds if _ran(span) else 0.0, whole)
    return StepRow(
        span.id,
        span.step.rpartition(".")[2],
        span.step,
        depth,
        "run" if span.kind == "workflow" else span.effect,
        span.status,
        left,
        width,
        span.seconds,
        span.tokens,
        in_dollars(span.cost),
        span.resolved,
        span.error.partition("\n")[0],
    )


def bar(start: float, seconds: float, whole: float) -> tuple[float, float]:
    """Return where a bar begins and how wide it is, in percent."""
    left = min(100 * max(0.0, start) / whole, 100 - _LEAST) if whole else 0.0
    width = 100 * seconds / whole if whole else 0.0
    return round(left, 2), round(min(max(width, _LEAST), 100 - left), 2)


def _ran(span: Span) -> bool:
    return span.status in {"executed", "open"}
