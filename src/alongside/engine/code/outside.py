# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""Whether a statement that an import executes changes something outside the project.

It does where it stores into a library's object, calls a library for nothing but the effect, or calls a function
of the project that does. A call whose answer is used only makes something, unless its name says otherwise
(`old = locale.setlocale(…)`). What can't be told counts as outside.
"""

import ast
import builtins
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from alongside.engine.code.origin import PROJECT, Origins

__all__ = ["Sources", "reaches_outside", "resolved"]


class _Mark:
    """What is known of a value that only running would tell."""


_UNKNOWN, _LOCAL, _LENT = _Mark(), _Mark(), _Mark()
"""A local name for what a library's function gave: its own, as `decimal.getcontext` gives it, or a new one."""
_VERBS = (
    "add",
    "configure",
    "disable",
    "enable",
    "install",
    "patch",
    "register",
    "set",
    "unregister",
    "update",
)
_BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass
class Sources:
    """The parsed modules of a project, by name, and the functions that were looked into."""

    origins: Origins
    trees: dict[str, ast.Module] = field(default_factory=dict[str, ast.Module])
    known: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])

    def is_foreign(self, found: Any) -> bool:
        """Whether this is a library's module, class, function or object; Python's own containers keep to themselves."""
        if isinstance(found, types.ModuleType):
            return self.origins.of(found.__name__) != PROJECT
        owner = getattr(found, "__self__", None)
        if (
            isinstance(found, types.BuiltinFunctionType)
            and type(owner).__module__ == "builtins"
            and not isinstance(owner, types.ModuleType)
        ):
            return False
        if type(found).__module__ == "builtins" and not callable(found):
            return False
        return self.origins.of(getattr(found, "__module__", None) or type(found).__module__) != PROJECT


@dataclass
class _Scope:
    """Where names are looked up: a module, and the local names of a function of it."""

    module: types.ModuleType
    locals: dict[str, Any] = field(default_factory=dict[str, Any])


def reaches_outside(statement: ast.stmt, module: types.ModuleType, sources: Sources) -> bool:
    """Whether executing a statement of a module changes what is outside the project."""
    return _acts(statement, _Scope(module), sources)


def resolved(node: ast.expr, module: types.ModuleType) -> Any:
    """Return the object that a dotted name stands for now; what only running would tell is some object of its own."""
    return _value(node, _Scope(module))


def _acts(statement: ast.AST, scope: _Scope, sources: Sources) -> bool:
    dropped = {id(one.value) for one in _executed(statement) if isinstance(one, ast.Expr)}
    dropped |= {
        id(one.value) for one in _executed(statement) if isinstance(one, ast.Assign) and _is_none(one, scope)
    }
    for node in _executed(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            owner = _value(node.value, scope)
            if owner is not _LOCAL and (isinstance(owner, _Mark) or sources.is_foreign(owner)):
                return True
        elif isinstance(node, ast.Call):
            if _call_acts(node, scope, sources, dropped=id(node) in dropped):
                return True
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bare = [one for one in node.decorator_list if not isinstance(one, ast.Call)]
            if any(_decorator_acts(one, scope, sources) for one in bare):
                return True
    return False


def _executed(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield what a statement executes: not the bodies of the functions that it defines."""
    yield statement
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        inner = [
            *statement.decorator_list,
            *statement.args.defaults,
            *filter(None, statement.args.kw_defaults),
        ]
    elif isinstance(statement, ast.Lambda):
        inner = []
    else:
        inner = list(ast.iter_child_nodes(statement))
    for node in inner:
        yield from _executed(node)


def _is_none(statement: ast.Assign, scope: _Scope) -> bool:
    """Whether a call's answer was assigned and is None: nothing but its effect can have been meant."""
    target = statement.targets[0]
    return (
        isinstance(target, ast.Name)
        and isinstance(statement.value, ast.Call)
        and vars(scope.module).get(target.id, _UNKNOWN) is None
    )


def _call_acts(node: ast.Call, scope: _Scope, sources: Sources, *, dropped: bool) -> bool:
    called = _value(node.func, scope)
    if called is _UNKNOWN or called is _LENT:
        return dropped or _says_so(node.func)
    if called is _LOCAL:
        return False
    if _is_own(called, sources):
        return _function_acts(called, sources)
    return sources.is_foreign(called) and (dropped or (not isinstance(called, type) and _says_so(node.func)))


def _decorator_acts(node: ast.expr, scope: _Scope, sources: Sources) -> bool:
    called = _value(node, scope)
    if isinstance(called, _Mark):
        return False
    if _is_own(called, sources):
        return _function_acts(called, sources)
    owner = _value(node.value, scope) if isinstance(node, ast.Attribute) else called
    return sources.is_foreign(called) and sources.is_foreign(owner) and _says_so(node)


def _says_so(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.startswith(_VERBS)


def _is_own(called: Any, sources: Sources) -> bool:
    module = getattr(called, "__module__", None)
    return isinstance(called, types.FunctionType | type) and module in sources.trees


def _function_acts(called: Any, sources: Sources) -> bool:
    """Whether calling a function (making an object of a class) of the project changes what is outside."""
    if isinstance(called, type):
        made = [
            vars(called).get(name) for name in ("__init__", "__new__", "__post_init__", "__init_subclass__")
        ]
        return any(_function_acts(one, sources) for one in made if isinstance(one, types.FunctionType))
    place = (called.__module__, called.__qualname__)
    if place not in sources.known:
        sources.known[place] = False  # while it is looked into: it may call itself
        tree = sources.trees.get(called.__module__)
        body = _definition(tree, called.__code__) if tree else None
        if body is not None:
            scope = _Scope(sys.modules[called.__module__])
            scope.locals = _locals(body, called.__code__, scope, sources)
            sources.known[place] = any(_acts(one, scope, sources) for one in body.body)
    return sources.known[place]


def _definition(tree: ast.Module, code: types.CodeType) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def _locals(
    body: ast.FunctionDef | ast.AsyncFunctionDef, code: types.CodeType, scope: _Scope, sources: Sources
) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars), _LOCAL)
    for node in ast.walk(body):
        if isinstance(node, ast.Assign | ast.NamedExpr) and isinstance(node.value, ast.Call):
            made = _value(node.value.func, scope)
            if not isinstance(made, _Mark) and not isinstance(made, type) and sources.is_foreign(made):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {target.id: _LENT for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {
                name: _LENT
                for alias in node.names
                if (name := (alias.asname or alias.name).partition(".")[0]) in found
            }
    return found


def _value(node: ast.expr, scope: _Scope) -> Any:
    """Return the object that a dotted name stands for now; what only running would tell is unknown."""
    if isinstance(node, ast.Name):
        if node.id in scope.locals:
            return scope.locals[node.id]
        return vars(scope.module).get(node.id, getattr(builtins, node.id, _UNKNOWN))
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, scope)
        return owner if isinstance(owner, _Mark) else getattr(owner, node.attr, _UNKNOWN)
    if isinstance(node, ast.Call):
        made = _value(node.func, scope)
        is_new = made is super or (isinstance(made, type) and made.__module__ == scope.module.__name__)
        return _LOCAL if is_new else _UNKNOWN
    return _UNKNOWN
