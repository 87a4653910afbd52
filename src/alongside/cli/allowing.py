"""`replay --allow STEP`: calls that no tape answers are shown with their exact arguments and made only if approved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from alongside.cli.screen import Screen

if TYPE_CHECKING:
    from alongside.core.case import Case
    from alongside.evals.comparison import Comparison
    from alongside.workbench import Workbench

__all__ = ["replay_allowing"]

Replay = Callable[["Sequence[Case]", Mapping[str, str]], "Comparison"]
"""(cases; by case the run to go on with)."""


def replay_allowing(
    screen: Screen, bench: "Workbench", replay: Replay, cases: "Sequence[Case]", *, by: str
) -> "Comparison":
    """Replay; ask about each call that somebody may approve; replay the cases whose calls were approved, and so on.

    A case goes on with its own run, so a call that was made is never made again. Where nobody can be asked, nothing is approved, and those cases stay not run.
    """
    from alongside.evals.comparison import compare

    whole = replay(cases, {})
    again = _approved(screen, bench, whole, by)
    while again:
        part = replay(again, {case.id: whole.now[case.id].outcome.run for case in again})
        now, before = {**whole.now, **part.now}, {**whole.before, **part.before}
        seconds = whole.seconds + part.seconds
        ours, theirs = (one + other for one, other in zip(whole.spent, part.spent, strict=True))
        whole = compare(whole.candidate, whole.baseline, now, before, seconds=seconds, spent=(ours, theirs))
        asked = {case.id for case in again}
        again = _approved(screen, bench, replace(whole, now={one: now[one] for one in asked}), by)
    return whole


def _approved(screen: Screen, bench: "Workbench", comparison: "Comparison", by: str) -> "list[Case]":
    """Ask, record each yes, and return the cases to replay."""
    from alongside.workbench.upkeep import approve_call

    cases: list[Case] = []
    for result in comparison.now.values():
        wanted = result.outcome.wanted
        if not wanted or not screen.asks():
            continue
        question = f"case {result.case.name} would call {wanted[2]}\nmake this call, once? y/N: "
        if click.prompt(question, prompt_suffix="", default="", show_default=False, err=True).strip() in {
            "y",
            "yes",
        }:
            approve_call(bench, wanted, by=by)
            cases.append(result.case)
    return cases
