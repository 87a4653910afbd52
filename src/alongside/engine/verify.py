"""`--verify N`: kept results held against re-executing them, to catch a step that isn't as pure as it says.

N pure steps that a run took from the memo are chosen by a hash of the run's id and the key, and re-executed when
the run has ended.
"""

import asyncio
import contextvars
import heapq
import inspect
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, cast

from alongside.core.digest import digest_parts, short
from alongside.core.encoding import encode
from alongside.engine.call import Call, changed_input, rooted
from alongside.engine.context import CONTEXT, Frame
from alongside.engine.exceptions import said, told, why_unkept
from alongside.engine.recall import Recalled

__all__ = ["Verification", "differing"]

Body = Callable[..., Any]
_Choice = tuple[int, str, Call, Body, Recalled, bool]


@dataclass
class Verification:
    """The kept steps of one run that are re-executed: the `number` whose hashes are smallest."""

    number: int
    seed: str
    chosen: list[_Choice] = field(default_factory=list[_Choice])

    def consider(self, call: Call, body: Body, found: Recalled, *, is_async: bool) -> None:
        """Take a kept step into account; the run's lock is held."""
        rank = -int(digest_parts(self.seed, call.key)[:15], 16)
        known = any(key == call.key for _, key, *_ in self.chosen)
        if self.number and call.spec.effect == "pure" and found.status == "kept" and not known:
            push = heapq.heappush if len(self.chosen) < self.number else heapq.heappushpop
            push(self.chosen, (rank, call.key, call, body, found, is_async))


async def differing(verification: Verification, threads: Executor) -> tuple[str, ...]:
    """Re-execute what was chosen and return `step key` of each whose answer is another now, by name."""
    differ: list[str] = []
    for _, key, call, body, found, is_async in verification.chosen:
        if not changed_input(call):  # else the inputs are gone
            answered = await _answer(call, body, threads, is_async=is_async)
            if answered != (found.kept.output or _said(call, found)):
                differ.append(f"{call.spec.name} {short(key)}")
    return tuple(sorted(differ))


async def _answer(call: Call, body: Body, threads: Executor, *, is_async: bool) -> str:
    """Return the digest of what the step answers or raises now."""
    frame = Frame("verify", call.spec.name, call.spec.effect, call.spec.guarded)
    context = contextvars.copy_context()
    context.run(CONTEXT.set, call.context.inside(frame))
    loop = asyncio.get_running_loop()
    try:
        if is_async:
            value = await loop.create_task(_awaited(body, call), context=context)
        else:
            value = await loop.run_in_executor(threads, lambda: context.run(_listed, body, call))
        encoded = encode(value)
    except Exception as error:  # noqa: BLE001  what it raises is its answer
        if why_unkept(error, call.spec.effect, call.context.run.session.blobs.get):
            return ""
        encoded = encode(told(error))
    return rooted(call.context.run.session, encoded).digest


def _said(call: Call, found: Recalled) -> str:
    load = call.context.run.session.blobs.get
    return said(load(found.kept.error), load).digest


def _listed(body: Body, call: Call) -> Any:
    value = body(**call.bound)
    return list(cast("Any", value)) if inspect.isgenerator(value) else value


async def _awaited(body: Body, call: Call) -> Any:
    value = body(**call.bound)
    return [chunk async for chunk in value] if inspect.isasyncgen(value) else await value
