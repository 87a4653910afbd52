"""An open engagement: the store, the versions, the runs."""

import contextlib
import mimetypes
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from alongside.core.digest import digest
from alongside.core.engagement import Engagement
from alongside.core.errors import AlongsideError, DataError, UsageError
from alongside.core.plain import plain
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.core.surrogates import shown
from alongside.policy.limits import documents_stay
from alongside.store import leases, runs, versions
from alongside.store.blobs import BlobStore
from alongside.store.database import Database
from alongside.store.source_file import read_bytes
from alongside.workbench.workers import WORKER, new_id

if TYPE_CHECKING:
    from alongside.documents.parser import IsolatedParser
    from alongside.engine.order import Order, Outcome
    from alongside.engine.runner import Runner
    from alongside.engine.telling import Tell
    from alongside.workbench.counted import Memory
    from alongside.workbench.runners import Runners

__all__ = ["Background", "Opened"]

_CONCURRENCY = 32  # runs at once in a worker: enough to wait for commits, no more than it has threads
_SECONDS = 300.0
_DYING = 0.5  # seconds in which the process of a run that was ended is gone
_READER_MEMORY = 3 << 30


class Background(Protocol):
    """Work on threads of its own: told to end before the workers go, and waited for before the store is closed."""

    def end(self) -> None:
        """Take no more results in."""
        ...

    def join(self) -> None:
        """Wait for the end."""
        ...


