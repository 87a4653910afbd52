"""Where code comes from."""

import importlib.metadata
import sys

import aiohttp
import yaml

from alongside.engine.code.origin import Origins


def test_an_installed_module_belongs_to_its_distribution(tmp_path):
    origins = Origins([tmp_path])
    known = importlib.metadata.packages_distributions()
    installed = {name for name in ("yaml", "aiohttp", "attr", "multidict") if name in sys.modules}
    assert {yaml.__name__, aiohttp.__name__} <= installed
    assert {name: origins.of(name) for name in installed} == {
        name: f"dist:{known[name][0]}" for name in installed
    }
    assert not any(origins.is_project(name) for name in installed)
    assert origins.of("json") == "stdlib"
