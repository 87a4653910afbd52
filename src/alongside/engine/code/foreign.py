# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# What is looked at here are live objects of any type.
"""Which objects are outside the project: a library's module, class, function or object, a container that one holds by a name.

A project's own `REG = {}` is none of these, though its class is Python's; `from jinja2.filters import FILTERS` names one.
"""

import ast
import builtins
import sys
import types
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from alongside.engine.code.origin import PROJECT, STDLIB, Origins

__all__ = ["LENT", "LOCAL", "UNKNOWN", "Mark", "Scope", "Sources", "value"]


class Mark:
    """What is known of a value that only running would tell."""


UNKNOWN, LOCAL, LENT = Mark(), Mark(), Mark()
"""`LENT`: a local name for what is a library's own, as `decimal.getcontext` gives it, or may be."""
_MUTABLE = (dict, list, set, bytearray, deque)


@dataclass
class Sources:
    """The parsed modules of a project, by name, and the functions that were looked into."""

    origins: Origins
    trees: dict[str, ast.Module] = field(default_factory=dict[str, ast.Module])
    known: dict[tuple[Any, ...], bool] = field(default_factory=dict[tuple[Any, ...], bool])
    _lent: set[int] | None = None

    def is_foreign(self, found: Any) -> bool:
        """Whether this is a library's module, class, function or object; a container is its own unless a library holds it."""
        if isinstance(found, types.ModuleType):
            return self.origins.of(found.__name__) != PROJECT
        owner = getattr(found, "__self__", None)
        if (
            isinstance(found, types.BuiltinFunctionType)
            and not isinstance(owner, types.ModuleType)
            and (type(owner).__module__ == "builtins" or self.is_container(owner))
        ):
            return self.is_lent(owner)
        if self.is_container(found):
            return self.is_lent(found)
        if type(found).__module__ == "builtins" and not callable(found):
            return False
        return self.origins.of(getattr(found, "__module__", None) or type(found).__module__) != PROJECT

    def is_container(self, found: Any) -> bool:
        """Whether this is one of Python's own containers, which anybody may make and fill."""
        return isinstance(found, _MUTABLE) and self.origins.of(type(found).__module__) == STDLIB

    def is_lent(self, found: Any) -> bool:
        """Whether a library's module has a name for this object; where Python looks for modules is told by what it finds."""
        if found is sys.path or isinstance(found, type):
            return False
        if self._lent is None:
            self._lent = {
                id(thing)
                for name, module in list(sys.modules.items())
                if not self.origins.is_project(name)
                for thing in getattr(module, "__dict__", {}).values()
            }
        return id(found) in self._lent

    def is_within(self, node: ast.expr, scope: "Scope") -> bool:
        """Whether a container's name leads through a library: `lib.default.table`, or a name of the project's for that."""
        if isinstance(node, ast.Name) and node.id not in scope.locals:
            tree = self.trees.get(scope.module.__name__)
            made = (
                [one.value for one in tree.body if isinstance(one, ast.Assign) and _names(one, node.id)]
                if tree
                else []
            )
            return any(isinstance(one, ast.Attribute) and self.is_within(one, scope) for one in made)
        while isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
            found = value(node, scope)
            if found is LENT or (not isinstance(found, Mark) and self._is_library(found)):
                return True
        return False

    def _is_library(self, found: Any) -> bool:
        return (isinstance(found, types.ModuleType | type) and self.is_foreign(found)) or self.is_lent(found)


@dataclass
class Scope:
    """Where names are looked up: a module, and the local names of a function of it."""

    module: types.ModuleType
    locals: dict[str, Any] = field(default_factory=dict[str, Any])


def value(node: ast.expr, scope: Scope) -> Any:
    """Return the object that a dotted name stands for now; what only running would tell is unknown."""
    if isinstance(node, ast.Name):
        if node.id in scope.locals:
            return scope.locals[node.id]
        return vars(scope.module).get(node.id, getattr(builtins, node.id, UNKNOWN))
    if isinstance(node, ast.Attribute):
        return _attribute(node, scope)
    if isinstance(node, ast.Subscript):
        return _item(value(node.value, scope), node.slice)
    if isinstance(node, ast.Call):
        made = value(node.func, scope)
        is_new = made is super or (isinstance(made, type) and made.__module__ == scope.module.__name__)
        return LOCAL if is_new else UNKNOWN
    return UNKNOWN


def _attribute(node: ast.Attribute, scope: Scope) -> Any:
    owner = value(node.value, scope)
    if owner is LOCAL and isinstance(node.value, ast.Call):  # of an object that is made here: `Setup().run`
        made = value(node.value.func, scope)
        method = getattr(made, node.attr, None)
        return method if isinstance(made, type) and isinstance(method, types.FunctionType) else LOCAL
    return owner if isinstance(owner, Mark) else getattr(owner, node.attr, UNKNOWN)


def _item(owner: Any, key: ast.expr) -> Any:
    """Return what a plain container of Python's has under a key that the source tells."""
    if isinstance(owner, Mark):
        return owner
    if isinstance(key, ast.Constant) and type(owner) in {dict, list, tuple}:
        try:
            return owner[key.value]
        except (LookupError, TypeError):
            return UNKNOWN
    return UNKNOWN


def _names(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
