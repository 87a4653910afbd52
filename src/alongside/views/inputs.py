"""Inputs as people call them."""

from collections.abc import Callable
from typing import Any, cast

from alongside.views.fields import value_text

__all__ = ["Load", "input_text"]

Load = Callable[[str], Any]
"""A kept value by its digest, as plain JSON."""


def input_text(value: Any) -> str:
    """Return an input as people call it: a file by its name."""
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if {"file", "media_type"} <= set(given):
        return str(given.get("name", given["file"]))
    return value_text(value)
