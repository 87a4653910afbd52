"""Is the answer known already? The memo, the run's own tape, or the tape of the case's run."""

import sqlite3
from dataclasses import dataclass
from functools import partial

from alongside.core.encoding import blobs_of
from alongside.core.errors import DataError
from alongside.core.run import Read, SpanStatus
from alongside.engine.advice import UNKNOWN_EFFECT
from alongside.engine.call import Call
from alongside.engine.context import NotRun, RunState
from alongside.store import ledger, runs, tapes
from alongside.store.ledger import Kept
from alongside.store.tapes import TapeRow

__all__ = ["Recalled", "holds", "recall"]


@dataclass(frozen=True, slots=True)
class Recalled:
    """A known answer, and its bytes where they were read."""

    status: SpanStatus
    kept: Kept
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
    for found in ledger.find(run.session.database, call.key):
        if found.recorded_at < since or not holds(run, found.reads):
            continue
        kept = _as_its_run_was_told(call, found)
        data = _whole(call, kept)
        if data is not None:
            return Recalled("kept", kept, data)
    return None


def _as_its_run_was_told(call: Call, kept: Kept) -> Kept:
    """Return the answer that the case's own run was given, where it asked after what is kept was made.

    A new run asks a model that isn't reused, whatever is kept, and what it was told is its own: it is on its tape,
    and what other cases are answered stays as it was. A refresh comes later than both, and counts from then on.
    """
    run = call.context.run
    if call.spec.effect != "model" or run.mode != "replay" or run.draw or run.tape == run.id:
        return kept
    database = run.session.database
    row = tapes.find(database, run.tape, step=call.spec.name, args=call.args, occurrence=call.occurrence)
    if row is None or row.at <= kept.recorded_at or row.code != call.code.hash:
        return kept
    if runs.reads_of(database, run.tape, call.key) != {kept.reads}:
        return kept
    return _answer(row, kept.reads)


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
            f"error[unknown-effect]: {row.shown} was called before the run stopped, and nobody knows whether it happened\n"
            f"fix: {UNKNOWN_EFFECT}",
        )
    return _taped(row)


def _from_case_tape(call: Call) -> Recalled:
    """Return what the case's run was answered, or what a replay of the case was that asked anew."""
    run = call.context.run
    place = {"step": call.spec.name, "args": call.args, "occurrence": call.occurrence}
    row = tapes.find(run.session.database, run.tape, **place)
    taped = [row] if row is not None and row.state == "settled" else []
    if not (taped and taped[0].code == call.code.hash):
        taped += tapes.of_case(run.session.database, run.case, but=run.tape, **place)
    if not taped:
        raise NotRun(
            "not-on-tape",
            f"not run: would have called {call.shown}\nfix: {_remedy(call)}",
            call=(call.spec.name, call.args, call.shown),
        )
    fits = next((row for row in taped if row.code == call.code.hash), taped[0])
    if fits.code != call.code.hash and not _accepted(call, fits):
        name = _bare(call.spec.name)
        raise NotRun("changed-since-tape", f"not run: {name} changed since its tape\nfix: {_renewal(call)}")
    return _taped(fits)


def _remedy(call: Call) -> str:
    """Return what to do where no tape answers: ask anew, or bring the tape, which no table of cases carries."""
    run, name = call.context.run, _bare(call.spec.name)
    asking = {
        "read": "`alongside replay --refresh` reads it now, for later replays too",
        "external": f"`alongside replay --allow {name}` makes the call once you approve it",
    }[call.spec.effect]
    if run.tape != run.id and runs.get(run.session.database, run.tape) is not None:
        return asking
    return f"{asking}; or bring the case with its run, by `alongside engagement export`"


def _renewal(call: Call) -> str:
    if call.spec.effect == "read":
        return "`alongside replay --refresh` reads it now, for later replays too"
    return (
        f"`alongside replay --accept-tape {_bare(call.spec.name)} --by NAME` takes its tape for its new code"
    )


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
    return Recalled("tape", _answer(row, ()))


def _answer(row: TapeRow, reads: tuple[Read, ...]) -> Kept:
    return Kept(reads, row.output, row.error, row.cost, row.tokens, row.seconds, row.resolved, row.at)


def _bare(step: str) -> str:
    return step.rpartition(".")[2]
