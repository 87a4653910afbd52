"""The one owner of retries: again after 408, 429, 5xx and broken connections, within one deadline for the call."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from alongside.models.faults import Fault

__all__ = ["RetryPolicy", "retrying"]

T = TypeVar("T")
_FIRST = 0.5
_LONGEST = 8.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """At most `retries` repeats within `seconds` from the first attempt's start, pauses and all.

    `jitter` gives a number in [0, 1), `sleep` waits for so many seconds.
    """

    retries: int
    seconds: float
    jitter: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]

    def pause(self, fault: Fault, done: int) -> float:
        """Return the seconds before the next attempt: what the server asks, else 0.5, 1, 2 … 8, halved by chance."""
        if fault.after is not None:
            return fault.after
        return min(_LONGEST, _FIRST * 2.0**done) * (1.0 - 0.5 * self.jitter())


async def retrying(attempt: Callable[[], Awaitable[T | Fault]], policy: RetryPolicy) -> T:
    """Return the first attempt that isn't a fault. Raises the last fault's error, TimeoutError past the deadline.

    A pause that would end after the deadline isn't begun: the error comes at once.
    """
    now = asyncio.get_running_loop().time
    end = now() + policy.seconds
    done = 0
    async with asyncio.timeout_at(end):
        while True:
            result = await attempt()
            if not isinstance(result, Fault):
                return result
            pause = policy.pause(result, done)
            if not result.again or done >= policy.retries or now() + pause >= end:
                raise result.error
            await policy.sleep(pause)
            done += 1
