"""A version stored whole: the working tree as blobs and a manifest, and back as a tree to run."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from alongside.core.digest import digest, digest_parts, short
from alongside.core.encoding import encode
from alongside.core.engagement import Engagement
from alongside.core.errors import DataError
from alongside.core.ports import Blobs, Clock
from alongside.core.release import Manifest, Version
from alongside.engine.installed import installed
from alongside.store import versions
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = [
    "check_lock",
    "is_versioned",
    "links_elsewhere",
    "materialise",
    "model_weights",
    "snapshot",
    "too_big",
    "tree_files",
    "version_of",
    "why_left_out",
    "working_tree",
]

_LEFT_OUT = {"cases", "documents", "exports", "__pycache__", "node_modules", "venv", "alongside.toml"}
_ENDINGS = (".pyc", ".tar")
_BIGGEST = 32 * 1024 * 1024


def snapshot(engagement: Engagement, *, database: Database, blobs: BlobStore, clock: Clock) -> Version:
    """Store the working tree as it is now and return its version.

    The same bytes are the same version, as long as what its code reaches is installed in the same versions.
    """
    version, files = _tree(engagement, database, clock)
    if versions.get(database, version.id) is not None:
        return version
    for data in files.values():
        if not blobs.has(digest(data)):
            blobs.put(data)
    database.write(lambda connection: versions.save(connection, version))
    return version


def working_tree(engagement: Engagement, *, database: Database, clock: Clock) -> Version:
    """Return the version that a snapshot would store, and store nothing."""
    return _tree(engagement, database, clock)[0]


def _tree(engagement: Engagement, database: Database, clock: Clock) -> tuple[Version, dict[str, bytes]]:
    files = {name: path.read_bytes() for name, path in tree_files(engagement.root)}
    manifest = Manifest(
        files={name: digest(data) for name, data in files.items()},
        params=dict(engagement.params),
        models={name: _json(asdict(config)) for name, config in engagement.models.items()},
        weights=_weights(files),
    )
    return version_of(manifest, database=database, clock=clock), files


def version_of(manifest: Manifest, *, database: Database, clock: Clock) -> Version:
    """Return the version that a tree with this manifest is, here and now, and store nothing."""
    identity = _identity(manifest)
    known = versions.get(database, identity)
    while known is not None and _differing(known):  # the same bytes among other packages are another version
        here = [part for name in sorted(known.lock) for part in (name, installed(name))]
        identity = digest_parts(identity, *here)
        known = versions.get(database, identity)
    return known or Version(identity, manifest, {}, clock())


def _identity(manifest: Manifest) -> str:
    """Return the digest of a manifest; the order of a parameter's own keys counts, that of the parameters doesn't."""
    params = {name: json.loads(encode(value).data) for name, value in sorted(manifest.params.items())}
    told = json.dumps(asdict(manifest) | {"params": params}, sort_keys=True)
    if json.dumps(params) == json.dumps(params, sort_keys=True):
        return digest(told.encode())
    return digest_parts(told, json.dumps(params))


def tree_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of what belongs to a version, by name: code, prompts, models, data files beside them."""
    return ((name, path) for name, path in _files(root) if path.stat().st_size <= _BIGGEST)


def too_big(root: Path) -> list[str]:
    """Return the names of the files that would belong to a version and are too big to be stored with each."""
    return [name for name, path in _files(root) if path.stat().st_size > _BIGGEST]


def why_left_out(root: Path, name: str) -> str:
    """Return why a file of the engagement isn't part of its versions; empty where it isn't there, or is part of them."""
    path = root / name
    if not path.is_file():
        return ""
    if path.stat().st_size > _BIGGEST:
        return f"{name} is over {_BIGGEST >> 20} MB, and a version stores no file as big"
    for folder in path.parents:
        if folder != root and folder.is_relative_to(root) and _is_elsewhere(root, folder):
            return f"{folder.relative_to(root)} is a link that leads out of the engagement"
    for depth, part in enumerate(name.split("/")):
        if part.startswith("."):
            return f"{part} is hidden, since its name begins with a dot, and what is hidden is no part of a version"
        if _is_left_out(part, at_top=depth == 0):
            held = part if part == name else f"what is in {part}/"
            return f"{held} is no part of a version"
    return f"a {path.suffix} file is no part of a version" if name.endswith(_ENDINGS) else ""


