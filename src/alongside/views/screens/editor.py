"""What is edited beside a proof: a prompt's text, parameters; each field with what was seen of it, and what was typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alongside.core.release import Version
from alongside.views.screens.page import Problem, Typed
from alongside.views.screens.text_diff import DiffLine, text_diff
from alongside.workbench import Workbench
from alongside.workbench.editing import live_text, prompt_files, read_text
from alongside.workbench.stating import field_text, same

__all__ = ["ParamRow", "PromptShown", "is_long", "params_shown", "prompt_shown"]

_LONG = 40


@dataclass(frozen=True, slots=True)
class PromptShown:
    """A prompt to edit: its text now or as typed, the digest of the file (`seen`), how it differs from what is live.

    `before` is the text as JSON that `text` was made from. Where the file is gone, `others` are those to save it in.
    """

    path: str
    text: str
    seen: str
    before: str
    diff: tuple[DiffLine, ...]
    in_live: bool
    typed: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParamRow:
    """A parameter as text, and as JSON as it was seen; `live` is what the live version has (None: none, or nothing is live), `differs` whether it is another."""

    name: str
    text: str
    before: str
    live: str | None
    long: bool
    problem: Problem | None
    differs: bool


def is_long(text: str) -> bool:
    """Whether a text needs more than a line to be edited: one line drops line ends."""
    return len(text) > _LONG or "\n" in text or "\r" in text


def prompt_shown(bench: Workbench, live: Version | None, path: str, typed: Typed) -> PromptShown:
    """Return a prompt to edit."""
    file, old, prompts = read_text(bench, path), live_text(bench, live, path), prompt_files(bench)
    gone = path not in prompts
    return PromptShown(
        path,
        typed.text("text", file.text),
        file.seen,
        typed.fields.get("s:text", json.dumps(file.text)),
        text_diff(old or "", file.text) if live and not gone else (),
        old is not None,
        "text" in typed.fields,
        tuple(prompts) if gone else (),
    )


def params_shown(now: Mapping[str, Any], live: Version | None, typed: Typed) -> tuple[ParamRow, ...]:
    """Return the parameters to edit."""
    before: Mapping[str, Any] = live.manifest.params if live else {}
    return tuple(
        ParamRow(
            name,
            typed.text(f"p:{name}", text := field_text(value)),
            typed.fields.get(f"s:p:{name}", json.dumps(value, default=str)),
            field_text(before[name]) if name in before else None,
            is_long(text) or is_long(typed.text(f"p:{name}", "")),
            typed.problems.get(f"p:{name}"),
            name in before and not same(value, before[name]),
        )
        for name, value in now.items()
    )
