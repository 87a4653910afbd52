"""A request to a served engagement: which version answers, on which inputs, and what came of it."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from alongside.core.digest import short
from alongside.core.errors import DataError, UsageError
from alongside.core.input_types import Input, example_of, file_inputs, misfit
from alongside.core.release import Version
from alongside.store import versions
from alongside.workbench.progress import Progress
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.workbench.opened import Opened

__all__ = ["Asked", "Upload", "ask", "keep_upload", "retire"]

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
    `no-live-version`, `no-such-version`, `no-such-workflow`, `file-not-sent`; DataError `input-name`, `input-type` for
    inputs that the workflow doesn't take: then there is no run.
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
    values = {**inputs, **_uploaded(bench, takes, uploads)}
    _check_inputs(workflow, takes, values)
    run, progress = new_id("run"), Progress()
    outcome = bench.submit(
        workflow,
        values,
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


def keep_upload(bench: "Opened", upload: Upload) -> dict[str, Any]:
    """Keep the bytes and return the file as an input's JSON."""
    return bench.add_bytes(upload.data, _base_name(upload.name))


def _uploaded(bench: "Opened", takes: Mapping[str, Input], uploads: Sequence[Upload]) -> dict[str, Any]:
    """Return the files by input; an input that is a list takes all of its name."""
    found: dict[str, Any] = {}
    for upload in uploads:
        name, kept = upload.parameter or _first_file(takes), keep_upload(bench, upload)
        if takes.get(name, {}).get("kind") == "list":
            found[name] = [*found.get(name, ()), kept]
        else:
            found[name] = kept
    return found


def _first_file(takes: Mapping[str, Input]) -> str:
    """Return the first input that is a file or files, else the first of all; empty where a workflow takes nothing."""
    lists = (name for name, one in takes.items() if one.get("of", {}).get("kind") == "file")
    return next(chain(file_inputs(takes), lists, takes), "")


def _check_inputs(workflow: str, takes: Mapping[str, Input], values: Mapping[str, Any]) -> None:
    """Raise DataError where the values aren't what the workflow takes, before anything is run."""
    listed = ", ".join(f"{name}: {one['type']}" for name, one in takes.items()) or "nothing"
    unknown = next((name for name in values if name not in takes), None)
    missing = next((name for name, one in takes.items() if one["required"] and name not in values), None)
    if unknown is not None or missing is not None:
        told = f"there is no input {unknown!r}" if unknown is not None else f"{missing} is missing"
        raise DataError("input-name", f"{told}; {workflow} takes {listed}", fix="give those, by these names")
    for name, value in values.items():
        if why := misfit(value, takes[name], place=name):
            raise DataError(
                "input-type",
                f"{why}; {workflow} takes {listed}",
                fix=f"give {name} as {_wanted(takes[name])}",
            )


def _wanted(told: Input) -> str:
    if told["kind"] == "choice":
        return f"one of {', '.join(str(one['value']) for one in told['options'])}"
    return (
        f"JSON such as {json.dumps(example_of(told), ensure_ascii=False)}"
        if told["kind"] == "record"
        else told["type"]
    )


def _check_files(workflow: str, takes: Mapping[str, Input], inputs: Mapping[str, Any]) -> None:
    """Refuse a text where a file is taken: a path on the asker's machine says nothing here."""
    named = next((name for name in file_inputs(takes) if isinstance(inputs.get(name), str)), "")
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
