"""Opens an engagement: the only file that chooses and wires adapters."""

import os
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from alongside.core.chat import ModelConfig
from alongside.core.engagement import Engagement
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.ids import make_id
from alongside.core.ports import ChatModel, FieldModel, Parser
from alongside.core.release import Version
from alongside.store.blobs import BlobStore
from alongside.store.database import Database

__all__ = ["Workbench", "new_id", "open_engagement", "worker"]

_WORKER = "alongside.workbench:worker"
_VERSION_MEMORY = 6 << 30
_PARSE_MEMORY = 3 << 30
_CONCURRENCY = 16
_STATE = ".alongside"


def new_id(prefix: str) -> str:
    """Return a fresh id."""
    return make_id(prefix, time.time(), secrets.randbits)


def open_engagement(start: str | Path = ".") -> "Workbench":
    """Open the engagement that `start` is in, found like git finds a repository."""
    from alongside.store.engagement_file import find_root, load_engagement

    return Workbench(load_engagement(find_root(Path(start))))


class Workbench:
    """One open engagement. Close it, or use it in a `with`."""

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self.clock: Callable[[], float] = time.time
        self._runners: dict[str, Any] = {}

    @property
    def state(self) -> Path:
        """The folder of what isn't in git."""
        return self.engagement.root / _STATE

    @cached_property
    def database(self) -> Database:
        """The store."""
        self.state.mkdir(exist_ok=True)
        return Database(self.state / "store.db")

    @cached_property
    def blobs(self) -> BlobStore:
        """The blobs."""
        return BlobStore(self.state / "blobs", self.database)

    def snapshot(self) -> Version:
        """Store the working tree and return its version."""
        from alongside.engine.versions import snapshot

        self.salt()
        return snapshot(self.engagement, database=self.database, blobs=self.blobs, clock=self.clock)

    def version(self, name: str) -> Version:
        """Return a version by an id's start, or `live`, `previous`. Raises UsageError `no-such-version`."""
        from alongside.store import versions

        pointer = versions.pointer(self.database)
        wanted = {"live": pointer.live, "previous": pointer.previous}.get(name, name)
        found = versions.find(self.database, wanted) if wanted else []
        if len(found) != 1:
            raise UsageError(
                "no-such-version",
                f"{name} is {'no' if not found else 'more than one'} version here",
                fix="see `alongside release list`",
            )
        return found[0]

    def runner(self, version: Version, *, fresh: bool = False) -> Any:
        """Return the version's runner; its worker starts with the first order. `fresh`: one of its own."""
        from alongside.engine.runner import Runner

        if fresh or version.id not in self._runners:
            made = Runner(lambda: self._start(version), concurrency=_CONCURRENCY, lost=self._lost)
            self._runners[f"{version.id}#{len(self._runners)}" if fresh else version.id] = made
            return made
        return self._runners[version.id]

    def salt(self) -> str:
        """Return the engagement's salt: it lives in the store and moves with an export."""
        from alongside.store.meta import get_or_set

        return get_or_set(self.database, "salt", lambda: secrets.token_hex(16))

    def close(self) -> None:
        """Kill the workers and close the store; everything acknowledged is on the disk."""
        for runner in self._runners.values():
            runner.close()
        self._runners.clear()
        if "database" in self.__dict__:
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, version: Version) -> Any:
        from alongside.sandbox.process import Worker

        limit = self.engagement.limits.seconds_per_run
        options = {"state": str(self.state), "version": version.id, "seconds": limit}
        return Worker.start(
            _WORKER,
            role="version",
            options=options,
            memory=_VERSION_MEMORY,
            env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def _lost(self, order: Any, code: str, text: str) -> Any:
        from alongside.engine.lost import write_lost

        return write_lost(self.database, order, code, text, now=self.clock())
