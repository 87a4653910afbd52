"""The lock installs from wheels alone, on every Python and system that we promise, and stays small."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

PYTHONS = [(3, minor) for minor in range(11, 15)]
SYSTEMS = ["manylinux_x86_64", "manylinux_aarch64", "macosx_x86_64", "macosx_arm64"]
MAX_DISTRIBUTIONS = 40

Lock = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def lock(project_root: Path) -> Lock:
    """Distribution -> its locked versions: more than one where Pythons differ."""
    found: Lock = defaultdict(list)
    for package in tomllib.loads((project_root / "uv.lock").read_text())["package"]:
        found[package["name"]].append(package)
    return found


def test_the_base_install_is_small(lock: Lock) -> None:
    assert len(closure(lock, {"alongside"})) <= MAX_DISTRIBUTIONS


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: ".".join(map(str, python)))
def test_every_package_has_a_wheel(lock: Lock, python: tuple[int, int], system: str) -> None:
    learn = {needed["name"] for needed in lock["alongside"][0]["optional-dependencies"]["learn"]}
    names = closure(lock, {"alongside"} | learn) - {"alongside"}
    accepted = {*cpython_tags(python, platforms=[system]), *compatible_tags(python, platforms=[system])}
    assert not {name for name in names if accepted.isdisjoint(wheel_tags(lock, name))}


def test_a_missing_wheel_is_seen() -> None:
    lock: Lock = {"odd": [{"wheels": [{"url": "https://host/odd-1-cp311-cp311-musllinux_1_2_x86_64.whl"}]}]}
    assert wheel_tags(lock, "odd") == {Tag("cp311", "cp311", "musllinux_x86_64")}
    assert wheel_tags({"bare": [{}]}, "bare") == set()


def closure(lock: Lock, names: set[str]) -> set[str]:
    """What installing `names` brings, themselves included, whatever the system."""
    found: set[str] = set()
    while names:
        found |= names
        needed = (
            [*version.get("dependencies", []), *_extras(version, lock, found)]
            for name in names
            for version in lock[name]
        )
        names = {dependency["name"] for dependencies in needed for dependency in dependencies} - found
    return found


def _extras(version: dict[str, Any], lock: Lock, found: set[str]) -> list[dict[str, Any]]:
    """What the extras bring that this version asks of the packages it depends on."""
    return [
        brought
        for dependency in version.get("dependencies", [])
        for extra in dependency.get("extra", [])
        for wanted in lock[dependency["name"]]
        for brought in wanted["optional-dependencies"][extra]
    ]


def wheel_tags(lock: Lock, name: str) -> set[Tag]:
    """The tags of every wheel of a distribution, its platforms without their versions."""
    files = [wheel["url"].rpartition("/")[2] for version in lock[name] for wheel in version.get("wheels", [])]
    tags = {tag for file in files for tag in parse_wheel_filename(file)[3]}
    return {Tag(tag.interpreter, tag.abi, _family(tag.platform)) for tag in tags}


def _family(platform: str) -> str:
    """`manylinux_2_28_x86_64` and `manylinux2014_x86_64` are both `manylinux_x86_64`."""
    return re.sub(r"^([a-z]+)(\d+|(_\d+)+)_", r"\1_", platform)
