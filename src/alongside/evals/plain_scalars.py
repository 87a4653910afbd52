"""What YAML writes without quotes, kept as it is written until the kind of its place says what it means.

By YAML's own rules `country: NO` is false, `code: 007` is 7 and `12:30` is 750: a text would become another value.
"""

import re
from datetime import date
from typing import Any, cast

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.errors import UsageError
from alongside.evals.readings import read_flag, read_number
from alongside.evals.stated import kind_at

__all__ = ["Plain", "meant"]

_JSON = re.compile(r"true|false|-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)
_NUMBERS = {"number", "integer", "decimal"}
_DATES = {"date", "moment"}
_OF_ANY_KIND = {"any", "list", "record", "mapping"}


class Plain(str):
    """A scalar as it is written, and the value that it `means` by YAML's rules: a number, a flag or a date."""

    __slots__ = ("means",)
    means: Any

    def __new__(cls, text: str, means: Any) -> "Plain":
        """Return the text with its meaning."""
        plain = super().__new__(cls, text)
        plain.means = means
        return plain


def meant(value: Any, kind: Kind) -> Any:
    """Return the value with what is Plain in it read as its place's kind, in a text as it is written.

    `kind` is an answer's (`core.answer_types`) or an input's (`core.input_types`). Where it is any, what JSON would
    write the same is a number or a flag, anything else a text.
    """
    match value:
        case Plain():
            return _scalar(value, kind)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: meant(inner, _part(kind, key)) for key, inner in items}
        case list():
            return [meant(inner, _part(kind, "0")) for inner in cast("list[Any]", value)]
        case _:
            return value


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


def _choices(kind: Kind) -> list[str]:
    return kind["of"] if "of" in kind else [str(option["value"]) for option in kind["options"]]


def _part(kind: Kind, key: str) -> Kind:
    try:
        return kind_at(kind, key)
    except UsageError:
        return ANYTHING
