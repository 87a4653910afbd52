"""Concurrency inside a run, with an order of its own: each branch counts its calls for itself."""

import asyncio
import contextvars
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from alongside.engine.context import CONTEXT, Context

__all__ = ["contained", "contained_call", "gather"]

_THREADS = 16


def gather(*items: Any) -> Any:
    """Run branches at once and return their results in the order given.

    In an async workflow: `await gather(step(a), step(b))`. In a sync one, callables:
    `gather(lambda: step(a), lambda: step(b))`; an async one may await these too, each on a thread of its own.
    The first exception is raised when all have ended.
    """
    branches = [_branch(CONTEXT.get(), number, len(items)) for number in range(len(items))]
    if not _is_awaited():
        if not items:
            return []
        if all(callable(item) for item in items):
            return _threads(items, branches)
    return _tasks(items, branches)


def _is_awaited() -> bool:
    """Whether this is on the loop, and not in the blocking function of a step there."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    here = CONTEXT.get()
    return here is None or not here.frame.blocks


def _branch(context: Context | None, number: int, width: int) -> contextvars.Context:
    """Return a copy of this context that stands in branch `number` of this gather."""
    copied = contextvars.copy_context()
    if context is not None:
        if number == 0:
            context.run.count("gather", context.branch)
        which = context.run.counters["gather", context.branch]
        copied.run(CONTEXT.set, context.branched(f"{context.branch}{which}.{number}of{width}/"))
    return copied


async def _tasks(
    items: "tuple[Awaitable[Any] | Callable[[], Any], ...]", branches: list[contextvars.Context]
) -> list[Any]:
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(min(len(items) or 1, _THREADS))
    tasks = [
        loop.create_task(contained(_called(item, pool) if callable(item) else item), context=branch)
        for item, branch in zip(items, branches, strict=True)
    ]
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        raise
    finally:
        pool.shutdown(wait=False)
    return [task.result() for task in tasks]


async def _called(item: Callable[[], Any], pool: ThreadPoolExecutor) -> Any:
    """Call on a thread, where a step may block, and await what is to be awaited."""
    here = contextvars.copy_context()
    found = await asyncio.get_running_loop().run_in_executor(pool, lambda: here.run(contained_call, item))
    return await found if inspect.isawaitable(found) else found


async def contained(item: Awaitable[Any]) -> Any:
    """Await, for a task of a run. Raises RuntimeError where it would end the worker, and every run in it."""
    try:
        return await item
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"it asked the process to end, by {error!r}") from error


def contained_call(function: Callable[[], Any]) -> Any:
    """Call, for a thread that a run awaits. Raises RuntimeError for StopIteration, which no future hands on (PEP 479)."""
    try:
        return function()
    except StopIteration as end:
        raise RuntimeError("raised StopIteration").with_traceback(end.__traceback__) from end


def _threads(items: tuple[Callable[[], Any], ...], branches: list[contextvars.Context]) -> list[Any]:
    with ThreadPoolExecutor(min(len(items), _THREADS)) as pool:
        futures = [pool.submit(branch.run, item) for item, branch in zip(items, branches, strict=True)]
    return [future.result() for future in futures]
