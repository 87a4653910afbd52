"""Keeping what a step answered: encoded, committed, and only then used."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from alongside.core.digest import digest_parts
from alongside.core.encoding import decode
from alongside.core.errors import DataError
from alongside.engine.advice import declared
from alongside.engine.ambient import restored
from alongside.engine.asked import asked_of
from alongside.engine.call import Call, changed_input, encode_value, masked
from alongside.engine.code.hashing import Code, changed_global
from alongside.engine.context import Frame, unwatched
from alongside.engine.exceptions import as_kept, rebuilt, told
from alongside.engine.named_class import find_class
from alongside.engine.raised_at import place, raised_at
from alongside.engine.session import Session
from alongside.store import ledger, tapes
from alongside.store.ledger import Kept, LedgerRow
from alongside.store.tapes import TapeRow

__all__ = [
    "Written",
    "announce",
    "answer",
    "check",
    "check_before",
    "withdraw",
    "write",
]


@dataclass(frozen=True, slots=True)
class Written:
    """A result to hand to the store, by digest: `commit` gives what stands there afterwards."""

    commit: Callable[[sqlite3.Connection], Kept]
    digest: str


def write(
    call: Call, frame: Frame, *, output: Any = None, error: BaseException | None = None, seconds: float
) -> Written:
    """Return a leaf's result, ready for the store. Raises what refuses the value, before anything is kept."""
    check(call, frame)
    session = call.context.run.session
    of = f"step {call.spec.name}"
    if error is None:
        encoded = encode_value(session, output, of=of, place="answer")
    else:
        encoded = encode_value(session, _placed(session, error), of=of, place="error")
        load = partial(_blob, encoded.blobs, session.blobs.get)
        as_kept(error, rebuilt(decode(session.rooted.here(encoded.data), load, find_class)))
    asked = asked_of(call.asked)
    big = {**asked.texts, **encoded.blobs, encoded.digest: encoded.data}
    with unwatched():
        small = session.blobs.put_big(big)
    reads = frame.ordered_reads()
    kept = Kept(
        reads,
        "" if error else encoded.digest,
        encoded.digest if error else "",
        frame.usage.cost,
        frame.usage.tokens,
        seconds,
        frame.usage.resolved,
        session.clock(),
    )
    return Written(partial(_commit, call, kept, asked.outlines, small), encoded.digest)


def _commit(
    call: Call,
    kept: Kept,
    asked: Mapping[str, str],
    blobs: Mapping[str, bytes],
    connection: sqlite3.Connection,
) -> Kept:
    session, spec = call.context.run.session, call.spec
    stands = kept
    if spec.effect in {"pure", "model"}:
        for code in (call.code, *call.classes):
            if code.hash not in session.told:
                ledger.remember_code(connection, code.hash, _told(session, code))
                session.told.add(code.hash)
        for name, outline in asked.items():
            ledger.remember_asked(connection, name, outline)
        first = ledger.insert(connection, _row(call, kept), blobs, over=_is_refreshed(call))
        stands = kept if _is_asked_anew(call) else first
    if spec.effect != "pure":
        tapes.write(connection, _tape_row(call, stands, "settled"), blobs)
    return stands


def _told(session: Any, code: Code) -> dict[str, str]:
    """Return the pieces of a code hash for people: digests, and constants as they are written."""
    shown = {label: masked(session.secrets, text) for label, text in code.shown.items()}
    return {label: f"{part} {shown[label]}" if label in shown else part for label, part in code.parts.items()}


def _is_refreshed(call: Call) -> bool:
    """Whether a model's new answer takes the place of the kept one, for every later replay."""
    return call.spec.effect == "model" and call.context.run.refresh


def _is_asked_anew(call: Call) -> bool:
    """Whether a model was asked whatever is kept: the answer is this run's own, and on its tape."""
    return call.spec.effect == "model" and call.context.run.mode != "replay" and not call.spec.reuse


