"""Rows and records that are stated in part: a case's check compares them whole, so a part could never hold."""

from typing import Any, cast

from alongside.core.answer_types import Kind
from alongside.core.errors import UsageError

__all__ = ["check_whole"]


def check_whole(field: str, stated: Any, kind: Kind) -> None:
    """Raise UsageError `stated-value` where a record inside what is stated of a field lacks what the answer always has.

    `kind` is what the workflow declares of the field. What is of another kind altogether is `check_stated`'s business.
    """
    if kind["kind"] == "list" and isinstance(stated, list | tuple):
        for at, inner in enumerate(cast("list[Any]", stated)):
            check_whole(f"{field}.{at}" if field else str(at), inner, kind["of"])
    elif kind["kind"] in {"record", "mapping"} and isinstance(stated, dict):
        _check_parts(field, cast("dict[str, Any]", stated), kind)


def _check_parts(field: str, stated: dict[str, Any], kind: Kind) -> None:
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
        )
    for name, inner in stated.items():
        if name in known:
            check_whole(f"{field}.{name}" if field else name, inner, known[name])


def _place(field: str) -> str:
    above, _, last = field.rpartition(".")
    if last.isdecimal():
        return f"row {int(last) + 1}" + (f" of {above}" if above else "")
    return field or "the answer"
