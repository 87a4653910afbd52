"""An open engagement: the store, the versions, the runs."""

import mimetypes
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from alongside.core.digest import digest
from alongside.core.engagement import Engagement
from alongside.core.errors import DataError, UsageError
from alongside.core.plain import plain
from alongside.core.release import Version
from alongside.core.run import Run
from alongside.store import runs, versions
from alongside.store.blobs import BlobStore
from alongside.store.database import Database
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.engine.order import Order, Outcome
    from alongside.evals.comparison import Comparison
    from alongside.evals.learning import LearnedModel
    from alongside.evals.replay import Options, Progress, Side
    from alongside.release.gate import GateVerdict
    from alongside.store.case_files import Loaded
    from alongside.workbench.runners import Runners

__all__ = ["Opened"]

_CONCURRENCY = 16
_SECONDS = 300.0


class Opened:
    """One open engagement: its folder, its store, its versions and their workers. Close it, or use it in a `with`."""

    def __init__(self, engagement: Engagement) -> None:
        self.engagement = engagement
        self.clock: Callable[[], float] = time.time

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

    # Versions and workers

    def snapshot(self) -> Version:
        """Store the working tree and return its version."""
        from alongside.engine.versions import snapshot

        return snapshot(self.engagement, database=self.database, blobs=self.blobs, clock=self.clock)

    def version(self, name: str) -> Version:
        """Return a version by an id's start, or `live`, `previous`. Raises UsageError `no-such-version`."""
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

    def live(self) -> Version | None:
        """Return the live version, None before the first release."""
        pointer = versions.pointer(self.database)
        return versions.get(self.database, pointer.live) if pointer.live else None

    @cached_property
    def runners(self) -> "Runners":
        """The versions' worker processes."""
        from alongside.workbench.runners import Runners, start_worker

        start = partial(start_worker, self.state, self.engagement.limits)
        return Runners(start, concurrency=_CONCURRENCY, lost=self._lost)

    def describe(self, version: Version) -> dict[str, Any]:
        """Return what a version offers: `{workflow: {inputs, answer, fields, steps, learned, doc}}`."""
        return self.runners.describe(version)

    # Runs

    def add_file(self, path: Path) -> dict[str, str]:
        """Keep a file's bytes and return it as a plain input. Raises DataError `no-such-file`."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(
                "no-such-file",
                f"{path} can't be read: {error.strerror}",
                fix="check the path and its permissions",
            ) from error
        return self.add_bytes(data, path.name)

    def add_bytes(self, data: bytes, name: str) -> dict[str, str]:
        """Keep bytes and return them as a plain input."""
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
        **more: Any,
    ) -> "Future[Outcome]":
        """Start a run (of the working tree, unless a version is given) and return its future outcome."""
        from alongside.engine.order import Order

        order = Order(
            run=new_id("run"),
            workflow=workflow,
            mode=mode,
            inputs=dict(inputs),
            seconds=self.deadline,
            **more,
        )
        return self.runners.submit(version or self.snapshot(), order)

    def run(
        self, workflow: str, *files: str | Path, version: Version | None = None, **inputs: Any
    ) -> "Outcome":
        """Run a workflow on files (its first inputs, in order) and values, and wait for the outcome."""
        chosen = version or self.snapshot()
        names = list(self.describe(chosen).get(workflow, {"inputs": {}})["inputs"])
        given = {name: self.add_file(Path(file)) for name, file in zip(names, files, strict=False)}
        return self.submit(workflow, {**given, **inputs}, version=chosen).result()

    def resume(self, run: str) -> "Outcome":
        """Go on with an interrupted run, on its own version; nothing finished is repeated."""
        from alongside.engine.order import Order

        found = self.find_run(run)
        order = Order(
            run=found.id,
            workflow=found.workflow,
            mode=found.mode,
            kept_inputs=dict(found.inputs),
            seconds=self.deadline,
            released=found.released,
        )
        return self.runners.submit(self.version(found.version), order).result()

    def find_run(self, run: str) -> Run:
        """Return a run by its id or an unmistakable start of it. Raises UsageError `no-such-run`."""
        found = runs.get(self.database, run)
        if found is None:
            raise UsageError("no-such-run", f"{run} is no run here", fix="see `alongside runs list`")
        return found

    def value(self, kept: str) -> Any:
        """Return a kept value (an answer, an input) by its digest, as plain JSON; None for an empty digest."""
        return plain(self.blobs.get(kept)) if kept else None

    @property
    def deadline(self) -> float:
        """Seconds a run may take."""
        return self.engagement.limits.seconds_per_run or _SECONDS

    # Feedback and cases

    def judge(self, run: str, judgement: Any, **said: Any) -> "Feedback":
        """Record a word on a run: see `evals.feedback.judge` for what may be said."""
        from alongside.evals.feedback import judge

        made = judge(self.find_run(run).id, judgement, identity=new_id("fb"), at=self.clock(), **said)
        self.database.write(lambda connection: feedback.add(connection, made))
        return made

    def undo(self, word: str) -> bool:
        """Take a word back."""
        return self.database.write(lambda connection: feedback.undo(connection, word))

    def cases(self) -> "Loaded":
        """Return the cases as their files say now, with the errors of the files that aren't cases."""
        from alongside.store.case_files import load_cases

        return load_cases(self.root)

    def add_case(
        self, run: str, *, split: Split | None = None, name: str = "", note: str = "", must_pass: bool = False
    ) -> Case:
        """Freeze a judged run as a case file and return the case."""
        from alongside.evals.adding import freeze, group_of
        from alongside.evals.feedback import expectations
        from alongside.store.case_files import write_case

        found = self.find_run(run)
        inputs = {key: self._input(kept) for key, kept in found.inputs.items()}
        answer = bare(self.blobs.get(found.output)) if found.output else None
        expected = expectations(feedback.of_run(self.database, found.id), answer)
        offered = self.describe(self.version(found.version)).get(found.workflow, {})
        file = next((value for value in inputs.values() if isinstance(value, dict) and "file" in value), {})
        case = freeze(
            found.workflow,
            inputs,
            expected,
            run=found.id,
            name=name or Path(file.get("name", found.id)).stem,
            group=group_of(inputs, expected, answer, offered.get("learned", [])),
            held_out=self.engagement.held_out,
            split=split,
            note=note,
            must_pass=must_pass,
        )
        write_case(self.root, case)
        return case

    def _input(self, kept: str) -> Any:
        """Return an input as plain JSON, ready for a case."""
        shown = self.value(kept)
        if isinstance(shown, dict) and set(shown) == {"file", "media_type", "source"}:
            return {"file": shown["source"], "name": shown["file"], "media_type": shown["media_type"]}
        return shown

    # Learning, replay, release

    def learn(
        self, *, progress: Callable[[str], None], name: str = "", seed: int = 0
    ) -> "list[LearnedModel]":
        """Learn from the corrections of train cases and write `models/*.json`."""
        from alongside.workbench.learning import learn

        return learn(self, progress=progress, name=name, seed=seed)

    def side(self, version: Version) -> "Side":
        """Return a version as a side of a replay."""
        from alongside.evals.replay import Side

        return Side(
            version.id,
            verdicts.of_version(self.database, version.id),
            lambda o: self.runners.submit(version, o),
        )

    def replay(
        self,
        *,
        options: "Options",
        progress: "Progress",
        workflow: str = "",
        cases: Sequence[Case] | None = None,
        baseline: Version | None = None,
        candidate: Version | None = None,
    ) -> "Comparison":
        """Replay the cases on the working tree (or `candidate`) against the live version (or `baseline`)."""
        from alongside.evals.replay import replay

        against = baseline or self.live()
        return replay(
            self.active_cases(workflow) if cases is None else cases,
            self.side(candidate or self.snapshot()),
            baseline=self.side(against) if against else None,
            options=options,
            limits=self.engagement.limits,
            new_id=new_id,
            clock=self.clock,
            progress=progress,
        )

    def active_cases(self, workflow: str = "") -> list[Case]:
        """Return the cases that aren't retired, of one workflow or all."""
        return [case for case in self.cases().cases if not case.retired and workflow in {"", case.workflow}]

    def gate(
        self, *, options: "Options", progress: "Progress", candidate: Version | None = None
    ) -> "GateVerdict":
        """Hold the candidate against the definition of done; the verdict is kept in `.alongside/verdicts/`."""
        from alongside.release.gate import gate

        version = candidate or self.snapshot()
        comparison = self.replay(options=options, progress=progress, candidate=version)
        verdict = gate(
            self.engagement,
            comparison,
            accepted=signatures.accepted_breaks(self.database, version.id),
            signed=signatures.signed(self.database, version.id),
            errors=self.cases().errors,
        )
        self._write_verdict(verdict)
        return verdict

    def ship(
        self,
        *,
        options: "Options",
        progress: "Progress",
        by: str = "",
        reason: str = "",
        override: bool = False,
    ) -> "tuple[Release, GateVerdict]":
        """Gate the working tree and make it live. Raises GateClosed where the answer is no."""
        from alongside.release.ship import ship

        verdict = self.gate(options=options, progress=progress)
        release = ship(
            self.database,
            verdict.version,
            passed=verdict.passed,
            verdict=json.dumps(verdict.to_json()),
            by=by,
            reason=reason,
            override=override,
            new_id=new_id,
            clock=self.clock,
        )
        return release, verdict

    def rollback(self, *, by: str = "", reason: str = "") -> Release:
        """Make the previous version live again."""
        from alongside.release.ship import rollback

        return rollback(self.database, by=by, reason=reason, new_id=new_id, clock=self.clock)

    def approve(self, version: Version, *, promise: str, by: str) -> None:
        """Sign off a promise of the definition of done for a version."""
        at = self.clock()
        self.database.write(lambda c: signatures.sign(c, version.id, promise=promise, by=by, at=at))

    def accept_break(self, version: Version, *, case: str, by: str, reason: str) -> None:
        """Take a broken case, by name and with a reason."""
        at = self.clock()
        self.database.write(
            lambda c: signatures.accept_break(c, version.id, case=case, by=by, reason=reason, at=at)
        )

    def close(self) -> None:
        """Kill the workers and close the store; everything acknowledged is on the disk."""
        if "runners" in self.__dict__:
            self.runners.close()
        if "database" in self.__dict__:
            self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write_verdict(self, verdict: "GateVerdict") -> None:
        from alongside.store.atomic_file import write_atomic

        path = self.state / "verdicts" / f"{verdict.version[:12]}.json"
        write_atomic(path, (json.dumps(verdict.to_json(), indent=1) + "\n").encode())

    def _lost(self, order: "Order", code: str, text: str) -> "Outcome":
        from alongside.engine.lost import write_lost

        return write_lost(self.database, order, code, text, now=self.clock())
