"""Changing what a case must hold from elsewhere than an editor: what one person changed, never over somebody else's edit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alongside.core.case import Case, expecting
from alongside.core.errors import AlongsideError, UsageError
from alongside.store.case_files import edit_case, retire_case
from alongside.store.editing import editing
from alongside.workbench.answered import hold
from alongside.workbench.editing import (
    ChangedMeanwhileError,
    Clash,
    RefusedFieldsError,
    Saved,
    read_text,
)
from alongside.workbench.expecting import check_case
from alongside.workbench.standing import find_case
from alongside.workbench.stating import ABSENT, UNKNOWN, Said, same, stated, told

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["change_case", "meant_by", "retire"]


def change_case(
    bench: "Workbench",
    name: str,
    *,
    seen: str,
    expect: Mapping[str, Said] | None = None,
    before: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Saved:
    """Change what a case expects, or its `must_pass`, `retired`; comments are kept.

    `before` is what was seen of each field (ABSENT: nothing was expected), where that is known. Raises
    ChangedMeanwhileError; RefusedFieldsError for a field that the answer doesn't have, or a value that it can't hold.
    """
    case, _ = find_case(bench, name)
    # before the lock: a worker may have to start
    read = _read_stated(bench, case, meant_by(case, expect or {}, before or {}))
    with editing(bench.root):
        case, path = find_case(bench, name)
        now = read_text(bench, path.relative_to(bench.root).as_posix())
        meant = meant_by(case, expect or {}, before or {})
        meant = {field: read.get(field, value) for field, value in meant.items()}
        clashes: list[Clash] = []
        for field, value in meant.items():
            is_now = case.expected.get(field, ABSENT)
            base = (before or {}).get(field, is_now if now.seen == seen else UNKNOWN)
            if not same(base, is_now):
                clashes.append(Clash(field, is_now, value))
        if clashes:
            raise ChangedMeanwhileError(now, told(meant), tuple(clashes))
        expected = {**case.expected, **meant}
        kept = {field: value for field, value in expected.items() if value is not ABSENT}
        changed = replace(expecting(case, kept), **changes)
        if changed == case:
            return "unchanged"
        edit_case(path, changed)
    if changed.expected != case.expected:
        hold(bench, changed)
    return "saved" if now.seen == seen else "merged"


def retire(bench: "Workbench", name: str, *, reason: str, seen: str) -> Saved:
    """Take a case out of replays, with the reason. Raises ChangedMeanwhileError, UsageError `reason-missing`."""
    if not reason.strip():
        raise UsageError("reason-missing", "a case is retired for a reason", fix="say why, in a few words")
    with editing(bench.root):
        case, path = find_case(bench, name)
        now = read_text(bench, path.relative_to(bench.root).as_posix())
        if case.retired and case.retired != reason.strip() and now.seen != seen:
            clash = Clash("retired", case.retired, reason.strip())
            raise ChangedMeanwhileError(now, told({"retired": reason.strip()}), (clash,))
        retire_case(path, reason=reason.strip())
        return "saved" if now.seen == seen else "merged"


def meant_by(case: Case, expect: Mapping[str, Said], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is new in what was said, by field. Raises RefusedFieldsError for what can't be read."""
    meant: dict[str, Any] = {}
    refused: dict[str, AlongsideError] = {}
    for field, said in expect.items():
        is_now = case.expected.get(field, ABSENT)
        base = before.get(field, is_now)
        try:
            value = stated(field, said, base)
        except UsageError as error:
            refused[field] = error
            continue
        if not same(value, base) and not same(value, is_now):
            meant[field] = value
    if refused:
        raise RefusedFieldsError(refused)
    return meant


def _read_stated(bench: "Workbench", case: Case, meant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that are meant, read. Raise RefusedFieldsError for what the answer can't ever hold."""
    new = {field: value for field, value in meant.items() if value is not ABSENT}
    if not new:
        return {}
    try:
        read = check_case(bench, case, new)
        expecting(case, {**case.expected, **read})
    except UsageError as error:
        together = error
    else:
        return read
    refused: dict[str, AlongsideError] = {}
    for field, value in new.items():
        try:
            expecting(case, {**case.expected, **check_case(bench, case, {field: value})})
        except UsageError as error:
            refused[field] = error
    raise RefusedFieldsError(refused or {next(reversed(new)): together})
