"""Two answers to a case side by side: each place that the case holds with what it expects, then what else changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from alongside.evals.answer import MISSING, find
from alongside.views.fields import fields_shown, value_text
from alongside.views.screens.judged import place_label

__all__ = ["FieldDiff", "differences"]

_LONG = 400


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A place of two answers, in words. The marks are right, wrong, or empty where nobody judged it; `expected` None: unknown."""

    field: str
    expected: str | None
    was: str | None
    was_mark: str
    now: str
    now_mark: str


@dataclass(frozen=True, slots=True)
class _Side:
    """An answer and, by place, whether what a case expects held; `value` is MISSING where there is no such answer."""

    value: Any
    marks: Mapping[str, str]

    def at(self, path: str) -> Any:
        return MISSING if self.value is MISSING else _plain(find(self.value, path))


def differences(
    expected: Mapping[str, Any],
    now: tuple[Any, Mapping[str, str]],
    was: tuple[Any, Mapping[str, str]] | None,
) -> tuple[list[FieldDiff], list[FieldDiff]]:
    """Return what changed of an answer since another (None: there is none), or is wrong: what the case holds, then the rest.

    Each side is an answer as JSON with the marks of its places. A list of records is told row by row where a case
    holds all of it, else cell by cell.
    """
    new, old = _Side(*now), _Side(*was) if was else None
    judged = list(dict.fromkeys([*expected, *new.marks, *(old.marks if old else ())]))
    held = [
        one
        for path in judged
        if _is_told(path, new, old)
        for one in _held(path, expected.get(path, MISSING), new, old)
    ]
    rest = list(_unjudged(judged, new, old)) if old else []
    return held, rest


def _is_told(path: str, new: _Side, old: _Side | None) -> bool:
    mark = new.marks.get(path, "")
    if old is None:
        return mark == "wrong"
    return old.at(path) != new.at(path) or old.marks.get(path, "") != mark


def _held(path: str, expected: Any, new: _Side, old: _Side | None) -> Iterator[FieldDiff]:
    values = (expected, MISSING if old is None else old.at(path), new.at(path))
    marks = (old.marks.get(path, "") if old else "", new.marks.get(path, ""))
    label = place_label(new.value, path) if path else "Answer"
    if not any(_is_table(value) for value in values):
        yield _line(label, values, marks, is_compared=old is not None)
        return
    lists: list[list[Any]] = [value if isinstance(value, list) else [] for value in values]
    for at in range(max(map(len, lists))):
        row = cast("tuple[Any, Any, Any]", tuple(rows[at] if at < len(rows) else MISSING for rows in lists))
        if row[1] == row[2] and (expected is MISSING or row[0] == row[2]):
            continue
        of_row = [
            mark if mark != "wrong" or one != row[0] else "right"
            for mark, one in zip(marks, row[1:], strict=True)
        ]
        where = f"{label}, row {at + 1}" if path else f"Row {at + 1}"
        shown = row if expected is not MISSING else (MISSING, *row[1:])
        yield _line(
            where, shown, (of_row[0], of_row[1]), is_compared=old is not None, is_held=expected is not MISSING
        )


def _line(
    label: str,
    values: tuple[Any, Any, Any],
    marks: tuple[str, str],
    *,
    is_compared: bool,
    is_held: bool = False,
) -> FieldDiff:
    expected, was, now = values
    return FieldDiff(
        label,
        _text(expected) if is_held or expected is not MISSING else None,
        _text(was) if is_compared else None,
        marks[0],
        _text(now),
        marks[1],
    )


def _unjudged(judged: list[str], new: _Side, old: _Side) -> Iterator[FieldDiff]:
    before, after = dict(_parts("", old.value)), dict(_parts("", new.value))
    for path in dict.fromkeys([*before, *after]):
        if any(_is_within(path, one) for one in judged) or before.get(path) == after.get(path):
            continue
        values = (MISSING, before.get(path, MISSING), after.get(path, MISSING))
        yield _line(place_label(new.value, path), values, ("", ""), is_compared=True)


def _parts(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the single values of an answer: fields of records, cells of lists of records."""
    for one in fields_shown(value):
        at = f"{path}.{one.path}" if path and one.path else path or one.path
        if _is_table(one.value):
            for number, row in enumerate(one.value):
                yield from _parts(f"{at}.{number}" if at else str(number), row)
        else:
            yield at, one.value


def _is_within(path: str, place: str) -> bool:
    return not place or path == place or path.startswith(f"{place}.")


def _is_table(value: Any) -> bool:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return bool(items) and all(isinstance(item, dict) for item in items)


def _plain(value: Any) -> Any:
    """Return a value without its place on a page."""
    shown = fields_shown(value)
    return shown[0].value if [one.path for one in shown] == [""] else value


def _text(value: Any) -> str:
    """Return a value in words: of a record each field that says something."""
    if value is MISSING:
        return "nothing is there"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        told = [
            f"{one.path.replace('_', ' ')} {one.text}" for one in fields_shown(value) if one.value is not None
        ]
        value = ", ".join(told) or "nothing"
    text = value_text(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
