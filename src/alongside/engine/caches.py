"""Project functions under `functools.lru_cache`: a hit reads what the call that filled the cache read.

Otherwise only the first step that calls such a function would record the files, prompts and parameters
behind it, and every later one would be kept when these change.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from alongside.engine.context import CONTEXT, Frame

__all__ = ["install"]


def install(is_project: Callable[[str], bool]) -> None:
    """Have `functools.lru_cache` and `functools.cache` remember reads, for functions of project modules.

    Meant for a worker process, before it imports the project.
    """
    original = functools.lru_cache

    def decorate(function: Callable[..., Any], maxsize: int | None, typed: bool) -> Any:  # noqa: FBT001
        keep = original(maxsize, typed)
        return _cached(function, keep) if is_project(getattr(function, "__module__", "")) else keep(function)

    def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:  # noqa: FBT001, FBT002  as Python's own
        if callable(maxsize):
            return decorate(maxsize, 128, typed)
        return functools.partial(decorate, maxsize=maxsize, typed=typed)

    setattr(functools, "lru_cache", lru_cache)  # noqa: B010  its type says it is never replaced


def _cached(function: Callable[..., Any], keep: Callable[..., Any]) -> Callable[..., Any]:
    @keep
    def made(*args: Any, **kwargs: Any) -> tuple[Any, Frame | None]:
        context = CONTEXT.get()
        if context is None:
            return function(*args, **kwargs), None
        frame = replace(context.frame, reads={}, children=0)
        token = CONTEXT.set(context.inside(frame))
        try:
            return function(*args, **kwargs), frame
        except BaseException:
            CONTEXT.reset(token)
            token = CONTEXT.set(context)
            _note(frame)
            raise
        finally:
            CONTEXT.reset(token)

    @functools.wraps(function)
    def cached(*args: Any, **kwargs: Any) -> Any:
        value, frame = made(*args, **kwargs)
        if frame is not None:
            _note(frame)
        return value

    for name in ("cache_info", "cache_clear", "cache_parameters"):
        setattr(cached, name, getattr(made, name))
    return cached


def _note(frame: Frame) -> None:
    """Hand on what a cached call did to the step that is under way."""
    context = CONTEXT.get()
    if context is not None:
        context.frame.reads.update(frame.reads)
        context.frame.children += frame.children
        context.frame.impure = context.frame.impure or frame.impure
