"""What `doctor` looks at: the installation first, then the engagement, each finding with how to mend it."""

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from alongside.core.case import Case
from alongside.core.counting import counted
from alongside.core.digest import short
from alongside.core.errors import AlongsideError, DataError
from alongside.core.run import Run
from alongside.policy.limits import documents_stay
from alongside.store import runs, versions
from alongside.store.git_files import taken_files, tracked_files
from alongside.workbench.documents_here import take_in
from alongside.workbench.extras import EXTRAS, extra_version

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["Finding", "examine_engagement", "examine_installation"]

_OLDEST = (3, 11)
_MANY = 1000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `wrong` makes the doctor's answer no; a `note` is only told."""

    what: str
    status: Literal["fine", "note", "wrong"]
    told: str
    fix: str = ""


def examine_installation() -> list[Finding]:
    """Return what Python, the required parts, the OCR data and the extras are like."""
    return [_python(), _parts(), *(_extra(name, needs) for name, needs in EXTRAS.items())]


def examine_engagement(bench: "Workbench") -> list[Finding]:
    """Return what the engagement is like. One part that can't be looked at keeps none from being."""
    found: list[Finding] = []
    for what, look in _LOOKS:
        try:
            found += look(bench)
        except AlongsideError as error:
            found.append(Finding(what, "wrong", error.message, error.fix))
    return found


def _python() -> Finding:
    told = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if sys.version_info < _OLDEST:
        return Finding("python", "wrong", told, "install Python 3.11 or newer")
    return Finding("python", "fine", told)


def _parts() -> Finding:
    from alongside.documents.version import parse_version

    try:
        return Finding("parser and OCR data", "fine", parse_version())
    except AlongsideError as error:
        return Finding("parser and OCR data", "wrong", error.message, error.fix)
    except OSError as error:
        return Finding(
            "parser and OCR data", "wrong", f"the OCR data can't be read: {error}", "install Alongside again"
        )


def _extra(name: str, needs: str) -> Finding:
    try:
        return Finding(f"extra {name}", "fine", f"{needs} {extra_version(name)}")
    except DataError as error:
        return Finding(f"extra {name}", "note", f"{needs} isn't installed", error.fix)


def _store(bench: "Workbench") -> Iterator[Finding]:
    try:
        said = bench.database.read().execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        yield Finding(
            "store",
            "wrong",
            f"it is damaged: {said}",
            "restore it: `alongside engagement import FILE.tar --to DIR`",
        )
    else:
        yield Finding("store", "fine", "its pages and indexes hold together")


def _locks(bench: "Workbench") -> Iterator[Finding]:
    from alongside.engine.versions import check_lock

    pointer = versions.pointer(bench.database)
    for name, identity in (("live", pointer.live), ("previous", pointer.previous)):
        version = versions.get(bench.database, identity) if identity else None
        if version is None:
            continue
        try:
            check_lock(version)
            yield Finding(f"{name} version", "fine", f"{short(identity)} has what it needs")
        except AlongsideError as error:
            yield Finding(f"{name} version", "wrong", error.message, error.fix)


def _runs(bench: "Workbench") -> Iterator[Finding]:
    under_way = runs.latest(bench.database, limit=_MANY, status="running")
    told = f"{len(under_way)} under way: {_names(under_way)}" if under_way else "none"
    yield Finding("running runs", "fine", told)
    ended = runs.latest(bench.database, limit=_MANY, status="interrupted")
    # the others stopped at an unknown effect: see `_effects`
    stopped = [run for run in ended if not run.error]
    if stopped:
        yield Finding(
            "interrupted runs",
            "wrong",
            f"{len(stopped)} began and never ended: {_names(stopped)}",
            "`alongside run --resume RUN` goes on with each of them; `alongside runs list --status interrupted "
            f"--limit {len(ended)}` names all",
        )
    else:
        yield Finding("interrupted runs", "fine", "none")


def _names(found: Sequence[Run]) -> str:
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(run.id for run in found[:_SHOWN]) + more


