"""The shape of the source tree: small files and functions, plain names, imports that go down only, no cycle."""

import ast
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from shape.modules import Module, cycles, functions, imported, public_names, read_modules

MAX_FILE, MAX_FUNCTION = 400, 60
NAMELESS = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


@pytest.fixture(scope="module")
def modules(project_root: Path) -> dict[str, Module]:
    return read_modules(project_root / "src" / "alongside")


@pytest.fixture(scope="module")
def height(project_root: Path) -> dict[str, float]:
    """Part of the tree -> its layer, from the contract that import-linter holds in CI; the root opens the workbench."""
    settings = tomllib.loads((project_root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in settings["contracts"] if c["type"] == "layers")
    rows = [[name.strip(" ()") for name in row.split("|")] for row in reversed(layers)]
    found: dict[str, float] = {name: rank for rank, row in enumerate(rows) for name in row}
    return found | {"": found["workbench"] + 0.5, "__main__": len(rows)}


def test_files_are_small(modules: dict[str, Module]) -> None:
    assert not {name: module.lines for name, module in modules.items() if module.lines > MAX_FILE}


def test_functions_are_small(modules: dict[str, Module]) -> None:
    spans = {
        f"{name}.{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for name, module in modules.items()
        for function in functions(module)
    }
    assert spans
    assert not {name: span for name, span in spans.items() if span > MAX_FUNCTION}


def test_files_and_folders_say_what_they_hold(modules: dict[str, Module]) -> None:
    assert not nameless(modules)


def test_imports_go_down_only(modules: dict[str, Module], height: dict[str, float]) -> None:
    assert not against_layers(modules.values(), height)


def test_imports_make_no_cycle(modules: dict[str, Module]) -> None:
    assert not cycles(modules)


def test_core_imports_the_standard_library_alone(modules: dict[str, Module]) -> None:
    assert not foreign_to_core(modules.values())


def test_every_module_says_what_is_public(modules: dict[str, Module]) -> None:
    silent = [name for name, m in modules.items() if public_names(m) and "__all__" not in assigned(m)]
    assert not silent, f"no __all__ in {silent}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (
            {"core/a": "from alongside.core import b", "core/b": "def late():\n import alongside.core.a"},
            "cycle",
        ),
        (
            {
                "core/a": "import alongside.core.b",
                "core/b": "if TYPE_CHECKING:\n from alongside.core.a import A",
            },
            "cycle",
        ),
        ({"core/a": "def late():\n from alongside.store import blobs", "store/blobs": ""}, "layers"),
        ({"store/a": "import alongside.policy.b", "policy/b": ""}, "layers"),
        ({"engine/a": "from alongside import run", "__init__": "run = 1"}, "layers"),
        ({"core/a": "def late():\n import yaml"}, "foreign"),
        ({"core/string_utils": ""}, "nameless"),
        ({"core/utils/a": ""}, "nameless"),
        ({"core/a": "import json", "store/b": "from alongside.core.a import A\nimport yaml"}, "nothing"),
    ],
)
def test_what_is_wrong_is_found(
    tmp_path: Path, height: dict[str, float], source: dict[str, str], found: str
) -> None:
    for name, text in source.items():
        path = tmp_path / "alongside" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    modules = read_modules(tmp_path / "alongside")
    faults = {
        "cycle": cycles(modules),
        "layers": against_layers(modules.values(), height),
        "foreign": foreign_to_core(modules.values()),
        "nameless": nameless(modules),
    }
    assert [kind for kind, fault in faults.items() if fault] == ([] if found == "nothing" else [found])


def nameless(modules: Iterable[str]) -> set[str]:
    """The parts of dotted names that say nothing about what they hold."""
    parts = {part for name in modules for part in name.split(".")}
    return {part for part in parts if part in NAMELESS or part.rpartition("_")[2] in NAMELESS}


def against_layers(modules: Iterable[Module], height: dict[str, float]) -> list[str]:
    """Imports that go up or to a sibling; a part that has no layer is a KeyError."""
    return [
        f"{module.path.name}:{line} imports {wanted}"
        for module in modules
        for line, wanted in imported(module)
        if wanted.split(".")[0] == "alongside"
        and (part := _part(wanted, height)) != module.part
        and height[part] >= height[module.part]
    ]


def _part(wanted: str, height: dict[str, float]) -> str:
    """`alongside.core.a` is of `core`; `alongside.run` is a name in the root."""
    part = wanted.split(".")[1]
    return part if part in height else ""


def foreign_to_core(modules: Iterable[Module]) -> list[str]:
    """Imports of `core` that are neither of `core` nor of the standard library."""
    return [
        f"{module.path.name}:{line} imports {wanted}"
        for module in modules
        if module.part == "core"
        for line, wanted in imported(module)
        if (top := wanted.split(".")[0]) not in sys.stdlib_module_names and top != "alongside"
    ]


def assigned(module: Module) -> set[str]:
    """The names that are assigned at the top level."""
    targets = [
        target
        for node in module.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}
