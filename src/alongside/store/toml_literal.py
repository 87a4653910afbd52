"""Plain values as TOML text and back: easy to read, one notation, nothing lost.

TOML has no null: None is `{ null = true }`; a table whose only key is `null` gets an underscore behind its key.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, cast

__all__ = ["from_toml", "toml_key", "toml_literal"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NULL = re.compile(r"null_*")
_ESCAPED = re.compile(r"null_+")
_WORDS = {None: "{ null = true }", True: "true", False: "false"}
_WIDTH = 90
_DEEPEST = 100  # what every reader of TOML reads, on every Python


def toml_key(key: str) -> str:
    """Return the key, in quotes where TOML wants them."""
    return key if _BARE.fullmatch(key) else _basic(key)


def toml_literal(value: Any) -> str:
    """Return a plain JSON value, a date or a time as TOML.

    Raises ValueError for what TOML or UTF-8 can't hold, and for what is nested more than 100 deep.
    """
    return _literal(value, _DEEPEST)


def _literal(value: Any, deepest: int) -> str:
    if not deepest:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    match value:
        case None | bool():
            return _WORDS[value]
        case int() | float() if math.isfinite(value):
            return repr(value)
        case str():
            return _text(value)
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return _list([_literal(item, deepest - 1) for item in cast("list[Any]", value)])
        case Mapping():
            return _table(cast("Mapping[str, Any]", value), deepest - 1)
        case _:
            raise ValueError(f"{value!r} can't be written as TOML")


def from_toml(value: Any) -> Any:
    """Return a value read from TOML as plain JSON: dates and times as ISO 8601 text. Raises ValueError for nan and inf."""
    match value:
        case date() | datetime() | time():
            return value.isoformat()
        case float() if not math.isfinite(value):
            raise ValueError(f"{value} is not a number that JSON knows")
        case list():
            return [from_toml(item) for item in cast("list[Any]", value)]
        case dict():
            return _from_table(cast("dict[str, Any]", value))
        case _:
            return value


def _from_table(value: dict[str, Any]) -> Any:
    if value == {"null": True}:
        return None
    plain = {key: from_toml(item) for key, item in value.items()}
    only = next(iter(plain)) if len(plain) == 1 else ""
    return {only[:-1]: plain[only]} if _ESCAPED.fullmatch(only) else plain


def _table(value: Mapping[str, Any], deepest: int) -> str:
    only = next(iter(value)) if len(value) == 1 else ""
    if _NULL.fullmatch(only):
        value = {f"{only}_": value[only]}
    pairs = ", ".join(f"{toml_key(key)} = {_literal(item, deepest)}" for key, item in value.items())
    return f"{{ {pairs} }}" if pairs else "{}"


def _list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _WIDTH:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _text(value: str) -> str:
    if "\n" not in value:
        return _basic(value)
    lines = "\n".join(_escape(line) for line in value.split("\n"))
    return f'"""\n{lines}"""'


def _basic(value: str) -> str:
    return f'"{_escape(value)}"'


def _escape(value: str) -> str:
    value.encode()  # TOML is UTF-8: a lone surrogate can't be kept (UnicodeEncodeError is a ValueError)
    return json.dumps(value, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")
