"""Moving the pointer: ship past or through the gate, and roll back."""

from collections.abc import Callable

from alongside.core.digest import short
from alongside.core.errors import AlongsideError, UsageError
from alongside.core.release import Release
from alongside.release.signing import require_said
from alongside.store import versions
from alongside.store.database import Database

__all__ = ["GateClosed", "rollback", "ship"]

_TRIES = 5


class GateClosed(AlongsideError):  # noqa: N818  named after the event
    """The answer is no: the gate did not pass. `verdict` is what it said, as JSON text."""

    def __init__(self, code: str, message: str, *, fix: str, verdict: str = "") -> None:
        super().__init__(code, message, fix=fix)
        self.verdict = verdict


def ship(
    database: Database,
    version: str,
    *,
    passed: bool,
    verdict: str,
    by: str,
    reason: str,
    override: bool,
    new_id: Callable[[str], str],
    clock: Callable[[], float],
) -> Release:
    """Make `version` live by compare-and-swap and return the release; where it is live, the release that made it so.

    Raises GateClosed where the gate did not pass and nobody overrides it by name and reason.
    """
    if not passed and not override:
        raise GateClosed(
            "gate-closed",
            f"version {short(version)} does not pass the gate",
            fix="mend what the gate names, or ship past it: --override --by NAME --reason TEXT",
            verdict=verdict,
        )
    if override:
        require_said("override-unsigned", "--override", by, reason)
    kind = "ship" if passed else "override"
    return _move(
        database,
        lambda pointer: (version, pointer.live),
        kind=kind,
        by=by,
        reason=reason,
        verdict=verdict,
        new_id=new_id,
        clock=clock,
    )


def rollback(
    database: Database, *, by: str, reason: str, new_id: Callable[[str], str], clock: Callable[[], float]
) -> Release:
    """Make the previous version live again. Raises UsageError `no-previous`."""
    if not versions.pointer(database).previous:
        raise UsageError(
            "no-previous",
            "there is no previous version to go back to",
            fix="ship a version with `alongside ship`",
        )
    return _move(
        database,
        lambda pointer: (pointer.previous, pointer.live),
        kind="rollback",
        by=by,
        reason=reason,
        verdict="",
        new_id=new_id,
        clock=clock,
    )


def _move(
    database: Database,
    choose: Callable[[versions.Pointer], tuple[str, str]],
    *,
    kind: str,
    by: str,
    reason: str,
    verdict: str,
    new_id: Callable[[str], str],
    clock: Callable[[], float],
) -> Release:
    for _ in range(_TRIES):
        pointer = versions.pointer(database)
        target, previous = choose(pointer)
        is_live = versions.current(database) if target == pointer.live else None
        if is_live is not None:
            return is_live
        release = Release(new_id("rel"), target, previous, kind, by, reason, verdict, clock())
        if database.write(lambda connection, r=release, p=pointer: versions.move(connection, r, expected=p)):
            return release
    raise UsageError(
        "pointer-moved",
        "somebody else is shipping at the same time",
        fix="see `alongside release list`, then repeat",
    )
