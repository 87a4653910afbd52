"""What a row has without quotes or in a CSV's cell, kept as it is written until the kind of its place says what it means.

By YAML's own rules `country: NO` is false, `code: 007` is 7 and `12:30` is 750: a text would become another value. So
would a code or a day that JSON has as a number.
"""

import json
import re
from datetime import date
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.errors import UsageError
from alongside.evals.readings import read_date_by_order, read_flag, read_number
from alongside.evals.stated import kind_at

__all__ = ["Cell", "Plain", "meant", "read_json"]

_JSON = re.compile(r"true|false|-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)
_NUMBERS = {"number", "integer", "decimal"}
_DATES = {"date", "moment"}
_OF_ANY_KIND = {"any", "list", "record", "mapping"}


class Plain(str):
    """A scalar as it is written, and the value that it `means` by the format's rules: a number, in YAML a flag or a date too."""

    __slots__ = ("means",)
    means: Any

    def __new__(cls, text: str, means: Any) -> "Plain":
        """Return the text with its meaning."""
        plain = super().__new__(cls, text)
        plain.means = means
        return plain


class Cell(str):
    """A CSV's cell under a heading that doesn't say what it holds; it stays one where its place's kind can't be read."""

    __slots__ = ()


def read_json(text: str) -> Any:
    """Return what the JSON says, with its numbers as Plain. Raises ValueError where it is none, RecursionError."""
    return json.loads(
        text,
        parse_int=lambda number: Plain(number, int(number)),
        parse_float=lambda number: Plain(number, float(number)),
        parse_constant=_no_constant,
    )


def meant(value: Any, kind: Kind) -> Any:
    """Return the value with what is Plain in it read as its place's kind, in a text as it is written.

    `kind` is an answer's (`core.answer_types`) or an input's (`core.input_types`). Where it is any, what JSON would
    write the same is a number or a flag, anything else a text.
    """
    match value:
        case Plain():
            return _scalar(value, kind)
        case Cell():
            return _cell(value, kind)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: meant(inner, _part(kind, key)) for key, inner in items}
        case list():
            return [meant(inner, _part(kind, "0")) for inner in cast("list[Any]", value)]
        case _:
            return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number that JSON knows")


def _scalar(plain: Plain, kind: Kind) -> Any:
    text, means, name = str(plain), plain.means, kind["kind"]
    if name == "flag":
        flag = read_flag(text)
        return text if flag is None else flag
    is_meant = (
        (name in _OF_ANY_KIND and _JSON.fullmatch(text))
        or (name in _NUMBERS and read_number(means) is not None and read_number(means) == read_number(text))
        or (name == "choice" and str(means) in _choices(kind) and _JSON.fullmatch(text))
    )
    if name in _DATES and isinstance(means, date):
        return means.isoformat()
    return means if is_meant else text


def _cell(cell: Cell, kind: Kind) -> Any:
    match kind["kind"]:
        case "flag":
            flag = read_flag(cell)
            return cell if flag is None else flag
        case "integer" | "number" | "decimal" as name:
            return _number(cell, name)
        case "date":
            days = set(read_date_by_order(cell).values())
            return next(iter(days)).isoformat() if len(days) == 1 else cell
        case "list" | "record" | "mapping":
            return _structure(cell, kind)
        case "choice":
            options = {str(option["value"]): option["value"] for option in kind.get("options", ())}
            return options.get(cell, str(cell))
        case _:
            return str(cell)


def _number(cell: Cell, name: str) -> Any:
    number = None if "%" in cell else read_number(cell)
    if number is None or (name == "integer" and "." in cell):
        return cell
    return {"integer": int, "number": float, "decimal": str}[name](number)


def _structure(cell: Cell, kind: Kind) -> Any:
    try:
        read = read_json(cell)
    except (ValueError, RecursionError):
        return cell
    return meant(read, kind) if isinstance(read, list | dict) else cell


def _choices(kind: Kind) -> list[str]:
    return kind["of"] if "of" in kind else [str(option["value"]) for option in kind["options"]]


def _part(kind: Kind, key: str) -> Kind:
    try:
        return kind_at(kind, key)
    except UsageError:
        return ANYTHING