def _effects(bench: "Workbench") -> Iterator[Finding]:
    from alongside.engine.advice import UNKNOWN_EFFECT

    rows = (
        bench.database.read()
        .execute("SELECT run, shown FROM tape WHERE state = 'called' ORDER BY at DESC LIMIT ?", (_MANY,))
        .fetchall()
    )
    if rows:
        run, shown = rows[0]
        yield Finding(
            "unknown effects",
            "wrong",
            f"{counted(len(rows), 'call')} of which nobody knows the outcome: {shown} in {run}",
            UNKNOWN_EFFECT,
        )
    else:
        yield Finding("unknown effects", "fine", "none")


def _cases(bench: "Workbench") -> Iterator[Finding]:
    loaded = bench.cases()
    for error in loaded.errors:
        yield Finding("case file", "wrong", error.message, error.fix)
    take_in(bench, [case for case in loaded.cases if not case.retired])
    gone = [
        (case.id, source)
        for case in loaded.cases
        for source in _sources(case)
        if not case.retired and not bench.blobs.has(source)
    ]
    for case, source in gone[:_SHOWN]:
        yield Finding(
            "case input",
            "wrong",
            f"case {case}: input {source[:12]}… isn't here",
            "put the document into documents/ (make the folder where a clone has none), or import the engagement it came from",
        )
    if not (loaded.errors or gone):
        yield Finding("cases", "fine", f"{len(loaded.cases)} can be read, with their inputs")


def _big_files(bench: "Workbench") -> Iterator[Finding]:
    from alongside.engine.versions import links_elsewhere, too_big

    for name in links_elsewhere(bench.root):
        yield Finding(
            "linked folder",
            "note",
            f"{name} is a link that leads out of the engagement or to a folder that it is in, so no run sees what is in it",
            "move the folder into the engagement, or take its files as inputs of a workflow",
        )
    for name in too_big(bench.root):
        yield Finding(
            "big file",
            "note",
            f"{name} is too big to be stored with each version, so no run sees it",
            "take it as an input of a workflow, and keep it in documents/",
        )


def _git(bench: "Workbench") -> Iterator[Finding]:
    kept_out = [".alongside", *(["documents", "exports"] if documents_stay(bench.engagement) else [])]
    why = f"of the class {bench.engagement.data_classes.get('documents', 'undeclared')}"
    tracked, taken = tracked_files(bench.root, kept_out), taken_files(bench.root, kept_out)
    if tracked:
        yield Finding(
            "git",
            "wrong",
            f"git tracks {counted(len(tracked), 'file')} that must stay out of it ({why}): {_few(tracked)}",
            f"`git rm -r --cached --ignore-unmatch {' '.join(kept_out)}` and commit; what was pushed is out, and "
            "older commits hold it until the history is rewritten",
        )
    if taken:
        yield Finding(
            "git",
            "wrong",
            f"the next `git add` takes {counted(len(taken), 'file')} that must stay out of git ({why}): {_few(taken)}",
            "take the line that lets them in out of .gitignore",
        )


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def _sources(case: Case) -> list[str]:
    """Return the digests of the files among a case's inputs."""
    files = [cast("Mapping[str, Any]", value) for value in case.inputs.values() if isinstance(value, Mapping)]
    return [str(file["file"]) for file in files if "file" in file]


def _code(bench: "Workbench") -> Iterator[Finding]:
    offered = bench.describe(bench.snapshot())
    yield Finding(
        "workflows",
        "fine" if offered else "note",
        ", ".join(offered) or "none yet",
        "" if offered else "write one in workflows/",
    )
    for workflow, one in offered.items():
        for step, fact in one["steps"].items():
            name = f"{workflow}: {step.rpartition('.')[2]}"
            if fact["impure"] and fact["effect"] == "pure":
                yield Finding(
                    "impure step",
                    "wrong",
                    f"{name} is pure, but {fact['impure'][0]}",
                    'declare it `@step(effect="read")`',
                )
            if fact["opaque"]:
                told = f"{name} re-runs at any change of the project, because of {fact['opaque'][0]}"
                yield Finding("opaque step", "note", told, "call the function by its name")


_LOOKS: tuple[tuple[str, Callable[["Workbench"], Iterator[Finding]]], ...] = (
    ("store", _store),
    ("versions", _locks),
    ("runs", _runs),
    ("effects", _effects),
    ("cases", _cases),
    ("big files", _big_files),
    ("git", _git),
    ("workflows", _code),
)
