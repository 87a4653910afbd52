"""Two answers to a case side by side: each place that the case holds with what it expects, then what else changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from alongside.core.expected import is_within
from alongside.evals.answer import MISSING, find
from alongside.views.fields import read_text
from alongside.views.screens.names import place_label
from alongside.views.screens.row_pairs import is_table, row_pairs

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
        return MISSING if self.value is MISSING else find(self.value, path)


def differences(
    expected: Mapping[str, Any],
    now: tuple[Any, Mapping[str, str]],
    was: tuple[Any, Mapping[str, str]] | None,
) -> tuple[list[FieldDiff], list[FieldDiff]]:
    """Return what changed of an answer since another (None: there is none), or is wrong: what the case holds, then the rest.

    Each side is an answer (`core.plain.typed`) with the marks of its places. A list of records is told row by row where a case
    holds all of it, else cell by cell; rows that stand as they should in both aren't told.
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
    label = place_label(path, new.value)
    if not any(is_table(value) for value in values):
        yield _line(label, values, marks, is_compared=old is not None)
        return
    told = list(_rows(label if path else "", expected, values, marks, is_compared=old is not None))
    yield from told or [_line(label, values, marks, is_compared=old is not None)]


def _rows(
    label: str, expected: Any, values: tuple[Any, Any, Any], marks: tuple[str, str], *, is_compared: bool
) -> Iterator[FieldDiff]:
    """Tell of lists of records the rows that differ: what should be there, then what is there beside it."""
    wanted, was, now = map(_records, values)
    is_held = expected is not MISSING
    before, after = (row_pairs(wanted if is_held else was, rows) for rows in (was, now))
    for at, row in enumerate(wanted if is_held else was):
        sides = (before.at(at), after.at(at))
        of_row = _marks_of(marks, (at in before.same, at in after.same))
        if at in after.same and (at in before.same or not is_compared):
            continue
        yield _line(
            _row_label(label, at), (row if is_held else MISSING, *sides), of_row, is_compared=is_compared
        )
    more = row_pairs([was[at] for at in before.more], [now[at] for at in after.more])
    for at, place in enumerate(before.more):
        sides, found = (was[place], more.at(at)), more.of[at]
        number = place if found is None else after.more[found]
        of_row = _marks_of(marks, (False, found is None))
        if at not in more.same or "wrong" in of_row:
            yield _more(_row_label(label, number), sides, of_row, is_held=is_held, is_compared=is_compared)
    for at in more.more:
        place = after.more[at]
        of_row = _marks_of(marks, (True, False))
        yield _more(
            _row_label(label, place), (MISSING, now[place]), of_row, is_held=is_held, is_compared=is_compared
        )


def _more(
    label: str, sides: tuple[Any, Any], marks: tuple[str, str], *, is_held: bool, is_compared: bool
) -> FieldDiff:
    return _line(f"{label}, added", (MISSING, *sides), marks, is_compared=is_compared, is_held=is_held)


def _marks_of(marks: tuple[str, str], right: tuple[bool, bool]) -> tuple[str, str]:
    """Return the marks of a row where its list has these: of a wrong list only what differs is wrong."""
    was, now = ("right" if one == "wrong" and so else one for one, so in zip(marks, right, strict=True))
    return was, now


def _row_label(label: str, at: int) -> str:
    return f"{label}, row {at + 1}" if label else f"Row {at + 1}"


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
    for path, was, now in _changed("", old.value, new.value):
        if not any(is_within(path, one) for one in judged):
            yield _line(place_label(path, new.value), (MISSING, was, now), ("", ""), is_compared=True)


def _changed(path: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the single values that differ, with their places: fields of records, cells of lists of records."""
    if is_table(was) or is_table(now):
        rows = _records(was), _records(now)
        pairs = row_pairs(*rows)
        beside = [(at, row, pairs.at(at)) for at, row in enumerate(rows[0])]
        beside += [(at, MISSING, rows[1][at]) for at in pairs.more]
        for at, row, other in beside:
            yield from _changed(_below(path, at), row, other)
    elif _is_record(was) and _is_record(now) and (_fields(was) or _fields(now)):
        before, after = _fields(was), _fields(now)
        for name in dict.fromkeys([*before, *after]):
            yield from _changed(_below(path, name), before.get(name, MISSING), after.get(name, MISSING))
    elif (None if was is MISSING else was) != (None if now is MISSING else now):
        yield path, was, now


def _is_record(value: Any) -> bool:
    return value is MISSING or isinstance(value, dict)


def _fields(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _below(path: str, part: object) -> str:
    return f"{path}.{part}" if path else str(part)


def _records(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _text(value: Any) -> str:
    if value is MISSING:
        return "nothing is there"
    if value is None:
        return "nothing"
    text = read_text(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
