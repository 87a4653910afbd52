"""Rows and records that are stated in part: a case's check compares them whole, so a part, or a hole, could never hold."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from alongside.core.answer_types import Kind
from alongside.core.errors import UsageError

__all__ = ["check_whole", "holes_of"]


def check_whole(field: str, stated: Any, kind: Kind, *, holes: Collection[str] = ()) -> None:
    """Raise UsageError `stated-value` where a record inside what is stated of a field lacks what the answer always has.

    So it does where nothing stands in a place of it that is never nothing by its type, but for the `holes` that answers
    have all the same (`holes_of`). `kind` is what the workflow declares of the field. What is of another kind altogether
    is `check_stated`'s business.
    """
    if kind["kind"] == "list" and isinstance(stated, list | tuple):
        for at, inner in enumerate(cast("list[Any]", stated)):
            below = f"{field}.{at}" if field else str(at)
            if inner is None and kind.get("never_none"):
                _check_hole(below, kind["of"], holes, row=at + 1)
            check_whole(below, inner, kind["of"], holes=holes)
    elif kind["kind"] in {"record", "mapping"} and isinstance(stated, dict):
        _check_parts(field, cast("dict[str, Any]", stated), kind, holes)


def holes_of(answer: Any, path: str = "") -> set[str]:
    """Return the places of a plain answer in which nothing stands, whatever row they are in."""
    if answer is None:
        return {_anywhere(path)}
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(answer, dict):
        parts = cast("dict[str, Any]", answer).items()
    elif isinstance(answer, list):
        parts = enumerate(cast("list[Any]", answer))
    return {
        hole for name, inner in parts for hole in holes_of(inner, f"{path}.{name}" if path else str(name))
    }


def _anywhere(path: str) -> str:
    return ".".join("*" if part.isdecimal() else part for part in path.split("."))


def _check_hole(field: str, kind: Kind, holes: Collection[str], *, row: int) -> None:
    if _anywhere(field) in holes:
        return
    among = f"one of {', '.join(dict.fromkeys(kind['of']))}" if kind["kind"] == "choice" else ""
    raise UsageError(
        "stated-value",
        f"{field}{f' (row {row})' if row else ''} is missing, and no answer leaves it out",
        fix=f"state {among or _STATED.get(kind['kind'], 'it')}",
        place=field,
    )


_STATED = {
    "flag": "yes or no", "integer": "a whole number, such as 12", "number": "a number, such as 12.50", "text": 'a text, "" where it is empty',
    "date": "a date, such as 2026-03-14", "list": "a list, [] where there is none", "mapping": "{} where there is none",
}  # fmt: skip


def _check_parts(field: str, stated: dict[str, Any], kind: Kind, holes: Collection[str]) -> None:
    known: dict[str, Kind] = (
        kind["fields"] if kind["kind"] == "record" else dict.fromkeys(stated, cast("Kind", kind["of"]))
    )
    lacking = [name for name in known if name not in stated and name not in kind.get("optional", ())]
    if lacking:
        part = next(iter(stated), lacking[0])
        raise UsageError(
            "stated-value",
            f"{_place(field)} leaves out {', '.join(lacking)}, which every answer has there",
            fix=f"add {', '.join(lacking)} (null: nothing is there), or state a part alone: "
            f"{f'{field}.{part}' if field else part}",
            place=field,
        )
    never: Any = kind.get("never_none", ())
    for name, inner in stated.items():
        below = f"{field}.{name}" if field else name
        if inner is None and field and (never is True or name in never):
            _check_hole(below, known[name], holes, row=_row(field))
        if name in known:
            check_whole(below, inner, known[name], holes=holes)


def _row(field: str) -> int:
    """Return the number of the row that a place is, 0 where it is none."""
    last = field.rpartition(".")[2]
    return int(last) + 1 if last.isdecimal() else 0


def _place(field: str) -> str:
    above, _, last = field.rpartition(".")
    if last.isdecimal():
        return f"row {int(last) + 1}" + (f" of {above}" if above else "")
    return field or "the answer"
