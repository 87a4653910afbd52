"""An engagement moved whole: one tar with a checksum manifest, the same bytes for the same content.

In it: everything in the folder but the state and other exports, and of the state the store (a consistent copy), the blobs and the
verdicts. Not in it: trees, which are made again, and what begins with a dot beside `.gitignore`. The engagement's
salt is in the store, so kept results are hits after an import.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alongside.core.errors import DataError, UsageError
from alongside.store.database import SCHEMA
from alongside.store.engagement_file import FILE
from alongside.store.links import shut

__all__ = ["MANIFEST", "Checked", "export", "import_", "verify"]

MANIFEST = "MANIFEST.sha256.json"
_STATE = ".alongside"
_STORE = f"{_STATE}/store.db"
_KEPT = f"{_STATE}/{MANIFEST}"
_KEPT_STATE = ("blobs", "verdicts")
_LEFT_OUT = {"__pycache__", "node_modules", "venv"}
_CHUNK = 1 << 20
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What a folder or tar holds against its manifest. `changed` and `missing` are faults.

    What was `added` is one in a tar, which then imports nowhere; in a folder it is only told.
    """

    files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    is_tar: bool

    @property
    def whole(self) -> bool:
        """Whether everything that was exported is there as it was, and a tar holds nothing else."""
        return not (self.changed or self.missing or (self.is_tar and self.added))


def export(root: Path, to: Path) -> dict[str, str]:
    """Write the engagement to the tar `to` and return its manifest: name -> SHA-256. Raises UsageError `file-exists`."""
    if to.exists():
        raise UsageError("file-exists", f"{to} is there already", fix="name another file, or remove it first")
    with tempfile.TemporaryDirectory(prefix="alongside-export-") as folder:
        store = Path(folder) / "store.db"
        files = {name: path for name, path in _files(root, leave=to) if not _is_export(name)}
        if (root / _STORE).is_file():
            _copy_store(root / _STORE, store)
            files[_STORE] = store
        manifest = {name: _digest(path) for name, path in sorted(files.items())}
        partial = to.with_name(f".{to.name}.partial")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            _write_tar(partial, manifest, files)
            partial.replace(to)
        except OSError as error:
            raise DataError(
                "not-written", f"{to} can't be written: {error.strerror}", fix="free some space, then repeat"
            ) from error
        finally:
            partial.unlink(missing_ok=True)
    return manifest


