"""What a run is called where no file names it: by what was asked, in the user's words."""

from collections.abc import Mapping
from typing import Any, cast

from alongside.evals.answer import MISSING, find
from alongside.workbench.stating import field_text

__all__ = ["label_of", "place_label", "place_words", "title_of"]

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


def place_label(path: str, answer: Any = MISSING) -> str:
    """Return the name of a place in an answer as people read it: `lines.3.net_price` as `Lines, row 4: net price`.

    The `answer`, where it's at hand, tells a row from a name that is a number; without it a number is a row.
    """
    words = place_words(path, answer)
    return words[0].upper() + words[1:]


def place_words(path: str, answer: Any = MISSING) -> str:
    """Return the same as it stands inside a sentence: `lines, row 4: net price`."""
    told, at = "", ""
    after_row = False
    for part in path.split("."):
        is_row = part.isdecimal() and (answer is MISSING or isinstance(find(answer, at), list))
        if is_row:
            told += f"{', ' if told else ''}row {int(part) + 1}"
        else:
            told += (": " if after_row else " / " if told else "") + part.replace("_", " ")
        after_row, at = is_row, f"{at}.{part}" if at else part
    return told.strip() or "answer"
