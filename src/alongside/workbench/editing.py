"""Editing the engagement's files from elsewhere than an editor: one text at a time, never over somebody else's edit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alongside.core.case import Case
from alongside.core.digest import digest
from alongside.core.errors import AlongsideError, UsageError
from alongside.core.release import Version
from alongside.store.atomic_file import write_atomic
from alongside.store.case_files import edit_case, retire_case
from alongside.store.editing import editing
from alongside.store.engagement_file import FILE, set_value
from alongside.workbench.expecting import check_case
from alongside.workbench.standing import find_case

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = [
    "ChangedMeanwhileError",
    "FileText",
    "change_case",
    "live_text",
    "prompt_files",
    "read_text",
    "retire",
    "revert_prompt",
    "set_params",
    "write_prompt",
]

_PROMPTS = "prompts"
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class FileText:
    """A file of the engagement as it is now; `seen` digests its bytes (empty: there is no such file)."""

    path: str
    text: str
    seen: str


class ChangedMeanwhileError(AlongsideError):
    """Somebody else changed the file since this person saw it. Both texts are here: none is lost."""

    exit_code = 2

    def __init__(self, now: FileText, yours: str) -> None:
        super().__init__(
            "changed-meanwhile",
            f"{now.path} was changed by somebody else since you opened it",
            fix="look at both texts, put what matters of yours into theirs, and save again",
        )
        self.now = now
        self.yours = yours

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.now, self.yours))


def prompt_files(bench: "Workbench") -> list[str]:
    """Return the prompts of the working tree, as `prompts/NAME`."""
    folder = bench.root / _PROMPTS
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path.relative_to(bench.root).as_posix() for path in found)


def read_text(bench: "Workbench", path: str) -> FileText:
    """Return a file of the engagement as it is now."""
    file = bench.root / path
    data = file.read_bytes() if file.is_file() else b""
    return FileText(path, data.decode("utf-8", "replace"), digest(data) if file.is_file() else "")


def live_text(bench: "Workbench", live: Version | None, path: str) -> str | None:
    """Return what the live version has in a file, None where it has none of that name."""
    kept = live.manifest.files.get(path) if live else None
    return bench.blobs.get(kept).decode("utf-8", "replace") if kept else None


def write_prompt(bench: "Workbench", path: str, text: str, *, seen: str) -> None:
    """Replace a prompt. Raises ChangedMeanwhileError, UsageError `no-such-prompt`, `prompt-too-long`."""
    if path not in prompt_files(bench):
        raise UsageError("no-such-prompt", f"{path} is no prompt here", fix="name a file of prompts/")
    text = text.replace("\r\n", "\n")  # forms send CRLF (WHATWG HTML, 4.10.22.4)
    if len(text) > _LONGEST:
        raise UsageError("prompt-too-long", f"{path} would have {len(text):,} characters", fix="shorten it")
    with editing(bench.root):
        now = read_text(bench, path)
        if text == now.text or text == _unended(now.text):
            return
        _check(now, seen, text)
        write_atomic(bench.root / path, _ended(text, now.text).encode())


def revert_prompt(bench: "Workbench", path: str, *, seen: str) -> None:
    """Make a prompt what it is in the live version. Raises UsageError `nothing-to-revert` where that has none."""
    text = live_text(bench, bench.live(), path)
    if text is None:
        raise UsageError("nothing-to-revert", f"{path} is not in what is live", fix="edit it here instead")
    write_prompt(bench, path, text, seen=seen)


def set_params(bench: "Workbench", given: Mapping[str, str], *, seen: str) -> None:
    """Set parameters from what people typed; the type of each stays. Comments of `alongside.toml` are kept.

    Raises ChangedMeanwhileError, UsageError `bad-parameter`.
    """
    with editing(bench.root):
        now = read_text(bench, FILE)
        params = bench.reload().params
        typed = {name: _typed(name, text, params[name]) for name, text in given.items() if name in params}
        changed = {name: value for name, value in typed.items() if value != params[name]}
        if not changed:
            return
        _check(now, seen, "\n".join(f"{name} = {given[name]}" for name in changed))
        for name, value in changed.items():
            bench.engagement = set_value(bench.root, ("params", name), value)


def change_case(
    bench: "Workbench",
    name: str,
    *,
    seen: str,
    expect: Mapping[str, str] | None = None,
    forget: frozenset[str] = frozenset(),
    **changes: Any,
) -> Case:
    """Change what a case expects (an empty text: nothing is there), or its `must_pass`, `note`; comments are kept.

    Raises ChangedMeanwhileError; UsageError for a field that the answer doesn't have, or a value that it can't hold.
    """
    known = find_case(bench, name)[0].expected
    stated = {field: _stated(text, known.get(field)) for field, text in (expect or {}).items()}
    new = {field: value for field, value in stated.items() if field not in known or known[field] != value}
    if new:  # asked before the lock is taken: a version's worker may have to start
        check_case(bench, find_case(bench, name)[0], new)
    with editing(bench.root):
        case, path, now = _case(bench, name)
        kept = {field: value for field, value in case.expected.items() if field not in forget}
        changed = replace(case, expected=kept | stated, **changes)
        if changed != case:
            told = "\n".join(f"{field} = {text}" for field, text in (expect or {}).items())
            _check(now, seen, told)
            edit_case(path, changed)
        return changed


def retire(bench: "Workbench", name: str, *, reason: str, seen: str) -> Case:
    """Take a case out of replays, with the reason. Raises ChangedMeanwhileError, UsageError `reason-missing`."""
    if not reason.strip():
        raise UsageError("reason-missing", "a case is retired for a reason", fix="say why, in a few words")
    with editing(bench.root):
        _, path, now = _case(bench, name)
        _check(now, seen, f'retired = "{reason.strip()}"')
        return retire_case(path, reason=reason.strip())


def _case(bench: "Workbench", name: str) -> tuple[Case, Path, FileText]:
    case, path = find_case(bench, name)
    return case, path, read_text(bench, path.relative_to(bench.root).as_posix())


def _check(now: FileText, seen: str, yours: str) -> None:
    if now.seen != seen:
        raise ChangedMeanwhileError(now, yours)


def _unended(text: str) -> str:
    return text.removesuffix("\n")


def _ended(text: str, before: str) -> str:
    """Return the text with the last line ended, where it was: a form shows no last line end."""
    return text + "\n" if before.endswith("\n") and not text.endswith("\n") else text


def _stated(text: str, known: Any) -> Any:
    """Return a typed expectation: as text where it is text now, else as JSON where it is any."""
    text = text.strip()
    if not text:
        return None
    return text if isinstance(known, str | None) else _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _typed(name: str, text: str, known: Any) -> Any:
    """Return what was typed for a parameter, of the type that it has. Raises UsageError `bad-parameter`."""
    if isinstance(known, str):
        return text.replace("\r\n", "\n")
    value = _json(text.strip())
    number = isinstance(value, int | float) and not isinstance(value, bool)
    alike = number if _is_number(known) else isinstance(value, cast("type[Any]", type(known)))
    if not alike or (isinstance(known, int) and number and value != int(value)):
        raise UsageError(
            "bad-parameter",
            f"{name} is {json.dumps(known, default=str)} now, and {text!r} is of another kind",
            fix="give a value of the same kind; another kind is the engineer's, in alongside.toml",
        )
    return float(value) if isinstance(known, float) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