def import_(tar: Path, to: Path) -> dict[str, str]:
    """Unpack an export into the new folder `to`, checked file by file, and return its manifest.

    Raises UsageError `folder-exists`; DataError `bad-export` for a tar that isn't one of ours, that is damaged, or
    that names a path outside the folder, a link or a device. Nothing is left behind then.
    """
    if to.exists() and any(to.iterdir()):
        raise UsageError("folder-exists", f"{to} is not empty", fix="name a new folder: --to DIR")
    partial = to.with_name(f".{to.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        manifest = _unpack(tar, partial)
        if to.is_dir():
            to.rmdir()
        partial.replace(to)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def verify(place: Path) -> Checked:
    """Check a tar, or a folder that an import made, against its manifest.

    In a folder the store is left out: it changes with every run and holds its own checks.
    """
    if place.is_dir():
        kept = place / _KEPT
        if not kept.is_file():
            raise DataError(
                "no-manifest",
                f"{place} has no {_KEPT}",
                fix="verify the tar, or a folder that an import made",
            )
        wanted = _read_manifest(kept.read_bytes(), str(kept))
        wanted.pop(_STORE, None)
        found = {name: _digest(path) for name, path in _files(place, leave=None)}
    else:
        wanted, found = _read_tar(place)
    return Checked(
        len(wanted),
        tuple(name for name in wanted if name in found and found[name] != wanted[name]),
        tuple(name for name in wanted if name not in found),
        tuple(sorted(name for name in found if name not in wanted)),
        is_tar=not place.is_dir(),
    )


def _files(root: Path, *, leave: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of what moves along, the store aside; links are followed by nobody and left out."""
    tops = [root, *(root / _STATE / name for name in _KEPT_STATE)]
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(
                name for name in folders if not name.startswith(".") and name not in _LEFT_OUT
            )
            for name in sorted(names):
                path = Path(folder) / name
                hidden = name.startswith(".") and name not in {".gitignore", ".gitkeep"}
                ours = hidden or path.is_symlink() or not path.is_file()
                if not ours and (leave is None or path.resolve() != leave.resolve()):
                    yield path.relative_to(root).as_posix(), path


def _is_export(name: str) -> bool:
    """Whether a file is an export that was written into the folder: one doesn't take another along."""
    return name.startswith("exports/") and name.endswith(".tar")


def _copy_store(source: Path, target: Path) -> None:
    """Copy the store as it is at one moment, whoever writes to it meanwhile, without its free pages and ways in."""
    connection = sqlite3.connect(source, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
        with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
            shut(copy)
    except sqlite3.Error as error:
        raise DataError(
            "store-unusable", f"{source} can't be copied: {error}", fix="run `alongside doctor`"
        ) from error
    finally:
        connection.close()


def _write_tar(target: Path, manifest: Mapping[str, str], files: Mapping[str, Path]) -> None:
    told = json.dumps({"format": _FORMAT, "store": SCHEMA, "files": manifest}, indent=1).encode() + b"\n"
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_entry(MANIFEST, len(told)), io.BytesIO(told))
        for name in manifest:
            with files[name].open("rb") as data:
                tar.addfile(_entry(name, os.fstat(data.fileno()).st_size), data)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """Return an entry without times, owners and rights, which would make two exports differ."""
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o644
    return entry


def _unpack(source: Path, to: Path) -> dict[str, str]:
    with _open_tar(source) as tar:
        entries = iter(tar)
        manifest = _first(tar, entries, source)
        left = dict(manifest)
        for entry in entries:
            path = _inside(to, entry, source)
            if entry.name not in left:
                raise _bad(source, f"{entry.name} is not in its manifest, or is there twice")
            if _save(tar, entry, path) != left.pop(entry.name, None):
                raise _bad(source, f"{entry.name} is not what its checksum says")
    if left:
        raise _bad(source, f"{next(iter(left))} is missing")
    _check_ours(manifest, source)
    (to / _STATE).mkdir(exist_ok=True)  # beside the state: a version must not change by a move
    (to / _KEPT).write_bytes(json.dumps({"format": _FORMAT, "files": manifest}, indent=1).encode() + b"\n")
    return manifest


def _read_tar(source: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return (manifest, what is there) of a tar."""
    with _open_tar(source) as tar:
        entries = iter(tar)
        manifest = _first(tar, entries, source)
        found: dict[str, str] = {}
        for entry in entries:
            _inside(Path("/"), entry, source)
            if entry.name in found:
                raise _bad(source, f"{entry.name} is there twice")
            found[entry.name] = _save(tar, entry, None)
    _check_ours(manifest, source)
    return manifest, found


def _check_ours(manifest: Mapping[str, str], source: Path) -> None:
    if FILE not in manifest:
        raise _bad(source, f"it holds no {FILE}")


@contextlib.contextmanager
def _open_tar(source: Path) -> Generator[tarfile.TarFile, None, None]:
    """Open a tar; that it breaks off, or isn't one, is an error of the file wherever it shows while it is read."""
    try:
        with tarfile.open(source, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise DataError("no-such-file", f"there is no {source}", fix="check the path") from error
    except tarfile.TarError as error:
        raise _bad(source, f"it is no tar, or not the whole of one: {error}") from error


def _first(tar: tarfile.TarFile, entries: Iterator[tarfile.TarInfo], source: Path) -> dict[str, str]:
    entry = next(entries, None)
    data = tar.extractfile(entry) if entry is not None and entry.isfile() and entry.name == MANIFEST else None
    if data is None:
        raise _bad(source, f"it doesn't begin with {MANIFEST}")
    return _read_manifest(data.read(), str(source))


def _read_manifest(data: bytes, place: str) -> dict[str, str]:
    try:
        told = json.loads(data)
        if told["format"] != _FORMAT:
            raise _bad(Path(place), f"it has format {told['format']}; this Alongside knows {_FORMAT}")
        return {str(name): str(digest) for name, digest in told["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _bad(Path(place), f"its manifest can't be read: {error!r}") from error


def _inside(to: Path, entry: tarfile.TarInfo, source: Path) -> Path:
    """Return where an entry belongs. Raises DataError for anything but a plain file below the folder."""
    name = PurePosixPath(entry.name)
    if not entry.isfile() or name.is_absolute() or ".." in name.parts or "\\" in entry.name or not name.parts:
        raise _bad(source, f"{entry.name!r} is no plain file inside the folder")
    return to / name


def _save(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path | None) -> str:
    """Write an entry's bytes to `path` (None: nowhere) and return their digest."""
    found, data = hashlib.sha256(), tar.extractfile(entry)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") if path is not None else io.BytesIO() as target:
        while data is not None and (chunk := data.read(_CHUNK)):
            found.update(chunk)
            if path is not None:
                target.write(chunk)
    return found.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _bad(source: Path, why: str) -> DataError:
    return DataError(
        "bad-export", f"{source}: {why}", fix="export the engagement again and copy the whole file"
    )
