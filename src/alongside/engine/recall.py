"""Is the answer known already? The memo, the run's own tape, or the tape of the case's run."""

import sqlite3
from dataclasses import dataclass
from functools import partial

from alongside.core.encoding import blobs_of
from alongside.core.errors import DataError
from alongside.core.run import Read, SpanStatus
from alongside.engine.call import Call
from alongside.engine.context import NotRun, RunState
from alongside.store import ledger, tapes
from alongside.store.ledger import Kept
from alongside.store.tapes import TapeRow

__all__ = ["Recalled", "holds", "recall"]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A known answer: digests of output or error, what it cost when it was made, its bytes where they were read."""

    status: SpanStatus
    output: str
    error: str
    cost: int | None
    tokens: int
    seconds: float
    resolved: str
    reads: tuple[Read, ...] = ()
    data: bytes | None = None


def recall(call: Call) -> Recalled | None:
    """Return the known answer or None, by the table of effects and modes in DESIGN.md section 5.

    Raises NotRun where the call may not be made and no tape answers it.
    """
    run = call.context.run
    match call.spec.effect:
        case "pure":
            return _from_memo(call)
        case "model":
            if run.mode == "replay":
                return _from_memo(call, since=_since(run))
            return _from_own_tape(call) or (_from_memo(call) if call.spec.reuse else None)
        case "read":
            return _from_case_tape(call) if run.mode == "replay" and not run.refresh else _from_own_tape(call)
        case "external":
            return _external(call)


def _external(call: Call) -> Recalled | None:
    run = call.context.run
    if run.mode == "replay" and _bare(call.spec.name) not in run.allow:
        return _from_case_tape(call)
    known = _from_own_tape(call)
    if known is None and run.mode == "replay":
        _use_approval(call)
    return known


def _use_approval(call: Call) -> None:
    """Use up the approval of a live call on a replay: one call, these exact arguments."""
    run, name = call.context.run, call.spec.name
    granted = run.session.database.write(partial(tapes.consume, step=name, args=call.args, run=run.id))
    if not granted:
        raise NotRun(
            "not-approved",
            f"not run: would have called {call.shown}, which nobody approved",
            call=(name, call.args, call.shown),
        )


def _since(run: RunState) -> float:
    """Return when an answer of a model must have been given: a refresh takes what it asked for itself, and no older one."""
    return (run.since or float("inf")) if run.refresh else 0.0


def _from_memo(call: Call, *, since: float = 0.0) -> Recalled | None:
    run = call.context.run
    for kept in ledger.find(run.session.database, call.key):
        data = _whole(call, kept) if kept.recorded_at >= since and holds(run, kept.reads) else None
        if data is not None:
            return Recalled(
                "kept",
                kept.output,
                kept.error,
                kept.cost,
                kept.tokens,
                kept.seconds,
                kept.resolved,
                kept.reads,
                data,
            )
    return None


def holds(run: RunState, reads: tuple[Read, ...]) -> bool:
    """Whether everything that was read then has the same digest for this run now."""
    session = run.session
    return all(session.read(read.kind, read.name, group=run.group).digest == read.digest for read in reads)


def _whole(call: Call, kept: Kept) -> bytes | None:
    """Return the answer's bytes where all its blobs are here; one that is gone or damaged makes a miss, reported."""
    session = call.context.run.session
    name = kept.output or kept.error
    try:
        data = session.blobs.get(name)
        missing = [inner for inner in blobs_of(data, files=False) if not session.blobs.has(inner)]
    except DataError:
        data, missing = b"", [name]
    if not missing:
        return data
    call.context.run.damaged.append(missing[0])
    session.database.write(partial(ledger.drop, key=call.key, reads=kept.reads))
    return None


def _from_own_tape(call: Call) -> Recalled | None:
    run = call.context.run
    row = tapes.find(
        run.session.database, run.id, step=call.spec.name, args=call.args, occurrence=call.occurrence
    )
    if row is None:
        return None
    if row.state == "called":
        raise NotRun(
            "unknown-effect",
            f"{row.shown} was called before the run stopped, and nobody knows whether it happened",
        )
    return _taped(row)


def _from_case_tape(call: Call) -> Recalled:
    run = call.context.run
    database = run.session.database
    row = tapes.find(database, run.tape, step=call.spec.name, args=call.args, occurrence=call.occurrence)
    if row is None or row.state == "called":
        raise NotRun(
            "not-on-tape",
            f"not run: would have called {call.shown}",
            call=(call.spec.name, call.args, call.shown),
        )
    if row.code != call.code.hash and not _accepted(call, row):
        raise NotRun("changed-since-tape", f"not run: {_bare(call.spec.name)} changed since its tape")
    return _taped(row)


def _accepted(call: Call, row: TapeRow) -> bool:
    run = call.context.run
    database, name = run.session.database, _bare(call.spec.name)
    if tapes.accepted(database, row.run, step=call.spec.name, code=call.code.hash):
        return True
    if name not in run.accept or call.spec.effect != "external":
        return False

    def write(connection: sqlite3.Connection) -> None:
        tapes.accept(
            connection, row.run, step=call.spec.name, code=call.code.hash, by=run.by, at=run.session.clock()
        )

    database.write(write)
    return True


def _taped(row: TapeRow) -> Recalled:
    return Recalled("tape", row.output, row.error, row.cost, row.tokens, row.seconds, row.resolved)


def _bare(step: str) -> str:
    return step.rpartition(".")[2]
