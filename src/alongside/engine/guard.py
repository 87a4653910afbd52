"""What code does while it runs: an audit hook that sees files, sockets and processes.

Opening a file of the engagement for reading is recorded as a read of a pure or model step. In a pure step and in a
workflow's body anything else is refused. Imports and packages' own files are exempt.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from alongside.core.errors import DataError
from alongside.engine import lookups, source_lines, threads
from alongside.engine.advice import TEMPORARY, declared
from alongside.engine.ambient import FOLDER
from alongside.engine.context import CONTEXT, WATCH, Context, record_read

__all__ = ["install"]

_FORBIDDEN = {
    "socket.connect": "connects to a socket",
    "socket.bind": "binds a socket",
    "socket.getaddrinfo": "looks up a host",
    "socket.sendto": "sends on a socket",
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.exec": "starts a process",
    "os.fork": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.rmdir": "removes a folder",
    "os.truncate": "truncates a file",
    "os.symlink": "makes a link",
    "os.link": "makes a link",
    "os.putenv": "changes the environment",
    "os.unsetenv": "changes the environment",
    "os.chdir": "changes the working directory",
    "os.chmod": "changes a file",
    "os.chown": "changes a file",
    "os.utime": "changes a file",
    "os.kill": "signals a process",
    "shutil.rmtree": "removes a folder",
}
_METADATA = ("importlib.", "email", "zipfile", "pathlib", "functools", "contextlib", "csv", "os")
_LISTING = {"os.listdir", "os.scandir"}
_WATCHED = {*_FORBIDDEN, *_LISTING, "open", "sqlite3.connect"}
_TEMPORARY = tuple(
    os.path.abspath(folder) + os.sep  # noqa: PTH100
    for folder in (*filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP"))), "/tmp", "/var/tmp")  # noqa: S108
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def install(root: Path, exempt: tuple[Path, ...]) -> None:
    """Watch this process from now on. `root` is the version's tree, `exempt` are folders anyone may read."""
    folders = tuple(str(path) + os.sep for path in (*exempt, *_package_folders()))
    sys.addaudithook(_hook(str(root), folders))
    lookups.install(str(root), exempt=folders, refuse=_refuse)
    source_lines.install()
    threads.inherit()


def _hook(root: str, exempt: tuple[str, ...]) -> Callable[[str, tuple[Any, ...]], None]:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WATCHED or WATCH.off:
            return
        FOLDER.moved = FOLDER.moved or event == "os.chdir"
        context = CONTEXT.get()
        if context is None or not (context.frame.guarded or context.frame.effect in lookups.NOTED):
            return
        if not context.frame.guarded:
            _note(context, event, arguments, root, exempt)
        elif event in _FORBIDDEN:
            if not _importing(root)[0]:  # what a library does when it is imported is nobody's doing here
                _refuse(context, _FORBIDDEN[event] + _where(arguments[0], root))
        elif event == "sqlite3.connect":
            full = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100
            if arguments[0] != ":memory:" and (full.startswith(root) or not full.startswith(exempt)):
                _refuse(context, "opens a database")
        elif not isinstance(arguments[0], int):  # a descriptor was opened before
            path = "." if arguments[0] is None else os.fsdecode(arguments[0])
            _file(context, event, path, arguments, root, exempt)

    return hook


def _note(
    context: Context, event: str, arguments: tuple[Any, ...], root: str, exempt: tuple[str, ...]
) -> None:
    """Record a file of the engagement that a model step or an import reads; nearly all else these may do, unrecorded."""
    if event == "os.chdir" and context.frame.effect == "model":
        raise DataError(
            "impure-step",
            f"{context.frame.step} changes the working directory, which every step of this process reads in",
            fix="name files by their path from the engagement's folder",
        )
    if event not in {"open", *_LISTING} or isinstance(arguments[0], int):
        return
    full = os.path.abspath("." if arguments[0] is None else os.fsdecode(arguments[0]))  # noqa: PTH100
    if event == "open" and _is_writing(arguments):
        return
    if full != root and not full.startswith(root + os.sep):
        if not f"{full}{os.sep}".startswith(exempt):
            lookups.note_outside(context, full)
    elif full != root and not _imported(context, event, full, root):
        name = os.path.relpath(full, root).replace(os.sep, "/")
        record_read(context.run.session.read("listing" if event in _LISTING else "file", name, group=""))


