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

OTHERS = {
    "bad-value": (3, ""),
    "broken-check": (3, "mend … and run the command again"),
    "broken-workflow": (3, "mend … and run the command again"),
    "bug": (70, "report the line that is printed"),
    "missing-key": (3, "add the key that it names"),
    "unknown-key": (3, "write the nearest key, which it names, or take it out"),
    "usage": (2, "see the command's `--help`"),
    "workflow-raised": (1, "mend the workflow at the line that it names"),
    "wrong-type": (1, "answer what the workflow's annotation says"),
}
"""Codes that are passed by the name `code`, with their exit codes and fixes."""

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
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for code, status, fix in (*_errors(tree), *_others(tree)):
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


def _others(tree: ast.AST) -> Iterator[tuple[str, int, str]]:
    """Yield the same for codes that are passed by name, or stand as a parameter's default."""
    for node in ast.walk(tree):
        named: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Call):
            named = [(word.arg or "", word.value) for word in node.keywords]
        elif isinstance(node, ast.arguments):
            named = [(one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
        for name, value in named:
            match value:
                case ast.Constant(value=str(code)) if name == "code" and code and code != "out-of-memory":
                    yield (code, *OTHERS[code])
                case _:
                    pass


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
