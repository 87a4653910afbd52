"""What a step leaves on its run: a span, and its part of what the run cost."""

from functools import partial
from typing import Any

from alongside.core.run import Span
from alongside.engine.call import Call, masked
from alongside.engine.context import Frame
from alongside.engine.exceptions import NOT_KEPT
from alongside.engine.recall import Recalled
from alongside.store import runs
from alongside.store.ledger import Kept

__all__ = ["broken_off", "trace"]

_BROKEN_OFF = f"under way when its run ended\n{NOT_KEPT}the run ended first"


def trace(
    call: Call, span: str, found: Recalled, started: float, kind: Any, error: str, *, counts: bool = True
) -> None:
    """Add a step that ended to its run: its span, and where it `counts` what it took.

    Where the run's record is on its way already, only what it cost is added to that.
    """
    run, kept = call.context.run, found.kept
    made = _span(call, span, found, started, kind=kind, error=error)
    counts, executed = counts and kind == "leaf", found.status == "executed"
    with run.lock:
        late = run.told
        if not late:
            run.spans.append(made)
        if not late and counts:
            run.tally = run.tally.plus(
                effect=call.spec.effect, executed=executed, cost=kept.cost, seconds=kept.seconds
            )
        if kept.resolved:
            config, _, model = kept.resolved.rpartition("|")
            run.resolved.add((config or call.spec.name, model))
    if late:
        if counts and executed and kept.cost != 0:
            run.session.database.submit(partial(runs.charge, run=run.id, cost=kept.cost))
    elif run.tell is not None:
        run.tell({"step": call.spec.name})


def _span(call: Call, span: str, found: Recalled, started: float, *, kind: Any, error: str) -> Span:
    run, spec, kept = call.context.run, call.spec, found.kept
    return Span(
        span,
        call.context.frame.span,
        spec.name,
        kind,
        spec.effect,
        "open" if kind == "step" else found.status,
        call.key,
        call.parts,
        kept.reads,
        kept.output,
        masked(run.session.secrets, error),
        started,
        kept.seconds,
        kept.cost,
        kept.tokens,
        kept.resolved,
    )


def broken_off(call: Call, frame: Frame, started: float) -> Span:
    """Return the span of a step that the run's end found under way."""
    whole = frame.children == 0 or call.spec.effect in {"read", "external"}
    seconds = call.context.run.session.clock() - started - frame.waited
    nothing = Kept((), "", "", 0, 0, seconds, "", started)
    return _span(
        call,
        frame.span,
        Recalled("executed", nothing),
        started,
        kind="leaf" if whole else "step",
        error=_BROKEN_OFF,
    )
