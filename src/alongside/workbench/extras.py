"""What not everybody installs, and how to install it from where this Alongside came from."""

import importlib.metadata
import json
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from alongside.core.errors import DataError

__all__ = ["EXTRAS", "extra_fix", "extra_version"]

EXTRAS = {"learn": "scikit-learn"}
"""Extra -> the distribution that shows that it is installed."""


def extra_version(name: str) -> str:
    """Return the version of what the extra installs. Raises DataError `extra-missing`."""
    try:
        return importlib.metadata.version(EXTRAS[name])
    except importlib.metadata.PackageNotFoundError:
        raise DataError(
            "extra-missing", f"this needs {EXTRAS[name]}, which isn't installed", fix=extra_fix(name)
        ) from None


def extra_fix(name: str) -> str:
    """Return the command that installs the extra, wherever it is typed: it names what Alongside was installed from.

    That is recorded by the installer (PEP 610, `direct_url.json`).
    """
    try:
        text = importlib.metadata.distribution("alongside").read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        text = None
    source = _source(json.loads(text), name) if text else ""
    if source:
        return f"install the extra `{name}`: `uv tool install {shlex.quote(source)}`"
    return f"install the extra `{name}`, in the clone of Alongside: `uv tool install '.[{name}]'`"


def _source(direct: Any, name: str) -> str:
    """Return the source with the extra, as installers take it; empty where the folder is gone."""
    url: str = direct["url"]
    if "vcs_info" in direct:
        return f"alongside[{name}] @ {direct['vcs_info']['vcs']}+{url}"
    if not url.startswith("file:"):
        return f"alongside[{name}] @ {url}"
    path = Path(unquote(urlsplit(url).path))
    return f"{path}[{name}]" if path.exists() else ""
