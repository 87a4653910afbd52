"""Many runs of one workflow at once: of files, or of rows of values."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alongside.core.counting import counted
from alongside.core.errors import DataError, UsageError
from alongside.core.input_types import Input, file_inputs
from alongside.core.release import Version
from alongside.core.run import Mode
from alongside.store import versions
from alongside.workbench.naming import described

if TYPE_CHECKING:
    from alongside.engine.order import Outcome
    from alongside.workbench.loop import Workbench

__all__ = ["Asked", "Ran", "asked_of_files", "asked_of_rows", "run_all", "workflow_inputs"]

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One run to make: what people call it, and its inputs as plain JSON."""

    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that was made; `released` is the release that made its version live, empty where it isn't."""

    asked: Asked
    outcome: "Outcome"
    released: str = ""


def workflow_inputs(bench: "Workbench", version: Version, workflow: str) -> dict[str, Input]:
    """Return a workflow's inputs by name. Raises UsageError `no-such-workflow`."""
    return dict(described(bench, version, workflow)["inputs"])


def asked_of_files(bench: "Workbench", inputs: Mapping[str, Input], files: Sequence[Path]) -> list[Asked]:
    """Return a run for each file, or one run where the workflow takes several files.

    Raises UsageError `inputs-differ` where the files don't fit the workflow's inputs.
    """
    takes = list(file_inputs(inputs))
    needed = [name for name in takes if inputs[name]["required"]] or takes
    if len(needed) == 1 and len(files) != len(takes):
        return [Asked(path.name, {needed[0]: bench.add_file(path)}) for path in files]
    if takes and len(takes) == len(files):
        given = {name: bench.add_file(path) for name, path in zip(takes, files, strict=True)}
        return [Asked(files[0].name, given)]
    named = ", ".join(f"{name}: {one['type']}" for name, one in inputs.items())
    wants = f"takes {named or 'nothing'}"
    raise UsageError(
        "inputs-differ",
        f"the workflow {wants}; {counted(len(files), 'file')} given",
        fix="give it its files" if takes else "give the values as rows: --input FILE.jsonl",
    )


def asked_of_rows(bench: "Workbench", inputs: Mapping[str, Input], path: Path) -> list[Asked]:
    """Return a run for each line of a JSONL file: an object of the inputs, files by their path from the file's folder.

    Raises DataError `bad-row` that names the line, `bad-file` where there is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("no-such-file", f"{path} can't be read: {error}", fix="check the path") from error
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise DataError(
            "bad-file", f"{path.name}: there is nothing in it", fix="write one object of the inputs a line"
        )
    return [Asked(f"{path.name}:{number}", _row(bench, inputs, path, number, line)) for number, line in lines]


def _row(
    bench: "Workbench", inputs: Mapping[str, Input], path: Path, number: int, line: str
) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        row = error
    if not isinstance(row, dict):
        raise DataError(
            "bad-row",
            f"{path.name} line {number} is not a JSON object{f': {row}' if isinstance(row, Exception) else ''}",
            fix=f"write one object a line with {', '.join(inputs) or 'no inputs'}",
        )
    given = cast("dict[str, Any]", row)
    for name, value in given.items():
        if inputs.get(name, {}).get("kind") == "file" and isinstance(value, str):
            given[name] = bench.add_file(path.parent / value)
    return given


def run_all(
    bench: "Workbench",
    version: Version,
    workflow: str,
    asked: Sequence[Asked],
    *,
    mode: Mode,
    progress: Progress,
) -> list[Ran]:
    """Run them at once, as many as a worker takes, and return how each ended, in the order asked."""
    current = versions.current(bench.database)
    released = current.id if current is not None and current.version == version.id else ""
    under_way: dict[Future[Outcome], Asked] = {
        bench.submit(workflow, one.inputs, version=version, mode=mode, released=released): one
        for one in asked
    }
    for done, future in enumerate(as_completed(under_way), 1):
        progress(done, len(under_way), under_way[future].name)
    return [Ran(one, future.result(), released) for future, one in under_way.items()]
