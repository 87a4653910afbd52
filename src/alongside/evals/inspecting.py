"""The checks that look at the answer alone, or ask a user's function: contains, regex, schema, cited, python."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, cast

from alongside.core.json_schema import violations
from alongside.core.value import Value
from alongside.evals.answer import MISSING, citations, to_json, unwrap
from alongside.evals.comparing import normal_text
from alongside.evals.readings import read_date, read_money
from alongside.evals.seen import Outcome, Seen, shown

__all__ = ["cited", "contains", "matches_regex", "matches_schema", "not_contains", "python"]


def contains(seen: Seen) -> Outcome:
    """Pass where `text` stands in the answer, whatever the case of letters and the width of spaces."""
    inside = _plain_text(seen.options["text"]) in _plain_text(_text_of(seen.value))
    return (
        inside,
        f"{shown(seen.options['text'])} is {'' if inside else 'not '}in {shown(_text_of(seen.value))}",
    )


def not_contains(seen: Seen) -> Outcome:
    """Pass where `text` doesn't stand in the answer."""
    inside, reason = contains(seen)
    return not inside, reason


def matches_regex(seen: Seen) -> Outcome:
    """Pass where `pattern` is found somewhere in the answer's text (`^` and `$` hold it to the whole)."""
    found = re.search(seen.options["pattern"], _text_of(seen.value)) is not None
    says = "matches" if found else "doesn't match"
    return found, f"{shown(_text_of(seen.value))} {says} {seen.options['pattern']}"


def matches_schema(seen: Seen) -> Outcome:
    """Pass where the answer, as JSON, fits `schema` (a Decimal counts as a number)."""
    broken = violations(to_json(_with_numbers(seen.value)), seen.options["schema"])
    return not broken, "; ".join(broken[:5]) or "fits the schema"


def cited(seen: Seen) -> Outcome:
    """Pass where each value's boxes hold it: its text, its amount or its day stands under them. No value needs no box."""
    values = [value for value in citations(seen.found) if value.value is not None]
    if not values and unwrap(seen.found) is not None:
        return False, f"{shown(seen.value)} names no box"
    wrong = [reason for value in values if (reason := _miscited(seen, value))]
    return not wrong, "; ".join(wrong) or f"{len(values)} found where they are cited"


def python(seen: Seen) -> Outcome:
    """Call `function` (FILE.py:NAME) with the answer's value and what is expected of it (None: nothing).

    The value comes plain: records as dicts, Values as what they hold. The function returns true, false, the reason why
    not as text, or (bool, reason). What it raises is its verdict, failed, and so is None: a function that forgot to
    return has looked at nothing.
    """
    function = seen.context.function(seen.options["function"])
    expected = None if seen.expected is MISSING else seen.expected
    try:
        said = function(seen.value, expected)
    except Exception as error:  # noqa: BLE001 - a user's function may raise anything, and that is its verdict
        place = seen.context.place(error)
        told = f"{type(error).__name__}: {error}{f' ({place})' if place else ''}"
        return False, f"{seen.options['function']} raised {told}"
    match said:
        case True:
            return True, f"{seen.options['function']} passed"
        case str():
            return False, said
        case (bool() as passed, str() as reason):
            return passed, reason
        case False:
            return False, f"{seen.options['function']} said no to {shown(seen.value)}"
        case _:
            what = "None" if said is None else shown(said)
            return False, f"{seen.options['function']} returned {what}; return true, or the reason why not"


def _text_of(value: Any) -> str:
    plain = to_json(value)
    if isinstance(plain, list):
        return "\n".join(str(item) for item in cast("list[Any]", plain))
    return "" if plain is None else str(plain)


def _plain_text(text: str) -> str:
    return " ".join(text.casefold().split())


def _with_numbers(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _with_numbers(inner) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_with_numbers(item) for item in cast("list[Any]", value)]
    return value


def _miscited(seen: Seen, value: Value[Any]) -> str:
    what = shown(unwrap(value))
    if not value.boxes:
        return f"{what} names no box"
    text = " ".join(seen.context.text_in(value.document, box) for box in value.boxes)
    return (
        ""
        if _holds(text, value)
        else f"the box on page {value.boxes[0].page} holds {shown(text)}, not {what}"
    )


def _holds(text: str, value: Value[Any]) -> bool:
    """By the value itself, or by the text it was read from where that text says the value."""
    printed, inner = normal_text(text), unwrap(value)
    if isinstance(inner, date):
        return read_date(text) == inner or (bool(value.text) and normal_text(value.text) in printed)
    if isinstance(inner, int | float | Decimal) and not isinstance(inner, bool):
        read = read_money(text)
        same = read is not None and read.amount == Decimal(str(inner))
        return same or (bool(value.text) and normal_text(value.text) in printed)
    return normal_text(str(inner)) in printed
