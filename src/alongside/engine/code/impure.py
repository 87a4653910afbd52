"""What a pure step may not reach for: the clock, chance, the environment, sockets, processes."""

import dis
import functools
import io
import operator
import os
import random
import re
import secrets
import sys
import threading
import time
import types
import uuid
from collections.abc import Iterable, Set
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

__all__ = [
    "DYNAMIC",
    "drawn_from",
    "dynamic",
    "forbidden_builtin",
    "forbidden_module",
    "forbidden_object",
    "hidden",
    "impurity",
    "looked_up",
    "partly_forbidden",
    "sought",
    "sought_by",
    "untold",
]

DYNAMIC = {"eval", "exec", "compile", "globals", "__import__"}
"""Built-ins after which nobody can tell what code is reached."""
_DYNAMIC_ATTRIBUTES = {
    "__doc__", "__subclasses__", "__code__", "__globals__", "__closure__",
    "f_lineno", "tb_lineno", "co_firstlineno", "co_lines", "co_positions", "f_back",
}  # fmt: skip
"""Attributes that show what a code hash leaves out, or code that nothing names."""
_EXTRACTING = {"extract_stack", "extract_tb"}
_LOADING = {"_frozen_importlib", "_frozen_importlib_external", "pkgutil", "pydoc", "runpy", "zipimport"}
_SHOWING = {
    "inspect": {
        "getdoc", "getsource", "getsourcelines", "getmembers",
        "getframeinfo", "getinnerframes", "getouterframes", "stack", "trace",
    },
    "traceback": {"walk_stack", "walk_tb"},
}  # fmt: skip
_NATIVE = (types.BuiltinFunctionType, types.MethodType)

_OF_MODULE = {
    # These three tell the time only where they are given none, which the guard sees.
    time: {name for name in dir(time) if callable(getattr(time, name))}
    - {"sleep", "struct_time", "strftime", "strptime", "mktime", "gmtime", "asctime"},
    random: {name for name in dir(random) if not name.startswith("_")} - {"Random"},
    secrets: set(dir(secrets)),
    os: {
        "environ",
        "environb",
        "getenv",
        "getenvb",
        "urandom",
        "getpid",
        "system",
        "popen",
        "getcwd",
        "cpu_count",
        "getloadavg",
        "getlogin",
        "getppid",
        "times",
        "umask",
        "uname",
    },
    uuid: {"uuid1", "uuid4", "getnode"},
    datetime: {"now", "today", "utcnow"},
    date: {"today"},
    Path: {"home"},
    sys: {"stdin", "argv", "orig_argv"},
    threading: {"get_ident", "get_native_id", "current_thread"},
}
_BY_NAME = {
    "posixpath": {"expanduser", "expandvars"},
    "platform": {"node", "uname", "platform", "machine", "processor", "release", "version", "system", "architecture"},
    "getpass": {"getuser", "getpass"},
    "shutil": {"disk_usage"},
    "email.utils": {"make_msgid", "formatdate", "localtime"},
    "locale": {"setlocale"},
}  # fmt: skip
"""Of modules that not every worker needs to load."""
_SETTING = {
    "csv": {"field_size_limit", "register_dialect", "unregister_dialect"},
    "numpy": {"setbufsize", "seterr", "seterrcall", "set_printoptions"},
    "numpy.random": {"seed", "set_state"},
    "pandas": {"set_option", "reset_option"},
    "sys": {"setrecursionlimit", "setswitchinterval", "set_int_max_str_digits"},
}
"""What changes a library for whoever uses it later; holding such a module is no harm."""
_VALUES = {"datetime", *_BY_NAME, *(one.__name__ for one in _OF_MODULE if isinstance(one, types.ModuleType))}
_BY_TEXT = {"getattr": 2, "attrgetter": 1, "methodcaller": 1}
"""What looks up an attribute by its text, with the number of arguments."""
_OF_CLASS = {name for owner, names in _OF_MODULE.items() if isinstance(owner, type) for name in names}
_CLASSES = [owner for owner in _OF_MODULE if isinstance(owner, type)]
_FILTERS = {"simplefilter", "filterwarnings", "resetwarnings"}
_CLOCKS = {"get_event_loop", "get_running_loop", "new_event_loop"}
_MODULES = {
    "socket",
    "subprocess",
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "multiprocessing",
    "urllib.request",
    "http.client",
}
_BUILTINS = {"input", "id", "breakpoint"}


def impurity(owner: Any, name: str) -> str:
    """Return how people name the forbidden thing that `owner.name` is, or an empty string."""
    try:
        names = _OF_MODULE.get(owner)
    except TypeError:  # an owner that can't be hashed is none of ours
        return ""
    if isinstance(owner, types.ModuleType):
        if name in _SETTING.get(owner.__name__, ()):
            return f"{owner.__name__}.{name}, which outlives it"
        names = names or _BY_NAME.get(owner.__name__)
    if names and name in names:
        return f"{owner.__name__}.{name}"
    if isinstance(owner, type) and issubclass(owner, date) and name in {"now", "today", "utcnow"}:
        return f"{owner.__name__}.{name}"
    return ""


def forbidden_module(module: str) -> bool:
    """Whether a pure step may not use this module at all."""
    return module in _MODULES


