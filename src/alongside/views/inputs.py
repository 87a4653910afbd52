"""Inputs as people call them."""

from collections.abc import Callable
from typing import Any

from alongside.views.fields import value_text

__all__ = ["Load", "input_text"]

Load = Callable[[str], Any]
"""A kept value by its digest, as plain JSON."""


def input_text(value: Any) -> str:
    """Return an input as people call it: a file by its name."""
    if isinstance(value, dict) and {"file", "media_type"} <= set(value):
        return str(value.get("name", value["file"]))
    return value_text(value)
