"""A run with as many spans as one likes: turns of steps below steps, a few of them slow, failed or kept."""

from dataclasses import replace

from alongside.core.run import Run, Span
from alongside.store import runs
from alongside.workbench import Workbench

__all__ = ["add_long_run"]

RUN = "run_0000000000010000"
STARTED = 1_800_000_000.0


def add_long_run(bench: Workbench, *, spans: int) -> str:
    """Store the run and return its id."""
    root = _span(0, "", "answer", kind="workflow", seconds=spans * 0.01)
    made = [root]
    turn = root
    for number in range(1, spans):
        if number % 20 == 1:
            turn = _span(number, root.id, "turn", kind="step", seconds=0.19)
            made.append(turn)
        else:
            made.append(_leaf(number, turn.id))
    run = Run(
        RUN, "answer", "0" * 64, "new", "", {}, "done", "", "", STARTED, spans * 0.01, 0, 0, spans * 0.01
    )
    bench.database.write(lambda connection: runs.save(connection, run, made))
    return run.id


def _leaf(number: int, parent: str) -> Span:
    step = ("search", "read-page", "note")[number % 3]
    span = _span(number, parent, step, kind="leaf", seconds=0.009)
    if number % 1999 == 0:
        return replace(span, error="TimeoutError: the page <b>didn't</b> answer")
    if number % 2500 == 2:
        return replace(span, seconds=2.5)
    return replace(span, status="kept") if number % 7 == 0 else span


def _span(number: int, parent: str, step: str, *, kind: str, seconds: float) -> Span:
    return Span(
        f"sp_{number:06}",
        parent,
        f"workflows.all.{step}",
        kind,  # pyright: ignore[reportArgumentType]
        "read" if kind == "leaf" else "pure",
        "executed",
        "",
        (("code", "0" * 64),),
        (),
        "",
        "",
        STARTED + number * 0.01,
        seconds,
    )
