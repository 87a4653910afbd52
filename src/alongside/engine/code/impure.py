"""What a pure step may not reach for: the clock, chance, the environment, sockets, processes."""

import importlib
import inspect
import os
import pkgutil
import random
import runpy
import secrets
import time
import uuid
from datetime import date, datetime
from typing import Any

__all__ = [
    "DYNAMIC",
    "DYNAMIC_ATTRIBUTES",
    "dynamic_function",
    "forbidden_builtin",
    "forbidden_module",
    "forbidden_object",
    "impurity",
]

DYNAMIC = {"eval", "exec", "compile", "globals", "__import__"}
"""Built-ins after which nobody can tell what code is reached."""
DYNAMIC_ATTRIBUTES = {"__doc__", "__subclasses__", "__code__", "__globals__", "__closure__"}
"""Attributes that show what a code hash leaves out, or code that nothing names."""
_DYNAMIC_FUNCTIONS = (
    importlib.import_module,
    importlib.reload,
    inspect.getdoc,
    inspect.getsource,
    inspect.getsourcelines,
    inspect.getmembers,
    pkgutil.iter_modules,
    pkgutil.walk_packages,
    runpy.run_module,
    runpy.run_path,
)

_OF_MODULE = {
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
    },
    uuid: {"uuid1", "uuid4", "getnode"},
    datetime: {"now", "today", "utcnow"},
    date: {"today"},
}
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
    if names and name in names:
        return f"{owner.__name__}.{name}"
    if isinstance(owner, type) and issubclass(owner, date) and name in {"now", "today", "utcnow"}:
        return f"{owner.__name__}.{name}"
    return ""


def forbidden_module(module: str) -> bool:
    """Whether a pure step may not use this module at all."""
    return module in _MODULES


def dynamic_function(found: Any) -> str:
    """Return the name of a library function after which nobody can tell what code is reached."""
    return next((f"{f.__module__}.{f.__name__}" for f in _DYNAMIC_FUNCTIONS if f is found), "")


def forbidden_builtin(name: str) -> bool:
    """Whether a pure step may not use this built-in."""
    return name in _BUILTINS


def forbidden_object(found: Any) -> str:
    """Return the name of a forbidden function that was imported by itself (`from time import time`)."""
    for owner, names in _OF_MODULE.items():
        name = getattr(found, "__name__", "")
        if isinstance(name, str) and name in names and getattr(owner, name, None) is found:
            return f"{owner.__name__}.{name}"
    if found is os.environ:
        return "os.environ"
    return ""
