"""Every limit that `alongside.toml` declares, enforced here and nowhere else.

Money comes in nano-dollars, as the records keep it, with None for unpriced; limits are in dollars. A limit that
isn't declared allows everything.
"""

from alongside.core.chat import ModelConfig
from alongside.core.counting import NANO, dollars
from alongside.core.engagement import Engagement, Limits
from alongside.core.errors import PolicyError

__all__ = [
    "REPLAY_SPENT",
    "check_model",
    "check_replay_call",
    "check_replay_cost",
    "check_run_cost",
    "check_seconds",
    "deadline",
    "documents_stay",
    "spent_up",
]

REPLAY_SPENT = "replay-cost-limit"
_CHEAPER = "use a cheaper model or fewer calls, or raise limits.{}"
_TELLING = 1_000  # nano-dollars: less only says that a call isn't free
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


def check_replay_call(limits: Limits, spent: int | None, *, ahead: int | None) -> None:
    """Raise PolicyError `replay-cost-limit` where the call of a model, in one run of a replay, would go past its limit."""
    try:
        check_replay_cost(limits, spent, ahead=ahead)
    except PolicyError as error:
        raise PolicyError(REPLAY_SPENT, error.message, fix=error.fix) from None


def spent_up(limits: Limits, spent: int | None) -> PolicyError:
    """Return the error for a replay in which a call of a model no longer fitted."""
    so_far = "more than is known" if spent is None else dollars(spent / NANO)
    return PolicyError(
        "cost-limit",
        f"a replay has cost {so_far}, and the next call no longer fits; limits.cost_per_replay is "
        f"{dollars(limits.cost_per_replay or 0.0)}",
        fix=_CHEAPER.format("cost_per_replay"),
    )


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
    if spent is None:  # a model without prices is refused before it is asked: `check_model`
        raise PolicyError(
            "unpriced",
            f"a model's server told no token counts, or a call broke off, so what {what} cost isn't known and limits.{key} "
            "can't be held",
            fix=f"have the server send `usage` with each answer and run it again, or take limits.{key} away",
        )
    if ahead is None:
        raise PolicyError(
            "unpriced",
            f"what {what} will cost isn't known, so limits.{key} can't be held",
            fix="set input_price and output_price of every model that it calls",
        )
    if spent + ahead > limit * NANO:
        more = f", and {dollars(ahead / NANO)} more may follow" if ahead >= _TELLING else ""
        raise PolicyError(
            "cost-limit",
            f"{what} has cost {dollars(spent / NANO)}{more}; limits.{key} is {dollars(limit)}",
            fix=_CHEAPER.format(key),
        )
