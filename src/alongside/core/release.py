"""A version, the gate's word on it, and where it is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Manifest", "Release", "Version"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version is made of: files by path (their digests), parameters, model settings, learned weights."""

    files: Mapping[str, str]
    params: Mapping[str, Any]
    models: Mapping[str, Mapping[str, Any]]
    weights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version; `id` digests the manifest's bytes.

    `lock` is Python's minor version and the third-party distributions that the code reaches: what must be
    installed for it to run. It is known (not empty) once the version has been loaded for the first time.
    """

    id: str
    manifest: Manifest
    lock: Mapping[str, str]
    created: float


@dataclass(frozen=True, slots=True)
class Release:
    """A move of the pointer: `version` went live in place of `previous`, after `verdict` or past it."""

    id: str
    version: str
    previous: str
    kind: str
    by: str
    reason: str
    verdict: str
    at: float
