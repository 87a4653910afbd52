# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""What code reaches that outlives a call and can change: containers, classes, instances, attributes of functions.

A step that leaves something there hides from the next one what it read to make it, so its state is noted when the code
is hashed and looked at again around every call that runs.
"""

import functools
import types
from collections import ChainMap, OrderedDict, UserDict, UserList, UserString, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, MutableMapping, MutableSequence, MutableSet, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any, NamedTuple, cast
from uuid import UUID

from alongside.engine.code.lookup import state
from alongside.engine.code.valued import changing

__all__ = ["Watched", "changes", "held", "is_container", "watched"]

_NATIVE = {str, bytes, bool, type(None)}
_NUMBERS = {int, float, complex}  # by text: the hashes of -1 and -2, and of 1 and 1.0, are the same
_FROZEN = (date, time, timedelta, Decimal, Fraction, PurePath, UUID)
_KEEPING = (UserDict, UserList, UserString, ChainMap, types.SimpleNamespace, bytearray)
_CONTAINERS = (dict, list, set, deque, *_KEEPING, MutableMapping, MutableSequence, MutableSet)


class Watched(NamedTuple):
    """Something that can change, as it was: `state` tells all of it apart, `data` only the data in it.

    `alive` are the objects that are told apart by their addresses, which nobody else gets while they live.
    """

    label: str
    thing: Any
    state: int
    data: int
    alive: tuple[Any, ...]
    keys: frozenset[Any] = frozenset()


def watched(label: str, thing: Any) -> Watched:
    """Return the thing as it is now."""
    told = _Told(objects=True)
    told.top(thing)
    keys = frozenset(thing) if isinstance(thing, defaultdict) else frozenset[Any]()
    return Watched(label, thing, told.digest(), _digest(thing, objects=False), tuple(told.alive), keys)


def changes(was: Watched, *, objects: bool = True) -> bool:
    """Whether the thing isn't any more as it was.

    Without `objects` only data counts: a client or a lock that is made when it is first needed doesn't. What merely
    looking a missing key up in a `defaultdict` left there is taken out again.
    """
    before = was.state if objects else was.data
    if _digest(was.thing, objects=objects) == before:
        return False
    return not (isinstance(was.thing, defaultdict) and _swept(was) == before and objects)


def is_container(thing: Any) -> bool:
    """Whether this is something whose items can change, of whatever library."""
    try:
        return isinstance(thing, _CONTAINERS)
    except Exception:  # noqa: BLE001  a class may answer anything
        return False


def held(thing: Any) -> list[tuple[str, Any]]:
    """Return what an instance or class keeps, less what a step's `cached_property` made and what only says how a class is made."""
    if isinstance(thing, type):
        return [(name, piece) for name, piece in sorted(vars(thing).items()) if not _is_machinery(name)]
    return [(name, piece) for name, piece in state(thing) if not _is_of_step(thing, name)]


def _is_of_step(thing: Any, name: str) -> bool:
    """Whether a step made this by a `cached_property`, which hands its reads on to whoever looks (see `engine.caches`)."""
    made = getattr(type(thing), name, None)
    if not isinstance(made, functools.cached_property):
        return False
    asked: Callable[[Any], bool] = getattr(made, "is_of_step", lambda _: True)
    return asked(thing)


def _is_machinery(name: str) -> bool:
    """Whether Python, `abc` or `enum` keep this for themselves: `__doc__`, `_abc_impl`, `_value2member_map_`."""
    return (name.startswith("_") and name.endswith("_")) or name == "_abc_impl"


def _digest(thing: Any, *, objects: bool) -> int:
    told = _Told(objects=objects)
    told.top(thing)
    return told.digest()


def _swept(was: Watched) -> int:
    found: defaultdict[Any, Any] = was.thing
    for key, value in list(found.items()):
        if key not in was.keys and found.default_factory is not None and value == found.default_factory():
            del found[key]
    return _digest(found, objects=True)