def partly_forbidden(module: types.ModuleType) -> bool:
    """Whether a pure step may not hold this module as a value: by `getattr` it would get at what it may not use."""
    return module.__name__ in _VALUES


def hidden(code: types.CodeType, names: set[str]) -> list[str]:
    """Return what a function reaches for in ways that no name shows: a loop's clock, a module that it loads by its name."""
    clocks = names & _CLOCKS if "time" in names else set[str]()
    texts = {text for text in code.co_consts if isinstance(text, str)}
    loaded = texts & _VALUES if names & {"__import__", "import_module"} else set[str]()
    filters = names & _FILTERS if "catch_warnings" not in names else set[str]()
    now = texts & {"now", "today"} if "datetime64" in names else set[str]()
    return [
        *(f"the time of asyncio.{name}()" for name in sorted(clocks)),
        *sorted(loaded),
        *(f"warnings.{name}, which outlives it" for name in sorted(filters)),
        *(f"numpy.datetime64({name!r})" for name in sorted(now)),
    ]


def sought(function: types.FunctionType, names: set[str]) -> set[str]:
    """Return the forbidden attributes of classes that a function looks up by their texts: `getattr(kind, "now")`."""
    found, last = set[Any](), None
    for one in dis.get_instructions(function.__code__) if names & _BY_TEXT.keys() else ():
        if one.opname in {"CALL", "CALL_FUNCTION"} and one.arg in {
            _BY_TEXT[name] for name in names & _BY_TEXT.keys()
        }:
            found.add(str(last))
        if one.opname.startswith("LOAD_"):
            last = function.__globals__.get(one.argval) if one.opname == "LOAD_GLOBAL" else one.argval
    return found & _OF_CLASS


def sought_by(thing: Any) -> set[str]:
    """Return the forbidden attributes of classes that an object of `operator` looks up."""
    is_one = isinstance(thing, operator.attrgetter | operator.methodcaller)
    return _OF_CLASS.intersection(re.findall(r"\w+", repr(cast("object", thing)))) if is_one else set()


def looked_up(kinds: Iterable[type], words: set[str]) -> list[str]:
    """Return the forbidden attributes that are so reached of classes that code names."""
    found = {
        f"{owner.__name__}.{word}"
        for kind in kinds
        for word in words
        for owner in _CLASSES
        if issubclass(kind, owner) and word in _OF_MODULE[owner]
    }
    return sorted(found)


def dynamic(found: Any) -> str:
    """Return the name of a library function or class after which nobody can tell what code is reached."""
    module, name = getattr(found, "__module__", None), getattr(found, "__qualname__", "")
    if module == "builtins" and name in DYNAMIC:
        return name
    if module in _LOADING or (module == "importlib" and name in {"import_module", "reload"}):
        return f"{module.removeprefix('_frozen_')}.{name}"
    return f"{module}.{name}" if name in _SHOWING.get(module or "", ()) else ""


def untold(names: Set[str]) -> list[str]:
    """Return which of the names that a function uses show what a code hash leaves out, or code that nothing names."""
    return sorted(names & (_DYNAMIC_ATTRIBUTES | ({"lineno"} if names & _EXTRACTING else set[str]())))


def drawn_from(thing: Any, *, own: bool) -> str:
    """Return what an object is where asking it changes what it says next (an iterator, a source of chance), else nothing.

    An iterator of the project's own class changes where it can be watched.
    """
    kind = cast("Any", type(thing))
    if own and not isinstance(thing, random.Random):
        return ""
    if isinstance(thing, io.IOBase):
        return f"a {kind.__module__}.{kind.__qualname__}" if not thing.closed and thing.readable() else ""
    if (
        isinstance(thing, random.Random)
        or hasattr(kind, "__next__")
        or hasattr(kind, "__anext__")
        or (kind.__module__.startswith("numpy.random") and hasattr(kind, "bit_generator"))
        or f"{kind.__module__}.{kind.__name__}" == "numpy.random.mtrand.RandomState"
    ):
        return f"a {kind.__module__}.{kind.__qualname__}"
    return ""


def forbidden_builtin(name: str) -> bool:
    """Whether a pure step may not use this built-in."""
    return name in _BUILTINS


def forbidden_object(found: Any) -> str:
    """Return the name of a forbidden function that was imported, or is held, by itself (`from time import time`)."""
    name = getattr(found, "__name__", "")
    for owner in _owners().get(name, ()) if isinstance(name, str) else ():
        held = getattr(sys.modules.get(owner) if isinstance(owner, str) else owner, name, None)
        if held is found or (
            type(found) in _NATIVE and held == found
        ):  # a class method is bound anew each time
            return f"{getattr(owner, '__name__', owner)}.{name}"
    if getattr(found, "__module__", None) == "builtins" and name in _BUILTINS:
        return f"{name}()"
    if found is os.environ:
        return "os.environ"
    return "sys.stdin" if found is sys.stdin else ""


@functools.cache
def _owners() -> dict[str, list[Any]]:
    owners: dict[str, list[Any]] = {}
    for owner, names in (_OF_MODULE | _BY_NAME | _SETTING).items():
        for name in names:
            owners.setdefault(name, []).append(owner)
    return owners
