# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""What an object holds where no attribute shows it: the text of a `str` of one's own, an exception's arguments.

A class written in Python keeps everything in attributes. One made in C has a body of its own, and says by the means
of pickle what is in it, or else nobody can tell.
"""

import struct
import sys
import types
from typing import Any

from alongside.engine.code.lookup import slot_names

__all__ = ["is_made_at_run_time", "is_plain", "payload"]

_WORD = struct.calcsize("P")
_CONTAINERS = (list, dict, set, frozenset)
_ITSELF = ("__getnewargs__", "__reduce__")
_IN_C = (types.MethodDescriptorType, types.WrapperDescriptorType)
_HEAP = 1 << 9


def is_plain(kind: type) -> bool:
    """Whether the objects of a class hold no more than their attributes: its size is what these take, as pickle reckons too."""
    words = len(slot_names(kind)) + (kind.__weakrefoffset__ > 0) + (kind.__dictoffset__ > 0)
    return kind.__basicsize__ <= object.__basicsize__ + _WORD * words and not kind.__itemsize__


def payload(thing: Any) -> list[Any] | None:
    """Return what an object holds beside attributes and the items of a container; None where nobody can tell."""
    kind = type(thing)
    if is_plain(kind):
        return []
    for base in kind.__mro__[:-1]:
        for name in _ITSELF:
            told = vars(base).get(name)
            if isinstance(told, _IN_C):  # never what the project made of it
                made = told(thing)
                return [_listed(one) for one in made if one is not kind] if isinstance(made, tuple) else None
    return [] if isinstance(thing, _CONTAINERS) else None


def is_made_at_run_time(kind: type) -> bool:
    """Whether a class isn't where it says it is: a library made it of what it was given, as `make_dataclass` does."""
    found: Any = sys.modules.get(kind.__module__)
    for name in kind.__qualname__.split("."):
        if name == "<locals>":
            return False
        found = getattr(found, name, None)
    return found is not kind and bool(kind.__flags__ & _HEAP)


def _listed(piece: Any) -> Any:
    return list(piece) if hasattr(type(piece), "__next__") else piece
