# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""Whether a statement that an import executes changes something outside the project.

It does where it stores into a library's object (a container that a library's module holds too), calls a library for
nothing but the effect, or calls a function of the project that does. A call whose answer is used only makes something,
unless its name says otherwise (`old = locale.setlocale(…)`). What can't be told counts as outside.
"""

import ast
import sys
import types
from collections.abc import Iterator
from typing import Any

from alongside.engine.code.foreign import LENT, LOCAL, UNKNOWN, Mark, Scope, Sources, value

__all__ = ["reaches_outside", "resolved"]

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
_FILLING = {
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
}
_MADE = ("__init__", "__new__", "__post_init__")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)


def reaches_outside(statement: ast.stmt, module: types.ModuleType, sources: Sources) -> bool:
    """Whether executing a statement of a module changes what is outside the project."""
    return _acts(statement, Scope(module), sources)


def resolved(node: ast.expr, module: types.ModuleType) -> Any:
    """Return the object that a dotted name stands for now; what only running would tell is some object of its own."""
    return value(node, Scope(module))


def _acts(statement: ast.AST, scope: Scope, sources: Sources) -> bool:
    dropped = {id(one.value) for one in _executed(statement) if isinstance(one, ast.Expr)}
    dropped |= {
        id(one.value) for one in _executed(statement) if isinstance(one, ast.Assign) and _is_none(one, scope)
    }
    return any(_node_acts(node, scope, sources, dropped=dropped) for node in _executed(statement))


def _node_acts(node: ast.AST, scope: Scope, sources: Sources, *, dropped: set[int]) -> bool:
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _is_outside(node.value, scope, sources)
    if isinstance(node, ast.AugAssign) and isinstance(
        node.target, ast.Name
    ):  # a container is filled in place
        owner = value(node.target, scope)
        return sources.is_container(owner) and _is_outside(node.target, scope, sources)
    if isinstance(node, ast.Call):
        return _call_acts(node, scope, sources, dropped=id(node) in dropped)
    if isinstance(node, _DEFINITIONS):
        bases = [value(one, scope) for one in node.bases] if isinstance(node, ast.ClassDef) else []
        return any(_decorator_acts(one, scope, sources) for one in node.decorator_list) or any(
            _function_acts(one, sources, names=("__init_subclass__",))
            for one in bases
            if _is_own(one, sources)
        )
    return False


def _is_outside(node: ast.expr, scope: Scope, sources: Sources) -> bool:
    """Whether what is stored into, or filled, is outside the project."""
    owner = value(node, scope)
    if owner is LOCAL:
        return False
    if isinstance(owner, Mark) or sources.is_foreign(owner):
        return True
    return sources.is_container(owner) and owner is not sys.path and sources.is_within(node, scope)


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


def _is_none(statement: ast.Assign, scope: Scope) -> bool:
    """Whether a call's answer was assigned and is None: nothing but its effect can have been meant."""
    target = statement.targets[0]
    return (
        isinstance(target, ast.Name)
        and isinstance(statement.value, ast.Call)
        and vars(scope.module).get(target.id, UNKNOWN) is None
    )


def _call_acts(node: ast.Call, scope: Scope, sources: Sources, *, dropped: bool) -> bool:
    called = value(node.func, scope)
    if called is UNKNOWN or called is LENT:
        return dropped or _says_so(node.func)
    if called is LOCAL:
        return False
    if _is_own(called, sources):
        return _function_acts(called, sources, lent=_lent(node, called, scope, sources))
    if isinstance(node.func, ast.Attribute) and sources.is_container(getattr(called, "__self__", None)):
        fills = dropped or _says_so(node.func) or node.func.attr in _FILLING
        return fills and _is_outside(node.func.value, scope, sources)
    return sources.is_foreign(called) and (dropped or (not isinstance(called, type) and _says_so(node.func)))


