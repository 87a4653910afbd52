"""Editing the engagement's files from elsewhere than an editor: what one person changed, never over somebody else's edit.

An edit says what was seen before it. What the person left alone is left as it is by now; only where two people changed
the same field, or the same lines, somebody has to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from alongside.core.digest import digest
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.release import Version
from alongside.store.atomic_file import write_atomic
from alongside.store.editing import editing
from alongside.store.engagement_file import FILE, set_values
from alongside.workbench.merging import as_posted, merged, with_line_ends
from alongside.workbench.stating import ABSENT, UNKNOWN, as_seen, field_text, same, told, typed_param

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = [
    "ChangedMeanwhileError",
    "Clash",
    "FileText",
    "RefusedFieldsError",
    "Saved",
    "live_text",
    "prompt_files",
    "read_text",
    "revert_params",
    "revert_prompt",
    "set_params",
    "text_to_save",
    "write_prompt",
]

_PROMPTS = "prompts"
_LONGEST = 1 << 20

Saved = Literal["unchanged", "saved", "merged"]
"""How an edit went: nothing of it was new, it is in the file, or it is there beside somebody else's."""


@dataclass(frozen=True, slots=True)
class FileText:
    """A file of the engagement as it is now; `seen` digests its bytes (empty: there is no such file).

    `problem` says why it can't be edited as text, empty where it can.
    """

    path: str
    text: str
    seen: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: what it says by now, and what this person would have it say."""

    field: str
    now: Any
    yours: Any


class ChangedMeanwhileError(AlongsideError):
    """Somebody else changed the same as this person. Both texts are here: none is lost. `clashes` are the fields."""

    exit_code = 2

    def __init__(self, now: FileText, yours: str, clashes: tuple[Clash, ...] = ()) -> None:
        super().__init__(
            "changed-meanwhile",
            f"{now.path} was changed by somebody else since you opened it",
            fix="look at both texts, put what matters of yours into theirs, and save again",
        )
        self.now = now
        self.yours = yours
        self.clashes = clashes

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.now, self.yours, self.clashes))


class RefusedFieldsError(UsageError):
    """What was typed into some fields can't be; it reads as the first of them. `fields` has each one's error."""

    def __init__(self, fields: Mapping[str, AlongsideError]) -> None:
        first = next(iter(fields.values()))
        super().__init__(first.code, first.message, fix=first.fix)
        self.fields = fields

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.fields,))


def prompt_files(bench: "Workbench") -> list[str]:
    """Return the prompts of the working tree, as `prompts/NAME`."""
    folder = bench.root / _PROMPTS
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path.relative_to(bench.root).as_posix() for path in found)


def read_text(bench: "Workbench", path: str) -> FileText:
    """Return a file of the engagement as it is now."""
    file = bench.root / path
    data = file.read_bytes() if file.is_file() else b""
    problem = ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text, problem = data.decode("utf-8", "replace"), f"{path}: byte {error.start} is not UTF-8"
    return FileText(path, text, digest(data) if file.is_file() else "", problem)


def live_text(bench: "Workbench", live: Version | None, path: str) -> str | None:
    """Return what the live version has in a file, None where it has none of that name."""
    kept = _kept(bench, live, path)
    return None if kept is None else kept.decode("utf-8", "replace")


def write_prompt(bench: "Workbench", path: str, text: str, *, seen: str, before: str | None = None) -> Saved:
    """Replace a prompt; line ends stay as they are. `before` is the text that `text` was made from, where that is known.

    Raises ChangedMeanwhileError, DataError `not-utf-8`, UsageError `no-such-prompt`, `prompt-too-long`.
    """
    text = as_posted(text)
    if len(text) > _LONGEST:
        raise UsageError("prompt-too-long", f"{path} would have {len(text):,} characters", fix="shorten it")
    with editing(bench.root):
        now = _prompt(bench, path)
        is_now = as_posted(now.text)
        base = as_posted(before) if before is not None else is_now if now.seen == seen else None
        if _unended(text) in {_unended(is_now), None if base is None else _unended(base)}:
            return "unchanged"
        text = _ended(text, is_now if base is None else base)
        made = None if base is None else text if base == is_now else merged(base, text, is_now)
        if made is None:
            raise ChangedMeanwhileError(now, text)
        write_atomic(bench.root / path, with_line_ends(made, now.text).encode())
        return "saved" if base == is_now else "merged"


def text_to_save(now: str, typed: str) -> str:
    """Return the text that saving what was typed would leave in a prompt that says `now`."""
    text, is_now = as_posted(typed), as_posted(now)
    return now if _unended(text) == _unended(is_now) else with_line_ends(_ended(text, is_now), now)


def revert_prompt(bench: "Workbench", path: str, *, seen: str) -> Saved:
    """Make a prompt what it is in the live version. Raises UsageError `nothing-to-revert` where that has none."""
    kept = _kept(bench, bench.live(), path)
    if kept is None:
        raise UsageError("nothing-to-revert", f"{path} is not in what is live", fix="edit it here instead")
    with editing(bench.root):
        now = _prompt(bench, path)
        if now.seen != seen:
            raise ChangedMeanwhileError(now, kept.decode("utf-8", "replace"))
        write_atomic(bench.root / path, kept)
        return "saved"


def set_params(
    bench: "Workbench", given: Mapping[str, str], *, seen: str, before: Mapping[str, Any] | None = None
) -> Saved:
    """Set parameters from what people typed; the kind of each stays, and so do the comments of `alongside.toml`.

    `before` are the values that were seen, where that is known. Raises ChangedMeanwhileError, RefusedFieldsError.
    """
    with editing(bench.root):
        now = read_text(bench, FILE)
        params, seen_now = bench.reload().params, now.seen == seen
        changed: dict[str, Any] = {}
        clashes: list[Clash] = []
        refused: dict[str, AlongsideError] = {}
        for name, text in given.items():
            is_now = params.get(name, ABSENT)
            base = (before or {}).get(name, is_now if seen_now else UNKNOWN)
            if base is not UNKNOWN and as_posted(text) == as_posted(field_text(base)):
                continue
            try:
                value = _param(name, text, is_now)
            except UsageError as error:
                refused[name] = error
                continue
            if same(value, is_now):
                continue
            changed[name] = value
            if not same(as_seen(base), as_seen(is_now)):
                clashes.append(Clash(name, is_now, value))
        if refused:
            raise RefusedFieldsError(refused)
        if clashes:
            raise ChangedMeanwhileError(now, told(changed), tuple(clashes))
        if not changed:
            return "unchanged"
        bench.engagement = set_values(
            bench.root, {("params", name): value for name, value in changed.items()}
        )
        return "saved" if seen_now else "merged"


def revert_params(bench: "Workbench", *, seen: str, before: Mapping[str, Any] | None = None) -> Saved:
    """Make each parameter that the live version has what it is there; the others stay.

    `before` are the values that were seen. Raises ChangedMeanwhileError, UsageError `nothing-to-revert`.
    """
    with editing(bench.root):
        now, live, params = read_text(bench, FILE), bench.live(), bench.reload().params
        kept: Mapping[str, Any] = live.manifest.params if live else {}
        changed = {name: kept[name] for name in params if name in kept and not same(kept[name], params[name])}
        if not changed:
            raise UsageError(
                "nothing-to-revert", "no parameter differs from what is live", fix="edit them here instead"
            )
        clashes: list[Clash] = []
        for name, value in changed.items():
            base = (before or {}).get(name, params[name] if now.seen == seen else UNKNOWN)
            if not same(as_seen(base), as_seen(params[name])):
                clashes.append(Clash(name, params[name], value))
        if clashes:
            raise ChangedMeanwhileError(now, told(changed), tuple(clashes))
        bench.engagement = set_values(bench.root, {("params", name): kept[name] for name in changed})
        return "saved"


def _param(name: str, text: str, now: Any) -> Any:
    if now is ABSENT:
        raise UsageError(
            "bad-parameter",
            f"{name} is no parameter any more",
            fix="write it into [params] of alongside.toml",
        )
    return typed_param(name, text, now)


def _prompt(bench: "Workbench", path: str) -> FileText:
    """Return a prompt that can be edited. Raises UsageError `no-such-prompt`, DataError `not-utf-8`."""
    if path not in prompt_files(bench):
        raise UsageError("no-such-prompt", f"{path} is no prompt here", fix="name a file of prompts/")
    now = read_text(bench, path)
    if now.problem:
        raise DataError("not-utf-8", now.problem, fix="save it as UTF-8 in an editor, then edit it here")
    return now


def _kept(bench: "Workbench", live: Version | None, path: str) -> bytes | None:
    name = live.manifest.files.get(path) if live else None
    return bench.blobs.get(name) if name else None


def _unended(text: str) -> str:
    return text.removesuffix("\n")


def _ended(text: str, before: str) -> str:
    """Return the text with the last line ended, where it was: a form shows no last line end."""
    return text + "\n" if before.endswith("\n") and not text.endswith("\n") else text
