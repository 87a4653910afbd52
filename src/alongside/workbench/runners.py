"""One runner for each version in use; a version that nobody needs any more loses its worker."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import Future
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


class Runners:
    """Runners by version, for any thread. `start` gives a fresh worker of a version; it starts with the first order."""

    def __init__(self, start: Callable[[Version], Worker], *, concurrency: int, lost: Lost) -> None:
        self._start = start
        self._concurrency = concurrency
        self._lost = lost
        self._lock = threading.Lock()
        self._runners: dict[str, Runner] = {}
        self._offers: dict[str, dict[str, Any]] = {}
        self._busy: Counter[str] = Counter()

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that have a runner."""
        with self._lock:
            return tuple(self._runners)

    def of(self, version: Version) -> Runner:
        """Return the version's runner itself; `retire` may close it while its orders are under way."""
        runner = self._borrow(version)
        self._release(version.id)
        return runner

    def submit(self, version: Version, order: Order, *, tell: Tell | None = None) -> "Future[Outcome]":
        """Hand an order to the version's worker."""
        future = self._borrow(version).submit(order, tell=tell)
        future.add_done_callback(lambda _: self._release(version.id))
        return future

    def describe(self, version: Version) -> dict[str, Any]:
        """Return what the version offers; its worker is asked once, since a version never changes."""
        if version.id not in self._offers:
            runner = self._borrow(version)
            try:
                self._offers[version.id] = runner.call("describe", {})
            finally:
                self._release(version.id)
        return self._offers[version.id]

    def retire(self, keep: Collection[str]) -> list[str]:
        """Kill the workers of all versions but those in `keep` and those at work; return whose."""
        with self._lock:
            idle = [one for one in self._runners if one not in keep and not self._busy[one]]
            runners = [self._runners.pop(one) for one in idle]
        for runner in runners:
            runner.close()
        return idle

    def close(self) -> None:
        """Kill every worker; what was committed is kept."""
        with self._lock:
            runners = list(self._runners.values())
            self._runners.clear()
        for runner in runners:
            runner.close()

    def _borrow(self, version: Version) -> Runner:
        """Return the version's only runner, which isn't retired before it is released."""
        with self._lock:
            self._busy[version.id] += 1
            if version.id not in self._runners:
                start = partial(self._start, version)
                self._runners[version.id] = Runner(start, concurrency=self._concurrency, lost=self._lost)
            return self._runners[version.id]

    def _release(self, version: str) -> None:
        with self._lock:
            self._busy[version] -= 1


def start_worker(state: Path, limits: Limits, version: Version) -> Worker:
    """Start a process that runs a stored version of the engagement whose state is in `state`."""
    options = {
        "state": str(state),
        "version": version.id,
        "limits": [limits.cost_per_run, limits.cost_per_replay, limits.seconds_per_run, limits.regions],
    }
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    return Worker.start(WORKER, role="version", options=options, memory=_MEMORY, env=env)
