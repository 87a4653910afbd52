# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""What importing a project's modules does to things outside it: `decimal.getcontext().prec = 6`, a patched library.

No live object of the project shows that, so these statements are found in the source, and every step's
code hash takes them, with all that they name.
"""

import ast
import sys
import types
from collections.abc import Iterator
from pathlib import Path

from alongside.core.digest import digest_parts
from alongside.engine.code.foreign import Sources
from alongside.engine.code.origin import PROJECT, Origins
from alongside.engine.code.outside import reaches_outside, resolved
from alongside.engine.code.reach import reach_from

__all__ = ["import_effects"]


def import_effects(origins: Origins) -> dict[str, str]:
    """Return {where: digest} of the statements of the project's loaded modules that reach outside."""
    sources = Sources(origins)
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if origins.is_project(name) and file and file.endswith(".py") and name != "__main__":
            sources.trees[name] = ast.parse(Path(file).read_bytes())
    for name, tree in sources.trees.items():
        module = sys.modules[name]
        outside = [one for one in tree.body if reaches_outside(one, module, sources)]
        if outside:
            found[f"import of {name}"] = digest_parts(*_told(outside, tree, module, sources))
    return found


def _told(
    outside: list[ast.stmt], tree: ast.Module, module: types.ModuleType, sources: Sources
) -> Iterator[str]:
    """Yield the statements' text, and all of the project that they name: code, values, how the values are made."""
    todo, seen = list(outside), set[int]()
    while todo:
        statement = todo.pop(0)
        if id(statement) in seen:
            continue
        seen.add(id(statement))
        yield _text(statement)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _reached(ast.Name(statement.name), module, sources)
        for node in ast.walk(statement):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            if isinstance(node, ast.Name):
                todo += [one for one in tree.body if node.id in _bound(one)]
            yield from _reached(node, module, sources)


def _reached(node: ast.expr, module: types.ModuleType, sources: Sources) -> Iterator[str]:
    """Yield what the object that a name stands for is made of, where it's the project's or a plain value."""
    thing, origins = resolved(node, module), sources.origins
    if isinstance(thing, types.ModuleType):
        return
    if sources.is_container(thing):
        if sources.is_foreign(thing):
            return  # what else a library keeps there is told by its version
    else:
        kind = getattr(thing, "__module__", None) or type(thing).__module__
        if kind != "builtins" and origins.of(kind) != PROJECT:
            return
    found = reach_from(ast.unparse(node), thing, origins)
    yield from (text for pair in sorted(found.parts.items()) for text in pair)


def _text(statement: ast.stmt) -> str:
    """Return a statement's text; a definition's body is told by what is made of it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return "\n".join(ast.unparse(one) for one in [*statement.decorator_list, ast.Name(statement.name)])
    return ast.unparse(statement)


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a module gives a value, other than a definition or an import."""
    if isinstance(
        statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    ):
        return set()
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
