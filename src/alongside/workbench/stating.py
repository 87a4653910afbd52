"""What a person typed into a field as the value that it states, and back as the text that a form shows."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Literal, cast

from alongside.core.errors import UsageError
from alongside.workbench.merging import as_posted, with_line_ends

__all__ = ["ABSENT", "UNKNOWN", "Said", "as_seen", "field_text", "same", "stated", "told", "typed_param"]

ABSENT: Final = object()
"""A field of which nothing is expected."""
UNKNOWN: Final = object()
"""What somebody saw in a field, where nobody can say."""

_BIGGEST = 1e300
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:[.,]\d{3})+")
"""A number that JSON would read as another than what it is in a place for whole ones."""
_KINDS: dict[type[Any], str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
    date: "a date",
    datetime: "a date with a time",
    time: "a time",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says of an expectation: `says` the text, `nothing` is there, or `unjudged`.

    Without a `how` an empty text says that nothing is there.
    """

    text: str
    how: Literal["", "says", "nothing", "unjudged"] = ""


def field_text(value: Any) -> str:
    """Return a value as a form's field shows it; empty for nothing."""
    if value is None or value is ABSENT or value is UNKNOWN:
        return ""
    if isinstance(value, str | date | time):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def same(one: Any, other: Any) -> bool:
    """Whether two values are one and the same: 1, 1.0 and true aren't."""
    return type(one) is type(other) and one == other


def as_seen(value: Any) -> Any:
    """Return a value as a form tells what was seen of it: as plain JSON."""
    return value if value is ABSENT or value is UNKNOWN else json.loads(json.dumps(value, default=str))


def told(values: Mapping[str, Any]) -> str:
    """Return values as lines of `name = text`."""
    return "\n".join(f"{name} = {field_text(value)}" for name, value in values.items())


def stated(field: str, said: Said, before: Any) -> Any:
    """Return what is meant by what was said of a field that held `before`; ABSENT where it isn't to be judged.

    Raises UsageError `stated-value` where a list or a table can't be read, or an empty text is no value.
    """
    if said.how == "unjudged":
        return ABSENT
    touched = as_posted(said.text) != as_posted(field_text(before))
    if not touched and (before is not UNKNOWN and before is not ABSENT):
        says = "says" if before is not None else "nothing"
        if said.how in {"", says}:
            return before
    if said.how == "nothing" and (before is not None or not touched):
        return None
    if not said.how and not said.text.strip():
        return None
    return _read(field, as_posted(said.text), before)


def _read(field: str, text: str, before: Any) -> Any:
    if before is None or before is ABSENT or before is UNKNOWN:
        return text
    if isinstance(before, str):
        return with_line_ends(text, before)
    value: Any = text if isinstance(before, int) and _GROUPED.fullmatch(text.strip()) else _json(text)
    shape = cast("type[Any]", type(before))
    alike = isinstance(value, shape)
    if shape in {list, dict} and not alike:
        kind, example = _KINDS[shape], '["…"]' if shape is list else '{"…": "…"}'
        raise UsageError(
            "stated-value",
            f"{field or 'the answer'} is {kind}, and {text!r} is none",
            fix=f"state it as {example}",
        )
    if not text.strip():
        raise UsageError(
            "stated-value",
            f"{field or 'the answer'} is {field_text(before)} now, and an empty text is no such value",
            fix="say that nothing is there, or state a value",
        )
    return value


def typed_param(name: str, text: str, known: Any) -> Any:
    """Return what was typed for a parameter, of the kind that it has. Raises UsageError `bad-parameter`."""
    if isinstance(known, str):
        return with_line_ends(as_posted(text), known)
    value = _moment(text, known) if isinstance(known, date | time) else _json(text)
    number, kind = _is_number(value), cast("type[Any]", type(known))
    alike = number if _is_number(known) else isinstance(value, kind)
    if not alike or (isinstance(known, int) and number and value != int(value)):
        raise UsageError(
            "bad-parameter",
            f"{name} is {field_text(known)} now, {_KINDS.get(kind, 'of another kind')}, and {text!r} is not",
            fix="give a value of the same kind; another kind is the engineer's, in alongside.toml",
        )
    return kind(value) if number else value


def _moment(text: str, known: date | time) -> Any:
    try:
        return type(known).fromisoformat(text.strip())
    except ValueError:
        return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _BIGGEST


def _json(text: str) -> Any:
    try:
        return json.loads(text.strip(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")
