"""One run inside a worker: inputs in, the workflow's body, the answer checked, everything committed."""

import asyncio
import contextvars
import inspect
import sqlite3
import typing
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any

from alongside.core.digest import short
from alongside.core.encoding import decode
from alongside.core.errors import AlongsideError, DataError
from alongside.core.run import Run, Span
from alongside.engine.advice import declared
from alongside.engine.code.hashing import changed_global, rebound_global
from alongside.engine.context import CONTEXT, Context, Frame, NotRun, RunState
from alongside.engine.ending import Judge, end
from alongside.engine.failing import Ended, failed, late, out_of_memory, raised, stopped
from alongside.engine.gather import contained, contained_call
from alongside.engine.given import keep_as_given, keep_inputs
from alongside.engine.lost import paid_before
from alongside.engine.mismatch import mismatch
from alongside.engine.named_class import find_class
from alongside.engine.order import Order, Outcome, Tally
from alongside.engine.session import Session
from alongside.engine.spending import RunPurse
from alongside.engine.step import Workflow
from alongside.engine.telling import Tell
from alongside.engine.threads import counted, joined
from alongside.engine.typed import coerce
from alongside.engine.verify import Verification, differing
from alongside.store import leases, runs
from alongside.store.blobs import insert_small

__all__ = ["execute", "typed_inputs"]


async def execute(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    order: Order,
    *,
    judge: Judge,
    threads: Executor,
    tell: Tell | None = None,
) -> Outcome:
    """Run the order and return how it ended. Never raises for what a workflow does."""
    if order.mode == "replay":
        return await _executed(session, workflows, order, judge=judge, threads=threads, tell=tell)
    folder = session.database.path.parent
    held = leases.hold(folder, order.run)
    try:
        return await _executed(session, workflows, order, judge=judge, threads=threads, tell=tell)
    finally:
        leases.release(folder, order.run, held)


async def _executed(
    session: Session,
    workflows: Mapping[str, Workflow[..., Any]],
    order: Order,
    *,
    judge: Judge,
    threads: Executor,
    tell: Tell | None,
) -> Outcome:
    state = _state(session, order, tell)
    started = session.clock()
    inputs: dict[str, str] = {}
    blobs: dict[str, bytes] = {}
    try:
        workflow = _workflow(workflows, order.workflow)
        values = _inputs(session, workflow, order)
        inputs, blobs = keep_inputs(session, workflow.name, values)
        if order.mode != "replay":
            await _begin(session, order, inputs, blobs, started, paid=state.tally.spent)
            blobs = {}
        if order.verify:
            state.verification = Verification(order.verify, order.run)
        ended = await _in_time(state, order, _body(state, workflow, values, threads))
        if state.verification is not None:
            ended = replace(ended, differs=await differing(state.verification, threads))
    except NotRun as stop:
        ended = stopped(stop)
    except AlongsideError as error:
        ended = failed(error)
    if not inputs:  # nothing was taken in: whoever judges the run is to see what came
        inputs, blobs = keep_as_given(session, order)
    return await end(session, state, order, inputs, blobs, started, ended, judge)


def _state(session: Session, order: Order, tell: Tell | None) -> RunState:
    before = _before(session, order)
    return RunState(
        order.run,
        typing.cast("Any", order.mode),
        session,
        tape=order.tape or order.run,
        draw=order.draw,
        case=order.case,
        group=order.group,
        refresh=order.refresh,
        since=order.since,
        allow=frozenset(order.allow),
        accept=frozenset(order.accept),
        by=order.by,
        tell=tell,
        purse=_purse(session, order, before),
        tally=before,
    )


def _before(session: Session, order: Order) -> Tally:
    """Return what the run had paid for in a worker that was lost, or before it was stopped and goes on.

    What the lost worker executed is kept when the run comes by again: it is taken off there, so that a leaf counts once.
    """
    if order.again:
        paid = paid_before(session.database, order)
        return replace(paid, kept=-paid.executed, model_kept=-paid.model_executed, cold_cost=0)
    return Tally(spent=paid_before(session.database, order).spent if order.kept_inputs else 0)


