"""Questions for which Python has no audit event: is there a file, how big is it, what time is it, a fresh seed.

Each function is replaced, in a worker process, by one that records or refuses first. `time.gmtime()` and its like are
refused only where they are given no time, `random.Random()` where it is given no seed.
"""

import contextlib
import functools
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from alongside.engine.context import CONTEXT, WATCH, Context, record_read, unwatched
from alongside.store.surroundings import ZONE

__all__ = ["NOTED", "install", "is_of_machine", "note_outside"]

NOTED = {"model", "import"}
"""Frames whose reads are recorded and that may do anything else."""

Refuse = Callable[[Context, str], None]
_PATHS = ("stat", "lstat", "access")
_ON_THE_WAY = {
    "os",
    "collections",
    "posixpath",
    "genericpath",
    "pathlib",
    "glob",
    "fnmatch",
    "shutil",
    "random",
    __name__,
}
_TIMES = {"gmtime": 0, "asctime": 0, "strftime": 1}  # the number of arguments with which they ask the clock
_ZONED: dict[str, Callable[[tuple[Any, ...]], bool]] = {
    "localtime": bool,
    "ctime": bool,
    "mktime": bool,
    "strftime": lambda args: bool(args) and any(f"%{one}" in str(args[0]) for one in "sZz"),
}
"""Of `time`, with what they are given where they tell local time; `datetime.strftime` asks the last."""
_OF_SHELL = {
    "_",
    "SHLVL",
    "OLDPWD",
    "PWD",
    "PYTHONHASHSEED",
    "COLUMNS",
    "LINES",
}  # no two calls agree on these
_OF_SYSTEM = ("/proc/", "/sys/", "/dev/")
_OF_MACHINE = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/",
    "/proc/sys/",
    "/sys/devices/system/",
    "/sys/fs/cgroup",
)
_OF_USER = ("expanduser", "expandvars")


def install(root: str, *, exempt: tuple[str, ...], refuse: Refuse) -> None:
    """Watch this process from now on. `root` is the version's tree, what is below `exempt` anyone may ask for."""
    for name in _PATHS:
        _replace_path(name, root, exempt, refuse)
    setattr(os, "open", _of_folder(os.open, refuse))  # noqa: B010
    setattr(os, "scandir", _listed(os.scandir, root))  # noqa: B010  its type says it is never replaced
    for name, fewest in _TIMES.items():
        setattr(time, name, _told(getattr(time, name), fewest, refuse))
    for name, asks in _ZONED.items():
        setattr(time, name, _of_zone(getattr(time, name), asks))
    for name in _OF_USER:
        setattr(os.path, name, _of_user(getattr(os.path, name), refuse))
    setattr(random, "_urandom", _chance(os.urandom, refuse))  # noqa: B010
    setattr(type(os.environ), "__getitem__", _variable(type(os.environ).__getitem__, refuse))  # noqa: B010
    setattr(random.Random, "seed", _seeded(random.Random.seed, refuse))  # noqa: B010


def _guarded() -> Context | None:
    """Return the context of a pure step or a workflow's body that is under way on this thread."""
    context = CONTEXT.get()
    return context if context is not None and context.frame.guarded and not WATCH.off else None


def _replace_path(name: str, root: str, exempt: tuple[str, ...], refuse: Refuse) -> None:
    original = _of_folder(getattr(os, name), refuse)

    @functools.wraps(original)
    def lookup(path: Any, *args: Any, **kwargs: Any) -> Any:
        context = CONTEXT.get()
        if context is not None and not isinstance(path, int) and not WATCH.off:
            frame = context.frame
            if frame.guarded or frame.effect in NOTED:
                full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
                if full.startswith(root + os.sep):
                    _record(context, os.path.relpath(full, root).replace(os.sep, "/"))
                elif frame.guarded and not _is_free(full, root, exempt) and _by_project(context):
                    refuse(context, f"asks for {path}, which is not in the engagement")
                elif not _is_free(full, root, exempt):
                    note_outside(context, full)
        return original(path, *args, **kwargs)

    setattr(os, name, lookup)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in able:
            able.add(lookup)


