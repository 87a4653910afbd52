"""What every screen has around it: whose engagement this is, what waits, what is live, what may be reached."""

from dataclasses import dataclass

from alongside.store import run_list, versions
from alongside.views.screens.names import version_names
from alongside.workbench import Workbench

__all__ = ["Shell", "shell", "unread_of"]


@dataclass(frozen=True, slots=True)
class Shell:
    """`waiting` answers are not judged yet, `waiting_more`: at least so many. `live` is empty before the first release, `since` in seconds of the epoch.

    `reaches` names the configured models that are asked over a network. `unread` says why `alongside.toml` can't be read,
    empty where it can.
    """

    customer: str
    waiting: int
    waiting_more: bool
    live: str
    since: float
    reaches: tuple[str, ...]
    unread: str


def shell(bench: Workbench) -> Shell:
    """Return the shell as the engagement stands now."""
    current = versions.current(bench.database)
    names = version_names(bench)
    waiting = run_list.waiting(bench.database)
    return Shell(
        bench.engagement.customer,
        waiting.count,
        waiting.more,
        names.of(current.version) if current else "",
        current.at if current else 0.0,
        tuple(bench.engagement.models),
        unread_of(bench),
    )


def unread_of(bench: Workbench) -> str:
    """Return why `alongside.toml` can't be read now, and what holds meanwhile; empty where it can."""
    if bench.unread is None:
        return ""
    why = bench.unread.message.removeprefix("alongside.toml").removeprefix(":").strip()
    return f"alongside.toml can't be read: {why}. What it said before still holds"
