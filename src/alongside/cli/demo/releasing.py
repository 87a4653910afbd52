"""The last beats: the gate, the release, the same document once more, and the way back."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alongside.cli.demo.beats import Beat
from alongside.cli.demo.sitting import Reading, Sitting, cut
from alongside.core.counting import counted
from alongside.core.digest import short
from alongside.engine.why import why

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.release.gate import GateVerdict

__all__ = ["arrived", "gate_and_ship", "not_shipped", "served", "there_and_back"]

_SHOWN = 2
_WORTH = 4
"""So many cases must be fixed for each one that Kim takes as broken."""


def gate_and_ship(sitting: Sitting) -> tuple[Beat, bool]:
    """Hold the working tree against the definition of done and ship it where it passes. Returns whether it did.

    Where only broken cases stand in the way, and few beside the fixed ones, Kim takes them by name.
    """
    bench = sitting.bench
    verdict = bench.gate(options=sitting.options, progress=sitting.case_done)
    taken = _take_broken(sitting, verdict)
    if taken:
        verdict = bench.gate(options=sitting.options, progress=sitting.case_done)
    lines = [f"  {item.status:8} {item.name}: {cut(item.evidence)}" for item in verdict.items]
    lines += [f"  not checked: {what}" for what in verdict.not_checked]
    lines += _still_failing(sitting)
    if taken:
        lines.append(
            f"Kim takes {counted(taken[0], 'broken case')} by name: {taken[1]}. The record keeps it."
        )
    if verdict.passed:
        release, _ = bench.ship(
            options=sitting.options, progress=sitting.case_done, by="Kim", reason="Dana's corrections"
        )
        lines.append(f"Version {short(release.version)} is live in place of {short(release.previous)}.")
    accept = (f'alongside gate --accept CASE --by Kim --reason "{taken[1]}"',) if taken else ()
    ship = ("alongside ship --by Kim",) if verdict.passed else ()
    beat = Beat(
        "The gate says yes, and it ships" if verdict.passed else "The gate says no",
        tuple(lines),
        "nobody has to believe anybody: each line has its evidence, and the verdict is kept with the release.",
        ("alongside gate", *accept, *ship),
        _facts(verdict, taken),
    )
    return beat, verdict.passed


def _take_broken(sitting: Sitting, verdict: "GateVerdict") -> tuple[int, str] | None:
    """Accept the broken cases where nothing else is unmet; returns how many, and the reason given."""
    closed = [item for item in verdict.items if item.status != "met"]
    if [item.name for item in closed] != ["nothing broken"]:
        return None
    comparison = sitting.replay()
    broken, fixed = len(comparison.broken), len(comparison.fixed)
    if broken * _WORTH > fixed:
        return None
    reason = f"{fixed} fixed for {broken} broken, which stay failing cases"
    version = sitting.bench.snapshot()
    for case in comparison.broken:
        sitting.bench.accept_break(version, case=case, by="Kim", reason=reason)
    return broken, reason


def not_shipped(sitting: Sitting) -> Beat:
    """Say what is live after the gate's no, and what a person could do."""
    live = sitting.bench.live()
    return Beat(
        "So nothing ships",
        (
            f"Version {short(live.id) if live else 'none'} stays live; there is nothing to roll back.",
            "Kim can correct more, change the workflow, or take a broken case by name and with a reason:",
            "  alongside gate --accept CASE --by NAME --reason TEXT",
        ),
        "a gate that always opens is no gate.",
    )


def served(sitting: Sitting) -> Beat:
    """Read the featured document, and one that was held out, with the live version."""
    lines: list[str] = []
    facts: dict[str, dict[str, Any]] = {}
    for stem in _worth_showing(sitting):
        outcome = sitting.serve(sitting.file(stem))
        sitting.say(stem, outcome)
        read, wrong = sitting.readings(outcome), sitting.wrong(stem, outcome)
        before = sitting.wrong(stem, sitting.runs[stem])
        taught = "it taught" if sitting.cases[stem].split == "train" else "held out: it never taught"
        lines.append(f"{sitting.file(stem).name} ({taught}), run {outcome.run}:")
        lines += [
            f"  {_before_and_now(name, old, read[name], name not in wrong)}"
            for name, (old, _) in before.items()
            if name in read
        ]
        lines += [
            f"  {name}: {cut(str(now))} (wrong now; the first version read it rightly: {cut(wanted)})"
            for name, (now, wanted) in wrong.items()
            if name not in before
        ]
        facts[stem] = {
            "run": outcome.run,
            "right": not wrong,
            "wrong_before": sorted(before),
            "wrong_now": sorted(wrong),
            "split": sitting.cases[stem].split,
        }
    lines.append("`alongside serve` answers the same, over HTTP on this machine.")
    run, step, reason = _why(sitting)
    lines.append(f"Why not as before? {cut(reason)}.")
    return Beat(
        "The same document, in front of the same person",
        tuple(lines),
        f"{_mended(facts[sitting.featured])} Each run bears the version that made it.",
        (f"alongside run {sitting.play.workflow} --live {_shown(sitting)}", f"alongside why {run} {step}"),
        {"documents": facts, "why": {"run": run, "step": step, "reason": reason}},
    )


def _mended(shown: dict[str, Any]) -> str:
    """Say of the document on the table whether the fix reached it."""
    left = set(shown["wrong_before"]) & set(shown["wrong_now"])
    if not shown["wrong_now"]:
        return "the fix is live where the failure was seen, in the same sitting."
    if len(left) < len(shown["wrong_before"]):
        mended = len(shown["wrong_before"]) - len(left)
        return f"{mended} of {counted(len(shown['wrong_before']), 'error')} mended where they were seen; the rest stays a failing case."
    return (
        "what was mended is in other documents. This one stays a failing case, and the gate counts it as one."
    )


