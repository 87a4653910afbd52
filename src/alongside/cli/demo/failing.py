"""The first three beats: an engagement, a first version on real documents, and somebody who says "that's wrong"."""

import shlex
import time
from collections import Counter
from pathlib import Path

from alongside.cli.demo.beats import Beat
from alongside.cli.demo.edits import is_turned
from alongside.cli.demo.sitting import Reading, Sitting, cut, listed
from alongside.cli.demo.stage import Play
from alongside.cli.demo.truth import Ordered
from alongside.cli.demo.writing import definition_of_done, workflow
from alongside.core.counting import counted, percent
from alongside.core.digest import short
from alongside.store.engagement_file import FILE, load_engagement
from alongside.store.engagement_template import write_new
from alongside.views.figures import seconds

__all__ = ["engagement", "first_version", "that_is_wrong", "the_rest"]

_REASON = "a first version, for Dana to judge"
_OUR_GOALS = {"company": 0.75, "date": 0.8, "total": 0.8}
_OUR_NOTE = """\
The definition of done. The gate takes the one-sided 90 % lower bound of a share, so few cases prove little:
36 of 36 right prove 93.8 %, 34 prove 85.8 %, 32 prove 79.0 %. The goals below are what three dozen documents can
prove; with three hundred, write 0.95."""
_OUR_LIMITS = """
[limits]
seconds_per_run = 120
"""
_GIVEN_GOAL = 0.4
_GIVEN_NOTE = """\
The definition of done. The gate takes the one-sided 90 % lower bound of a share, over cases that taught nothing.
These goals are the demo's guess, and low: it has never met such documents. Write what your customer signs."""


def engagement(play: Play) -> Beat:
    """Write the engagement's files."""
    write_new(play.root, customer=play.customer)
    types = play.truth.types
    goals = {name: _OUR_GOALS[name] if play.is_made_up else _GIVEN_GOAL for name in types}
    promises = [(f"{name} is right", f"field:{name}", goal) for name, goal in goals.items()]
    if play.is_made_up:
        promises.append(("whole documents are right", "cases", 0.7))
    note = _OUR_NOTE if play.is_made_up else _GIVEN_NOTE
    limits = _OUR_LIMITS if play.is_made_up else ""
    told = definition_of_done(play.customer, promises, note=note, limits=limits)
    (play.root / FILE).write_text(told, encoding="utf-8")
    code = play.root / "workflows" / f"{play.workflow}.py"
    code.write_text(workflow(play.workflow, play.shape, types), encoding="utf-8")
    done = load_engagement(play.root).done
    lines = [f"The customer is {play.customer}. {FILE} says when the work is done:"]
    lines += [
        f"  {promise.name} on at least {percent(promise.at_least)} of documents"
        for promise in done
        if promise.at_least is not None
    ]
    lines.append(f"workflows/{code.name} reads {', '.join(types)}: {_length(code)} lines of ordinary Python.")
    lines += [*_ordered(play), *_left_out(play), *_kept_as_text(play)]
    return Beat(
        "One folder, one customer, and a written definition of done",
        tuple(lines),
        "the sponsor will ask whether it is done. The gate answers from this file, and so does the report.",
        (
            f"alongside init {play.root.name} --customer {shlex.quote(play.customer)}",
            f"cd {play.root.name}",
            f"$EDITOR {FILE} workflows/{code.name}",
        ),
        {
            "customer": play.customer,
            "fields": dict(types),
            "promises": {p.name: p.at_least for p in done},
            "date_orders": [one._asdict() for one in play.truth.ordered],
            "left_out": [one._asdict() for one in (*play.truth.unread, *play.truth.odd)],
            "kept_as_text": [
                one._asdict() | {"example": one.example._asdict()} for one in play.truth.doubtful
            ],
        },
    )


_CALLED = {"date": "a date", "Decimal": "an amount"}
_FIRST = {"dmy": "day", "mdy": "month", "ymd": "year"}


def _ordered(play: Play) -> list[str]:
    """Return a line for each field of dates in figures that may be two days."""
    return [
        f"{one.field} is read {_FIRST[one.order]} first: {cut(one.stated)} is {one.day}; {_shown(one, play.source)}."
        for one in play.truth.ordered
    ]


