"""The changes: a hasty edit, one that looks closer, and what the corrections teach. Each is held against every case."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alongside.cli.demo.beats import Beat
from alongside.cli.demo.edits import PARAMETER, Edit, Misread, edits_for
from alongside.cli.demo.sitting import Sitting, compared, cut, named
from alongside.cli.demo.writing import workflow
from alongside.core.counting import counted
from alongside.store.engagement_file import FILE, set_value
from alongside.views.figures import seconds, share

if TYPE_CHECKING:
    from alongside.evals.comparison import Comparison

__all__ = ["edit", "edits_at_hand", "learn", "no_edit", "nothing_learned", "teaches"]

_SHOWN = 3


def edits_at_hand(sitting: Sitting) -> tuple[Edit, ...]:
    """Return the edits that the failures suggest, the featured document's first."""
    stems = sorted(sitting.cases, key=lambda stem: (stem != sitting.featured, stem))
    return edits_for(
        Misread(name, read.printed, str(read.value), wanted)
        for stem in stems
        for name, (read, wanted) in sitting.wrong(stem, sitting.runs[stem]).items()
        if sitting.play.truth.types[name] == "date"
    )


def no_edit() -> Beat:
    """Say why no code is edited."""
    return Beat(
        "No rule to write",
        (
            "No date was read the other way round, so there is none of the edits that this story knows to try.",
        ),
        "a rule is worth its line only where a case asks for it. The corrections teach the rest.",
    )


def edit(sitting: Sitting, edit: Edit, *, hasty: bool) -> tuple[Beat, bool]:
    """Edit the step, replay, and keep the edit only where it fixes something and breaks nothing.

    Returns the beat and whether the edit stays.
    """
    play, file = sitting.play, sitting.workflow_file
    settings = play.root / FILE
    before = {path: path.read_bytes() for path in (file, settings)}
    after = workflow(play.workflow, play.shape, play.truth.types, tidy=edit.tidy, needs_rules=True)
    file.write_text(after, encoding="utf-8")
    set_value(play.root, ("params", PARAMETER), edit.pattern)
    sitting.bench.reload()
    comparison = sitting.replay()
    verdict = (
        sitting.bench.gate(options=sitting.options, progress=sitting.case_done) if comparison.broken else None
    )
    stays = bool(comparison.fixed) and not comparison.broken
    if not stays:
        for path, data in before.items():
            path.write_bytes(data)
        sitting.bench.reload()
    told, facts = compared(sitting, comparison)
    lines = [
        f"Kim edits `tidy` in workflows/{file.name}: month first, {edit.says}. Which those are says `{PARAMETER}` in {FILE}.",
        *told,
    ]
    if comparison.fixed:
        lines.append(f"  fixed: {named(comparison, comparison.fixed)}")
    lines += _broken(comparison)
    lines.append(_fate(comparison, gate_refuses=verdict is not None and not verdict.passed))
    return Beat(
        "A hasty edit is refused"
        if comparison.broken
        else "An edit that breaks nothing"
        if stays
        else "An edit that fixes nothing",
        tuple(lines),
        _moral(comparison, hasty=hasty),
        ("alongside replay", *(("alongside gate",) if comparison.broken else ())),
        {
            "pattern": edit.pattern,
            "kept": stays,
            "replay": facts,
            "broken_names": [comparison.now[c].case.name for c in comparison.broken],
        },
    ), stays


def teaches(sitting: Sitting) -> bool:
    """Whether there is a train case whose document could be read."""
    return any(
        case.split == "train" and sitting.runs[stem].status == "done" for stem, case in sitting.cases.items()
    )


def nothing_learned(sitting: Sitting) -> Beat:
    """Say why nothing was learned."""
    held_out = sum(case.split == "held-out" for case in sitting.cases.values())
    return Beat(
        "Nothing to learn from",
        (
            f"Of {counted(len(sitting.cases), 'case')}, {held_out} are held out, and of the others none could be read.",
        ),
        "a model learns from documents that could be read, corrected by somebody, and not kept for measuring.",
    )


