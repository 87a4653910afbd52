"""Lines of source by `linecache`: a read of the file where code asks for them, none where a traceback or a warning shows them."""

import functools
import linecache
import os
import sys
from collections.abc import Callable
from typing import Any

from alongside.engine.context import CONTEXT, WATCH, unwatched

__all__ = ["install"]

_SOURCE = {"linecache", __name__}
_SHOWING = {"traceback", "warnings"}


def install() -> None:
    """Tell the two apart in this process from now on."""
    setattr(linecache, "getlines", _of_source(_of_traceback(linecache.getlines)))  # noqa: B010
    setattr(linecache, "checkcache", _of_traceback(linecache.checkcache))  # noqa: B010


def _of_source(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return `linecache.getlines` that asks after the file also where it has the lines already: it reads it once for all."""

    @functools.wraps(original)
    def getlines(filename: str, module_globals: Any = None) -> list[str]:
        cached = filename in linecache.cache and CONTEXT.get() is not None and not WATCH.off
        if cached and not _shows_code():
            os.path.exists(filename)  # noqa: PTH110  this is recorded
        return original(filename, module_globals)

    return getlines


def _of_traceback(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of `linecache` that is no read where a log or a warning shows the code as it runs."""

    @functools.wraps(original)
    def looked_up(*args: Any, **kwargs: Any) -> Any:
        if CONTEXT.get() is None or not _shows_code():
            return original(*args, **kwargs)
        with unwatched():
            return original(*args, **kwargs)

    return looked_up


def _shows_code() -> bool:
    """Whether `traceback` or `warnings` asks on this thread, by way of `linecache`, for lines of source."""
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_globals.get("__name__") in _SOURCE:
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") in _SHOWING
