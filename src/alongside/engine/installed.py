"""What is installed here of what a version needs: Python, distributions, and sources that no version stores."""

import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.core.digest import digest, digest_parts, short

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["installed", "python_minor", "sources", "version_of"]

_SOURCE = "source of "


def python_minor() -> str:
    """Return Python's version to the minor, such as 3.11."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def installed(name: str) -> str:
    """Return the version of what a lock names, empty where it isn't here."""
    if name == "python":
        return python_minor()
    if name.startswith(_SOURCE):
        return _source(name.removeprefix(_SOURCE))
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return version_of(distribution(name))
    except PackageNotFoundError:
        return ""


def version_of(distribution: "Distribution") -> str:
    """Return a distribution's version; of one that no index gave, which may be built anew under it, with what it installed."""
    told = distribution.read_text("direct_url.json")
    if not told or json.loads(told).get("dir_info", {}).get("editable"):
        return distribution.version
    lines = (distribution.read_text("RECORD") or "").splitlines()
    code = sorted(line for line in lines if not line.startswith("..") and _is_own(line.partition(",")[0]))
    return f"{distribution.version} ({short(digest_parts(*code))})"


def _is_own(path: str) -> bool:
    """Whether a distribution brought a file along, as against what installing it wrote."""
    return ".dist-info/" not in path and not path.endswith(".pyc")


def sources(packages: Iterable[str]) -> dict[str, str]:
    """Return what a lock says of packages that are installed as editable: their version says nothing about their code."""
    return {f"{_SOURCE}{package}": _source(package) for package in sorted(set(packages))}


def _source(package: str) -> str:
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return ""
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    if spec and not folders and spec.origin:
        files = [Path(spec.origin)]
    return (
        short(digest_parts(*(part for path in files for part in (path.name, digest(path.read_bytes())))))
        if files
        else ""
    )
