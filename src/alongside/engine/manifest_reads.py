"""What a read of a version is known to be by its manifest alone, so that an edit can be judged before it is written."""

import json
from collections.abc import Mapping
from typing import Any

from alongside.core.digest import digest, digest_parts
from alongside.core.release import Manifest

__all__ = ["answering", "read_digest", "tree_digest"]

_ANSWERING = ("base_url", "model", "options")


def read_digest(manifest: Manifest, kind: str, name: str) -> str | None:  # noqa: PLR0911  one line a kind
    """Return the digest that a step records which reads this in a version; None where the manifest alone can't say."""
    match kind:
        case "prompt":
            return manifest.files.get(f"prompts/{name}", "missing")
        case "file":
            return manifest.files.get(name, "missing")
        case "listing":
            return _listing_digest(manifest.files, name)
        case "parameter":
            return _parameter_digest(manifest.params, name)
        case "project":
            return tree_digest(manifest)
        case "model":
            return _json_digest(answering(manifest, name))
        case _:
            return None


def answering(manifest: Manifest, name: str) -> dict[str, Any] | None:
    """Return the settings of a model that its answers depend on: who is asked, and how; prices, keys and time-outs aren't."""
    held = manifest.models.get(name)
    return None if held is None else {field: held.get(field) for field in _ANSWERING}


def tree_digest(manifest: Manifest) -> str:
    """Return the digest of all files of a version."""
    return digest_parts(*(part for pair in sorted(manifest.files.items()) for part in pair))


def _listing_digest(files: Mapping[str, str], folder: str) -> str:
    """Return the digest of the names right below a folder of the version."""
    prefix = f"{folder}/" if folder not in {"", "."} else ""
    names = {path[len(prefix) :].partition("/")[0] for path in files if path.startswith(prefix)}
    return digest_parts(*sorted(names))


def _parameter_digest(params: Mapping[str, Any], name: str) -> str:
    """Return the digest of a parameter; the order of a table's keys counts, since a step may go by it."""
    if name not in params:
        return "missing"
    return digest(json.dumps(params[name], default=repr).encode())


def _json_digest(value: Any) -> str:
    return digest(json.dumps(value, sort_keys=True, default=str).encode())
