"""A replay's money: an order is handed in once what it may cost fits under the limit, beside those under way."""

from collections.abc import Mapping

from alongside.core.case import Case
from alongside.core.engagement import Limits
from alongside.core.errors import PolicyError
from alongside.engine.order import Order, Outcome
from alongside.policy.limits import REPLAY_SPENT, check_replay_cost, spent_up
from alongside.policy.purse import Purse

__all__ = ["ReplayPurse"]


class ReplayPurse:
    """What one replay has spent and has promised, in nano-dollars.

    What an order may cost is forecast from the case's earlier runs, or else is the dearest that this replay has
    seen of its workflow to be done, as if nothing were kept. Where neither is known, the order runs by itself.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._purse = Purse(lambda spent, ahead: check_replay_cost(limits, spent, ahead=ahead))
        self._forecast: dict[tuple[str, int], int | None] = {}
        self._dearest: dict[str, int] = {}
        self._refused = False

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
        """Take what an order has cost. Only one that is done tells what its workflow costs: a failed one ended early."""
        self._purse.settle(outcome.run, outcome.spent)
        self._refused |= outcome.code == REPLAY_SPENT
        if outcome.status == "done":
            self._dearest[case.workflow] = max(self._dearest.get(case.workflow, 0), outcome.cold_cost or 0)

    @property
    def is_spent(self) -> bool:
        """Whether no more orders may start: ask `check` once those under way have ended, so that it tells all they cost."""
        try:
            self.check()
        except PolicyError:
            return True
        return False

    def check(self) -> None:
        """Raise PolicyError `cost-limit` where the replay is past its limit, or the next call of one of its orders would have been."""
        if self._refused:
            raise spent_up(self._limits, self._purse.spent)
        check_replay_cost(self._limits, self._purse.spent)