def _shown(one: Ordered, source: str) -> str:
    if one.order == "ymd":
        return "only so are all its dates of neighbouring years"
    return f"{cut(one.shown_by)} shows it" if one.shown_by else f"nothing in {source} says otherwise"


def _left_out(play: Play) -> list[str]:
    """Return a line for each field of which the truth states what is no value of its type, or of none."""
    truth = play.truth
    lines: list[str] = []
    for found, is_odd in ((truth.unread, False), (truth.odd, True)):
        for name in dict.fromkeys(one.field for one in found):
            left = [f"{one.stem} {cut(one.stated)!r}" for one in found if one.field == name]
            told = sum(one.field == name for one in (*truth.unread, *truth.odd))
            stated = told + sum(name in row for row in truth.values.values())
            what = "neither text nor a number" if is_odd else f"can't be read as {_CALLED[truth.types[name]]}"
            verb = ("is " if len(left) == 1 else "are ") if is_odd else ""
            lines.append(
                f"{play.source} states {name} of {counted(stated, 'document')}; {len(left)} {verb}{what}, "
                f"and left out: {listed(left)}."
            )
    return lines


def _kept_as_text(play: Play) -> list[str]:
    """Return a line for each field that might have been meant as dates or amounts, and is text."""
    return [
        f"{play.source} states {one.field} of {counted(one.stated, 'document')}; {one.read} can be read as "
        f"{_CALLED[one.kind]}, but not {one.example.stem} {cut(one.example.stated)!r}: {one.field} is text."
        for one in play.truth.doubtful
    ]


def first_version(sitting: Sitting) -> Beat:
    """Read every document with nothing learned, and make that version live by override."""
    bench, play = sitting.bench, sitting.play
    sitting.first = bench.snapshot()
    began = time.perf_counter()
    sitting.runs = sitting.run_all(play.files, version=sitting.first, what="reading document")
    took = time.perf_counter() - began
    bench.ship(options=sitting.options, progress=sitting.case_done, by="Kim", reason=_REASON, override=True)
    executed, kept = (
        sum(getattr(run, what) for run in sitting.runs.values()) for what in ("executed", "kept")
    )
    failed = {stem: run.error for stem, run in sitting.runs.items() if run.status != "done"}
    lines = [
        f"{counted(len(play.files), 'document')} read in {seconds(took)} ({_kinds(play)}): "
        f"{executed} steps executed, {kept} kept{' from the last demo' if kept else ''}.",
        "Scans are read by OCR on this machine. Nobody has corrected anything yet.",
        f"Version {short(sitting.first.id)} is live, past the gate: there are no cases to show anything with.",
        f'The record keeps who and why: Kim, "{_REASON}".',
    ]
    lines += [f"  {sitting.file(stem).name} could not be read: {error}" for stem, error in failed.items()]
    return Beat(
        "A first version reads every document",
        tuple(lines),
        "people judge what they see on their own documents, and that can begin within the hour.",
        (
            f"alongside run {play.workflow} {play.shown}",
            f'alongside ship --override --by Kim --reason "{_REASON}"',
        ),
        {
            "documents": len(play.files),
            "failed": failed,
            "steps": {"executed": executed, "kept": kept},
            "version": sitting.first.id,
        },
    )


def that_is_wrong(sitting: Sitting) -> Beat | None:
    """Judge the document that shows most; None where everything that was read is right."""
    wrong = {stem: found for stem, run in sitting.runs.items() if (found := sitting.wrong(stem, run))}
    if not wrong:
        return None
    sitting.featured = stem = min(wrong, key=lambda one: _telling(sitting, one, wrong[one]))
    began = time.perf_counter()
    words = _judge(sitting, stem)
    took = time.perf_counter() - began
    case, run = sitting.cases[stem], sitting.runs[stem].run
    file = sitting.bench.cases().paths[case.id].relative_to(sitting.play.root).as_posix()
    lines = [f"Dana has {sitting.file(stem).name} before her, and what was read from it:"]
    lines += [f"  {_correction(name, read, wanted)}" for name, (read, wanted) in wrong[stem].items()]
    lines.append(f"{seconds(took)} later it is case {case.id}, {_role(case.split)}: {file}")
    lines.append(f"No person sits here: what Dana says comes from {sitting.play.source}.")
    return Beat(
        '"That\'s wrong": the failure is a case',
        tuple(lines),
        "the document, what was read and what is right are frozen. It can't be forgotten, nor come back unseen.",
        (f"alongside review {run} {words}", f"alongside case add {run}"),
        {
            "document": sitting.file(stem).name,
            "case": case.id,
            "file": file,
            "split": case.split,
            "run": run,
            "wrong": {
                name: {
                    "read": read.value,
                    "printed": read.printed,
                    "right": wanted,
                    "place": read.shown.place,
                }
                for name, (read, wanted) in wrong[stem].items()
            },
        },
    )


