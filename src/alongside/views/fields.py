"""A workflow's answer, field by field: the value, where it stands on the page, how sure the extractor is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any, cast

from alongside.core.counting import percent
from alongside.core.document import Box

__all__ = [
    "FieldShown",
    "brief_text",
    "fields_shown",
    "gathered",
    "placed",
    "read_text",
    "stated_alone",
    "stated_text",
    "value_text",
]

_LINE = 60
_VALUE = {"value", "text", "boxes", "confidence", "source", "document"}


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field: its dotted path (empty: the whole answer), its value as JSON, its boxes, its confidence (None: not said).

    `document` is the digest of the file that the boxes are on, empty where nobody said.
    `problem` says why there is no value, where the model's answer was none: it isn't that the document doesn't say.
    """

    path: str
    value: Any
    boxes: tuple[Box, ...] = ()
    confidence: float | None = None
    document: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """The value as people read it."""
        return value_text(self.value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found: no value, an empty text, nothing in a list."""
        value: Any = self.value
        return value is None or (isinstance(value, str | list | dict) and not value)

    @property
    def brief(self) -> str:
        """The value as it stands in a line among others: of a list how many there are."""
        if not isinstance(self.value, list):
            return self.text
        items = cast("list[Any]", self.value)
        what = "row" if items and all(isinstance(item, dict) for item in items) else "item"
        return f"{len(items):,} {what if len(items) == 1 else what + 's'}"

    @property
    def place(self) -> str:
        """`page 1 at 72,140 (180 x 12)`, in points from the top left; more boxes are counted."""
        if not self.boxes:
            return self.problem
        box = self.boxes[0]
        more = f", and {len(self.boxes) - 1} more" if len(self.boxes) > 1 else ""
        return f"page {box.page} at {box.x0:.0f},{box.y0:.0f} ({box.width:.0f} x {box.height:.0f}){more}"

    @property
    def box(self) -> Box | None:
        """The first box."""
        return self.boxes[0] if self.boxes else None

    @property
    def sure(self) -> str:
        """The confidence as a percentage, empty where there is none."""
        return "" if self.confidence is None else percent(self.confidence)


def fields_shown(answer: Any) -> list[FieldShown]:
    """Return the fields of a plain answer, records inside records by dotted paths."""
    return list(_fields("", answer))


def gathered(field: FieldShown) -> FieldShown:
    """Return a list with the places of what is in it, those on its first one's document, and how sure the least sure of them is."""
    if not isinstance(field.value, list):
        return field
    inside = [one for item in cast("list[Any]", field.value) for one in fields_shown(item)]
    document = next((one.document for one in inside if one.boxes), "")
    boxes = tuple(box for one in inside if one.document == document for box in one.boxes)
    sure = min((one.confidence for one in inside if one.confidence is not None), default=None)
    return replace(field, boxes=boxes, confidence=sure, document=document)


def stated_alone(value: Any) -> Any:
    """Return a plain answer as a person states it: of each value with its place the value alone."""
    if isinstance(value, list):
        return [stated_alone(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    record = cast("dict[str, Any]", value)
    if set(record) == _VALUE:
        return stated_alone(record["value"])
    return {name: stated_alone(inner) for name, inner in record.items()}


def placed(field: FieldShown, attached: Mapping[str, str]) -> str:
    """Return a field's place, with the name of the attachment (by digest) that it is on."""
    name = attached.get(field.document) if field.boxes else ""
    return f"{name}, {field.place}" if name else field.place


def value_text(value: Any) -> str:
    """Return a JSON value on one line, or one of TOML: text, dates and decimals as they are, nothing as `-`."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def read_text(value: Any) -> str:
    """Return a value as people read it: of a record each field that says something, of a list each of its records."""
    if isinstance(value, list):
        items = cast("list[Any]", value)
        told = ["nothing" if item is None else read_text(item) for item in items]
        between = "; " if any(isinstance(item, dict | list) for item in items) else ", "
        return between.join(told) or "none"
    if not isinstance(value, dict):
        return value_text(value)
    shown = [one for one in fields_shown(value) if one.value is not None]
    if [one.path for one in shown] == [""]:
        return read_text(shown[0].value) if shown[0].value != {} else "nothing"
    return ", ".join(f"{one.path.replace('_', ' ')} {read_text(one.value)}" for one in shown) or "nothing"


def brief_text(value: Any) -> str:
    """Return a value as it stands in a line among others: of a list of records, or a long one, how many there are."""
    text = read_text(value)
    is_long = isinstance(value, list) and len(text) > _LINE
    records = isinstance(value, list) and any(isinstance(item, dict) for item in cast("list[Any]", value))
    return FieldShown("", value).brief if is_long or records else text


def stated_text(value: Any, read_as: str = "") -> str:
    """Return what a person stated, with what it is read as where it is written otherwise."""
    return f"{read_text(value)} ({read_as})" if read_as else read_text(value)


def _problem(source: str) -> str:
    """Return the reason in `prompt: invalid-answer: why`, empty in any other source."""
    _, colon, why = source.partition(": ")
    return why if colon else ""


def _fields(path: str, value: Any) -> Iterator[FieldShown]:
    if not isinstance(value, dict):
        yield FieldShown(path, value)
        return
    record = cast("dict[str, Any]", value)
    if set(record) == _VALUE:
        boxes = tuple(Box(*box) for box in record["boxes"])
        said = record["confidence"] if record["confidence"] or record["source"] else None  # else nobody said
        place = (boxes, said, record["document"])
        yield FieldShown(path, record["value"], *place, _problem(record["source"]))
    elif record:
        for name, inner in record.items():
            yield from _fields(f"{path}.{name}" if path else name, inner)
    else:
        yield FieldShown(path, record)
