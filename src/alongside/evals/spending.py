"""A replay's money: an order is handed in once what it may cost fits under the limit, beside those under way."""

from collections.abc import Mapping

from alongside.core.case import Case
from alongside.core.engagement import Limits
from alongside.core.errors import PolicyError
from alongside.engine.order import Order, Outcome
from alongside.policy.limits import check_replay_cost

__all__ = ["Purse"]


class Purse:
    """What one replay has spent and has promised, in nano-dollars.

    What an order may cost is forecast from the case's earlier runs, or else is the dearest that this replay has
    seen of its workflow, as if nothing were kept. Where neither is known, the order runs by itself.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spent: int | None = 0
        self._forecast: dict[tuple[str, int], int | None] = {}
        self._dearest: dict[str, int] = {}
        self._promised: dict[str, int | None] = {}

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
        ahead = self._dearest.get(case.workflow) if known is None else known
        if self._promised and (ahead is None or not self._fits(ahead)):
            return False
        check_replay_cost(self._limits, self._spent, ahead=ahead or 0)
        self._promised[order.run] = ahead
        return True

    def settle(self, case: Case, outcome: Outcome) -> None:
        """Take what an order has cost. Raises PolicyError `cost-limit` where that is past the limit all the same."""
        self._promised.pop(outcome.run, None)
        self._spent = None if self._spent is None or outcome.spent is None else self._spent + outcome.spent
        self._dearest[case.workflow] = max(self._dearest.get(case.workflow, 0), outcome.cold_cost or 0)
        check_replay_cost(self._limits, self._spent)

    def _fits(self, ahead: int) -> bool:
        promised = [ahead, *self._promised.values()]
        known = [one for one in promised if one is not None]
        if len(known) < len(promised):
            return False
        try:
            check_replay_cost(self._limits, self._spent, ahead=sum(known))
        except PolicyError:
            return False
        return True
