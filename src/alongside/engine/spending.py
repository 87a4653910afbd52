"""A run's money: a model is called once what the call may cost fits under the limit, beside the calls under way.

What a call may cost is the dearest that this worker has seen of its kind: the step that makes it, and the model. Where
none was seen, the call is made alone, and tells the price.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest
from alongside.core.engagement import Limits
from alongside.core.errors import AlongsideError, ModelError
from alongside.core.ports import ChatModel
from alongside.engine.context import Context, Usage, record_wait
from alongside.policy.limits import check_replay_call, check_run_cost
from alongside.policy.purse import Purse

__all__ = ["Bill", "Charged", "Kind", "Prices", "RunPurse", "spending"]

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
    least: int


class RunPurse:
    """What one run has spent on models and has promised to the calls under way; safe to use from many threads.

    `spent` is what it had spent before, `replay_spent` what is gone of the replay's money, for a run of a replay that
    has a limit.
    """

    def __init__(
        self, limits: Limits, prices: Prices, *, spent: int | None = 0, replay_spent: int | None = None
    ) -> None:
        def check(spent: int | None, ahead: int) -> None:
            check_run_cost(limits, spent, ahead=ahead)
            if replay_spent is not None:
                whole = None if spent is None else spent + replay_spent
                check_replay_call(limits, whole, ahead=ahead)

        self._purse = Purse(check, spent=spent)
        self._prices = prices
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    def begin(self, call: str, kind: Kind, *, least: int = 0) -> "Future[None] | None":
        """Promise a call what it may cost; return its turn to wait for where that doesn't fit beside those under way.

        `least` is what it costs at the very least where none of its kind was seen. Raises PolicyError `cost-limit`,
        `replay-cost-limit` where not even the cheapest call of its kind is left.
        """
        with self._lock:
            if not self._queue and self._promise(call, kind, least):
                return None
            self._queue.append(_Waiting(call, kind, Future(), least))
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
                if not (first.turn.cancelled() or self._promise(first.call, first.kind, first.least)):
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

    def _promise(self, call: str, kind: Kind, least: int) -> bool:
        seen = self._prices.seen.get(kind)
        if seen is None:
            return self._purse.promise(call, None, least=least)
        return self._purse.promise(call, seen.most, least=seen.least)


@dataclass(slots=True)
class Bill:
    """What one call of a model has cost, nano-dollars (None: nobody knows), set by whoever makes it."""

    cost: int | None = 0


@asynccontextmanager
async def spending(here: Context, model: str) -> AsyncGenerator[Bill, None]:
    """Hold the limits on money around one call of a model; what it has cost is added to what its frame has used.

    Raises PolicyError `cost-limit`, `replay-cost-limit` where what may be spent is spent.
    """
    purse: RunPurse | None = here.run.purse
    frame, kind = here.frame, (here.frame.caller, here.frame.step, model)
    bill, answered = Bill(), False
    if purse is not None:
        frame.unasked = frame.usage == Usage()
        await _turn(purse, frame.span, kind, _least(here, model))
        frame.unasked = False
    try:
        yield bill
        answered = True
    except ModelError as error:
        bill.cost = error.cost
        raise
    except asyncio.CancelledError:
        bill.cost = 0 if _is_free(here, model) else None
        raise
    finally:
        used = frame.usage.cost
        frame.usage = frame.usage._replace(
            cost=None if used is None or bill.cost is None else used + bill.cost
        )
        if purse is not None:
            purse.end(frame.span, kind, bill.cost, answered=answered)


@dataclass(frozen=True, slots=True)
class Charged:
    """A model of which every call is held to the limits on money, also where one step makes several."""

    model: ChatModel
    here: Context
    name: str

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return the whole answer. Raises what the model does, and what `spending` does."""
        async with spending(self.here, self.name) as bill:
            reply = await self.model.chat(request)
            bill.cost = reply.cost
        return reply

    def stream(self, request: ChatRequest) -> AsyncIterator[ChatChunk]:
        """Yield the answer as the model does."""
        return self.model.stream(request)


def _is_free(here: Context, model: str) -> bool:
    prices = here.run.session.manifest.models.get(model, {})
    return prices.get("input_price") == prices.get("output_price") == 0


def _least(here: Context, model: str) -> int:
    """Return the least that a call costs whose like was never seen: something, unless the model is free."""
    prices = here.run.session.manifest.models.get(model, {})
    return int(bool(prices.get("input_price") or prices.get("output_price")))


async def _turn(purse: RunPurse, call: str, kind: Kind, least: int) -> None:
    turn = purse.begin(call, kind, least=least)
    if turn is None:
        return
    asked = time.monotonic()
    try:
        await asyncio.wrap_future(turn)
    except asyncio.CancelledError:
        purse.leave(call, turn)
        raise
    record_wait(time.monotonic() - asked)