class Opened:
    """One open engagement: its folder, its store, its versions and their workers. Close it, or use it in a `with`."""

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self._stamp: tuple[int, ...] = ()
        self.unread: DataError | None = None
        """Why `alongside.toml` can't be read any more; None where the last reading is what it says."""
        self.clock: Callable[[], float] = time.time
        self.background: list[Background] = []

    @property
    def root(self) -> Path:
        """The engagement's folder."""
        return self.engagement.root

    @property
    def state(self) -> Path:
        """The folder of what isn't in git."""
        return self.root / ".alongside"

    @cached_property
    def database(self) -> Database:
        """The store."""
        self.state.mkdir(exist_ok=True)
        return Database(self.state / "store.db")

    @cached_property
    def blobs(self) -> BlobStore:
        """The blobs."""
        return BlobStore(self.state / "blobs", self.database)

    @cached_property
    def salt(self) -> str:
        """The engagement's salt: it lives in the store and moves with an export."""
        from alongside.store.meta import get_or_set

        return get_or_set(self.database, "salt", lambda: secrets.token_hex(16))

    def reload(self) -> Engagement:
        """Return what `alongside.toml` says now, read again where somebody edited it meanwhile. Raises DataError."""
        from alongside.store.engagement_file import load_engagement, stamp_of

        stamp = stamp_of(self.root)
        if not stamp or stamp != self._stamp:
            try:
                self.engagement, self._stamp = load_engagement(self.root), stamp
            except DataError as error:
                self.unread = error
                raise
            self.keep_out_of_git()
        self.unread = None
        return self.engagement

    def keep_out_of_git(self) -> None:
        """Hold `.gitignore` to the declared data class; a folder that can't be written to stays as it is."""
        from alongside.store.engagement_template import keep_gitignore

        with contextlib.suppress(OSError, AlongsideError):
            keep_gitignore(self.root, documents=documents_stay(self.engagement))

    # Versions and workers

    def snapshot(self) -> Version:
        """Store the working tree and return its version."""
        from alongside.engine.versions import snapshot

        return snapshot(self.engagement, database=self.database, blobs=self.blobs, clock=self.clock)

    def working_tree(self) -> Version:
        """Return the working tree's version without storing it."""
        from alongside.engine.versions import working_tree

        return working_tree(self.engagement, database=self.database, clock=self.clock)

    def version(self, name: str) -> Version:
        """Return a version by an id's start, or `live`, `previous`. Raises UsageError `no-such-version`."""
        pointer = versions.pointer(self.database)
        wanted = {"live": pointer.live, "previous": pointer.previous}.get(name, name)
        if not wanted:
            raise UsageError(
                "no-such-version",
                f"no version is {name or 'named'} yet",
                fix="ship one with `alongside ship`",
            )
        found = versions.find(self.database, wanted)
        if len(found) != 1:
            raise UsageError(
                "no-such-version",
                f"{name} is {'no' if not found else 'more than one'} version here",
                fix="see `alongside release list`",
            )
        return found[0]

    def live(self) -> Version | None:
        """Return the live version, None before the first release."""
        pointer = versions.pointer(self.database)
        return versions.get(self.database, pointer.live) if pointer.live else None

    @cached_property
    def runners(self) -> "Runners":
        """The versions' worker processes."""
        from alongside.workbench.runners import Runners, start_worker

        return Runners(
            partial(start_worker, self.state),
            limits=lambda: self.engagement.limits,
            concurrency=_CONCURRENCY,
            lost=self._lost,
        )

    def runner(self, version: Version) -> "Runner":
        """Return the version's runner; its worker process starts with the first order."""
        return self.runners.of(version)

    @cached_property
    def reader(self) -> "IsolatedParser":
        """What reads and draws documents outside a run, in a worker process that starts with the first of them."""
        from alongside.documents.parser import IsolatedParser

        return IsolatedParser(WORKER, memory=_READER_MEMORY)

    def describe(self, version: Version) -> dict[str, Any]:
        """Return what a version offers: `{workflow: {inputs, answer, fields, steps, learned, doc}}`."""
        return self.runners.describe(version)

    # Runs

    def add_file(self, path: Path) -> dict[str, str]:
        """Keep a file's bytes and return it as a plain input. Raises DataError `no-such-file`."""
        return self.add_bytes(read_bytes(path), path.name)

    def add_bytes(self, data: bytes, name: str) -> dict[str, str]:
        """Keep bytes and return them as a plain input; what in the name isn't UTF-8 stands escaped."""
        name = shown(name)
        source = digest(data)
        if not self.blobs.has(source):
            self.blobs.put(data)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return {"file": source, "name": name, "media_type": media_type}

    def submit(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        *,
        version: Version | None = None,
        mode: str = "new",
        run: str = "",
        tell: "Tell | None" = None,
        **more: Any,
    ) -> "Future[Outcome]":
        """Start a run (of the working tree, unless a version is given) and return its future outcome.

        `run` is its id; `tell` hears of it while it runs.
        """
        from alongside.engine.order import Order

        order = Order(
            run=run or new_id("run"),
            workflow=workflow,
            mode=mode,
            inputs=dict(inputs),
            seconds=self.deadline,
            watched=tell is not None,
            **more,
        )
        return self.runners.submit(version or self.snapshot(), order, tell=tell)

    def run(
        self, workflow: str, *files: str | Path, version: Version | None = None, **inputs: Any
    ) -> "Outcome":
        """Run a workflow on files (its first inputs, in order) and values by name, and wait for the outcome.

        Raises DataError `no-such-file`, and `input-type` where anything but a path stands in a file's place.
        """
        if other := next((one for one in cast("Any", files) if not isinstance(one, str | PathLike)), None):
            raise DataError(
                "input-type",
                f"{workflow} is given a {type(other).__name__} where the path of a file stands",
                fix=f"give values by their names: bench.run({workflow!r}, NAME=VALUE), or **{{…}}",
            )
        chosen = version or self.snapshot()
        names = list(self.describe(chosen).get(workflow, {"inputs": {}})["inputs"])
        given = {name: self.add_file(Path(file)) for name, file in zip(names, files, strict=False)}
        return self.submit(workflow, {**given, **inputs}, version=chosen).result()

    def resume(self, run: str) -> "Outcome":
        """Go on with an interrupted run, on its own version; nothing finished is repeated.

        Raises UsageError `run-under-way` where a process is still at work on it.
        """
        from alongside.engine.order import Order

        found = self.find_run(run)
        self._check_idle(found)
        untaken = self._took_none(found)
        order = Order(
            run=found.id,
            workflow=found.workflow,
            mode=found.mode,
            inputs=self.plain_inputs(found) if untaken else {},
            kept_inputs={} if untaken else dict(found.inputs),
            seconds=self.deadline,
            released=found.released,
        )
        return self.runners.submit(self.version(found.version), order).result()

    def _took_none(self, run: Run) -> bool:
        """Whether a run ended before its workflow took the inputs: they are kept as they came."""
        from alongside.engine.lost import was_lost

        if run.status not in {"failed", "not-run"} or was_lost(run):
            return False
        return not runs.spans(self.database, run.id)

    def _check_idle(self, run: Run) -> None:
        until = time.monotonic() + _DYING
        while leases.is_held(self.database.path.parent, run.id):
            if time.monotonic() > until:
                raise UsageError(
                    "run-under-way",
                    f"another process is at work on {run.id} now, so there is nothing to go on with",
                    fix=f"wait for it, and see `alongside runs show {run.id}`",
                )
            time.sleep(_DYING / 20)

    def find_run(self, run: str) -> Run:
        """Return a run by its id or an unmistakable start of it, or the `last` one. Raises UsageError `no-such-run`."""
        found = self._last_run() if run == "last" else runs.get(self.database, run)
        if found is None:
            raise UsageError(
                "no-such-run",
                f"{run} is no run here, or the start of several",
                fix="see `alongside runs list`; run_ and the next four characters are enough where one begins so",
            )
        return found

    def _last_run(self) -> Run | None:
        """Return the newest run that somebody asked for: a replay's aren't."""
        newest = [one for mode in ("new", "serve") for one in runs.latest(self.database, limit=1, mode=mode)]
        return max(newest, key=lambda one: one.started, default=None)

    def value(self, kept: str) -> Any:
        """Return a kept value (an answer, an input) by its digest, as plain JSON; None for an empty digest."""
        return plain(self.blobs.get(kept)) if kept else None

    def plain_inputs(self, run: Run) -> dict[str, Any]:
        """Return a run's inputs as plain JSON, ready for a case."""
        return {name: _plain_input(self.value(kept)) for name, kept in run.inputs.items()}

    @property
    def deadline(self) -> float:
        """Seconds a run may take."""
        return self.engagement.limits.seconds_per_run or _SECONDS

    @cached_property
    def counted(self) -> "Memory":
        """The traffic that was counted already."""
        from alongside.workbench.counted import Memory

        return Memory()

    def close(self) -> None:
        """Kill the workers and close the store; everything acknowledged is on the disk."""
        for work in self.background:
            work.end()
        for name in ("runners", "reader"):
            if name in self.__dict__:
                self.__dict__[name].close()
        for work in self.background:
            work.join()
        if "database" in self.__dict__:
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _lost(self, order: "Order", code: str, text: str) -> "Outcome":
        from alongside.engine.lost import write_lost

        return write_lost(self.database, order, code, text, now=self.clock())


def _plain_input(shown: Any) -> Any:
    """Return a kept input as a case holds it: its files, in a list of them too, by their digests."""
    if isinstance(shown, list):
        return [_plain_input(one) for one in cast("list[Any]", shown)]
    if not isinstance(shown, dict):
        return shown
    value = cast("dict[str, Any]", shown)
    if value.keys() == {"file", "media_type", "source"}:
        return {"file": value["source"], "name": value["file"], "media_type": value["media_type"]}
    return {key: _plain_input(one) for key, one in value.items()}
