"""What a case expects, which JSON and TOML hold, as the type that the answer has."""

import base64
import binascii
import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from alongside.core.digest import digest
from alongside.evals.moments import is_same_time, read_clock
from alongside.evals.readings import read_date, read_flag, read_number

__all__ = ["coerce"]


def coerce(expected: Any, answer: Any) -> Any:
    """Return `expected` as the type of `answer` (both unwrapped), item by item; unchanged where it isn't one.

    Only what loses nothing is turned: "12.50" into a Decimal, "2018-11-18" into a date, 3 into "3", a list into a set.
    """
    turn = next((turn for kinds, turn in _TURNS if isinstance(answer, kinds)), None)
    if turn is not None:
        return turn(expected, answer)
    return (
        answer if isinstance(expected, str) and str(answer) == expected and answer is not None else expected
    )


def _flag(expected: Any, _: bool) -> Any:  # noqa: FBT001
    flag = read_flag(expected) if isinstance(expected, str) else None
    return expected if flag is None else flag


def _member(expected: Any, answer: enum.Enum) -> Any:
    if isinstance(answer, enum.Flag) and isinstance(expected, int | str):
        return _flags(str(expected), answer)
    return next((one for one in type(answer) if _is_called(one, expected)), expected)


def _is_called(one: enum.Enum, name: object) -> bool:
    return name in (one, one.value, one.name, str(one.value))


def _flags(expected: str, answer: enum.Flag) -> Any:
    """Return the flags that a text names, `A|B`; 0 names none."""
    kind, found = type(answer), type(answer)(0)
    for name in expected.split("|"):
        one = kind(0) if name == "0" else next((one for one in kind if _is_called(one, name)), None)
        if one is None:
            return expected
        found |= one
    return found


def _number(expected: Any, answer: Any) -> Any:
    kind = cast("Any", type(answer))
    number = read_number(expected, whole=kind is int)
    if number is None or (kind is int and number != number.to_integral_value()):
        return expected
    return kind(number)


def _word(expected: Any, _: str) -> Any:
    return str(expected) if isinstance(expected, int | float) and not isinstance(expected, bool) else expected


def _moment(expected: Any, answer: date | time) -> Any:
    if not isinstance(expected, str):
        return expected
    if isinstance(answer, datetime) and read_clock(expected) is None:
        return read_date(expected) or expected  # a day is no moment: midnight wasn't said
    if isinstance(answer, time):
        return answer if is_same_time(expected, answer) else expected
    try:
        return type(answer).fromisoformat(expected)
    except ValueError:
        return (read_date(expected) if type(answer) is date else None) or expected


def _duration(expected: Any, _: timedelta) -> Any:
    seconds = read_number(expected)
    return expected if seconds is None else timedelta(seconds=float(seconds))


def _bytes(expected: Any, answer: bytes) -> Any:
    if isinstance(expected, dict):  # too many for a case file: it names them
        return answer if expected == {"blob": digest(answer)} else cast("Any", expected)
    try:
        return base64.b64decode(expected, validate=True) if isinstance(expected, str) else expected
    except (binascii.Error, ValueError):
        return expected


def _container(expected: Any, answer: Any) -> Any:
    if isinstance(answer, dict):
        known = cast("dict[str, Any]", answer)
        if not isinstance(expected, Mapping):
            return expected
        items = cast("Mapping[str, Any]", expected).items()
        return {key: coerce(value, known.get(key)) for key, value in items}
    if not isinstance(expected, list | tuple | set | frozenset):
        return expected
    wanted = list(cast("list[Any]", expected))
    if isinstance(answer, frozenset):
        one = next(iter(cast("frozenset[Any]", answer)), None)
        turned = [coerce(item, one) for item in wanted]
        return turned if any(isinstance(item, dict | list) for item in turned) else frozenset(turned)
    have = cast("list[Any]", answer)
    return [coerce(item, have[min(at, len(have) - 1)] if have else None) for at, item in enumerate(wanted)]


# In this order: an enum's member may be an int or a str too, and true is an int.
_TURNS: tuple[tuple[tuple[type, ...], Callable[[Any, Any], Any]], ...] = (
    ((bool,), _flag),
    ((enum.Enum,), _member),
    ((int, float, Decimal), _number),
    ((str,), _word),
    ((date, time), _moment),
    ((timedelta,), _duration),
    ((bytes,), _bytes),
    ((dict, list, frozenset), _container),
)
