"""What is expected of an answer, by dotted path: a whole and its parts never say two things."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from alongside.core.counting import counted
from alongside.core.errors import UsageError

__all__ = [
    "UNSTATED",
    "above",
    "check_forgotten",
    "holds_parts",
    "is_below",
    "is_within",
    "settled",
    "stated_at",
]

UNSTATED: Final = object()
"""What is stated of a place of which nothing is."""


def holds_parts(value: Any) -> bool:
    """Whether what is stated of a place says what is in it: a list, a record, or that there is nothing.

    A text or a number has no parts: where a path goes on below it, a key holds the dot.
    """
    return value is None or isinstance(value, list | dict)


def is_below(path: str, whole: str) -> bool:
    """Whether a path lies inside another; everything lies inside the whole answer (empty)."""
    return path != whole and (not whole or path.startswith(f"{whole}."))


def is_within(path: str, whole: str) -> bool:
    """Whether a path is another, or lies inside it."""
    return path == whole or is_below(path, whole)


def above(expected: Mapping[str, Any], path: str) -> str | None:
    """Return the place that is stated as a whole with `path` inside it, None where there is none."""
    return next(
        (place for place, value in expected.items() if is_below(path, place) and holds_parts(value)), None
    )


def stated_at(expected: Mapping[str, Any], path: str) -> Any:
    """Return what is stated of a place, be it inside a whole that is stated; UNSTATED where nothing is."""
    if path in expected:
        return expected[path]
    whole = above(expected, path)
    if whole is None:
        return UNSTATED
    return _inside(expected[whole], _within(path, whole))


def settled(before: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is expected once `new` is said after `before`.

    A whole replaces what was said of its parts before; a part goes into the whole that is stated. Raises UsageError
    `no-such-place` where that whole has no place for it.
    """
    expected = dict(before)
    for path, value in sorted(new.items(), key=lambda one: _depth(one[0])):
        if holds_parts(value):
            expected = {place: one for place, one in expected.items() if not is_below(place, path)}
        whole = above(expected, path)
        if whole is None:
            expected[path] = value
        else:
            expected[whole] = _with(expected[whole], _within(path, whole), value)
            if expected[whole] is UNSTATED:
                raise _no_place(before.get(whole, new.get(whole)), path, whole)
    return expected


def check_forgotten(expected: Mapping[str, Any], paths: Iterable[str]) -> None:
    """Raise UsageError `not-expected` where nothing is stated of a place by its own name, so that nothing could be forgotten."""
    for path in paths:
        if path in expected:
            continue
        name, whole = path or "the answer", above(expected, path)
        inside = [place for place in expected if is_below(place, path)]
        if whole is not None:
            why = (
                f"{name} is not stated by itself, but in what is stated of {whole or 'the answer'} as a whole"
            )
            fix = f"state it otherwise with --expect {path}=VALUE, or forget the whole: --forget {whole or repr(whole)}"
        elif inside:
            why = f"nothing is expected of {name} as a whole, but of {', '.join(inside)}"
            fix = f"name these: {' '.join(f'--forget {place}' for place in inside)}"
        else:
            why = f"nothing is expected of {name}; what is expected: {', '.join(expected) or 'nothing'}"
            fix = "name one of these, or leave --forget out" if expected else "leave --forget out"
        raise UsageError("not-expected", why, fix=fix)


def _inside(value: Any, path: str) -> Any:
    """Return what is at a path inside a list or a record, UNSTATED where it has no such place."""
    key, inner, rest = _step(value, path)
    if inner is UNSTATED or key is None:
        return UNSTATED
    return _inside(inner, rest) if rest else inner


def _with(inside: Any, path: str, value: Any) -> Any:
    """Return a list or a record with another value in one place of it, UNSTATED where it has no such place."""
    key, inner, rest = _step(inside, path)
    changed = _with(inner, rest, value) if rest else value
    if key is None or changed is UNSTATED:
        return UNSTATED
    if isinstance(key, int):
        items = cast("list[Any]", inside)
        return [*items[:key], changed, *items[key + 1 :]]
    return {**inside, key: changed}


def _step(value: Any, path: str) -> tuple[str | int | None, Any, str]:
    """Return the key of the first place on the path (None: there is none), what is there, and the path from it.

    A key that holds dots itself is found whole; a field that a record leaves out has its place all the same, and so has
    the row after a list's last.
    """
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        key, _, rest = (path, "", "") if path in fields else path.partition(".")
        return (key, fields.get(key, UNSTATED), rest) if key in fields or not rest else (None, UNSTATED, rest)
    key, _, rest = path.partition(".")
    if not isinstance(value, list) or not key.isdecimal():
        return None, UNSTATED, rest
    items, at = cast("list[Any]", value), int(key)
    if at < len(items):
        return at, items[at], rest
    return (at, UNSTATED, rest) if at == len(items) and not rest else (None, UNSTATED, rest)


def _no_place(stated: Any, path: str, whole: str) -> UsageError:
    name = whole or "the answer"
    as_what = "that nothing is there" if stated is None else "all of it"
    rows = f", {counted(len(cast('list[Any]', stated)), 'row')}" if isinstance(stated, list) else ""
    return UsageError(
        "no-such-place",
        f"{path} has no place in what was said of {name}: {as_what}{rows}",
        fix=f"state {name} again as a whole, with {path} in it; or take back what was said of {name}",
    )


def _within(path: str, whole: str) -> str:
    return path.removeprefix(f"{whole}.") if whole else path


def _depth(path: str) -> int:
    return len(path.split(".")) if path else 0
