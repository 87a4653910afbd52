"""A version, the gate's word on it, and where it is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Manifest", "Release", "Version"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version is made of: files by path, parameters, model settings, learned weights by digest.

    `lock` is Python's minor version and the third-party distributions that the code reaches: what must be installed.
    """

    files: Mapping[str, str]
    params: Mapping[str, Any]
    models: Mapping[str, Mapping[str, Any]]
    weights: tuple[str, ...]
    lock: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version; `id` digests the manifest's bytes but not its lock."""

    id: str
    manifest: Manifest
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
