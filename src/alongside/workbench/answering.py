"""A request to a served engagement: which version answers, on which inputs, and what came of it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from alongside.core.digest import short
from alongside.core.errors import UsageError
from alongside.core.release import Version
from alongside.store import versions
from alongside.workbench.progress import Progress
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.workbench.opened import Opened

__all__ = ["Asked", "Upload", "ask", "retire"]

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that somebody sent, for the input `parameter` (empty: the workflow's first input that is a file)."""

    parameter: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A run under way: the version that answers, the release that made it live (empty: it isn't live), the outcome to come.

    `progress` is what it has told so far; nothing where nobody watches.
    """

    run: str
    workflow: str
    version: str
    released: str
    outcome: "Future[Outcome]"
    progress: Progress
    began: float


def ask(
    bench: "Opened",
    workflow: str,
    inputs: Mapping[str, Any],
    *,
    uploads: Sequence[Upload] = (),
    version: str = "",
    watched: bool = False,
) -> Asked:
    """Start a run of the live version, or of `version` (an id's start, `live`, `previous`); `watched` ones tell of themselves.

    The pointer is read here, for every request: a ship or rollback reaches the next one. Raises UsageError
    `no-live-version`, `no-such-version`, `no-such-workflow`, `file-not-sent`.
    """
    chosen, released = _choose(bench, version)
    offered = bench.describe(chosen)
    if workflow not in offered:
        raise UsageError(
            "no-such-workflow",
            f"version {short(chosen.id)} has no workflow {workflow!r}; it has {', '.join(offered) or 'none'}",
            fix="name one of them",
        )
    takes = offered[workflow]["inputs"]
    _check_files(workflow, takes, inputs)
    files = {
        upload.parameter or _first_file(takes): bench.add_bytes(upload.data, _base_name(upload.name))
        for upload in uploads
    }
    run, progress = new_id("run"), Progress()
    outcome = bench.submit(
        workflow,
        {**inputs, **files},
        version=chosen,
        mode="serve",
        run=run,
        released=released,
        tell=progress.hear if watched else None,
    )
    return Asked(run, workflow, chosen.id, released, outcome, progress, bench.clock())


def retire(bench: "Opened", *, also: str = "") -> list[str]:
    """End the workers of versions that are neither live nor previous (nor `also`) and have nothing to do; return whose."""
    pointer = versions.pointer(bench.database)
    return bench.runners.retire({pointer.live, pointer.previous, also})


def _choose(bench: "Opened", name: str) -> tuple[Version, str]:
    """Return the version that answers and, where it is the live one, the release that made it so."""
    current = versions.current(bench.database)
    if name in {"", "live"}:
        found = versions.get(bench.database, current.version) if current else None
        if current is None or found is None:
            raise UsageError(
                "no-live-version",
                "nothing is live in this engagement yet",
                fix="ship a version with `alongside ship`",
            )
        return found, current.id
    if name != "previous" and not _HEX.issuperset(name):
        raise UsageError(
            "no-such-version", f"{name!r} is no version here", fix="see `alongside release list`"
        )
    found = bench.version(name)
    return found, current.id if current and current.version == found.id else ""


def _first_file(inputs: Mapping[str, str]) -> str:
    """Return the first input that is a file, else the first of all; empty where a workflow takes nothing."""
    return next((name for name, kind in inputs.items() if kind == "File"), next(iter(inputs), ""))


def _check_files(workflow: str, takes: Mapping[str, str], inputs: Mapping[str, Any]) -> None:
    """Refuse a text where a file is taken: a path on the asker's machine says nothing here."""
    named = next(
        (name for name, kind in takes.items() if kind == "File" and isinstance(inputs.get(name), str)), ""
    )
    if named:
        raise UsageError(
            "file-not-sent",
            f"{workflow} takes a file as {named}, and a text was sent",
            fix=f"send the file itself: as {named} in a form (curl -F {named}=@FILE), or its bytes alone with the "
            "header X-Filename",
        )


def _base_name(name: str) -> str:
    """Return a name without folders and control characters, whoever sent it."""
    shown = "".join(character for character in name if character.isprintable())
    return PurePosixPath(shown.replace("\\", "/")).name[-200:] or "upload"
