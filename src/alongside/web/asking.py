"""A form for a workflow's inputs, read as the JSON that they are; what can't be read is said of its field, in words."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request

from alongside.core.input_types import Input, misfit
from alongside.views.screens.asking import InputShown, inputs_shown, is_listed
from alongside.views.screens.judged import label_of
from alongside.workbench.answering import Upload

__all__ = ["Filled", "kept_values", "read_form"]

_MAX_FILES, _MAX_FIELDS = 64, 256
_TRUE = frozenset({"on", "true", "yes", "1"})
_NOTHING = object()
"""The input is left out."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in: the inputs (files as `Upload`), what was typed and what is wrong, by form name."""

    values: Mapping[str, Any]
    typed: Mapping[str, str]
    problems: Mapping[str, str]


async def read_form(request: Request, takes: Mapping[str, Input]) -> Filled:
    """Read the form that `inputs_shown` makes of what a workflow takes."""
    typed: dict[str, str] = {}
    files: dict[str, list[Upload]] = {}
    async with request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS) as form:
        for name, part in form.multi_items():
            if not isinstance(part, UploadFile):
                typed[name] = part
            elif part.filename:
                files.setdefault(name, []).append(Upload(name, part.filename, await part.read()))
    reader = _Reader(typed, files)
    read = {name: reader.read(name, one, needed=one["required"]) for name, one in takes.items()}
    values = {name: value for name, value in read.items() if value is not _NOTHING}
    return Filled(values, typed, reader.problems)


def kept_values(values: Any, keep: Callable[[Upload], Any]) -> Any:
    """Return the values with every file kept."""
    if isinstance(values, Upload):
        return keep(values)
    if isinstance(values, dict):
        return {name: kept_values(one, keep) for name, one in cast("dict[str, Any]", values).items()}
    if isinstance(values, list):
        return [kept_values(one, keep) for one in cast("list[Any]", values)]
    return values


class _Reader:
    def __init__(self, typed: Mapping[str, str], files: Mapping[str, Sequence[Upload]]) -> None:
        self._typed = typed
        self._files = files
        self.problems: dict[str, str] = {}

    def read(self, path: str, told: Input, *, needed: bool) -> Any:
        """Return an input's value, `_NOTHING` where it is left out; a problem is noted."""
        kind, optional = told["kind"], told.get("optional", False)
        needed = needed and not optional
        if kind == "file" or (kind == "list" and told["of"]["kind"] == "file"):
            return self._chosen(path, told, needed=needed)
        if kind == "record":
            return self._record(path, told, needed=needed)
        text = self._typed.get(path, "")
        if is_listed(told):
            return self._lines(path, told, text)
        if text.strip() or (kind == "flag" and not optional):  # a box that isn't ticked isn't sent
            return self._one(path, told, text)
        if needed:
            return self._problem(path, "Choose one" if kind == "choice" else "Fill this in")
        return _left_out(told)

    def _chosen(self, path: str, told: Input, *, needed: bool) -> Any:
        found = self._files.get(path, [])
        if not found and needed:
            return self._problem(path, "Choose a file")
        if told["kind"] == "list":
            return list(found)
        return found[0] if found else _left_out(told)

    def _record(self, path: str, told: Input, *, needed: bool) -> Any:
        below = f"{path}."
        if not needed and not any(name.startswith(below) for name in self._files):
            leaves = list(_leaves(inputs_shown({path: told}, {})))
            if all(map(self._untouched, leaves)):
                return None if told["required"] else _NOTHING
            emptied = all(map(self._empty, leaves))
            offered = told.get("default") is not None and not emptied
            if not offered and all(self._empty(one) or self._untouched(one) for one in leaves):
                return _left_out(told)
        fields: Mapping[str, Input] = told["fields"]
        read = {
            name: self.read(f"{path}.{name}", one, needed=one["required"]) for name, one in fields.items()
        }
        return {name: value for name, value in read.items() if value is not _NOTHING}

    def _untouched(self, one: InputShown) -> bool:
        """Whether a field is as the form offers it; a box that isn't ticked isn't sent."""
        typed = self._typed.get(one.name, "")
        if one.kind == "flag":
            return (typed.lower() in _TRUE) == (one.given.lower() in _TRUE)
        return typed.split() == one.given.split()

    def _empty(self, one: InputShown) -> bool:
        """Whether nothing stands in a field; a box says something either way where it was offered ticked."""
        return self._untouched(one) if one.kind == "flag" else not self._typed.get(one.name, "").strip()

    def _lines(self, path: str, told: Input, text: str) -> Any:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not lines and told.get("optional"):
            return _left_out(told)
        read = [self._one(path, told["of"], line, where=f"Line {at}: ") for at, line in enumerate(lines, 1)]
        return [value for value in read if value is not _NOTHING]

    def _one(self, path: str, told: Input, text: str, *, where: str = "") -> Any:
        kind = told["kind"]
        if kind == "choice":
            found = [one["value"] for one in told["options"] if text in (str(one["value"]), one["label"])]
            return found[0] if found else self._problem(path, f"{where}Choose one of those offered")
        if kind == "flag":
            return text.lower() in _TRUE
        read, what = _READS.get(kind, _JSON)
        try:
            value = read(text if kind == "text" else text.strip())
        except (ValueError, InvalidOperation, RecursionError):
            return self._problem(path, f"{where}Write {what}")
        if kind not in _READS and (why := misfit(value, told, place=label_of(path.rpartition(".")[2]))):
            return self._problem(path, why)
        return value

    def _problem(self, path: str, words: str) -> Any:
        self.problems.setdefault(path, words)
        return _NOTHING


def _leaves(shown: Iterable[InputShown]) -> Iterator[InputShown]:
    """Yield the fields, those of groups instead of the groups."""
    for one in shown:
        yield from _leaves(one.fields) if one.kind == "group" else (one,)


def _left_out(told: Input) -> Any:
    """Return what an empty field is: nothing, where that may be; else it is as if it weren't there."""
    default = told.get("default")
    if told["kind"] == "text" and default and not told.get("optional"):
        return ""
    return None if told.get("optional") and (told["required"] or default is not None) else _NOTHING


def _decimal(text: str) -> str:
    if not Decimal(text).is_finite():
        raise ValueError(text)
    return text


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()


def _time(text: str) -> str:
    return time.fromisoformat(text).isoformat()


def _uuid(text: str) -> str:
    return str(UUID(text))


def _json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_number)


def _no_number(text: str) -> Any:
    raise ValueError(text)


_JSON: tuple[Callable[[str], Any], str] = (_json, "it as JSON, like the example")
_READS: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "a text"),
    "integer": (int, "a whole number, such as 3"),
    "number": (_number, "a number, such as 1.5"),
    "decimal": (_decimal, "a number, such as 12.50"),
    "date": (_day, "a date, such as 2026-03-14"),
    "moment": (_moment, "a date and a time, such as 2026-03-14T09:30"),
    "time": (_time, "a time, such as 09:30"),
    "uuid": (_uuid, "an id, such as 123e4567-e89b-12d3-a456-426614174000"),
}
