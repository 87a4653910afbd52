# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""Objects of libraries' classes that no attribute tells apart and that are what they say: numbers, addresses, tables.

Nothing here imports what it knows: where nobody imported numpy, there is none of its arrays.
"""

import decimal
import sys
from datetime import timezone
from fractions import Fraction
from typing import Any, cast

from alongside.core.digest import digest

__all__ = ["changing", "fixed", "is_huge"]

_BIGGEST = 64 << 20
_ADDRESSES = "ipaddress"


def changing(thing: Any) -> tuple[str, ...] | None:
    """Return what one that can change is now: an array of numpy's or of Python's, a decimal context; None: it is no such."""
    if isinstance(thing, decimal.Context):
        here = (thing.prec, thing.rounding, thing.Emin, thing.Emax, thing.capitals, thing.clamp)
        return (*map(str, here), *sorted(kind.__name__ for kind, on in thing.traps.items() if on))
    kind = type(thing)
    if kind is bytearray:
        return (digest(thing),)
    if kind.__module__ == "array" and kind.__name__ == "array":
        return (thing.typecode, digest(thing.tobytes()))
    if _is_table(thing):
        return (repr(thing.dtype), repr(thing.shape), digest(thing.tobytes()))
    return None


def fixed(thing: Any) -> tuple[str, ...] | None:
    """Return what one that never changes is; None: it is no such."""
    kind = type(thing)
    if kind in {timezone, Fraction} or kind.__module__ == _ADDRESSES:
        return (repr(thing),)
    numpy = cast("Any", sys.modules.get("numpy"))
    if numpy is None or not hasattr(numpy, "generic"):  # also while it is imported
        return None
    if isinstance(thing, numpy.dtype):
        return (repr(thing),)
    if isinstance(thing, numpy.generic) and not thing.dtype.hasobject:
        return (repr(thing.dtype), thing.tobytes().hex())
    return None


def is_huge(thing: Any) -> bool:
    """Whether telling it takes too long for a code hash."""
    return _is_table(thing) and thing.nbytes > _BIGGEST


def _is_table(thing: Any) -> bool:
    """Whether this is a plain array of numpy's, of numbers, texts or times: no subclass, and no objects in it."""
    numpy = sys.modules.get("numpy")
    return type(thing) is getattr(numpy, "ndarray", None) and not thing.dtype.hasobject
