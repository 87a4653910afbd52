"""Why a value can't be kept, and where in it: found out when it has been refused."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, cast

from alongside.core.encoding import encode
from alongside.core.errors import DataError
from alongside.core.value import Value

__all__ = ["FAULTS", "explain"]

FAULTS = (DataError, RecursionError, ValueError, AttributeError)
"""What `encode` may raise: for a type, a depth, a number of too many digits, a field that was never set."""

_SHOWN = 120
_FLAT = "return something flatter, or text that you made of it"


def explain(value: object, *, of: str, place: str) -> DataError:
    """Return the error `step-value` for a value that `encode` refused.

    `of` is whose value it is (`step workflows.a.b`), `place` which (`answer`); the part at fault follows: `answer.items[3]`.
    """
    within: set[int] = set()
    while (fault := _fault(value)) is not None:
        if id(value) in within:
            return _refuse(of, place, "holds itself, and can't be kept", _FLAT)
        within.add(id(value))
        inner = next((part for part in _parts(value) if _fault(part[1]) is not None), None)
        if inner is None:
            return _told(fault, of, place)
        place, value = place + inner[0], inner[1]
    return _refuse(of, place, "can't be kept", _FLAT)


def _fault(value: object) -> Exception | None:
    try:
        encode(value)
    except FAULTS as error:
        return error
    return None


def _told(fault: Exception, of: str, place: str) -> DataError:
    match fault:
        case DataError():
            return DataError(fault.code, f"{of}: {_short(place)}: {fault.message}", fix=fault.fix)
        case RecursionError():
            return _refuse(of, place, "is nested too deeply to be kept", _FLAT)
        case AttributeError():
            return _refuse(of, place, f"can't be kept: {fault}", "set every field, or leave the field out")
        case _:
            return _refuse(of, place, f"can't be kept: {fault}", "return it as text or bytes")


def _refuse(of: str, place: str, why: str, fix: str) -> DataError:
    return DataError("step-value", f"{of}: {_short(place)} {why}", fix=fix)


def _short(place: str) -> str:
    return place if len(place) <= _SHOWN else f"{place[:_SHOWN]}…"


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield (place, part) of what the value is made of."""
    kind = cast("Any", type(value))
    if isinstance(value, dict):
        for key, item in cast("dict[Any, Any]", value).items():
            yield f"[{_short(repr(key))}]", item
            yield f" key {type(key).__name__}", key
    elif isinstance(value, list | set | frozenset) or (kind is tuple):
        yield from ((f"[{index}]", item) for index, item in enumerate(cast("list[Any]", value)))
    else:
        for name in _names(kind):
            if hasattr(value, name):
                yield f".{name}", getattr(value, name)


def _names(kind: Any) -> Iterable[str]:
    if kind is Value:
        return ("value",)
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return getattr(kind, "model_fields", None) or getattr(kind, "_fields", ())
