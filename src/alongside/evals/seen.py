"""What a check looks at."""

from base64 import b64encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast
from uuid import UUID

from alongside.core.document import Box
from alongside.core.errors import UsageError
from alongside.core.input_types import label_of
from alongside.core.plain import seconds_of
from alongside.evals.readings import read_amount, read_date

__all__ = ["CheckContext", "Outcome", "Seen", "read_differently", "shown", "shown_beside"]

Outcome = tuple[bool, str]
"""Whether the check passed, and why."""

_LONG = 120


def _no_text(document: str, box: Box) -> str:
    raise UsageError(
        "no-document",
        f"the text at page {box.page} of document {document[:12]} can't be read here",
        fix="run this check where the engagement's documents are",
    )


def _no_function(name: str) -> Callable[..., Any]:
    raise UsageError(
        "no-function",
        f"the check function {name} can't be loaded here",
        fix="run this check inside the engagement's folder",
    )


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What some checks need: the text that a document (by its source's digest) has under a box, and a user's function.

    `function` gets `FILE.py:NAME` and returns the function that is named so; `place` tells where in the user's code an
    exception was raised, empty where that isn't known.
    """

    text_in: Callable[[str, Box], str] = _no_text
    function: Callable[[str], Callable[..., Any]] = _no_function
    place: Callable[[BaseException], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Seen:
    """`value` is the field's value, unwrapped; `found` the same as the answer has it; `expected` as the case states it."""

    value: Any
    found: Any
    expected: Any
    options: Mapping[str, Any]
    context: CheckContext


def shown(value: Any) -> str:
    """Return a value as a reason shows it, cut where it is long."""
    return _cut(_text(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def shown_beside(value: Any, other: Any) -> str:
    """Return a value as a reason shows it beside another: a text without quotes where it stands for a number, a date or a choice."""
    if isinstance(value, str) and isinstance(other, Enum):
        named = next((one for one in type(other) if one.name == value), None)
        return label_of(named) if named else _cut(value)
    if isinstance(value, str):
        is_told = other is None and (read_amount(value) is not None or read_date(value) is not None)
        if is_told or isinstance(other, int | float | Decimal | date | time):
            return _cut(value)
    return shown(value)


def read_differently(value: Any, read: Decimal | date | None) -> str:
    """Return what a value is read as where it is a text whose own letters don't say that, else nothing."""
    if not isinstance(value, str) or read is None or shown(read) in value:
        return ""
    is_coarser = isinstance(read, datetime) and shown(read).startswith(value.strip().replace(" ", "T"))
    return "" if is_coarser else shown(read)


def _text(value: Any) -> str:  # noqa: PLR0911  one line a kind
    match value:
        case None:
            return "nothing"
        case Enum() if value.name:
            return label_of(value)
        case Decimal() | bool() | int() | float() | UUID() | PurePath():
            return str(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(seconds_of(value))
        case bytes():
            return repr(b64encode(value).decode())
        case dict() if value:
            inner = cast("dict[str, Any]", value).values()
            return f"({', '.join(one if isinstance(one, str) and not isinstance(one, Enum) else _text(one) for one in inner)})"
        case list() | tuple() | set() | frozenset():
            return _listed(cast("Collection[Any]", value))
        case _:
            return repr(value)


def _listed(found: Collection[Any]) -> str:
    """Return a list as it reads: records as `(SR GS: 5%, 324.00), (…)`, anything else between brackets; sets in order."""
    items = list(found) if isinstance(found, Sequence) else sorted(found, key=repr)
    told = ", ".join(map(_text, items))
    return told if items and all(isinstance(one, dict) for one in items) else f"[{told}]"
