"""Three texts into one: what somebody saw, what they made of it, and what the file says by now."""

import difflib
import itertools
import re
from collections.abc import Sequence

__all__ = ["as_posted", "merged", "with_line_ends"]

_MOST_LINES = 4000  # comparing is quadratic
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LINE_AS_KEPT = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

_Change = tuple[int, int, list[str]]
"""Lines `first` up to `last` of what was seen become these."""


def as_posted(text: str) -> str:
    """Return a text as a browser's form gives it back untouched (WHATWG HTML, 4.10.22.4), with LF between lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def with_line_ends(text: str, before: str) -> str:
    """Return a text of LF lines with the line ends of the text that it was made from; lines that stay keep theirs."""
    if "\r" not in before:
        return text
    ends = re.findall(r"\r\n|\r|\n", before)
    usual = max(sorted(set(ends)), key=ends.count)
    lines, kept = _LINE.findall(text), _LINE_AS_KEPT.findall(before)
    if len(set(ends)) == 1 or len(lines) + len(kept) > _MOST_LINES:
        return text.replace("\n", usual)
    matcher = difflib.SequenceMatcher(a=[as_posted(line) for line in kept], b=lines, autojunk=False)
    made: list[str] = []
    for kind, first, last, start, end in matcher.get_opcodes():
        same = kind == "equal"
        made += kept[first:last] if same else [line.replace("\n", usual) for line in lines[start:end]]
    return "".join(made)


def merged(seen: str, yours: str, now: str) -> str | None:
    """Return `now` with what `yours` changed of `seen`; None where both changed the same lines, or lines side by side."""
    base = _LINE.findall(seen)
    sides = [_LINE.findall(yours), _LINE.findall(now)]
    if sum(map(len, (base, *sides))) > _MOST_LINES:
        return None
    mine, theirs = (_changes(base, side) for side in sides)
    changes = sorted([*mine, *(one for one in theirs if one not in mine)], key=lambda one: one[:2])
    if any(one[1] >= other[0] for one, other in itertools.pairwise(changes)):
        return None
    for first, last, lines in reversed(changes):
        base[first:last] = lines
    return "".join(base)


def _changes(base: Sequence[str], side: Sequence[str]) -> list[_Change]:
    matcher = difflib.SequenceMatcher(a=base, b=side, autojunk=False)
    return [
        (first, last, list(side[start:end]))
        for kind, first, last, start, end in matcher.get_opcodes()
        if kind != "equal"
    ]
