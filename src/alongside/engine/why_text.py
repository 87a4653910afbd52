"""Short text diffs of what changed between two versions: a file, or one function of it."""

import ast
import difflib

__all__ = ["file_diff", "function_diff"]

_LINES = 14


def file_diff(before: str, now: str) -> str:
    """Return a unified diff of two texts, at most 14 lines of it; empty where either is missing or they are equal."""
    if not before or not now:
        return ""
    found = list(difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=1))[2:]
    more = [f"… {len(found) - _LINES} more lines"] if len(found) > _LINES else []
    return "\n".join([*found[:_LINES], *more])


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
