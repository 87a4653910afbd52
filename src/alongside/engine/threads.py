"""Threads that a step starts belong to the step: what they read is recorded, what they mustn't do is refused."""

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from alongside.engine.context import CONTEXT

__all__ = ["inherit"]


def inherit() -> None:
    """Make every thread and every job of a thread pool, from now on, start where it was asked for.

    Python does so by itself only in its free-threaded build (`sys.flags.thread_inherit_context`). Outside a run
    nothing changes. Meant for a worker process, which is ours alone.
    """
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit

    def started(thread: threading.Thread) -> None:
        if CONTEXT.get() is not None:
            context, run = contextvars.copy_context(), thread.run
            thread.run = lambda: context.run(run)
        start(thread)

    def submitted(
        pool: ThreadPoolExecutor, call: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        if CONTEXT.get() is None:
            return submit(pool, call, *args, **kwargs)
        return submit(pool, contextvars.copy_context().run, call, *args, **kwargs)

    threading.Thread.start = started  # pyright: ignore[reportAttributeAccessIssue]
    ThreadPoolExecutor.submit = submitted
