"""Where code comes from: the project, Python itself, Alongside, or a third-party distribution."""

import re
import site
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.engine.code.rooted import Rooted
from alongside.engine.installed import version_of

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["PROJECT", "STDLIB", "Origins", "versions_of"]

PROJECT = "project"
STDLIB = "stdlib"
_INSTALLED = "installed"
_CODE = (".py", *EXTENSION_SUFFIXES)
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Origins:
    """Tells where a module comes from. `roots` hold project code; editable distributions count as project."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(str(root) for root in roots)
        self._rooted = tuple(Rooted(root) for root in roots)
        self._known: dict[str, str] = {}

    def of(self, module: str) -> str:
        """Return `project`, `stdlib` or `dist:NAME` for a module's name; `dist:A,B` where two distributions provide it."""
        place = self._place(module)
        return f"dist:{_distributions_of(module)}" if place == _INSTALLED else place

    def is_project(self, module: str) -> bool:
        """Whether a module is project code; asks no distribution what it holds."""
        return self._place(module) == PROJECT

    def told(self, text: str) -> str:
        """Return a text without the places of the roots, which aren't the same in the next version."""
        for root in self._rooted:
            text = root.told(text)
        return text

    def _place(self, module: str) -> str:
        found = self._known.get(module)
        if found is None:
            found = self._known[module] = self._find(module)
        return found

    def _find(self, module: str) -> str:
        top = module.partition(".")[0]
        loaded = sys.modules.get(module) or sys.modules.get(top)
        file = getattr(loaded, "__file__", None) or next(iter(getattr(loaded, "__path__", [])), None)
        if file is not None and any(file.startswith(root) for root in self._roots):
            return PROJECT  # also where the engagement has a module by the name of one of Python's
        if top in {"alongside", "builtins"} or top in sys.stdlib_module_names:
            return STDLIB
        if file is None:
            return PROJECT if module == "__main__" or loaded is None else STDLIB
        if any(file.startswith(folder) for folder in _site_folders()):
            return _INSTALLED
        return STDLIB if file.startswith(_stdlib_folders()) else PROJECT


def versions_of(origin: str) -> Mapping[str, str]:
    """Return {distribution: version} for a `dist:` origin and what it requires, as installed."""
    names = [name for name in origin.removeprefix("dist:").split(",") if name]
    return (
        _closure(names[0]) if len(names) == 1 else {k: v for name in names for k, v in _closure(name).items()}
    )


@cache
def _site_folders() -> tuple[str, ...]:
    folders = {*site.getsitepackages(), site.getusersitepackages(), sysconfig.get_paths()["purelib"]}
    folders.add(sysconfig.get_paths()["platlib"])
    return tuple(folders)


@cache
def _stdlib_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return (paths["stdlib"], paths["platstdlib"])


@cache
def _packages() -> Mapping[str, tuple[str, ...]]:
    """Return {top-level module: distributions}: `importlib.metadata.packages_distributions` at a tenth of its time."""
    from importlib.metadata import distributions

    found: dict[str, tuple[str, ...]] = {}
    for distribution in distributions():
        tops = (distribution.read_text("top_level.txt") or "").split() or _tops(distribution)
        for top in tops:
            name = distribution.metadata["Name"]
            if name not in (known := found.get(top, ())):
                found[top] = (*known, name)
    return found


def _tops(distribution: "Distribution") -> set[str]:
    """Return the first names of the code files that the distribution installed."""
    return {path.partition("/")[0].partition(".")[0] for path in _paths(distribution) if path.endswith(_CODE)}


def _paths(distribution: "Distribution") -> Iterator[str]:
    record = distribution.read_text("RECORD")
    lines = record.splitlines() if record else map(str, distribution.files or ())
    return (line.partition(",")[0].strip('"') for line in lines)


@cache
def _distributions_of(module: str) -> str:
    """Return the distributions that provide a module, empty for what is only a folder of theirs (`google` of `google.cloud`)."""
    top = module.partition(".")[0]
    names = _packages().get(top, (top,))
    if len(names) == 1:
        return names[0]
    found = [name for name in names if module in _modules(name)]
    loaded = sys.modules.get(module)
    if not found and loaded is not None and getattr(loaded, "__file__", None) is None:
        return ""
    return ",".join(found or names)


@cache
def _modules(name: str) -> frozenset[str]:
    """Return the modules that a distribution has a file of."""
    from importlib.metadata import distribution

    code = [path for path in _paths(distribution(name)) if path.endswith(_CODE)]
    return frozenset(
        ".".join(
            [*folders.split("/"), file.partition(".")[0]] if folders else [file.partition(".")[0]]
        ).removesuffix(".__init__")
        for folders, _, file in (path.rpartition("/") for path in code)
    )


@cache
def _closure(name: str) -> Mapping[str, str]:
    from importlib.metadata import PackageNotFoundError, distribution

    found: dict[str, str] = {}
    todo = [name]
    while todo:
        current = todo.pop()
        if current in found:
            continue
        try:
            here = distribution(current)
        except PackageNotFoundError:
            continue
        found[here.metadata["Name"].lower()] = version_of(here)
        for requirement in here.requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and "extra ==" not in requirement and match[0].lower() not in found:
                todo.append(match[0].lower())
    return found
