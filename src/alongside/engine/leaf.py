"""Making a call: recall it, join who is making it, or run it and keep what it answered."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from alongside.core.chat import ChatReply
from alongside.core.document import Document
from alongside.core.encoding import decode
from alongside.engine import record
from alongside.engine.call import Call, encode_value
from alongside.engine.context import CONTEXT, Context, Frame, NotRun, UnderWay
from alongside.engine.exceptions import NOT_KEPT, why_unkept
from alongside.engine.named_class import find_class
from alongside.engine.recall import Recalled, holds, recall
from alongside.engine.tracing import broken_off, trace
from alongside.store.ledger import Kept

__all__ = ["call_async", "call_stream", "call_stream_async", "call_sync"]

Body = Callable[..., Any]
_FROZEN = {Document, ChatReply, str, bytes, int, bool, type(None)}
"""Deeply frozen: the very object is as good as its decoded copy."""


def call_sync(call: Call, body: Body) -> Any:
    """Return the step's answer."""
    found = _recalled(call)
    if found is not None:
        return _told(call, body, found)
    if not _shares(call) or _on_loop(call):
        return _run_sync(call, body)[0]
    flight = call.context.run.session.flights.join(call.key)
    if flight is not None:
        landed = _landed(call, flight.result())
        return _run_sync(call, body)[0] if landed is None else _told(call, body, landed)
    made: Recalled | None = None
    try:
        value, made = _run_sync(call, body)
        return value
    finally:
        call.context.run.session.flights.land(call.key, made)


async def call_async(call: Call, body: Callable[..., Awaitable[Any]]) -> Any:
    """Return the step's answer."""
    found = _recalled(call)
    if found is not None:
        return _told(call, body, found, is_async=True)
    if not _shares(call):
        return (await _run_async(call, body))[0]
    flight = call.context.run.session.flights.join(call.key)
    if flight is not None:
        landed = _landed(call, await asyncio.wrap_future(flight))
        return (
            (await _run_async(call, body))[0] if landed is None else _told(call, body, landed, is_async=True)
        )
    made: Recalled | None = None
    try:
        value, made = await _run_async(call, body)
        return value
    finally:
        call.context.run.session.flights.land(call.key, made)


def call_stream(call: Call, body: Callable[..., Iterator[Any]]) -> Iterator[Any]:
    """Yield the step's chunks: the kept ones, or new ones that are kept once they are exhausted."""
    found = _recalled(call)
    if found is not None:
        yield from _told(call, body, found)
        return
    frame, started = _open(call)
    chunks: list[Any] = []
    iterator = body(**call.bound)
    while True:
        token = CONTEXT.set(_inside(call, frame))
        try:
            chunk = _asked(call, next, iterator)
        except StopIteration:
            break
        except BaseException as error:
            CONTEXT.reset(token)
            _settled_sync(call, frame, started, error=error)
            raise
        CONTEXT.reset(token)
        chunks.append(chunk)
        yield _copy(call, chunk)
    CONTEXT.reset(token)
    _settled_sync(call, frame, started, value=chunks)


async def call_stream_async(call: Call, body: Callable[..., AsyncIterator[Any]]) -> AsyncIterator[Any]:
    """Yield the step's chunks: the kept ones, or new ones that are kept once they are exhausted."""
    found = _recalled(call)
    if found is not None:
        for chunk in _told(call, body, found, is_async=True):
            yield chunk
        return
    frame, started = _open(call)
    chunks: list[Any] = []
    iterator = aiter(body(**call.bound))
    while True:
        token = CONTEXT.set(_inside(call, frame))
        try:
            chunk = await _awaited(call, anext(iterator))
        except StopAsyncIteration:
            break
        except BaseException as error:
            CONTEXT.reset(token)
            await _settled_async(call, frame, started, error=error)
            raise
        CONTEXT.reset(token)
        chunks.append(chunk)
        yield _copy(call, chunk)
    CONTEXT.reset(token)
    await _settled_async(call, frame, started, value=chunks)


def _recalled(call: Call) -> Recalled | None:
    """Recall, and remember on the run why it had to stop, however the workflow handles that."""
    call.context.run.check_going()
    try:
        return recall(call)
    except NotRun as stop:
        call.context.run.stopped = call.context.run.stopped or stop
        raise


def _landed(call: Call, landed: Recalled | None) -> Recalled | None:
    """Return what another's flight brought, where it read what this run would read, or what it kept."""
    if landed is None or not holds(call.context.run, landed.kept.reads):
        return _recalled(call)
    return replace(landed, status="kept")


def _shares(call: Call) -> bool:
    """Whether two equal calls at once are one: what the memo would answer a moment later."""
    spec, run = call.spec, call.context.run
    return spec.effect == "pure" or (spec.effect == "model" and (spec.reuse or run.mode == "replay"))


def _on_loop(call: Call) -> bool:
    """Return whether this is the loop's own thread, which must not wait: what it waits for may need the loop."""
    loop = call.context.run.session.loop
    return loop is not None and getattr(loop, "_thread_id", None) == threading.get_ident()


def _run_sync(call: Call, body: Body) -> tuple[Any, Recalled | None]:
    frame, started = _open(call, blocks=True)
    token = CONTEXT.set(_inside(call, frame))
    try:
        value = _asked(call, body, **call.bound)
    except BaseException as error:
        CONTEXT.reset(token)
        _settled_sync(call, frame, started, error=error)
        raise
    CONTEXT.reset(token)
    return _settled_sync(call, frame, started, value=value)


