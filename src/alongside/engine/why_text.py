"""Short text diffs of what changed between two versions: a file, or one function of it."""

import ast
import difflib
import json
from typing import Any

__all__ = ["file_diff", "function_diff", "told_apart"]

_LINES = 14
_WIDE = 160
_SHOWN = 120
_LEAD = 20


def told_apart(before: Any, now: Any) -> tuple[str, str, str]:
    """Return two plain values as people read them, long ones from where they part, and a diff where that says more."""
    values: list[Any] = [before, now]
    if all(isinstance(one, dict) for one in values):
        return _entries_apart(*values)
    is_text = all(isinstance(one, str) for one in values)
    texts: list[str] = values if is_text else [_json(one) for one in values]
    was, is_now = (_json(one) if is_text else one for one in _excerpts(texts))
    if max(map(len, texts)) <= _SHOWN and "\n" not in "".join(texts):
        return was, is_now, ""
    lines = texts if is_text else [json.dumps(one, ensure_ascii=False, indent=1) for one in values]
    return was, is_now, file_diff(lines[0], lines[1])


def _entries_apart(before: dict[str, Any], now: dict[str, Any]) -> tuple[str, str, str]:
    """Tell what differs of two mappings, each entry by its key."""
    both = before.keys() & now.keys()
    keys = [key for key in {**before, **now} if key not in both or _json(before[key]) != _json(now[key])]
    if len(keys) == 1 and keys[0] in both:
        was, is_now, diff = told_apart(before[keys[0]], now[keys[0]])
        return f"{keys[0]} {was}", f"{keys[0]} {is_now}", diff
    texts = [", ".join(f"{key} {_json(one[key])}" for key in keys if key in one) for one in (before, now)]
    was, is_now = _excerpts(texts)
    return was or "nothing", is_now or "nothing", ""


def _excerpts(texts: list[str]) -> list[str]:
    """Return the texts; where one is long, from a little before they part to a little after they meet again."""
    if max(map(len, texts)) <= _SHOWN:
        return texts
    start = max(_common(*texts) - _LEAD, 0)
    rests = [text[start:] for text in texts]
    alike = max(_common(*(rest[::-1] for rest in rests)) - _LEAD, 0)
    return [f"{'…' if start else ''}{_cut(rest, min(len(rest) - alike, _SHOWN))}" for rest in rests]


def _common(before: str, now: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(before, now, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(before), len(now)))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def file_diff(before: str, now: str) -> str:
    """Return a unified diff of two texts, at most 14 lines of it; empty where either is missing or they are equal."""
    if not before or not now:
        return ""
    found = list(difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=1))[2:]
    more = [f"… {len(found) - _LINES} more lines"] if len(found) > _LINES else []
    shown = [_cut(line, _WIDE) for line in found[:_LINES]]
    return "\n".join([*shown, *more])


def function_diff(before: str, now: str, *, name: str) -> str:
    """Return the diff of one function or class, named as in `__qualname__`, between two texts of its module."""
    return file_diff(_definition(before, name), _definition(now, name))


def _definition(text: str, name: str) -> str:
    try:
        scope: ast.AST | None = ast.parse(text)
    except SyntaxError:
        return ""
    for part in name.replace(".<locals>", "").split("."):
        inner = ast.walk(scope) if scope else ()
        scope = next((node for node in inner if getattr(node, "name", None) == part), None)
    return (ast.get_source_segment(text, scope) or "") if scope and hasattr(scope, "lineno") else ""
