"""Inputs as people call them."""

from collections.abc import Callable
from typing import Any, cast

from alongside.core.run import Run
from alongside.views.fields import value_text

__all__ = ["Load", "input_text", "inputs_line"]

_LONG = 120

Load = Callable[[str], Any]
"""A kept value by its digest, as plain JSON."""


def input_text(value: Any) -> str:
    """Return an input as people call it: a file by its name."""
    given = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if {"file", "media_type"} <= set(given):
        return str(given.get("name", given["file"]))
    return value_text(value)


def inputs_line(run: Run, load: Load) -> str:
    """Return a run's inputs on one line of a list, cut where they are long: a text of several lines would break its rows."""
    line = " ".join(", ".join(input_text(load(kept)) for kept in run.inputs.values()).split())
    return line if len(line) <= _LONG else f"{line[:_LONG]}…"