def learn(sitting: Sitting) -> Beat:
    """Learn once from all corrections, and replay."""
    began = time.perf_counter()
    (model, *_) = sitting.bench.learn(progress=sitting.progress).models
    took = time.perf_counter() - began
    comparison = sitting.replay()
    told, facts = compared(sitting, comparison)
    counting = [result for result in comparison.now.values() if result.counts]
    held_out = [result for result in counting if result.case.split == "held-out"]
    unread = sum(result.has_failed for result in counting if result.case.split == "train")
    passed = sum(result.status == "passed" for result in counting)
    before = sum(result.status == "passed" for result in comparison.before.values())
    in_sample = _in_sample(sitting)
    fields = _by_field(comparison)
    lines = [
        f"{counted(len(model.corrections), 'correction')} learned in {seconds(took)}"
        f"{', kept from the last demo' if model.kept else ''}: one model to serve, {len(model.folds)} to measure with.",
        *told,
        *_broken(comparison),
        f"Right before and now: {', '.join(f'{name} {old} -> {new}' for name, (old, new) in fields.items())}.",
        f"The gate counts {share(passed, len(counting))}, up from {before}: {len(held_out)} held out, "
        f"{len(counting) - len(held_out) - unread} answered by a model that never saw them (it may know their vendors)"
        f"{f', {unread} that could not be read' if unread else ''}.",
        f"It doesn't count {share(*in_sample, note='in-sample')}: documents read by the model they taught.",
    ]
    return Beat(
        "What Dana corrected becomes a small local model",
        tuple(lines),
        "no key, no network, no price per page; and it gets better with each correction.",
        ("alongside learn", "alongside replay"),
        {
            "corrections": len(model.corrections),
            "kept": model.kept,
            "replay": facts,
            "counted": len(counting),
            "passed": passed,
            "passed_before": before,
            "fields": fields,
            "in_sample": {"right": in_sample[0], "of": in_sample[1]},
            "learn_seconds": round(took, 3),
        },
    )


def _by_field(comparison: "Comparison") -> dict[str, tuple[int, int]]:
    """Return for each field how many cases had it right before, and have now."""
    before, now = (
        Counter(
            field for result in results.values() for (_, field), rate in result.rates.items() if rate == 1.0
        )
        for results in (comparison.before, comparison.now)
    )
    return {name: (before[name], now[name]) for name in sorted({*before, *now})}


def _in_sample(sitting: Sitting) -> tuple[int, int]:
    """Return (right, of how many): the documents that taught, read by the model that learned from them."""
    taught = [sitting.file(stem) for stem, case in sitting.cases.items() if case.split == "train"]
    runs = sitting.run_all(taught, version=sitting.bench.snapshot(), what="reading again", mode="replay")
    return sum(not sitting.wrong(stem, run) for stem, run in runs.items()), len(runs)


def _broken(comparison: "Comparison") -> Sequence[str]:
    lines = [
        f"  broken: {result.case.name}: {cut('; '.join(result.reasons))}"
        for result in comparison.broken_results[:_SHOWN]
    ]
    more = len(comparison.broken) - _SHOWN
    return [*lines, f"  and {more} more"] if more > 0 else lines


def _fate(comparison: "Comparison", *, gate_refuses: bool) -> str:
    if comparison.broken:
        return f"{'The gate says no. ' if gate_refuses else ''}Kim takes the edit back; nobody has met it."
    return (
        "The edit stays."
        if comparison.fixed
        else "Kim takes it back: code that changes nothing is only in the way."
    )


def _moral(comparison: "Comparison", *, hasty: bool) -> str:
    if comparison.broken:
        return "it mended the case on the table. Only every other case could say what it cost."
    if not comparison.fixed:
        return "a change is worth what its cases say."
    again = "" if hasty else " The same fix, with a closer look."
    return f"what was parsed and extracted is proven unchanged by its keys, so it isn't done again.{again}"
