"""The parent's side: one worker for one version; orders in, outcomes out, whatever happens to the worker.

A worker that hangs or dies is killed. The order that was alone in it is lost; if there were several, each
is run again by itself, so that only the guilty one is lost and the others finish.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from alongside.core.errors import AlongsideError, DataError, UpstreamError, UsageError
from alongside.engine.lost import ENGINE_BUG
from alongside.engine.order import Order, Outcome
from alongside.engine.telling import Tell
from alongside.sandbox.jobs import raise_error
from alongside.sandbox.process import Worker

__all__ = ["Lost", "Runner"]

_GRACE = 1.5
_TICK = 0.5
_START_SECONDS = 60.0
Lost = Callable[[Order, str, str], Outcome]
"""(order, code, what happened) -> the outcome to report; writes the run down as lost."""


@dataclass
class _Job:
    number: int
    message: dict[str, Any]
    body: bytes
    order: Order | None
    seconds: float
    future: "Future[Any]"
    deadline: float = 0.0
    solo: bool = False
    tell: Tell | None = None


class Runner:
    """Runs orders on one version. `start` gives a fresh worker; at most `concurrency` orders are under way."""

    def __init__(self, start: Callable[[], Worker], *, concurrency: int, lost: Lost) -> None:
        self._start = start
        self._concurrency = concurrency
        self._lost = lost
        self._pending: deque[_Job] = deque()
        self._flying: dict[int, _Job] = {}
        self._changed = threading.Condition()
        self._worker: Worker | None = None
        self._booting: Worker | None = None
        self._draining = False
        self._thread: threading.Thread | None = None
        self._numbers = 0
        self._look_again = 0.0
        self._closed = False

    def submit(self, order: Order, *, tell: Tell | None = None) -> "Future[Outcome]":
        """Hand in an order; where it is `watched`, `tell` is called on a thread of ours while it runs."""
        message = {"kind": "run", "order": order.to_json()}
        return self._submit(message, b"", order, order.seconds, tell=tell)

    def call(self, kind: str, message: dict[str, Any], body: bytes = b"", *, seconds: float = 300.0) -> Any:
        """Ask the worker for something else than a run and wait for its reply."""
        return self._submit({"kind": kind, **message}, body, None, seconds).result()

    def close(self) -> None:
        """Kill the worker. What was committed is kept; what was under way can be resumed."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            workers = [worker for worker in (self._worker, self._booting) if worker is not None]
        for worker in workers:
            worker.kill()
        if self._thread is not None:
            self._thread.join()

    def _submit(
        self,
        message: dict[str, Any],
        body: bytes,
        order: Order | None,
        seconds: float,
        *,
        tell: Tell | None = None,
    ) -> "Future[Any]":
        with self._changed:
            self._numbers += 1
            job = _Job(
                self._numbers, {"job": self._numbers, **message}, body, order, seconds, Future(), tell=tell
            )
            job.future.set_running_or_notify_cancel()
            if self._closed:
                job.future.set_exception(_closed())
                return job.future
            self._pending.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="runner", daemon=True)
                self._thread.start()
            self._pump()
            self._changed.notify_all()
        return job.future

    def _loop(self) -> None:
        while self._wait_for_work():
            try:
                worker = self._ready()
            except AlongsideError as error:
                self._fail_all(error)
            else:
                self._listen(worker)
        if self._worker is not None:
            self._worker.kill()
        self._fail_all(_closed())

    def _listen(self, worker: Worker) -> None:
        """Take one message, or find out that there will be none."""
        with self._changed:
            self._pump()
            late = self._is_late(time.monotonic())
        if late:
            self._bury("timeout")
            return
        try:
            message, _ = worker.channel.receive(_TICK)
        except TimeoutError:
            return  # an order that came meanwhile may have less time than those before it
        except EOFError:
            self._bury("crash")
        else:
            self._deliver(message)

    def _is_late(self, now: float) -> bool:
        """Whether an order under way is overdue; looked up once a tick, however many messages come."""
        if now < self._look_again:
            return False
        self._look_again = now + _TICK
        return any(job.deadline + _GRACE < now for job in self._flying.values())

    def _wait_for_work(self) -> bool:
        with self._changed:
            while not (self._pending or self._flying or self._closed):
                self._changed.wait()
            return not self._closed

    def _ready(self) -> Worker:
        if self._draining and not self._flying:
            self._replace_worker()
        if self._worker is None:
            self._booting = worker = self._start()
            try:
                self._worker = self._booted(worker)
            except BaseException:
                worker.kill()
                raise
            finally:
                self._booting = None
        return self._worker

    def _booted(self, worker: Worker) -> Worker:
        if self._closed:  # while it was started
            raise _closed()
        message: dict[str, Any] = {"importing": "", "seconds": _START_SECONDS}
        while "importing" in message:
            message = _next_word(worker, message["importing"], message["seconds"])
        if "error" in message:
            raise_error(message["error"])
        return worker

    def _pump(self) -> None:
        """Send what may go; the lock is held."""
        while self._worker is not None and self._pending and len(self._flying) < self._concurrency:
            alone = self._pending[0].solo or any(job.solo for job in self._flying.values())
            if self._draining or (alone and self._flying):
                return
            job = self._pending.popleft()
            job.deadline = time.monotonic() + job.seconds
            self._flying[job.number] = job
            try:
                self._worker.channel.send(job.message, job.body)
            except EOFError:
                return  # the loop notices and runs it again
            except (TypeError, ValueError) as error:
                del self._flying[job.number]
                job.future.set_exception(
                    UsageError("not-json", f"the order isn't JSON: {error}", fix="give inputs as plain JSON")
                )

    def _deliver(self, message: dict[str, Any]) -> None:
        with self._changed:
            going_on = "told" in message
            job = self._flying.get(message["job"]) if going_on else self._flying.pop(message["job"], None)
        if job is None:
            return
        if going_on:
            if job.tell is not None:
                job.tell(message["told"])
            return
        if "outcome" in message:
            self._settle(job, Outcome.from_json(message["outcome"]))
            if message["hung"]:
                self._retire_worker()
        elif "reply" in message:
            job.future.set_result(message["reply"])
        elif job.order is not None and message["error"]["code"] == ENGINE_BUG:
            self._lose(job, ENGINE_BUG, message["error"]["message"])  # its own failure: the others go on
        else:
            _raise_into(job.future, message["error"])

    def _settle(self, job: _Job, outcome: Outcome) -> None:
        """Report an outcome. Where memory ran out, whose fault it was shows when each runs by itself."""
        exhausted = outcome.code == "out-of-memory"
        with self._changed:
            shared = exhausted and bool(self._flying)
            if shared:
                self._flying[job.number] = job
                for suspect in self._flying.values():
                    suspect.solo = True
        if exhausted:
            self._replace_worker()
        if not shared:
            job.future.set_result(outcome)

    def _retire_worker(self) -> None:
        """Be rid of a worker in which code hangs: at once, or when runs that may have external effects are done."""
        with self._changed:
            self._draining = any(job.order and job.order.mode != "replay" for job in self._flying.values())
        if not self._draining:
            self._replace_worker()

    def _bury(self, how: str) -> None:
        """Kill the worker and find out whose fault it was."""
        worker = self._worker
        if self._closed or worker is None:
            return
        said = _last_words(worker) if how == "crash" else ""
        now = time.monotonic()
        with self._changed:
            suspects = [job for job in self._flying.values() if how == "crash" or job.deadline <= now]
            if len(suspects) == 1:
                del self._flying[suspects[0].number]
            for job in suspects:
                job.solo = True
        self._replace_worker()
        if len(suspects) == 1:
            job = suspects[0]
            late = f"no answer within {job.seconds:g} s"
            died = f"the worker process died: {said}"
            self._lose(job, *(("deadline", late) if how == "timeout" else ("worker-died", died)))

    def _replace_worker(self) -> None:
        """Kill the worker; what was under way goes back to the queue, the suspects behind the others."""
        with self._changed:
            worker, self._worker = self._worker, None
            self._draining = False
            again = sorted(self._flying.values(), key=lambda job: job.solo)
            for job in again:
                if job.order is not None:
                    job.message["order"]["again"] = True
            self._flying.clear()
            self._pending = deque(sorted([*again, *self._pending], key=lambda job: job.solo))
        if worker is not None:
            worker.kill()

    def _lose(self, job: _Job, code: str, text: str) -> None:
        if job.order is None:
            job.future.set_exception(UpstreamError(code, text, fix="run the command again"))
            return
        try:
            job.future.set_result(self._lost(job.order, code, text))
        except AlongsideError as error:
            job.future.set_exception(error)

    def _fail_all(self, error: AlongsideError) -> None:
        with self._changed:
            jobs = [*self._flying.values(), *self._pending]
            self._flying.clear()
            self._pending.clear()
        for job in jobs:
            job.future.set_exception(error)


