"""What importing a project's modules does to things outside it: `decimal.getcontext().prec = 6`, a patched library.

No live object of the project shows that, so these statements are found in the source, and every step's
code hash takes them.
"""

import ast
import builtins
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from alongside.core.digest import digest_parts
from alongside.engine.code.origin import PROJECT, Origins
from alongside.engine.code.reach import reach

__all__ = ["import_effects"]


def import_effects(origins: Origins) -> dict[str, str]:
    """Return {where: digest} of the statements of the project's loaded modules that reach outside."""
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if origins.is_project(name) and file and file.endswith(".py") and name != "__main__":
            tree = ast.parse(Path(file).read_bytes())
            told = [
                line
                for one in _statements(tree.body)
                if _is_outside(one, module, origins)
                for line in _told(one, module, origins)
            ]
            if told:
                found[f"import of {name}"] = digest_parts(*told)
    return found


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that an import executes for what they do: calls and stores into other things."""
    for one in body:
        if isinstance(one, ast.Expr | ast.Assign | ast.AugAssign | ast.Delete):
            yield one
        elif isinstance(one, ast.If | ast.For | ast.While | ast.With | ast.Try):
            inner = [getattr(one, part, []) for part in ("body", "orelse", "finalbody")]
            handlers = [handler.body for handler in getattr(one, "handlers", [])]
            for block in (*inner, *handlers):
                yield from _statements(block)


def _is_outside(statement: ast.stmt, module: types.ModuleType, origins: Origins) -> bool:
    """Whether what is called or stored into belongs to no module of the project."""
    match statement:
        case ast.Expr(ast.Call(called)):
            found = _value(called, module)
            return found is _UNKNOWN or _is_foreign(found, origins)
        case ast.Assign(targets) | ast.Delete(targets):
            stored = targets
        case ast.AugAssign(target):
            stored = [target]
        case _:
            return False
    owners = [
        _value(target.value, module) for target in stored if isinstance(target, ast.Attribute | ast.Subscript)
    ]
    return any(owner is _UNKNOWN or _is_foreign(owner, origins) for owner in owners)


_UNKNOWN = object()


def _value(node: ast.expr, module: types.ModuleType) -> Any:
    """Return the object that a dotted name stands for now; what only running would tell is unknown."""
    if isinstance(node, ast.Name):
        return vars(module).get(node.id, getattr(builtins, node.id, _UNKNOWN))
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, module)
        return _UNKNOWN if owner is _UNKNOWN else getattr(owner, node.attr, _UNKNOWN)
    return _UNKNOWN


def _is_foreign(found: Any, origins: Origins) -> bool:
    """Whether this is a library's module, class, function or object; Python's own containers keep to themselves."""
    if isinstance(found, types.ModuleType):
        return origins.of(found.__name__) != PROJECT
    owner = getattr(found, "__self__", None)
    if (
        isinstance(found, types.BuiltinFunctionType)
        and type(owner).__module__ == "builtins"
        and not isinstance(owner, types.ModuleType)
    ):
        return False
    if type(found).__module__ == "builtins" and not callable(found):
        return False
    return origins.of(getattr(found, "__module__", None) or type(found).__module__) != PROJECT


def _told(statement: ast.stmt, module: types.ModuleType, origins: Origins) -> list[str]:
    """Return the statement's text, and the code of the project's functions and classes that it names."""
    lines = [ast.unparse(statement)]
    for node in ast.walk(statement):
        named = vars(module).get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(named, types.FunctionType | type) and origins.of(named.__module__) == PROJECT:
            lines += [text for pair in sorted(reach(named, origins).parts.items()) for text in pair]
    return lines
