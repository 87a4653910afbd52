"""`FIELD=VALUE` as people type it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from alongside.core.errors import UsageError
from alongside.views.fields import value_text

__all__ = ["said_twice", "stated", "stated_each"]


def stated(text: str, known: Mapping[str, Any]) -> tuple[str, Any]:
    """Return (field, value). An empty value, or the `-` that tables show, is None: there is nothing to find.

    What is there now (`known`, by field) says how the value reads: beside a text it is text, beside anything else JSON.
    Where nothing is known, only a record or a list is read as JSON: anything else is read by its type later on. So is a
    mark in a whole number, which parts thousands there and not fractions.
    """
    field, equals, value = text.partition("=")
    if not equals:
        raise UsageError("no-value", f"{text!r} states no value", fix=f"write {text}=VALUE")
    if value in {"", "-"}:
        return field, None
    now, read = known.get(field), _json(value)
    marked = isinstance(now, int) and isinstance(read, float)
    is_text = isinstance(now, str) or marked or (now is None and not isinstance(read, dict | list))
    return field, value if is_text else cast("Any", read)


def stated_each(texts: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what several texts state, by field. Raises UsageError `said-twice` where two say different things of one."""
    found: dict[str, Any] = {}
    for text in texts:
        field, value = stated(text, known)
        if found.setdefault(field, value) != value:
            raise said_twice(field, value_text(found[field]), value_text(value))
    return found


def said_twice(field: str, one: str, other: str) -> UsageError:
    """Return the refusal of two things that are said of one field: nobody knows which was meant."""
    return UsageError(
        "said-twice",
        f"{field or 'the answer'} is said to be both {one} and {other}",
        fix="say one of the two; nothing was recorded",
    )


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