def announce(call: Call) -> None:
    """Write the outbox row of an external effect, on the disk before the call is made."""
    nothing = Kept((), "", "", 0, 0, 0.0, "", call.context.run.session.clock())
    row = _tape_row(call, nothing, "called")
    call.context.run.session.database.write(partial(tapes.write, row=row, blobs={}))


def withdraw(call: Call) -> None:
    """Take the outbox row of an external effect back: the run ended before the call was made."""
    place = {"step": call.spec.name, "args": call.args, "occurrence": call.occurrence}
    call.context.run.session.database.write(partial(tapes.withdraw, run=call.context.run.id, **place))


def _row(call: Call, kept: Kept) -> LedgerRow:
    reads = digest_parts(*(part for read in kept.reads for part in (read.kind, read.name, read.digest)))
    versions = json.dumps(dict(call.code.distributions))
    return LedgerRow(call.key, reads, call.spec.name, call.parts, versions, kept)


def _tape_row(call: Call, kept: Kept, state: str) -> TapeRow:
    run, spec = call.context.run, call.spec
    return TapeRow(
        run.id,
        spec.name,
        call.args,
        call.occurrence,
        spec.effect,
        call.code.hash,
        state,
        kept.output,
        kept.error,
        kept.cost,
        kept.tokens,
        kept.seconds,
        kept.resolved,
        call.shown,
        kept.recorded_at,
    )


_KEEP_IT = (
    "load it when the module is imported, or in a function under `functools.cache`, whose reads are followed"
)


def check(call: Call, frame: Frame) -> None:
    """Refuse a pure step that did what it mustn't, and any step that changed its inputs."""
    if frame.impure:
        raise DataError(
            "impure-step",
            f"step {call.spec.name} is pure, but {frame.impure}",
            fix=f"declare it {declared(frame.impure)}, or pass the value in",
        )
    mutated = changed_input(call)
    if mutated:
        raise _mutated(call, mutated)
    changed = changed_global(call.code) if call.spec.effect == "pure" else ""
    if changed:
        raise DataError(
            "impure-step",
            f"step {call.spec.name} is pure, but it changed the global {changed}",
            fix=f"return the value; or {_KEEP_IT}",
        )
    if call.spec.effect == "pure" and not restored(call.context.run.session.precision):
        raise DataError(
            "impure-step",
            f"step {call.spec.name} is pure, but it changed the decimal context for whatever runs later",
            fix="calculate in `with decimal.localcontext() as context:`, which puts it back",
        )


def check_before(call: Call) -> None:
    """Refuse a step that would start from a global that somebody changed: its answer would be kept for all."""
    effect = call.spec.effect
    changed = changed_global(call.code, objects=effect == "pure") if effect in {"pure", "model"} else ""
    if changed:
        raise DataError(
            "impure-step",
            f"the answer of step {call.spec.name} is kept by its arguments, but the global {changed} was changed before",
            fix=f"pass it as an argument; or {_KEEP_IT}",
        )


def _mutated(call: Call, name: str) -> DataError:
    return DataError(
        "mutated-input",
        f"step {call.spec.name} changed its input {name!r}",
        fix=f"work on a copy: `{name} = copy.deepcopy({name})`",
    )


def answer(call: Call, output: str, error: str, *, data: bytes | None = None) -> Any:
    """Return the decoded answer, or raise the kept exception again as the same type; `data` where it's at hand."""
    session = call.context.run.session
    blobs = session.blobs
    kept = blobs.get(output or error) if data is None else data
    value = decode(session.rooted.here(kept), blobs.get, find_class)
    if error:
        made = rebuilt(value)
        try:
            raise raised_at(made, value["place"]) if value.get("place") else made
        finally:  # whatever is being handled where it is raised again, it has none of its own
            object.__setattr__(made, "__context__", None)
    return value


def _placed(session: Session, error: BaseException) -> dict[str, Any]:
    where = place(error, session.origins.is_project)
    return told(error) if where is None else {**told(error), "place": list(where)}


def _blob(blobs: Mapping[str, bytes], load: Callable[[str], bytes], name: str) -> bytes:
    return blobs[name] if name in blobs else load(name)
