"""What a run is called where no file names it: by what was asked, in the user's words."""

from collections.abc import Mapping
from typing import Any, cast

from alongside.workbench.stating import field_text

__all__ = ["label_of", "title_of"]

_LONG = 80


def title_of(inputs: Mapping[str, Any]) -> str:
    """Return a name for plain inputs, on one line: the text where the first is one, else each by its name; empty without any."""
    first = next(iter(inputs.values()), None)
    if isinstance(first, str) and first.strip():
        told = first
    else:
        told = ", ".join(f"{label_of(name)} {_brief(value)}" for name, value in inputs.items())
    return " ".join(told.split())[:_LONG].strip()


def _brief(value: Any) -> str:
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return f"{len(items):,} {'item' if len(items) == 1 else 'items'}"
    return "-" if value is None else field_text(value)[:_LONG]


def label_of(path: str) -> str:
    """Return a field's name as people read it: `amount_due` as `Amount due`."""
    words = path.replace(".", " / ").replace("_", " ").strip() or "answer"
    return words[0].upper() + words[1:]