def there_and_back(sitting: Sitting) -> Beat:
    """Roll back, look, and roll forward again."""
    bench = sitting.bench
    new = bench.live()
    answered = sitting.serve(sitting.file(sitting.featured))
    sitting.say(sitting.featured, answered)
    now = sitting.wrong(sitting.featured, answered)
    began = time.perf_counter()
    bench.rollback(by="Kim", reason="to show the way back")
    took = time.perf_counter() - began
    old = bench.live()
    outcome = sitting.serve(sitting.file(sitting.featured))
    sitting.say(sitting.featured, outcome)
    then = sitting.wrong(sitting.featured, outcome)
    again = time.perf_counter()
    bench.rollback(by="Kim", reason="and forward again")
    forward = time.perf_counter() - again
    assert old is not None
    assert new is not None
    name = sitting.file(sitting.featured).name
    return Beat(
        "Back, and forward again",
        (
            f"Back to {short(old.id)} in {took * 1000:.1f} ms: {name} is read with {_errors(len(then), len(now))}.",
            f"Forward to {short(new.id)} in {forward * 1000:.1f} ms. Versions are kept whole; only a pointer moves.",
        ),
        "shipping at five in the afternoon is a small risk when the way back is this short.",
        ("alongside rollback", "alongside rollback", "alongside release list"),
        {
            "back_seconds": took,
            "forward_seconds": forward,
            "live": new.id,
            "previous": old.id,
            "wrong_before": len(then),
            "wrong_now": len(now),
        },
    )


def _errors(then: int, now: int) -> str:
    """Say with how many errors the version before reads the document, beside the one that was live."""
    if then == now:
        return f"{counted(then, 'error')}, as the new version reads it too"
    return f"{counted(then, 'error')} again; the new version makes {now or 'none'}"


def arrived(sitting: Sitting) -> Beat:
    """Have three more documents come in, which nobody has judged: they wait in the inbox."""
    from alongside.cli.demo.documents import arrive

    play = sitting.play
    files = arrive(play.root / "documents", seed=play.seed)
    outcomes = {file: sitting.serve(file) for file in files}
    wrong = [file.name for file, printed in files.items() if not _all_right(sitting, outcomes[file], printed)]
    lines = [f"{counted(len(files), 'more document')} came in, and the live version answered:"]
    for file, outcome in outcomes.items():
        read = ", ".join(f"{name} {cut(str(one))}" for name, one in sitting.readings(outcome).items())
        lines.append(f"  {file.name}: {read or outcome.error}")
    lines.append(
        f"Nobody has judged them; {len(wrong)} of {len(files)} misread. They wait in the inbox of `alongside serve`."
    )
    return Beat(
        "New documents wait to be judged",
        tuple(lines),
        "the loop goes round again from here, in a browser or on a phone: wrong, then touch the right figure.",
        (f"alongside run {play.workflow} --live {' '.join(f'documents/{file.name}' for file in files)}",),
        {"waiting": {file.name: outcome.run for file, outcome in outcomes.items()}, "misread": wrong},
    )


def _all_right(sitting: Sitting, outcome: "Outcome", printed: Mapping[str, str]) -> bool:
    read, truth = sitting.readings(outcome), sitting.play.truth
    return all(
        name in read and truth.is_right(name, text, read[name].value) for name, text in printed.items()
    )


def _why(sitting: Sitting) -> tuple[str, str, str]:
    """Return (run, step, reason): why the extractor ran again when the live version was held against the case."""
    step = f"{sitting.play.workflow}-fields"
    now = sitting.replay().now
    stems = sorted(sitting.cases, key=lambda stem: stem != sitting.featured)
    outcomes = (now[sitting.cases[stem].id].outcome for stem in stems)
    run = next(outcome.run for outcome in outcomes if outcome.status == "done")
    bench = sitting.bench
    (reason, *_) = why(bench.database, bench.blobs, run=bench.find_run(run), step=step).reasons
    return run, step, reason.text


def _worth_showing(sitting: Sitting) -> list[str]:
    """Return the featured document, and the first held-out one that was wrong."""
    held_out = [
        stem
        for stem, case in sitting.cases.items()
        if case.split == "held-out" and stem != sitting.featured and sitting.wrong(stem, sitting.runs[stem])
    ]
    return [sitting.featured, *held_out[:1]]


def _before_and_now(name: str, before: Reading, now: Reading, right: bool) -> str:  # noqa: FBT001
    return f"{name}: {cut(str(now))} ({'right' if right else 'still wrong'}; the first version read {cut(str(before))})"


def _shown(sitting: Sitting) -> str:
    name = sitting.file(sitting.featured).name
    return f"{sitting.play.shown.removesuffix('*')}{name}"


def _still_failing(sitting: Sitting) -> list[str]:
    failing = [result for result in sitting.replay().now.values() if result.status != "passed"]
    lines = [
        f"  {'fails':8} {result.case.name}: {cut('; '.join(result.reasons))}" for result in failing[:_SHOWN]
    ]
    more = len(failing) - _SHOWN
    return [*lines, *([f"  {'':8} and {more} more"] if more > 0 else [])]


def _facts(verdict: "GateVerdict", taken: tuple[int, str] | None) -> dict[str, object]:
    return {
        "passed": verdict.passed,
        "version": verdict.version,
        "counted": verdict.counted,
        "accepted": taken[0] if taken else 0,
        "items": {item.name: [item.status, item.evidence] for item in verdict.items},
    }
