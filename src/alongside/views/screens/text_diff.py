"""Two texts line by line, as people read a change: what went, what came, and a line around it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["DiffLine", "side_by_side", "text_diff"]

_AROUND = 1
_MOST_LINES = 4000  # comparing is quadratic
_SHOWN = 200
_BESIDE = 3


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line: gone, new, the same, `gap` for lines that are left out, `none` where only the other side has one."""

    kind: Literal["del", "add", "same", "gap", "none"]
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


def side_by_side(old: str, new: str) -> tuple[tuple[DiffLine, ...], tuple[DiffLine, ...]]:
    """Return both texts in lines that stand beside each other; what differs is marked, what is long and the same left out."""
    before, after = old.splitlines(), new.splitlines()
    left: list[DiffLine] = []
    right: list[DiffLine] = []
    if len(before) + len(after) > _MOST_LINES:
        return tuple(DiffLine("same", line) for line in before), tuple(
            DiffLine("same", line) for line in after
        )
    for kind, first, last, start, end in difflib.SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            lines = _folded(before[first:last])
            left += lines
            right += lines
            continue
        high = max(last - first, end - start)
        left += [*(DiffLine("del", line) for line in before[first:last])]
        left += [DiffLine("none", "")] * (high - (last - first))
        right += [*(DiffLine("add", line) for line in after[start:end])]
        right += [DiffLine("none", "")] * (high - (end - start))
    return tuple(left), tuple(right)


def _folded(lines: Sequence[str]) -> list[DiffLine]:
    left_out = len(lines) - 2 * _BESIDE
    if left_out <= _BESIDE:
        return [DiffLine("same", line) for line in lines]
    gap = DiffLine("gap", f"… {left_out:,} lines are the same")
    return [
        *(DiffLine("same", line) for line in lines[:_BESIDE]),
        gap,
        *(DiffLine("same", line) for line in lines[-_BESIDE:]),
    ]
