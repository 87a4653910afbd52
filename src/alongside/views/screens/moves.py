"""The moves of the pointer: which version went live when, how, by whom and why."""

from dataclasses import dataclass

from alongside.core.release import Release
from alongside.store import versions
from alongside.views.screens.names import Named
from alongside.workbench import Workbench

__all__ = ["Moved", "move_rows", "way_back"]

_KINDS = {
    "ship": ("shipped", "through the gate"),
    "override": ("past the gate", "past the gate"),
    "rollback": ("back again", "rolled back to it"),
    "forward": ("forward again", "moved forward to it again"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """A move of the pointer: which version went live, how, by whom and why; `at` in seconds of the epoch.

    A roll-back to a version that is newer than the one in its place is said to go forward.
    """

    id: str
    version: str
    name: str
    kind: str
    did: str
    words: str
    by: str
    reason: str
    at: float
    live: bool


def move_rows(bench: Workbench, names: Named) -> tuple[Moved, ...]:
    """Return every move of the pointer, newest first."""
    return tuple(_moved(one, names, live=at == 0) for at, one in enumerate(versions.releases(bench.database)))


def way_back(names: Named) -> str:
    """Return which way a roll-back leads: `back`, or `forward again` after one."""
    order = list(names.released)
    known = {names.live, names.previous} <= set(order)
    return "forward again" if known and order.index(names.previous) > order.index(names.live) else "back"


def _moved(one: Release, names: Named, *, live: bool) -> Moved:
    order = list(names.released)
    is_forward = (
        one.kind == "rollback"
        and {one.version, one.previous} <= set(order)
        and order.index(one.version) > order.index(one.previous)
    )
    did, words = _KINDS["forward" if is_forward else one.kind]
    name = names.of(one.version)
    return Moved(one.id, one.version, name, one.kind, did, words, one.by, one.reason, one.at, live)