def _purse(session: Session, order: Order, before: Tally) -> RunPurse | None:
    """Return what holds the run to the limits on money, None where none is declared."""
    if session.limits.cost_per_run is None and order.replay_spent is None:
        return None
    return RunPurse(session.limits, session.prices, spent=before.spent, replay_spent=order.replay_spent)


def _workflow(workflows: Mapping[str, Workflow[..., Any]], name: str) -> Workflow[..., Any]:
    if name not in workflows:
        raise DataError(
            "no-such-workflow",
            f"this version has no workflow {name!r}; it has {', '.join(workflows) or 'none'}",
            fix="name one of them, or define it in workflows/",
        )
    return workflows[name]


def _inputs(session: Session, workflow: Workflow[..., Any], order: Order) -> dict[str, Any]:
    """Return the typed inputs. Raises NotRun where a file's bytes aren't here."""
    load = session.blobs.get
    if order.kept_inputs:
        here = session.rooted.here
        return {name: decode(here(load(kept)), load, find_class) for name, kept in order.kept_inputs.items()}
    for value in order.inputs.values():
        if (
            isinstance(value, dict)
            and "file" in value
            and not session.blobs.has(typing.cast("Any", value)["file"])
        ):
            raise NotRun(
                "missing-input",
                f"not run: input {short(typing.cast('Any', value)['file'])}… isn't here\n"
                "fix: put the document into documents/ (make the folder where a clone has none), or import the engagement it came from",
            )
    placed = {name: session.rooted.placed(value) for name, value in order.inputs.items()}
    return typed_inputs(workflow, order.workflow, placed, load=load)


def typed_inputs(
    workflow: Workflow[..., Any], called: str, inputs: Mapping[str, Any], *, load: Callable[[str], bytes]
) -> dict[str, Any]:
    """Return plain JSON inputs as a workflow takes them. Raises DataError `input-name`, `input-type`."""
    hints = _hints(workflow)
    names = list(workflow.signature.parameters)
    unknown = sorted(set(inputs) - set(names))
    if unknown:
        raise DataError(
            "input-name",
            f"workflow {called} takes {', '.join(names)}, not {unknown[0]!r}",
            fix=f"name the input {names[0] if names else '(none)'}",
        )
    given = {
        name: coerce(value, hints.get(name, Any), place=name, load=load) for name, value in inputs.items()
    }
    try:
        bound = workflow.signature.bind(**given)
    except TypeError as error:
        raise DataError(
            "input-name",
            f"workflow {called}: {error}",
            fix=f"give every input of ({', '.join(names)})",
        ) from error
    bound.apply_defaults()
    return dict(bound.arguments)


async def _begin(
    session: Session,
    order: Order,
    inputs: dict[str, str],
    blobs: dict[str, bytes],
    started: float,
    *,
    paid: int | None,
) -> None:
    """Write the run down before it starts, so that a killed one can be resumed; `paid` is what it had spent before."""
    run = Run(
        order.run, order.workflow, session.version, typing.cast("Any", order.mode), order.case, inputs, "running",
        "", "", started, 0.0, paid, 0, 0.0, order.released,
    )  # fmt: skip

    def write(connection: sqlite3.Connection) -> None:
        insert_small(connection, blobs)
        runs.save(connection, run)

    await session.database.submit_from(asyncio.get_running_loop(), write)


