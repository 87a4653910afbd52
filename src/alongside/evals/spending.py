"""A replay's money: an order is handed in once what it may cost fits under the limit, beside those under way."""

from collections.abc import Mapping

from alongside.core.case import Case
from alongside.core.engagement import Limits
from alongside.engine.order import Order, Outcome
from alongside.policy.limits import REPLAY_SPENT, check_replay_cost, spent_up
from alongside.policy.purse import Purse

__all__ = ["ReplayPurse"]


class ReplayPurse:
    """What one replay has spent and has promised, in nano-dollars.

    What an order may cost is forecast from the case's earlier runs, or else is the dearest that this replay has
    seen of its workflow, as if nothing were kept. Where neither is known, the order runs by itself.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._purse = Purse(lambda spent, ahead: check_replay_cost(limits, spent, ahead=ahead))
        self._forecast: dict[tuple[str, int], int | None] = {}
        self._dearest: dict[str, int] = {}

    @property
    def is_limited(self) -> bool:
        """Whether a limit is declared, so that a forecast is of use."""
        return self._limits.cost_per_replay is not None

    def expect(self, forecast: Mapping[tuple[str, int], int | None]) -> None:
        """Take what a run of (case id, draw) may cost at most; what isn't known is missing or None."""
        self._forecast = dict(forecast)

    def promise(self, case: Case, order: Order) -> bool:
        """Whether the order may start now; False: not before another has ended.

        Raises PolicyError `cost-limit` where it may cost more than is left, and nothing is under way.
        """
        if not self.is_limited:
            return True
        known = self._forecast.get((case.id, order.draw))
        return self._purse.promise(order.run, self._dearest.get(case.workflow) if known is None else known)

    def beside(self, order: Order) -> int | None:
        """Return what is spent and promised beside an order that may start; None without a limit."""
        return self._purse.beside(order.run) if self.is_limited else None

    def settle(self, case: Case, outcome: Outcome) -> None:
        """Take what an order has cost.

        Raises PolicyError `cost-limit` where that is past the limit all the same, or its next call would have been.
        """
        self._purse.settle(outcome.run, outcome.spent)
        if outcome.code == REPLAY_SPENT:
            raise spent_up(self._limits, self._purse.spent)
        self._dearest[case.workflow] = max(self._dearest.get(case.workflow, 0), outcome.cold_cost or 0)
        check_replay_cost(self._limits, self._purse.spent)
