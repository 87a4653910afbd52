"""A run's steps as rows of a timeline."""

from collections.abc import Sequence
from dataclasses import dataclass

from alongside.core.run import Run, Span
from alongside.views.figures import in_dollars

__all__ = ["StepRow", "step_rows"]

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
    """Return the rows in the order in which the steps started. A kept step took its time in an earlier run: it has no bar."""
    depths: dict[str, int] = {}
    whole = max(
        [run.seconds, *(span.started + span.seconds - run.started for span in spans if _ran(span))],
        default=0.0,
    )
    rows: list[StepRow] = []
    for span in spans:
        depths[span.id] = depths.get(span.parent, -1) + 1
        left = 100 * max(0.0, span.started - run.started) / whole if whole else 0.0
        width = 100 * span.seconds / whole if whole and _ran(span) else _LEAST
        left = min(left, 100 - _LEAST)
        rows.append(
            StepRow(
                span.id,
                span.step.rpartition(".")[2],
                span.step,
                depths[span.id],
                "run" if span.kind == "workflow" else span.effect,
                span.status,
                round(left, 2),
                round(min(max(width, _LEAST), 100 - left), 2),
                span.seconds,
                span.tokens,
                in_dollars(span.cost),
                span.resolved,
                span.error.partition("\n")[0],
            )
        )
    return tuple(rows)


def _ran(span: Span) -> bool:
    return span.status in {"executed", "open"}
