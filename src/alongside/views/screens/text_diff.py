"""Two texts line by line, as people read a change: what went, what came, and a line around it."""

import difflib
from dataclasses import dataclass
from typing import Literal

__all__ = ["DiffLine", "text_diff"]

_AROUND = 1
_MOST_LINES = 4000  # comparing is quadratic
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line: gone, new, the same, or `gap` for lines that are left out."""

    kind: Literal["del", "add", "same", "gap"]
    text: str


def text_diff(old: str, new: str) -> tuple[DiffLine, ...]:
    """Return the lines that differ, each with one line around it; none where the texts are the same."""
    if old == new:
        return ()
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > _MOST_LINES:
        told = f"{len(before):,} lines became {len(after):,}: too many to compare here"
        return (DiffLine("gap", told),)
    lines: list[DiffLine] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        if lines:
            lines.append(DiffLine("gap", "…"))
        for kind, first, last, start, end in group:
            if kind == "equal":
                lines += [DiffLine("same", line) for line in before[first:last]]
                continue
            lines += [DiffLine("del", line) for line in before[first:last]]
            lines += [DiffLine("add", line) for line in after[start:end]]
    if not lines:
        lines.append(DiffLine("gap", "only the ends of lines differ"))
    more = len(lines) - _SHOWN
    return (*lines[:_SHOWN], *([DiffLine("gap", f"… and {more:,} more lines")] if more > 0 else []))
