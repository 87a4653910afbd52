"""One runner for each version in use; a version that nobody needs any more loses its worker."""

import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from alongside.core.engagement import Limits
from alongside.core.release import Version
from alongside.engine.order import Order, Outcome
from alongside.engine.runner import Lost, Runner
from alongside.engine.telling import Tell
from alongside.sandbox.process import Worker
from alongside.workbench.workers import WORKER

__all__ = ["Runners", "start_worker"]

_MEMORY = 6 << 30

Start = Callable[[Limits, Version], Worker]


class Runners:
    """Runners by version, for any thread. `start` gives a fresh worker of a version; it starts with the first order.

    A worker holds the `limits` that stood when it started: once they change, the version's next order gets a fresh one,
    and the old one ends what it has under way.
    """

    def __init__(self, start: Start, *, limits: Callable[[], Limits], concurrency: int, lost: Lost) -> None:
        self._start = start
        self._limits = limits
        self._concurrency = concurrency
        self._lost = lost
        self._lock = threading.Lock()
        self._runners: dict[str, _Held] = {}
        self._outdated: list[_Held] = []
        self._offers: dict[str, dict[str, Any]] = {}

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that have a runner."""
        with self._lock:
            return tuple(self._runners)

    def of(self, version: Version) -> Runner:
        """Return the version's runner itself; `retire` may close it while its orders are under way."""
        held = self._borrow(version)
        self._release(held)
        return held.runner

    def submit(self, version: Version, order: Order, *, tell: Tell | None = None) -> "Future[Outcome]":
        """Hand an order to the version's worker."""
        held = self._borrow(version)
        future = held.runner.submit(order, tell=tell)
        future.add_done_callback(lambda _: self._release(held))
        return future

    def describe(self, version: Version) -> dict[str, Any]:
        """Return what the version offers; its worker is asked once, since a version never changes."""
        if version.id not in self._offers:
            self._offers[version.id] = self.call(version, "describe", {})
        return self._offers[version.id]

    def call(self, version: Version, kind: str, message: dict[str, Any]) -> Any:
        """Ask the version's worker for something else than a run, and wait for its reply."""
        held = self._borrow(version)
        try:
            return held.runner.call(kind, message)
        finally:
            self._release(held)

    def retire(self, keep: Collection[str]) -> list[str]:
        """Kill the workers of all versions but those in `keep` and those at work; return whose."""
        with self._lock:
            idle = [one for one, held in self._runners.items() if one not in keep and not held.busy]
            ended = [self._runners.pop(one) for one in idle]
            ended += [held for held in self._outdated if not held.busy]
            self._outdated = [held for held in self._outdated if held.busy]
        for held in ended:
            held.runner.close()
        return idle

    def close(self) -> None:
        """Kill every worker; what was committed is kept."""
        with self._lock:
            ended = [*self._runners.values(), *self._outdated]
            self._runners.clear()
            self._outdated.clear()
        for held in ended:
            held.runner.close()

    def _borrow(self, version: Version) -> "_Held":
        """Return the version's only runner under the limits of now, which isn't retired before it is released."""
        limits = self._limits()
        with self._lock:
            held = self._runners.get(version.id)
            if held is not None and held.limits != limits:
                self._outdated.append(held)
                held = None
            if held is None:
                start = partial(self._start, limits, version)
                held = _Held(Runner(start, concurrency=self._concurrency, lost=self._lost), limits)
                self._runners[version.id] = held
            held.busy += 1
            return held

    def _release(self, held: "_Held") -> None:
        with self._lock:
            held.busy -= 1


@dataclass(slots=True)
class _Held:
    """A runner, what its worker is held to, and how much it has under way."""

    runner: Runner
    limits: Limits
    busy: int = 0


def start_worker(state: Path, limits: Limits, version: Version) -> Worker:
    """Start a process that runs a stored version of the engagement whose state is in `state`."""
    options = {
        "state": str(state),
        "version": version.id,
        "limits": [limits.cost_per_run, limits.cost_per_replay, limits.seconds_per_run, limits.regions],
    }
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    return Worker.start(WORKER, role="version", options=options, memory=_MEMORY, env=env)
