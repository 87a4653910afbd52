"""A run's money: a model is called once what the call may cost fits under the limit, beside the calls under way.

What a call may cost is the dearest that this worker has seen of its kind: the step that makes it, and the model. Where
none was seen, the call is made alone, and tells the price.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from alongside.core.engagement import Limits
from alongside.core.errors import AlongsideError, ModelError
from alongside.engine.context import Context, Usage, record_wait
from alongside.policy.limits import check_run_cost
from alongside.policy.purse import Purse

__all__ = ["Kind", "Prices", "RunPurse", "spending"]

Kind = tuple[str, str, str]
"""The step that calls, the built-in step that it calls, and the model."""


class _Range(NamedTuple):
    least: int
    most: int


@dataclass(slots=True)
class Prices:
    """What calls have cost in this worker, by kind: the cheapest and the dearest, in nano-dollars."""

    seen: dict[Kind, _Range] = field(default_factory=dict[Kind, _Range])

    def learn(self, kind: Kind, cost: int) -> None:
        """Take what a call has cost."""
        least, most = self.seen.get(kind, (cost, cost))
        self.seen[kind] = _Range(min(least, cost), max(most, cost))


class _Waiting(NamedTuple):
    call: str
    kind: Kind
    turn: "Future[None]"


class RunPurse:
    """What one run has spent on models and has promised to the calls under way; safe to use from many threads."""

    def __init__(self, limits: Limits, prices: Prices) -> None:
        self._purse = Purse(lambda spent, ahead: check_run_cost(limits, spent, ahead=ahead))
        self._prices = prices
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    def begin(self, call: str, kind: Kind) -> "Future[None] | None":
        """Promise a call what it may cost; return its turn to wait for where that doesn't fit beside those under way.

        Raises PolicyError `cost-limit` where not even the cheapest call of its kind is left.
        """
        with self._lock:
            if not self._queue and self._promise(call, kind):
                return None
            self._queue.append(_Waiting(call, kind, Future()))
            return self._queue[-1].turn

    def end(self, call: str, kind: Kind, cost: int | None, *, answered: bool) -> None:
        """Take what a call has cost, and let those begin that now may, first come, first served.

        Only a call that was `answered` tells what its kind costs, nothing included.
        """
        with self._lock:
            self._purse.settle(call, cost)
            if answered and cost is not None:
                self._prices.learn(kind, cost)
            self._serve()

    def leave(self, call: str, turn: "Future[None]") -> None:
        """Wait no more: whoever asked was cancelled."""
        with self._lock:
            if not turn.cancel():
                self._purse.settle(call, 0)
            self._serve()

    def _serve(self) -> None:
        while self._queue:
            first = self._queue[0]
            try:
                if not (first.turn.cancelled() or self._promise(first.call, first.kind)):
                    return
            except AlongsideError as error:
                self._queue.popleft()
                if first.turn.set_running_or_notify_cancel():
                    first.turn.set_exception(error)
                continue
            self._queue.popleft()
            if first.turn.set_running_or_notify_cancel():
                first.turn.set_result(None)
            else:
                self._purse.settle(first.call, 0)

    def _promise(self, call: str, kind: Kind) -> bool:
        seen = self._prices.seen.get(kind)
        if seen is None:
            return self._purse.promise(call, None)
        return self._purse.promise(call, seen.most, least=seen.least)


@asynccontextmanager
async def spending(here: Context, model: str) -> AsyncGenerator[None, None]:
    """Hold the run's limit around a call of a model, which notes on its frame what it has used.

    Raises PolicyError `cost-limit` where the run has spent what it may.
    """
    purse: RunPurse | None = here.run.purse
    frame, kind = here.frame, (here.frame.caller, here.frame.step, model)
    if purse is not None:
        await _turn(purse, frame.span, kind)
    answered = False
    try:
        yield
        answered = True
    except ModelError as error:
        frame.usage = Usage(error.cost or 0)
        raise
    finally:
        if purse is not None:
            purse.end(frame.span, kind, frame.usage.cost, answered=answered)


async def _turn(purse: RunPurse, call: str, kind: Kind) -> None:
    turn = purse.begin(call, kind)
    if turn is None:
        return
    asked = time.monotonic()
    try:
        await asyncio.wrap_future(turn)
    except asyncio.CancelledError:
        purse.leave(call, turn)
        raise
    record_wait(time.monotonic() - asked)
