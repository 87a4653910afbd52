"""Where code comes from: the project, Python itself, Alongside, or a third-party distribution."""

import re
import site
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.engine.code.rooted import Rooted

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
        """Return `project`, `stdlib` or `dist:NAME` for a module's name."""
        place = self._place(module)
        return f"dist:{_distribution_of(module.partition('.')[0])}" if place == _INSTALLED else place

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
    return _closure(origin.removeprefix("dist:"))


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
def _packages() -> Mapping[str, str]:
    """Return {top-level module: distribution}: `importlib.metadata.packages_distributions` at a tenth of its time."""
    from importlib.metadata import distributions

    found: dict[str, str] = {}
    for distribution in distributions():
        tops = (distribution.read_text("top_level.txt") or "").split() or _tops(distribution)
        for top in tops:
            if top not in found:
                found[top] = distribution.metadata["Name"]
    return found


def _tops(distribution: "Distribution") -> set[str]:
    """Return the first names of the code files that the distribution installed."""
    record = distribution.read_text("RECORD")
    lines = record.splitlines() if record else map(str, distribution.files or ())
    paths = (line.partition(",")[0].strip('"') for line in lines)
    return {path.partition("/")[0].partition(".")[0] for path in paths if path.endswith(_CODE)}


def _distribution_of(top: str) -> str:
    return _packages().get(top, top)


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
        found[here.metadata["Name"].lower()] = here.version
        for requirement in here.requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and "extra ==" not in requirement and match[0].lower() not in found:
                todo.append(match[0].lower())
    return found
