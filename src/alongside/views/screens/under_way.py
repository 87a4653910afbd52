"""A run while it is answered: which steps have ended, and what a model has written so far."""

import json
from dataclasses import dataclass
from typing import Any, cast

from alongside.views.questions import in_words
from alongside.views.screens.judged import label_of
from alongside.workbench.progress import Told

__all__ = ["UnderWay", "Written", "under_way", "written_so_far"]

_DECODER = json.JSONDecoder()
_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """What one call has written: fields with their values where it writes an object, else its text."""

    fields: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    """`seconds` since it began (0: it is starting), the names of the steps that have ended, what models write."""

    seconds: float
    steps: tuple[str, ...]
    written: tuple[Written, ...]


def under_way(told: Told, *, seconds: float) -> UnderWay:
    """Return what is shown of a run that has told this."""
    steps = tuple(label_of(step.rpartition(".")[2]) for step in told.steps)
    return UnderWay(seconds, steps, tuple(written_so_far(text) for text in told.written.values() if text))


def written_so_far(text: str) -> Written:
    """Return the beginning of an answer as people read it: of an object, the fields that are whole."""
    if not text.lstrip().startswith("{"):
        return Written((), text[-_SHOWN:])
    fields = [(label_of(name), in_words(_value(value))) for name, value in _whole_pairs(text.lstrip())]
    return Written(tuple(fields), "")


def _whole_pairs(text: str) -> list[tuple[str, Any]]:
    """Return the pairs of a JSON object (RFC 8259) that breaks off somewhere; a pair is whole when more follows it."""
    pairs: list[tuple[str, Any]] = []
    at = 1
    try:
        while True:
            name, at = _DECODER.raw_decode(text, _past(text, at))
            value, at = _DECODER.raw_decode(text, _past(text, _past(text, at, ":")))
            at = _past(text, at)
            if at == len(text):
                return pairs
            pairs.append((str(name), value))
            at = _past(text, at, ",")
    except (ValueError, RecursionError):
        return pairs


def _past(text: str, at: int, sign: str = "") -> int:
    """Return the place after blanks and, where one is named, a sign that must stand there."""
    while at < len(text) and text[at].isspace():
        at += 1
    if not text.startswith(sign, at):
        raise ValueError(text[at : at + 1])
    return at + len(sign)


def _value(value: Any) -> Any:
    """Return a field's value where it stands beside the quote that shows it."""
    if not isinstance(value, dict):
        return value
    said = cast("dict[str, Any]", value)
    return said.get("value", said)
