"""Concurrency inside a run, with an order of its own: each branch counts its calls for itself."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from alongside.engine.context import CONTEXT, Context

__all__ = ["contained", "gather"]

_THREADS = 16


def gather(*items: Any) -> Any:
    """Run branches at once and return their results in the order given.

    In an async workflow: `await gather(step(a), step(b))`. In a sync one, callables:
    `gather(lambda: step(a), lambda: step(b))`. The first exception is raised when all have ended.
    """
    branches = [_branch(CONTEXT.get(), number, len(items)) for number in range(len(items))]
    if not items and not _on_loop():
        return []
    if items and all(callable(item) for item in items):
        return _threads(cast("tuple[Callable[[], Any], ...]", items), branches)
    return _tasks(cast("tuple[Awaitable[Any], ...]", items), branches)


def _on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _branch(context: Context | None, number: int, width: int) -> contextvars.Context:
    """Return a copy of this context that stands in branch `number` of this gather."""
    copied = contextvars.copy_context()
    if context is not None:
        if number == 0:
            context.run.count("gather", context.branch)
        which = context.run.counters["gather", context.branch]
        copied.run(CONTEXT.set, context.branched(f"{context.branch}{which}.{number}of{width}/"))
    return copied


async def _tasks(items: tuple[Awaitable[Any], ...], branches: list[contextvars.Context]) -> list[Any]:
    loop = asyncio.get_running_loop()
    tasks = [
        loop.create_task(contained(item), context=branch)
        for item, branch in zip(items, branches, strict=True)
    ]
    try:
        if tasks:
            await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        raise
    return [task.result() for task in tasks]


async def contained(item: Awaitable[Any]) -> Any:
    """Await, for a task of a run. Raises RuntimeError where it would end the worker, and every run in it."""
    try:
        return await item
    except (SystemExit, KeyboardInterrupt) as error:
        raise RuntimeError(f"it asked the process to end, by {error!r}") from error


def _threads(items: tuple[Callable[[], Any], ...], branches: list[contextvars.Context]) -> list[Any]:
    with ThreadPoolExecutor(min(len(items), _THREADS)) as pool:
        futures = [pool.submit(branch.run, item) for item, branch in zip(items, branches, strict=True)]
    return [future.result() for future in futures]
