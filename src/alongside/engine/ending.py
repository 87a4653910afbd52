"""The end of a run: the answer kept and judged, run, spans and verdict committed at once."""

import asyncio
import json
import sqlite3
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from alongside.core.errors import AlongsideError, PolicyError
from alongside.core.run import Run, Span
from alongside.engine.call import encode_whole, masked
from alongside.engine.context import RunState
from alongside.engine.failing import Ended, failed
from alongside.engine.order import Order, Outcome, Tally
from alongside.engine.session import Session
from alongside.policy.limits import check_run_cost
from alongside.store import runs, verdicts
from alongside.store.blobs import insert_small
from alongside.store.surroundings import INSTALLED, ZONE

__all__ = ["Judge", "end"]

_LEANED = {"installed": INSTALLED, ZONE: ZONE}
"""Reads of what no version holds, and the names under which a remembered verdict leans on them."""

Judge = Callable[[Session, Mapping[str, Any], Any, Sequence[Span]], list[dict[str, Any]]]
"""(session, the order's `judge`, the answer, the run's spans) -> verdicts as JSON."""


async def end(
    session: Session,
    state: RunState,
    order: Order,
    inputs: dict[str, str],
    blobs: dict[str, bytes],
    started: float,
    ended: Ended,
    judge: Judge,
) -> Outcome:
    """Commit how the run ended, and return that. `blobs` are those of its inputs that aren't on the disk yet."""
    output, kept = "", dict(blobs)
    if ended.status == "done":
        try:
            encoded = encode_whole(session, ended.output, of=f"workflow {order.workflow}", place="answer")
            output = encoded.digest
            kept |= session.blobs.put_big({**encoded.blobs, output: encoded.data})
        except AlongsideError as error:
            ended = failed(error)
    verdicts: list[dict[str, Any]] = []
    if order.judge is not None and ended.status == "done":
        try:
            verdicts = judge(session, session.rooted.placed(order.judge), ended.output, state.spans)
        except AlongsideError as error:
            ended = failed(error)
    if ended.status == "done":
        ended = replace(ended, **_overspent(session, state))
    if ended.error:
        ended = replace(ended, error=masked(session.secrets, ended.error))
    with state.lock:  # what is answered after this is added to what is written here, in this order
        state.told = True
        state.spans += [one.broken_off() for one in state.under_way.values()]
        outcome = _outcome(session, state, order, started, ended, output, verdicts)
        run = Run(
            order.run, order.workflow, session.version, typing.cast("Any", order.mode), order.case, inputs,
            typing.cast("Any", ended.status), output, ended.error, started, outcome.seconds, outcome.spent,
            outcome.cold_cost, outcome.cold_seconds, order.released,
        )  # fmt: skip
        write = partial(_commit, session, order, run, state, kept, outcome, ended.lasting)
        written = session.database.submit_from(asyncio.get_running_loop(), write)
    await written
    return outcome


def _overspent(session: Session, state: RunState) -> dict[str, str]:
    """Return what a run that is done has to say where it went past its limit by the last call: its answer is paid for."""
    try:
        check_run_cost(session.limits, state.tally.spent)
    except PolicyError as error:
        return {"error": str(error), "code": error.code}
    return {}


def _commit(
    session: Session,
    order: Order,
    run: Run,
    state: RunState,
    blobs: dict[str, bytes],
    outcome: Outcome,
    lasting: bool,  # noqa: FBT001
    connection: sqlite3.Connection,
) -> None:
    insert_small(connection, blobs)
    runs.save(connection, run, state.spans)
    if order.case and (order.refresh or order.allow):
        verdicts.forget_case(connection, order.case, before=order.since or run.started)
    if order.verdict_key and lasting and outcome.status in {"done", "failed"}:
        verdicts.save(
            connection,
            session.version,
            key=order.verdict_key,
            case=order.case,
            run=run.id,
            result=json.dumps(outcome.to_json()),
            at=session.clock(),
            may_stand_in=order.remembered,
        )


def _surroundings(session: Session, state: RunState) -> dict[str, str]:
    leaned = {
        _LEANED[read.kind]: read.digest for span in state.spans for read in span.reads if read.kind in _LEANED
    }
    return {**session.environment, **session.zoned, **leaned}


def _counts(tally: Tally) -> dict[str, Any]:
    """Return the tally; where a run that was begun again came by less than before, nothing was kept, and not less."""
    return asdict(replace(tally, kept=max(0, tally.kept), model_kept=max(0, tally.model_kept)))


def _outcome(
    session: Session,
    state: RunState,
    order: Order,
    started: float,
    ended: Ended,
    output: str,
    verdicts: list[dict[str, Any]],
) -> Outcome:
    return Outcome(
        order.run,
        ended.status,
        output,
        ended.error,
        ended.code,
        tuple(verdicts),
        session.clock() - started,
        tuple(sorted(state.resolved)),
        state.opaque,
        damaged=tuple(state.damaged),
        wanted=ended.wanted,
        differs=ended.differs,
        exit_code=0 if ended.status == "done" else ended.exit_code,
        surroundings=_surroundings(session, state),
        out_of_fold=any(span.step.startswith("alongside.learned.") for span in state.spans),
        **_counts(state.tally),
    )