async def _run_async(call: Call, body: Callable[..., Awaitable[Any]]) -> tuple[Any, Recalled | None]:
    frame, started = _open(call)
    token = CONTEXT.set(_inside(call, frame))
    try:
        value = await _awaited(call, body(**call.bound))
    except BaseException as error:
        CONTEXT.reset(token)
        await _settled_async(call, frame, started, error=error)
        raise
    CONTEXT.reset(token)
    return await _settled_async(call, frame, started, value=value)


def _asked(call: Call, function: Callable[..., Any], /, *positional: Any, **named: Any) -> Any:
    """Call what is the step's. Asking the process to end is a failure as any other: other runs are in it too."""
    try:
        return function(*positional, **named)
    except (SystemExit, KeyboardInterrupt) as end:
        raise _refused_to_end(call, end) from end


async def _awaited(call: Call, value: Awaitable[Any]) -> Any:
    try:
        return await value
    except (SystemExit, KeyboardInterrupt) as end:
        raise _refused_to_end(call, end) from end


def _refused_to_end(call: Call, end: BaseException) -> RuntimeError:
    return RuntimeError(f"step {call.spec.name} asked the process to end, by {end!r}")


def _inside(call: Call, frame: Frame) -> Context:
    """Return the step's place: in the branch in which it runs, which `gather` gives after the call was made."""
    here = CONTEXT.get()
    outer = here if here is not None and here.run is call.context.run else call.context
    return outer.inside(frame)


def _open(call: Call, *, blocks: bool = False) -> tuple[Frame, float]:
    """Begin: from here on the run's end is told of the step. Raises NotRun where the run has ended."""
    run, spec = call.context.run, call.spec
    if spec.effect == "external":
        record.announce(call)
    record.check_before(call)
    caller = call.context.frame.step
    frame = Frame(f"{run.count('span'):05d}", spec.name, spec.effect, spec.guarded, caller, blocks=blocks)
    started = run.session.clock()
    if not run.begin(frame.span, UnderWay(spec.name, partial(broken_off, call, frame, started))):
        if spec.effect == "external":
            record.withdraw(call)
        run.check_going()
    return frame, started


def _settled_sync(
    call: Call, frame: Frame, started: float, *, value: Any = None, error: BaseException | None = None
) -> tuple[Any, Recalled | None]:
    seconds = call.context.run.session.clock() - started - frame.waited
    if not _is_kept(call, frame, started, seconds, error):
        return value, None
    written = record.write(call, frame, output=value, error=error, seconds=seconds)
    kept = call.context.run.session.database.write(written.commit)
    return _adopt(call, frame, started, kept, value, error, ours=kept.output == written.digest)


async def _settled_async(
    call: Call, frame: Frame, started: float, *, value: Any = None, error: BaseException | None = None
) -> tuple[Any, Recalled | None]:
    seconds = call.context.run.session.clock() - started - frame.waited
    if not _is_kept(call, frame, started, seconds, error):
        return value, None
    written = record.write(call, frame, output=value, error=error, seconds=seconds)
    loop = asyncio.get_running_loop()
    kept = await call.context.run.session.database.submit_from(loop, written.commit)
    return _adopt(call, frame, started, kept, value, error, ours=kept.output == written.digest)


def _is_kept(call: Call, frame: Frame, started: float, seconds: float, error: BaseException | None) -> bool:
    """Whether this is kept. A pure or model step that called another, or a mere attempt, only leaves a span.

    A read and an external effect are answered from their tape as a whole, whatever they called.
    """
    if isinstance(error, asyncio.CancelledError) and call.context.run.over:
        return False  # the run's end broke it off, and traces it
    call.context.run.under_way.pop(frame.span, None)
    whole = frame.children == 0 or call.spec.effect in {"read", "external"}
    unkept = "" if error is None else why_unkept(error, call.spec.effect, call.context.run.session.blobs.get)
    if whole and not unkept:
        return True
    if error is None:
        record.check(call, frame)
    kind = "leaf" if whole else "step"
    text = "" if error is None else f"{type(error).__name__}: {error}"
    if whole and isinstance(error, Exception):
        text += f"\n{NOT_KEPT}{unkept}"
    nothing = Kept(frame.ordered_reads(), "", "", *frame.usage[:2], seconds, frame.usage.resolved, started)
    trace(call, frame.span, Recalled("executed", nothing), started, kind, text, counts=not frame.unasked)
    return False


def _adopt(
    call: Call,
    frame: Frame,
    started: float,
    kept: Kept,
    value: Any,
    error: BaseException | None,
    *,
    ours: bool,
) -> tuple[Any, Recalled]:
    """Take what stands in the store: ours, or that of whoever committed first."""
    made = Recalled("executed", kept)
    trace(call, frame.span, made, started, "leaf", "" if error is None else str(error))
    if error is not None:
        return None, made
    if ours and type(value) in _FROZEN:
        return value, made
    return record.answer(call, kept.output, kept.error), made


def _told(call: Call, body: Body, found: Recalled, *, is_async: bool = False) -> Any:
    """Trace a recalled answer and give it."""
    run = call.context.run
    if run.verification is not None:
        with run.lock:
            run.verification.consider(call, body, found, is_async=is_async)
    error = "kept error" if found.kept.error else ""
    trace(call, f"{run.count('span'):05d}", found, run.session.clock(), "leaf", error)
    return record.answer(call, found.kept.output, found.kept.error, data=found.data)


def _copy(call: Call, chunk: Any) -> Any:
    """Return the chunk as a hit would yield it."""
    session = call.context.run.session
    encoded = encode_value(session, chunk, of=f"step {call.spec.name}", place="chunk")
    return decode(session.rooted.here(encoded.data), lambda name: encoded.blobs[name], find_class)
