"""Every limit that `alongside.toml` declares, enforced here and nowhere else.

Money comes in nano-dollars, as the records keep it, with None for unpriced; limits are in dollars. A limit that
isn't declared allows everything.
"""

from alongside.core.chat import ModelConfig
from alongside.core.counting import dollars
from alongside.core.engagement import Engagement, Limits
from alongside.core.errors import PolicyError

__all__ = [
    "check_model",
    "check_replay_cost",
    "check_run_cost",
    "check_seconds",
    "deadline",
    "documents_stay",
]

_NANO = 1_000_000_000
_KEPT_IN_GIT = frozenset({"public", "internal"})


def check_model(limits: Limits, model: ModelConfig) -> None:
    """Raise PolicyError where the model may not be called; ask before the connection is made.

    `region-refused`: its region isn't among those allowed, or it states none. `unpriced-model`: a cost limit is
    declared and the model has no price to hold to it.
    """
    if limits.regions is not None and model.region.casefold() not in {r.casefold() for r in limits.regions}:
        stated = f"is in region {model.region!r}" if model.region else "states no region"
        allowed = ", ".join(limits.regions) or "none"
        raise PolicyError(
            "region-refused",
            f"model {model.name!r} {stated}; allowed: {allowed}",
            fix=f"set models.{model.name}.region, or use a model in an allowed region",
        )
    limited = limits.cost_per_run is not None or limits.cost_per_replay is not None
    if limited and (model.input_price is None or model.output_price is None):
        raise PolicyError(
            "unpriced-model",
            f"model {model.name!r} has no price, so a cost limit can't be held",
            fix=f"set models.{model.name}.input_price and output_price (0 where it is free)",
        )


def check_run_cost(limits: Limits, spent: int | None, *, ahead: int | None = 0) -> None:
    """Raise PolicyError `cost-limit` where a run that `spent` this much, with `ahead` more to spend, is past its limit."""
    _check_cost("cost_per_run", "a run", limits.cost_per_run, spent, ahead=ahead)


def check_replay_cost(limits: Limits, spent: int | None, *, ahead: int | None = 0) -> None:
    """Raise PolicyError `cost-limit` for a replay; `ahead` may be its forecast, so that it is refused before it starts."""
    _check_cost("cost_per_replay", "a replay", limits.cost_per_replay, spent, ahead=ahead)


def check_seconds(limits: Limits, seconds: float) -> None:
    """Raise PolicyError `time-limit` where a run took, or has taken so far, longer than it may."""
    if limits.seconds_per_run is not None and seconds > limits.seconds_per_run:
        raise PolicyError(
            "time-limit",
            f"the run took {seconds:.1f} s; limits.seconds_per_run is {limits.seconds_per_run:g}",
            fix="make the slowest step faster (`alongside runs show`), or raise limits.seconds_per_run",
        )


def deadline(limits: Limits, started: float) -> float | None:
    """Return when a run that began at `started` must be over, on the same clock; None where it may take for ever."""
    return None if limits.seconds_per_run is None else started + limits.seconds_per_run


def documents_stay(engagement: Engagement) -> bool:
    """Whether documents keep out of git and of exported cases: unless their declared class says that anyone inside may see them."""
    return engagement.data_classes.get("documents") not in _KEPT_IN_GIT


def _check_cost(key: str, what: str, limit: float | None, spent: int | None, *, ahead: int | None) -> None:
    if limit is None:
        return
    if spent is None or ahead is None:
        raise PolicyError(
            "unpriced",
            f"what {what} cost isn't known, so limits.{key} can't be held",
            fix="set input_price and output_price of every model that it calls",
        )
    if spent + ahead > limit * _NANO:
        more = f", and {dollars(ahead / _NANO)} more may follow" if ahead else ""
        raise PolicyError(
            "cost-limit",
            f"{what} has cost {dollars(spent / _NANO)}{more}; limits.{key} is {dollars(limit)}",
            fix=f"use a cheaper model or fewer calls, or raise limits.{key}",
        )