async def _in_time(state: RunState, order: Order, body: Coroutine[Any, Any, Ended]) -> Ended:
    """Return how the body ended: past the deadline as a failure, whatever it says then. No step of it begins later."""
    task = asyncio.current_task()
    under_way: list[str] | None = None

    def expire() -> None:
        nonlocal under_way
        under_way = state.end()
        if task is not None:
            task.cancel()

    timer = asyncio.get_running_loop().call_later(order.seconds, expire)
    try:
        ended = await body
    except (asyncio.CancelledError, NotRun, AlongsideError):
        if under_way is None:
            raise
    else:
        if under_way is None:
            return ended
    finally:
        timer.cancel()
        state.end()
    if task is not None:
        task.uncancel()
    return late(order.seconds, under_way)


async def _body(
    state: RunState, workflow: Workflow[..., Any], values: dict[str, Any], threads: Executor
) -> Ended:
    code = state.session.code(workflow.function)
    if code.impure or code.ambient:
        raise _impure_body(workflow, (*code.impure, *code.ambient)[0])
    started = state.session.clock()
    frame = Frame(f"{state.count('span'):05d}", workflow.name, "pure", guarded=True)
    here, context = Context(state, frame), contextvars.copy_context()
    context.run(CONTEXT.set, here)
    context.run(state.session.precision.restore)
    try:
        ended = await _driven(here, workflow, values, context, threads)
    finally:  # past the deadline too
        state.spans.append(_root(state, workflow, frame, code.hash, started))
    if state.stopped is not None:
        return stopped(state.stopped)
    broken = frame.impure or _changed(state.session, workflow)
    if broken:
        raise _impure_body(workflow, broken)
    return ended


def _root(state: RunState, workflow: Workflow[..., Any], frame: Frame, code: str, started: float) -> Span:
    """Return the workflow's own span: its body always re-executes, and a forecast asks whether it changed."""
    parts = (("step", workflow.name), ("code", code))
    seconds = state.session.clock() - started
    reads = frame.ordered_reads()
    return Span(
        frame.span, "", workflow.name, "workflow", "pure", "open", "", parts, reads, "", "", started, seconds
    )


async def _driven(
    here: Context,
    workflow: Workflow[..., Any],
    values: dict[str, Any],
    context: contextvars.Context,
    threads: Executor,
) -> Ended:
    """Call the workflow's function in its `context`, and return what became of it, whatever it raises."""
    function, session = partial(workflow.function, **values), here.run.session
    try:
        if inspect.iscoroutinefunction(workflow.function):
            output = await asyncio.create_task(contained(function()), context=context)
        else:
            call = counted(here, lambda: context.run(contained_call, function))
            output = await asyncio.get_running_loop().run_in_executor(threads, call)
        await joined(session, here.run.id)
    except MemoryError:
        return out_of_memory(workflow)
    except BaseException as error:  # whatever a workflow raises is its answer
        if isinstance(error, asyncio.CancelledError) and _is_ended():
            raise
        return raised(session, error, workflow)
    wrong = mismatch(output, _hints(workflow).get("return", Any))
    if wrong:
        return Ended("failed", error=f"error[wrong-type]: {wrong}", code="wrong-type")
    return Ended("done", output)


def _is_ended() -> bool:
    """Whether a deadline or the worker's end cancels this run, and not the workflow's own code a task of its."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _hints(workflow: Workflow[..., Any]) -> dict[str, Any]:
    try:
        return workflow.hints
    except (NameError, TypeError) as error:
        raise DataError(
            "bad-annotation",
            f"an annotation of {workflow.name} can't be read: {error}",
            fix="mend the annotation",
        ) from error


def _changed(session: Session, workflow: Workflow[..., Any]) -> str:
    code = session.code(workflow.function)
    changed = changed_global(code) or rebound_global(code)
    return f"it changed the global {changed}" if changed else ""


def _impure_body(workflow: Workflow[..., Any], what: str) -> DataError:
    lasts = any(word in what for word in ("outlives", "ContextVar", "_local", "changed the global"))
    return DataError(
        "impure-step",
        f"the body of workflow {workflow.name} always re-executes and must be pure, but {what}",
        fix="pass it to the steps as an argument" if lasts else f"move it into a step: {declared(what)}",
    )