def _of_folder(original: Callable[..., Any], refuse: Refuse) -> Callable[..., Any]:
    """Return a function that refuses a path below a folder's descriptor: nobody can tell which file that is."""

    @functools.wraps(original)
    def below(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("dir_fd") is not None and (context := _guarded()) and _by_project(context):
            refuse(context, f"reads {args[0]} by a folder's descriptor (dir_fd)")
        return original(*args, **kwargs)

    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in able:
            able.add(below)
    return below


def _is_free(full: str, root: str, exempt: tuple[str, ...]) -> bool:
    """Whether anyone may ask for this: a folder of Python's or of packages, or one above the project, as `resolve` does."""
    return (
        f"{full}{os.sep}".startswith(exempt) or root.startswith(full.rstrip(os.sep) + os.sep) or full == root
    )


def is_of_machine(context: Context, full: str) -> bool:
    """Whether a library asks, of a hook's caller, how many processors and how much memory there are."""
    return full.startswith(_OF_MACHINE) and not _by_project(context, 4)


def _by_project(context: Context, depth: int = 2) -> bool:
    """Whether it is the project's own code that asks, by way of the modules that ask for one."""
    frame = sys._getframe(depth)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        package = name.partition(".")[0]  # pathlib is one since 3.13
        if package not in _ON_THE_WAY and name not in _ON_THE_WAY:
            return context.run.session.origins.is_project(name)
        frame = frame.f_back
    return False


def _record(context: Context, name: str) -> None:
    """Record a file by its bytes, a folder by its names; what isn't there could become either."""
    session = context.run.session
    is_file = name in session.manifest.files
    is_folder = not is_file and any(path.startswith(f"{name}/") for path in session.manifest.files)
    for kind in ("file",) if is_file else ("listing",) if is_folder else ("file", "listing"):
        record_read(session.read(kind, name, group=""))


def _listed(original: Callable[..., Any], root: str) -> Callable[..., Any]:
    @functools.wraps(original)
    def scandir(path: Any = ".") -> Any:
        found = original(path)
        if _guarded() is None or isinstance(path, int):
            return found
        full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
        return _Listing(found) if full == root or full.startswith(root + os.sep) else found

    return scandir


class _Listing:
    """What `os.scandir` gives, with entries that ask for a file's size where that is recorded."""

    def __init__(self, found: Any) -> None:
        self._found = found

    def __iter__(self) -> Iterator["_Entry"]:
        return self

    def __next__(self) -> "_Entry":
        return _Entry(next(self._found))

    def __enter__(self) -> "_Listing":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Be done before the end."""
        self._found.close()


class _Entry:
    def __init__(self, entry: os.DirEntry[Any]) -> None:
        self._entry = entry
        self.name, self.path = entry.name, entry.path
        self.is_dir, self.is_file, self.is_symlink = entry.is_dir, entry.is_file, entry.is_symlink
        self.inode = entry.inode

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return repr(self._entry)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Ask the file system, as any code does."""
        return os.stat(self.path, follow_symlinks=follow_symlinks)  # noqa: PTH116


def _told(original: Callable[..., Any], fewest: int, refuse: Refuse) -> Callable[..., Any]:
    @functools.wraps(original)
    def of_time(*args: Any) -> Any:
        asks = len(args) <= fewest or args[fewest] is None
        if asks and (context := _guarded()) and _by_project(context):
            refuse(context, f"asks for the time by time.{original.__name__}()")
        return original(*args)

    return of_time


def _of_zone(original: Callable[..., Any], asks: Callable[[tuple[Any, ...]], bool]) -> Callable[..., Any]:
    @functools.wraps(original)
    def in_zone(*args: Any) -> Any:
        context = CONTEXT.get()
        leans = context is not None and (context.frame.guarded or context.frame.effect == "model")
        if context is not None and leans and not WATCH.off and asks(args):
            record_read(context.run.session.read(ZONE, "", group=""))
        return original(*args)

    return in_zone


def _of_user(original: Callable[..., Any], refuse: Refuse) -> Callable[..., Any]:
    @functools.wraps(original)
    def expand(path: Any) -> Any:
        with unwatched():  # of the variable itself
            made = original(path)
        if made != os.fspath(path) and (context := _guarded()) and _by_project(context):
            refuse(context, f"reads the environment by os.path.{original.__name__}()")
        return made

    return expand


def _seeded(original: Callable[..., Any], refuse: Refuse) -> Callable[..., Any]:
    @functools.wraps(original)
    def seed(self: Any, a: Any = None, *args: Any, **kwargs: Any) -> None:
        context = _guarded() if a is None else None
        if context is not None and _by_project(context):
            refuse(context, "draws from random.Random() without a seed")
        original(self, a, *args, **kwargs)

    return seed


def _chance(original: Callable[[int], bytes], refuse: Refuse) -> Callable[[int], bytes]:
    @functools.wraps(original)
    def urandom(size: int) -> bytes:
        context = _guarded()
        if context is not None and _by_project(context):
            refuse(context, "draws from the system's source of chance")
        return original(size)

    return urandom


def _variable(original: Callable[..., Any], refuse: Refuse) -> Callable[..., Any]:
    @functools.wraps(original)
    def getitem(environ: Any, key: Any) -> Any:
        context = CONTEXT.get()
        if context is not None:
            asked = _asked_for(context)
            name = os.fsdecode(key) if isinstance(key, str | bytes) else ""
            if asked == "import" and name and name not in _OF_SHELL:
                value = next((os.fsdecode(one) for one in _held(original, environ, key)), None)
                context.run.session.note_variable(name, value)
            elif asked == "step" and context.frame.guarded and not WATCH.off and _by_project(context):
                refuse(context, f"reads the variable {name} of the environment")
        return original(environ, key)

    return getitem


def _held(original: Callable[..., Any], environ: Any, key: Any) -> Iterator[str | bytes]:
    with contextlib.suppress(KeyError):
        yield original(environ, key)


def note_outside(context: Context, full: str) -> None:
    """Note that the project looks at something outside the engagement while it is imported."""
    if (
        context.frame.effect == "import"
        and not full.startswith(_OF_SYSTEM)
        and _asked_for(context) == "import"
    ):
        context.run.session.note_outside(full)


def _asked_for(context: Context) -> str:
    """Return whether a module of the project asks while it is imported, also by way of a library, or a step; else nothing."""
    is_project = context.run.session.origins.is_project
    frame, found = sys._getframe(2), False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return "import" if found else ""
        found = found or is_project(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
    return "step" if found else ""
