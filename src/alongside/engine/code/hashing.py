"""The code hash of a step, and what else is known about its code."""

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from alongside.core.digest import digest_parts
from alongside.engine.code.origin import Origins
from alongside.engine.code.reach import Reach, reach
from alongside.engine.code.watched import Watched, changes, watched
from alongside.engine.code.zoned import ZONED
from alongside.store import surroundings

__all__ = ["Code", "changed_global", "code_of", "rebound_global"]


class Code(NamedTuple):
    """A code hash, its pieces, why it is opaque (empty: it isn't), what is impure, the distributions reached.

    `ambient` is what it reads that whoever ran before may have set; `globals` are the (namespace, name, object) that it
    read of the project's modules.
    """

    hash: str
    parts: Mapping[str, str]
    opaque: tuple[str, ...]
    impure: tuple[str, ...]
    distributions: Mapping[str, str]
    mutable: tuple[Watched, ...]
    shown: Mapping[str, str] = MappingProxyType({})
    ambient: tuple[str, ...] = ()
    globals: tuple[tuple[Mapping[str, Any], str, Any], ...] = ()


def code_of(
    start: Callable[..., Any] | type,
    origins: Origins,
    *,
    tree: str,
    effects: Mapping[str, str] = MappingProxyType({}),
    known: dict[int, Watched] | None = None,
) -> Code:
    """Hash a function or class with the project code it reaches.

    `tree` is the digest of the whole project; it enters the hash of code that can't be followed. `effects` is
    what importing the project does outside it. `known` is what other code was found to reach, as it was then.
    """
    found = reach(start, origins)
    parts = dict(sorted((_parts(found, tree) | dict(effects)).items()))
    lines = [line for pair in parts.items() for line in pair]
    known = {} if known is None else known
    for label, thing in found.mutable:
        if id(thing) not in known:
            known[id(thing)] = watched(label, thing)
    mutable = tuple({id(thing): known[id(thing)] for _, thing in found.mutable}.values())
    return Code(
        digest_parts(*lines),
        parts,
        tuple(dict.fromkeys(found.opaque)),
        tuple(dict.fromkeys(found.impure)),
        found.distributions,
        mutable,
        found.shown,
        tuple(dict.fromkeys(found.ambient)),
        tuple(
            (vars(sys.modules[module]), name, thing)
            for (module, name), thing in found.globals.items()
            if origins.is_project(module) and name in vars(sys.modules.get(module, sys))
        ),
    )


def changed_global(code: Code, *, objects: bool = True) -> str:
    """Return the label of something that no longer holds what it held when code that reaches it was first hashed.

    Without `objects`, data alone counts.
    """
    return next((one.label for one in code.mutable if changes(one, objects=objects)), "")


def rebound_global(code: Code) -> str:
    """Return the name of a global of the project's modules that another object stands for now than when the code was hashed."""
    for namespace, name, thing in code.globals:
        if namespace.get(name) is not thing:
            return f"{namespace.get('__name__')}:{name}"
    return ""


def _parts(found: Reach, tree: str) -> dict[str, str]:
    parts = {**found.parts, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    parts |= {f"dist {name}": version for name, version in found.distributions.items()}
    if found.opaque:
        parts["opaque"] = tree
    if found.names & ZONED:
        parts[surroundings.ZONE] = surroundings.zone()
    return parts
