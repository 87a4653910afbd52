"""`docs/reference/errors.md`, made from the source: each code once. Written by `python tests/docs/errors_page.py`."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"
SOURCE = ROOT / "src" / "alongside"
EXITS = {
    "AlongsideError": 1, "GateClosed": 1, "UsageError": 2, "DataError": 3, "PolicyError": 4,
    "UpstreamError": 5, "ModelError": 5, "RejectedError": 5, "NotRun": 1,
}  # fmt: skip

HEAD = """\
# Errors

Made from the source by `python tests/docs/errors_page.py`; a test holds it to it. An error is two lines on stderr: its code with
what happened, and how to mend it. From Python it is an exception of `alongside.core.errors` with `code`, `message` and
`fix`. The code stays what it is; the words may get better.

| Code | Exit | To mend it |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    found: dict[tuple[str, int], set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for code, status, fix in _errors(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault((code, status), set()).add(fix)
    rows = (f"| `{code}` | {status} | {_only(fixes)} |\n" for (code, status), fixes in sorted(found.items()))
    return HEAD + "".join(rows)


def _only(fixes: set[str]) -> str:
    """Return the fix, where it is always the same."""
    return next(iter(fixes)) if len(fixes) == 1 and fixes != {""} else "the message says"


def _errors(tree: ast.AST) -> Iterator[tuple[str, int, str]]:
    """Yield (code, exit code, fix) of each error that is made with its code written out."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in EXITS
            and node.args
        ):
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                fix = next((word.value for word in node.keywords if word.arg == "fix"), None)
                yield code.value, EXITS[node.func.id], _text(fix)


def _text(node: ast.expr | None) -> str:
    """Return a fix as a reader sees it, with … for what it fills in; empty where it is worked out."""
    match node:
        case ast.Constant(value=str(text)):
            said = text
        case ast.JoinedStr(values=parts):
            said = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case _:
            return ""
    return said.replace("|", "\\|").replace("<", "&lt;").rstrip(".")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
