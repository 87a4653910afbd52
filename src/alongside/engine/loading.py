"""Importing a version's workflows from its tree."""

import importlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from alongside.core.errors import AlongsideError, DataError
from alongside.engine.context import CONTEXT, Context, Frame, RunState
from alongside.engine.installed import python_minor, sources
from alongside.engine.session import Session
from alongside.engine.step import Step, Workflow

__all__ = ["import_error", "load_workflows", "reached_distributions"]


Tell = Callable[[dict[str, Any]], None]
_IMPORT_SECONDS = 20.0


def load_workflows(session: Session, *, tell: Tell) -> dict[str, Workflow[..., object]]:
    """Return the version's workflows by name. Raises DataError `broken-workflow` naming file and line.

    `tell` is given `{"importing": file, "seconds": …}` before each file: whoever started this process ends it when
    the file takes longer than that, which is what a run may take where that is declared and more than 20 s.
    """
    seconds = max(_IMPORT_SECONDS, session.limits.seconds_per_run or 0.0)
    sys.path.insert(0, str(session.root))
    # What Python caches of a source is told by its second and its size: an edit that keeps both would be missed,
    # and a step that imports would write.
    sys.dont_write_bytecode = True
    found: dict[str, Workflow[..., object]] = {}
    state = RunState("import", None, session, tape="")
    frame = Frame("", "import", "import", guarded=False)
    token = CONTEXT.set(Context(state, frame))
    try:
        for name in sorted(session.manifest.files):
            if name.startswith("workflows/") and name.endswith(".py") and name.count("/") == 1:
                tell({"importing": name, "seconds": seconds})
                _collect(_import(session, name), found)
    finally:
        CONTEXT.reset(token)
    session.settle(frame.reads.values())
    return found


def reached_distributions(session: Session) -> dict[str, str]:
    """Return what the version's lock says: Python, and the distributions and editable sources that its code reaches."""
    reached = {"python": python_minor()}
    editable: set[str] = set()
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name == "__main__" or not file or not session.origins.is_project(name):
            continue
        if not file.startswith(str(session.root)):
            editable.add(name.partition(".")[0])
        for thing in vars(module).values():
            if isinstance(thing, Step):
                reached |= session.code(thing.function).distributions
    return reached | sources(editable)


def _import(session: Session, name: str) -> ModuleType:
    module = name.removesuffix(".py").replace("/", ".")
    try:
        return importlib.import_module(module)
    except AlongsideError:
        raise
    except BaseException as error:
        raise import_error(session, name, error, code="broken-workflow") from error


def import_error(session: Session, name: str, error: BaseException, *, code: str) -> DataError:
    """Return what was raised by importing the version's file `name`, told of the file and the line that are at fault."""
    root, files = session.root, session.manifest.files
    own = {root / file: file for file in files}
    places = [(root / name, 1), *_places(error)]
    file, line = next((own[path], line) for path, line in reversed(places) if path in own)
    told = error.msg if isinstance(error, SyntaxError) else error
    return DataError(
        code,
        f"{file}, line {line}: {type(error).__name__}: {told}",
        fix=_elsewhere(error, files) or f"mend {file} and run the command again",
    )


def _places(error: BaseException) -> Iterator[tuple[Path, int]]:
    """Yield the files and lines that Python was in, outermost first; where it couldn't read a file, that last."""
    for frame in traceback.extract_tb(error.__traceback__):
        yield Path(frame.filename), frame.lineno or 1
    if isinstance(error, SyntaxError) and error.filename:
        yield Path(error.filename), error.lineno or 1


def _elsewhere(error: BaseException, files: Iterable[str]) -> str:
    """Return how a module is imported that was looked for at the top and lies in a folder of the version, else nothing."""
    wanted = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    for file in sorted(files) if wanted else ():
        *folders, module = file.removesuffix(".py").split("/")
        if file.endswith(".py") and folders and wanted in {module, *folders[1:]}:
            path = [*folders, module][: [*folders, module].index(wanted, 1) + 1]
            return (
                f"import it from the engagement's folder: `from {'.'.join(path)} import …`, or `import "
                f"{'.'.join(path)}`; it is {file if wanted == module else '/'.join(path)}"
            )
    return ""


def _collect(module: ModuleType, found: dict[str, Workflow[..., object]]) -> None:
    for thing in vars(module).values():
        if isinstance(thing, Workflow) and thing.function.__module__ == module.__name__:
            name = thing.short_name
            if name in found:
                raise DataError(
                    "two-workflows",
                    f"{Path(module.__file__ or '').name} defines the workflow {name!r}, which another file defines too",
                    fix="rename one of them",
                )
            found[name] = thing
