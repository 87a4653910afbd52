"""Money under a limit: something begins once what it may cost fits, beside what is under way."""

from collections.abc import Callable

from alongside.core.errors import PolicyError

__all__ = ["Purse"]

Check = Callable[[int | None, int], None]
"""(spent, how much more may follow): raises PolicyError where that is past the limit."""


class Purse:
    """What was spent (None: something unpriced) and what is promised to what is under way, in nano-dollars."""

    def __init__(self, check: Check, *, spent: int | None = 0) -> None:
        self._check = check
        self._promised: dict[str, int | None] = {}
        self.spent = spent

    def promise(self, what: str, ahead: int | None, *, least: int | None = None) -> bool:
        """Whether it may begin now, at a cost of up to `ahead` (None: unknown, so it is alone); False: not before another has ended.

        `least` is what it costs at the very least, `ahead` where that isn't stated: raises PolicyError where nothing
        is under way and even so much isn't left.
        """
        if self._promised and (ahead is None or not self._fits(ahead)):
            return False
        self._check(self.spent, (ahead or 0) if least is None else least)
        self._promised[what] = ahead
        return True

    def settle(self, what: str, cost: int | None) -> None:
        """Take what it has cost."""
        self._promised.pop(what, None)
        self.spent = None if self.spent is None or cost is None else self.spent + cost

    def beside(self, what: str) -> int:
        """Return what was spent and what is promised to others, as far as that is known."""
        others = (cost or 0 for one, cost in self._promised.items() if one != what)
        return (self.spent or 0) + sum(others)

    def _fits(self, ahead: int) -> bool:
        promised = [ahead, *self._promised.values()]
        known = [one for one in promised if one is not None]
        if len(known) < len(promised):
            return False
        try:
            self._check(self.spent, sum(known))
        except PolicyError:
            return False
        return True