class _Told:
    """A walk over what something holds: values by what they say, other objects by which they are."""

    def __init__(self, *, objects: bool) -> None:
        self._objects = objects
        self._lines: list[Any] = []
        self._seen: set[int] = set()
        self.alive: list[Any] = []

    def digest(self) -> int:
        return hash(tuple(self._lines))

    def top(self, thing: Any) -> None:
        try:
            self._top(thing)
        except RecursionError:
            self._object(thing)

    def _top(self, thing: Any) -> None:
        self._seen.add(id(thing))
        if isinstance(thing, types.FunctionType):
            self._pairs(list(vars(thing).items()))
        elif isinstance(thing, type):
            self._pairs(held(thing))
        elif (now := changing(thing)) is not None:
            self._lines.append(now)
        elif not isinstance(thing, _FROZEN) and not type(thing).__module__.startswith("alongside."):
            contains = is_container(thing)
            if contains:
                self._items(thing)
            if not contains or hasattr(thing, "__dict__"):
                self._pairs(held(thing))

    def _piece(self, thing: Any) -> None:
        kind = type(thing)
        if kind in _NATIVE:
            self._lines += (kind, thing)
        elif kind in _NUMBERS:
            self._lines.append(repr(thing))
        elif isinstance(thing, _FROZEN):
            self._lines += (kind, repr(thing))
        elif (now := changing(thing)) is not None:
            self._lines.append(now)
        elif id(thing) in self._seen:
            self._lines.append("again")
        elif isinstance(thing, (dict, list, tuple, set, frozenset, deque, *_KEEPING)):
            self._seen.add(id(thing))
            self._lines.append(kind)
            self._items(thing)
        elif not isinstance(thing, type) and _has_fields(kind):
            self._seen.add(id(thing))
            self._lines.append(kind)
            self._pairs(held(thing))
        else:
            self._object(thing)

    def _object(self, thing: Any) -> None:
        if self._objects:
            self._lines.append(id(thing))
            self.alive.append(thing)

    def _pairs(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        for name, piece in pairs:
            if self._objects or _is_data(piece):
                self._piece(name)
                self._piece(piece)

    def _items(self, thing: Any) -> None:
        try:
            self._items_of(thing)
        except (RuntimeError, TypeError, ValueError, AttributeError, KeyError):
            self._object(thing)  # a library's container that can't be gone through, or only by changing it

    def _items_of(self, thing: Any) -> None:
        if isinstance(thing, dict):
            own = cast("Any", OrderedDict if isinstance(thing, OrderedDict) else dict)
            self._pairs(list(own.items(thing)))
        elif isinstance(thing, set | frozenset):
            self._lines.append(frozenset(map(self._of_set, thing)))
        elif isinstance(thing, bytearray | UserString):
            self._lines.append(bytes(thing) if isinstance(thing, bytearray) else str(thing))
        elif isinstance(thing, types.SimpleNamespace):
            self._pairs(sorted(vars(thing).items()))
        elif isinstance(thing, ChainMap):
            self._piece(thing.maps)
        elif isinstance(thing, Mapping):
            self._pairs(list(thing.items()))
        else:
            for piece in _listed(thing):
                self._piece(piece)

    def _of_set(self, piece: Any) -> Any:
        if type(piece) in _NATIVE | _NUMBERS or isinstance(piece, (*_FROZEN, tuple)):
            return type(piece), repr(piece)
        self.alive.append(piece)
        return id(piece)


def _listed(thing: Any) -> list[Any]:
    for kind in cast("list[Any]", [list, tuple, deque]):
        if isinstance(thing, kind):
            return list(kind.__iter__(thing))  # and not what a class of the project's says it holds
    return list(thing) if isinstance(thing, Sequence | MutableSet) else []


def _is_data(piece: Any) -> bool:
    """Whether this is data that a file may say, not None and no client or lock."""
    kind = type(piece)
    if piece is None:
        return False
    return (
        kind in _NATIVE
        or kind in _NUMBERS
        or changing(piece) is not None
        or isinstance(piece, (*_FROZEN, dict, list, tuple, set, frozenset, deque, *_KEEPING))
        or (not isinstance(piece, type) and _has_fields(kind))
    )


def _has_fields(kind: type) -> bool:
    return hasattr(kind, "__dataclass_fields__") or hasattr(kind, "__pydantic_fields__")