def _lent(node: ast.Call, called: Any, scope: Scope, sources: Sources) -> frozenset[str]:
    """Return the parameters for which a function of the project is given what is a library's own."""
    code = getattr(called, "__code__", None)
    if code is None:
        return frozenset()
    bound = isinstance(called, types.MethodType)
    named = [
        *zip(code.co_varnames[bound:], node.args, strict=False),
        *((k.arg, k.value) for k in node.keywords),
    ]
    given = [
        (name, one, value(one, scope)) for name, one in named if isinstance(one, ast.Name | ast.Attribute)
    ]
    return frozenset(
        str(name)
        for name, one, found in given
        if found is LENT
        or isinstance(found, types.ModuleType)
        or (sources.is_container(found) and _is_outside(one, scope, sources))
    )


def _decorator_acts(node: ast.expr, scope: Scope, sources: Sources) -> bool:
    """Whether a decorator does more than make something of what it is given."""
    given = isinstance(node, ast.Call)
    called = value(node.func if given else node, scope)
    if isinstance(called, Mark):
        return False
    if _is_own(called, sources):
        return _function_acts(called, sources, returned=given)
    if given:
        return False  # a call as any
    owner = value(node.value, scope) if isinstance(node, ast.Attribute) else called
    return sources.is_foreign(called) and sources.is_foreign(owner) and _says_so(node)


def _says_so(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.startswith(_VERBS)


def _is_own(called: Any, sources: Sources) -> bool:
    module = getattr(called, "__module__", None)
    return isinstance(called, types.FunctionType | types.MethodType | type) and module in sources.trees


def _function_acts(
    called: Any,
    sources: Sources,
    *,
    lent: frozenset[str] = frozenset(),
    returned: bool = False,
    names: tuple[str, ...] = _MADE,
) -> bool:
    """Whether calling a function (making an object of a class) of the project changes what is outside.

    `lent` are the parameters that are given what is a library's; `returned`: what it returns is called too.
    """
    if isinstance(called, type):
        names = (*names, "__call__") if returned else names
        made = [
            getattr(getattr(called, name, None), "__func__", getattr(called, name, None)) for name in names
        ]
        own = [one for one in made if isinstance(one, types.FunctionType) and _is_own(one, sources)]
        return any(_function_acts(one, sources) for one in own)
    function = getattr(called, "__func__", called)
    place = (function.__module__, function.__qualname__, lent, returned)
    if place not in sources.known:
        sources.known[place] = False  # while it is looked into: it may call itself
        tree = sources.trees.get(function.__module__)
        body = _definition(tree, function.__code__) if tree else None
        if body is not None:
            scope = Scope(sys.modules[function.__module__])
            scope.locals = _locals(body, function.__code__, scope, sources) | dict.fromkeys(lent, LENT)
            inner = [one for one in body.body if returned and isinstance(one, _FUNCTIONS)]
            statements = [*body.body, *(line for one in inner for line in one.body)]
            sources.known[place] = any(_acts(one, scope, sources) for one in statements)
    return sources.known[place]


def _definition(tree: ast.Module, code: types.CodeType) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def _locals(
    body: ast.FunctionDef | ast.AsyncFunctionDef, code: types.CodeType, scope: Scope, sources: Sources
) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars), LOCAL)
    for node in ast.walk(body):
        if isinstance(node, ast.Assign | ast.NamedExpr) and _gives_lent(node.value, scope, sources):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: LENT for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {
                name: LENT
                for alias in node.names
                if (name := (alias.asname or alias.name).partition(".")[0]) in found
            }
    return found


def _gives_lent(node: ast.expr, scope: Scope, sources: Sources) -> bool:
    """Whether a local name is given what may be a library's: what its function returned, a container of one."""
    if isinstance(node, ast.Call):
        made = value(node.func, scope)
        return not isinstance(made, Mark | type) and sources.is_foreign(made)
    return (
        isinstance(node, ast.Name | ast.Attribute)
        and sources.is_container(value(node, scope))
        and _is_outside(node, scope, sources)
    )