def _closed() -> UpstreamError:
    return UpstreamError("closed", "the worker was closed", fix="run the command again")


def _next_word(worker: Worker, importing: str, seconds: float) -> dict[str, Any]:
    """Return what a starting worker says next, while it imports a file or, where that is empty, begins."""
    try:
        return worker.channel.receive(seconds)[0]
    except EOFError:
        raise _not_started(importing, _last_words(worker)) from None
    except TimeoutError:
        raise _too_late(importing, seconds) from None


def _not_started(importing: str, said: str) -> AlongsideError:
    if not importing:
        text = f"the worker process didn't start: {said}"
        return UpstreamError("worker-failed", text, fix="run `alongside doctor`")
    return DataError(
        "broken-workflow",
        f"{importing} ended the process that imported it: {said}",
        fix=f"mend {importing}: do in a step what it does when it is imported",
    )


def _too_late(importing: str, seconds: float) -> AlongsideError:
    if not importing:
        text = f"the worker process didn't start within {seconds:g} s"
        return UpstreamError("worker-failed", text, fix="run `alongside doctor`")
    return DataError(
        "broken-workflow",
        f"{importing} was still being imported after {seconds:g} s",
        fix="do in a step what takes so long, or allow it by seconds_per_run under [limits] of alongside.toml",
    )


def _last_words(worker: Worker) -> str:
    """Return how a dying worker ended."""
    with contextlib.suppress(TimeoutError):
        worker.wait(1.0)
    return worker.last_words


def _raise_into(future: "Future[Any]", packed: dict[str, str]) -> None:
    try:
        raise_error(packed)
    except AlongsideError as error:
        future.set_exception(error)
