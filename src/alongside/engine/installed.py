"""What is installed here of what a version needs: Python, distributions, and sources that no version stores."""

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from alongside.core.digest import digest, digest_parts, short

__all__ = ["installed", "python_minor", "sources"]

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
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


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