def is_versioned(name: str) -> bool:
    """Whether a file of this name in the engagement is part of its versions, as long as it isn't too big."""
    parts = name.split("/")
    return not name.endswith(_ENDINGS) and not any(
        _is_left_out(part, at_top=depth == 0) for depth, part in enumerate(parts)
    )


def links_elsewhere(root: Path) -> list[str]:
    """Return the names of the linked folders that no version follows: they lead out of the engagement, or in a circle."""
    return [path.relative_to(root).as_posix() for _, left in _walked(root) for path in left]


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for files, _ in _walked(root):
        for path in files:
            if (
                not _is_left_out(path.name, at_top=path.parent == root)
                and not path.name.endswith(_ENDINGS)
                and path.is_file()
            ):
                yield path.relative_to(root).as_posix(), path


def _walked(root: Path) -> Iterator[tuple[list[Path], list[Path]]]:
    """Yield (what isn't a folder, the linked folders that aren't followed) of each folder, by name."""
    todo = [root]
    while todo:
        top = todo.pop()
        try:
            there = sorted(os.scandir(top), key=lambda entry: entry.name)
        except OSError:
            continue  # a folder that nobody may read
        folders = [
            top / one.name
            for one in there
            if _is_folder(one) and not _is_left_out(one.name, at_top=top == root)
        ]
        left = [path for path in folders if _is_elsewhere(root, path)]
        yield [top / one.name for one in there if not _is_folder(one)], left
        todo += [path for path in reversed(folders) if path not in left]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or into a folder that nobody may search
        return False


def _is_elsewhere(root: Path, folder: Path) -> bool:
    """Whether a folder is a link that leads out of the engagement, or to a folder that it is in."""
    if not folder.is_symlink():
        return False
    real = folder.resolve()
    on_the_way = {one.resolve() for one in folder.parents}
    return real in on_the_way or not real.is_relative_to(root.resolve())


def materialise(version: Version, *, folder: Path, blobs: Blobs) -> Path:
    """Return a folder that holds exactly the version's files, made where it isn't there yet."""
    target = folder / short(version.id)
    if target.is_dir():
        return target
    temporary = folder / f".{short(version.id)}.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)
    for name, blob in version.manifest.files.items():
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blobs.get(blob))
    temporary.mkdir(parents=True, exist_ok=True)
    try:
        temporary.replace(target)
    except OSError:  # another process was first; its tree is the same
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def check_lock(version: Version) -> None:
    """Raise DataError `version-lock` where what the version needs isn't what is installed."""
    differ = _differing(version)
    if differ:
        raise DataError(
            "version-lock",
            f"version {short(version.id)} needs {', '.join(differ)}",
            fix="install these versions, or ship a version that was tested with what is installed",
        )


def _differing(version: Version) -> list[str]:
    return [
        f"{name} {wanted} (installed: {found or 'nothing'})"
        for name, wanted in version.lock.items()
        if (found := installed(name)) != wanted
    ]


def _is_left_out(name: str, *, at_top: bool) -> bool:
    return name.startswith(".") or name == "__pycache__" or (at_top and name in _LEFT_OUT)


def _weights(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the digests of the weights that `models/*.json` name."""
    found: set[str] = set()
    for name, data in files.items():
        if name.startswith("models/") and name.endswith(".json"):
            learned = _learned(name, data)
            found |= {learned["weights"], *learned["folds"]}
    return tuple(sorted(found))


def model_weights(root: Path) -> tuple[str, ...]:
    """Return the digests of the weights that `models/*.json` of a working tree name."""
    return _weights({f"models/{path.name}": path.read_bytes() for path in sorted(root.glob("models/*.json"))})


def _learned(name: str, data: bytes) -> dict[str, Any]:
    try:
        learned = json.loads(data)
        return {"weights": learned["weights"], "folds": learned["folds"]}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            "bad-model-file",
            f"{name} is not what `alongside learn` writes: {error!r}",
            fix="restore the file from git, or delete it and run `alongside learn`",
        ) from error


def _json(fields: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(fields, default=str))