def the_rest(sitting: Sitting) -> Beat:
    """Judge every other document, and make each a case."""
    for stem in sitting.runs:
        if stem not in sitting.cases:
            _judge(sitting, stem)
    wrong = {stem: found for stem in sitting.cases if (found := sitting.wrong(stem, sitting.runs[stem]))}
    fields = Counter(name for found in wrong.values() for name in found)
    held_out = sum(case.split == "held-out" for case in sitting.cases.values())
    right, cases = len(sitting.cases) - len(wrong), len(sitting.cases)
    which = f" ({', '.join(f'{name} {count}' for name, count in fields.most_common())})" if fields else ""
    return Beat(
        "Dana goes through the others",
        (
            f"{counted(cases, 'case')} now: {right} right as they were read, {len(wrong)} with something wrong{which}.",
            f"{cases - held_out} teach; {held_out} are held out: they measure, and never teach.",
        ),
        "what is right is worth a case too: it is what the next change may break.",
        ("alongside review --by Dana", "alongside case add RUN   # once for each"),
        {"cases": cases, "right": right, "wrong": dict(fields), "held_out": held_out},
    )


def _judge(sitting: Sitting, stem: str) -> str:
    """Say what is wrong and that the rest is right, make the run a case, and return the words as one types them."""
    bench, run = sitting.bench, sitting.runs[stem].run
    wrong = sitting.wrong(stem, sitting.runs[stem])
    known = sitting.play.truth.values[stem]
    for name, (read, wanted) in wrong.items():
        bench.judge(run, "wrong", field=name, expected=wanted, box=read.shown.box, by="Dana")
    rest = [name for name in known if name not in wrong]
    if sitting.runs[stem].status != "done":  # it gave no answer: nothing about it is right
        said = ""
    elif known.keys() == sitting.play.truth.types.keys():
        bench.judge(run, "right", by="Dana")
        said = "--rest-right"
    else:  # what the truth doesn't say, nobody has judged
        for name in rest:
            bench.judge(run, "right", field=name, by="Dana")
        said = " ".join(f"--right {name}" for name in rest)
    sitting.cases[stem] = bench.add_case(run)
    corrected = " ".join(f"--wrong {shlex.quote(f'{name}={wanted}')}" for name, (_, wanted) in wrong.items())
    return " ".join(part for part in (corrected, said, "--by Dana") if part)


def _correction(name: str, read: Reading, wanted: str) -> str:
    printed = f', printed "{cut(read.printed)}"' if read.printed != str(read) else ""
    at = f", {read.shown.place}" if read.shown.boxes else ""
    return f"{name}: read {cut(str(read))}{printed}{at}. Dana says: {wanted}"


def _role(split: str) -> str:
    return "held out (it measures, it doesn't teach)" if split == "held-out" else "to teach"


def _telling(
    sitting: Sitting, stem: str, wrong: dict[str, tuple[Reading, str]]
) -> tuple[bool, bool, int, str]:
    """Order documents by how well they show a failure: read at all, a date turned round, little else wrong."""
    is_unread = sitting.runs[stem].status != "done"
    return is_unread, not _has_turned_date(wrong), len(wrong), stem


def _has_turned_date(wrong: dict[str, tuple[Reading, str]]) -> bool:
    return any(is_turned(str(read.value), wanted) for read, wanted in wrong.values())


def _kinds(play: Play) -> str:
    kinds = Counter(file.suffix.lstrip(".").lower() for file in play.files)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def _length(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())
