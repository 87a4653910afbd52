"""The source tree as modules and imports, read with `ast` alone: nothing is imported, so nothing hides."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Module", "cycles", "functions", "imported", "public_names", "read_modules"]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its tree and its number of lines."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def part(self) -> str:
        """The package below the root that it belongs to; empty for the root itself."""
        return (*self.name.split("."), "")[1]


def read_modules(package: Path) -> dict[str, Module]:
    """Read every module of `package`, by its dotted name."""
    found = (_read(path, package) for path in sorted(package.rglob("*.py")))
    return {module.name: module for module in found}


def _read(path: Path, package: Path) -> Module:
    parts = [package.name, *path.relative_to(package).with_suffix("").parts]
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, ast.parse(text, str(path)), len(text.splitlines()))


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of every import: module level, in functions and under TYPE_CHECKING.

    `from a import b` gives `a.b`, which may be a module or a name in one.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.path}:{node.lineno} is a relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def target(name: str, modules: Mapping[str, Module]) -> str | None:
    """The module of ours that an imported name leads to."""
    while name not in modules:
        name, dot, _ = name.rpartition(".")
        if not dot:
            return None
    return name


def graph(modules: Mapping[str, Module]) -> dict[str, set[str]]:
    """Which module imports which of ours."""
    edges = {
        name: {found for _, wanted in imported(module) if (found := target(wanted, modules))}
        for name, module in modules.items()
    }
    return {name: reached - {name} for name, reached in edges.items()}


def cycles(modules: Mapping[str, Module]) -> list[str]:
    """Name the modules that take part in an import cycle: what is left when leaves and roots are peeled off."""
    edges = graph(modules)
    while True:
        wanted = set[str]().union(*edges.values())
        kept = {name: reached & edges.keys() for name, reached in edges.items() if name in wanted}
        kept = {name: reached for name, reached in kept.items() if reached}
        if kept == edges:
            return sorted(edges)
        edges = kept


def functions(module: Module) -> Iterator[Function]:
    """Yield every function, method and nested function."""
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def public_names(module: Module) -> set[str]:
    """What the module defines at its top level without an underscore."""
    defined = set[str]()
    for node in module.tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                defined.add(node.name)
            case ast.Assign(targets=names):
                defined.update(name.id for name in names if isinstance(name, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                defined.add(name)
            case _:
                pass
    return {name for name in defined if not name.startswith("_")}
