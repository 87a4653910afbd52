"""The forecast of a proof as the screen shows it."""

from dataclasses import dataclass

from alongside.core.counting import in_dollars
from alongside.engine.forecast import Forecast
from alongside.workbench import Workbench

__all__ = ["ForecastShown", "forecast_shown"]

_FEW = 4


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """What proving would run: bounds (`…at_most`, `cost` in dollars, None: unpriced), and about how many `seconds`.

    Of the `cases` `judged` are judged anew, and `never_run` run to the end for the first time: their steps are in no bound; they
    cost `limit` dollars together at most, where runs are limited (None: they aren't). `why` are (step, what touches
    it); `unbounded`: new calls may come on top. Where cases break, both versions draw again: up to `beside_at_most` model
    calls more, for `beside_cost` dollars (None: unpriced).
    """

    calls_at_most: int
    calls: int
    steps_at_most: int
    steps: int
    cost: float | None
    seconds: float
    cases: int
    judged: int
    never_run: int
    limit: float | None
    why: tuple[tuple[str, str], ...]
    unbounded: bool
    beside_at_most: int
    beside_cost: float | None


def forecast_shown(bench: Workbench, told: Forecast) -> ForecastShown:
    """Return a forecast as the screen shows it."""
    never, limits = len(told.cases_never_run), bench.engagement.limits
    bounds = [
        limits.cost_per_run * never if limits.cost_per_run is not None else None,
        limits.cost_per_replay,
    ]
    return ForecastShown(
        told.model_calls_at_most,
        told.model_calls,
        told.steps_at_most,
        told.steps,
        in_dollars(told.cost_at_most),
        told.seconds,
        told.cases,
        told.judged,
        never,
        min((one for one in bounds if one is not None), default=None) if never else None,
        tuple((step.removeprefix("alongside."), why) for step, why in told.changed[:_FEW]),
        told.unbounded,
        told.beside_at_most,
        in_dollars(told.beside_cost),
    )