def _file(
    context: Context, event: str, path: str, arguments: tuple[Any, ...], root: str, exempt: tuple[str, ...]
) -> None:
    full = os.path.abspath(path)  # noqa: PTH100  pathlib would resolve links and raise audit events itself
    writes = event == "open" and _is_writing(arguments)
    inside = full == root or full.startswith(root + os.sep)
    free = f"{full}{os.sep}".startswith(exempt) and not inside
    if not writes and (free or _imported(context, event, full, root)):
        return
    if writes:
        _refuse(context, f"writes {path}{_where(path, root)}")
    elif not inside and lookups.is_of_machine(context, full):
        return
    elif not inside:
        _refuse(context, f"reads {path}, which is not in the engagement")
    else:
        name = os.path.relpath(full, root).replace(os.sep, "/")
        files = context.run.session.manifest.files
        is_folder = name not in files and any(path.startswith(f"{name}/") for path in files)
        kind = "listing" if event in _LISTING or is_folder else "file"
        record_read(context.run.session.read(kind, "" if name == "." else name, group=""))


def _where(path: Any, root: str) -> str:
    """Return that a change is made where temporary files are, an empty string for one made elsewhere."""
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    full = os.path.abspath(os.fsdecode(cast("Any", path)))  # noqa: PTH100
    return TEMPORARY if full.startswith(_TEMPORARY) and not full.startswith(root) else ""


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def _imported(context: Context, event: str, full: str, root: str) -> bool:
    """Whether an import reads this. A step that imports code of the project while it runs depends on any of it."""
    importing, seeking = _importing(root)
    if not importing:
        inside = event == "open" and full.startswith(root + os.sep)
        return not inside and _asks_what_is_installed(context)
    if event == "open" and full.startswith(root + os.sep) and context.frame.effect != "import":
        kind, name = (
            ("file", os.path.relpath(full, root).replace(os.sep, "/")) if seeking else ("project", "")
        )
        record_read(context.run.session.read(kind, name, group=""))
    return True


def _importing(root: str) -> tuple[bool, bool]:
    """Whether an import reads on this thread now, and not the code of the project that it executes.

    And whether it's `importlib.resources` that imports, to find a package's files: no more than what is read then counts.
    """
    # The one way to tell an import's own reads apart.
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    found = False
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(root):
            break
        found = found or name.startswith("<frozen importlib")
        if found and frame.f_globals.get("__name__", "").startswith("importlib.resources"):
            return True, True
        frame = frame.f_back
    return found, False


def _asks_what_is_installed(context: Context) -> bool:
    """Whether `importlib.metadata` reads on this thread now; where the project asked it, the step depends on what is installed."""
    frame, found = sys._getframe(5), False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("importlib.metadata"):
            found = True
        elif found and context.run.session.origins.is_project(name):
            record_read(context.run.session.read("installed", "", group=""))
        if found and not name.startswith(_METADATA):
            break
        frame = frame.f_back
    return found


def _package_folders() -> list[Path]:
    import sysconfig

    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib", "data")}
    folders |= {entry for entry in sys.path if entry.startswith((sys.prefix, sys.base_prefix))}
    return [Path(folder) for folder in folders] + [
        Path("/usr/share/zoneinfo"),
    ]


def _refuse(context: Context, what: str) -> None:
    context.frame.impure = context.frame.impure or f"it {what}"
    raise DataError(
        "impure-step",
        f"{context.frame.step} is pure, but it {what}",
        fix=f"declare the step {declared(what)}",
    )
