"""What the project keeps under `functools.lru_cache` and `cached_property`: a hit reads what was read to fill it.

Otherwise only the first step that calls such a function would record the files, prompts and parameters
behind it, and every later one would be kept when these change.
"""

import functools
import sys
import weakref
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from alongside.engine.context import CONTEXT, Context, Frame

__all__ = ["install"]


def install(is_project: Callable[[str], bool]) -> None:
    """Have `functools.lru_cache`, `cache` and `cached_property` remember reads where the project uses them.

    Meant for a worker process, before it imports the project.
    """
    original, named = functools.lru_cache, cast("Any", functools.cached_property).__set_name__

    def decorate(function: Callable[..., Any], maxsize: int | None, typed: bool) -> Any:  # noqa: FBT001
        keep = original(maxsize, typed)
        if is_project(getattr(function, "__module__", None) or "builtins"):
            return _cached(function, keep)
        asker = _asker()
        if not is_project(asker):
            return keep(function)
        cached = _cached(function, keep)
        cached.__module__ = asker  # so that the code hash follows what it is around
        return cached

    def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:  # noqa: FBT001, FBT002  as Python's own
        if callable(maxsize):
            return decorate(maxsize, 128, typed)
        return functools.partial(decorate, maxsize=maxsize, typed=typed)

    def set_name(prop: functools.cached_property[Any], owner: type, name: str) -> None:
        named(prop, owner, name)
        if type(prop) is functools.cached_property and is_project(owner.__module__):
            prop.__class__ = _Property
            prop.made = {}  # pyright: ignore[reportAttributeAccessIssue]

    setattr(functools, "lru_cache", lru_cache)  # noqa: B010  its type says it is never replaced
    setattr(functools.cached_property, "__set_name__", set_name)  # noqa: B010


def _asker() -> str:
    """Return the module that asks for a cache around somebody else's function."""
    frame = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    while frame is not None and frame.f_globals.get("__name__") in {"functools", __name__}:
        frame = frame.f_back
    return "" if frame is None else frame.f_globals.get("__name__", "")


def _cached(function: Callable[..., Any], keep: Callable[..., Any]) -> Any:
    @keep
    def made(*args: Any, **kwargs: Any) -> tuple[Any, Frame | None]:
        context = CONTEXT.get()
        if context is None:
            return function(*args, **kwargs), None
        return _made(context, function, *args, **kwargs)

    @functools.wraps(function)
    def cached(*args: Any, **kwargs: Any) -> Any:
        value, frame = made(*args, **kwargs)
        if frame is not None:
            _note(frame)
        return value

    for name in ("cache_info", "cache_clear", "cache_parameters"):
        setattr(cached, name, getattr(made, name))
    return cached


class _Property(functools.cached_property[Any]):
    """A `cached_property` of a project's class. `made` are the frames in which steps made it, by the object's address."""

    made: dict[int, tuple[Any, Frame]]

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        context = CONTEXT.get()
        held = cast("dict[str | None, Any]", vars(instance))
        if self.attrname in held:
            known = self.made.get(id(instance))
            if known is not None:
                _note(known[1])
            return held[self.attrname]
        if context is None or context.run.mode is None:
            return super().__get__(instance, owner)
        value, frame = _made(context, super().__get__, instance, owner)
        self.made[id(instance)] = _weakly(instance, self.made), frame
        _note(frame)
        return value

    def __set__(self, instance: Any, value: Any) -> None:  # else Python looks at what the object holds first
        self.made.pop(id(instance), None)
        vars(instance)[self.attrname] = value

    def __delete__(self, instance: Any) -> None:
        if self.attrname not in vars(instance):
            raise AttributeError(self.attrname)
        self.made.pop(id(instance), None)
        del vars(instance)[self.attrname]

    def is_of_step(self, instance: Any) -> bool:
        """Whether a step made what this object holds, and not the import of the project."""
        return id(instance) in self.made


def _weakly(instance: Any, made: dict[int, Any]) -> Any:
    """Return what forgets the object's address once it is somebody else's."""
    address = id(instance)
    try:
        return weakref.ref(instance, lambda _: made.pop(address, None))
    except TypeError:
        return instance


def _made(context: Context, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> tuple[Any, Frame]:
    """Return what the function answers, and what it did meanwhile, which is the step's only where it fails."""
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


def _note(frame: Frame) -> None:
    """Hand on what a cached call did to the step that is under way."""
    context = CONTEXT.get()
    if context is not None:
        context.frame.reads.update(frame.reads)
        context.frame.children += frame.children
        context.frame.impure = context.frame.impure or frame.impure
