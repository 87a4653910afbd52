"""Threads that a step starts belong to the step: what they read is recorded, what they mustn't do is refused."""

import asyncio
import contextvars
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

from alongside.engine.context import CONTEXT, Context
from alongside.engine.session import Session

__all__ = ["are_left", "counted", "inherit", "joined"]

T = TypeVar("T")
_IN_POOL: ContextVar[bool] = ContextVar("alongside-in-pool", default=False)
"""Whether a thread is started for a pool: it outlives what it was started for, so only its jobs count."""

_TICK = 0.01


def counted(context: Context, call: Callable[[], T], *, joins: bool = False) -> Callable[[], T]:
    """Return the call, for a thread of a run: from now until it returns the run has one that nobody can end.

    The run's own end waits for one that `joins`.
    """
    _count(context, 1, joins=joins)

    def on_thread() -> T:
        try:
            return call()
        finally:
            _count(context, -1, joins=joins)

    return on_thread


def _count(context: Context, change: int, *, joins: bool = False) -> None:
    run, session = context.run.id, context.run.session
    with session.lock:
        session.threads[run] += change
        session.joining[run] += change if joins else 0
        session.threads += Counter()  # those of runs that have none are forgotten
        session.joining += Counter()


def are_left(session: Session, run: str) -> bool:
    """Whether threads of a run still go on."""
    return session.threads[run] > 0


async def joined(session: Session, run: str) -> None:
    """Wait for what a run started and didn't wait for, as Python does at its end: pools' jobs, and threads but for daemons."""
    while session.joining[run] > 0:  # noqa: ASYNC110  threads end without telling the loop
        await asyncio.sleep(_TICK)


def inherit() -> None:
    """Make every thread and every job of a thread pool, from now on, start where it was asked for.

    Python does so by itself only in its free-threaded build (`sys.flags.thread_inherit_context`). Outside a run
    nothing changes. Meant for a worker process, which is ours alone.
    """
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    def started(thread: threading.Thread) -> None:
        here = CONTEXT.get()
        if here is not None:
            context, run = contextvars.copy_context(), thread.run
            work = run if _IN_POOL.get() else counted(here, run, joins=not thread.daemon)
            thread.run = lambda: context.run(work)
        start(thread)

    def submitted(
        pool: ThreadPoolExecutor, call: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        here = CONTEXT.get()
        if here is None:
            return submit(pool, call, *args, **kwargs)
        own = contextvars.copy_context()
        token = _IN_POOL.set(True)
        try:
            job = submit(pool, own.run, call, *args, **kwargs)
        finally:
            _IN_POOL.reset(token)
        _count(here, 1, joins=True)
        job.add_done_callback(lambda _: _count(here, -1, joins=True))
        return job

    threading.Thread.start = started  # pyright: ignore[reportAttributeAccessIssue]
    ThreadPoolExecutor.submit = submitted
