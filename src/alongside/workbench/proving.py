"""Proving a change in the background: the working tree on every case, told as it goes; one at a time."""

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from alongside.core.case import Case
from alongside.core.errors import AlongsideError, UsageError
from alongside.workbench.answering import retire
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.core.release import Version
    from alongside.engine.forecast import Forecast
    from alongside.evals.comparison import Comparison, Result
    from alongside.release.gate import GateVerdict
    from alongside.workbench.loop import Workbench

__all__ = ["Proof", "Proofs", "proofs_of"]

_KEPT = 20
_JOIN_SECONDS = 10.0


_opening = threading.Lock()


class Proof:
    """One replay under way or done: what it is of, how far it is, what it found.

    `now` and `before` fill up as cases finish; `comparison` and (for every case) `verdict` are there at its end.
    `ticks` grows with each change, so that whoever shows it knows when to look again.
    """

    def __init__(
        self,
        identity: str,
        *,
        version: str,
        baseline: str,
        cases: Sequence[Case],
        only: str,
        by: str,
        at: float,
    ) -> None:
        self.id = identity
        self.version = version
        self.baseline = baseline
        self.cases = tuple(cases)
        self.only = only
        self.by = by
        self.started = at
        self.seconds = 0.0
        self.status: Literal["running", "done", "failed"] = "running"
        self.error: AlongsideError | None = None
        self.now: dict[str, Result] = {}
        self.before: dict[str, Result] = {}
        self.fixed: tuple[str, ...] = ()
        self.broken: tuple[str, ...] = ()
        self.comparison: Comparison | None = None
        self.verdict: GateVerdict | None = None
        self.ticks = 0

    @property
    def spent(self) -> int | None:
        """Nano-dollars spent by the candidate so far, None where a model has no price."""
        costs = [draw.spent for result in list(self.now.values()) for draw in result.draws]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def unchanged(self) -> int:
        """How many cases ran and were neither fixed nor broken."""
        ran = sum(result.status != "not-run" for result in list(self.now.values()))
        return ran - len(self.fixed) - len(self.broken)

    @property
    def not_run(self) -> int:
        """How many cases did not run."""
        return sum(result.status == "not-run" for result in list(self.now.values()))


class Proofs:
    """The proofs of one open engagement, newest last. They live as long as it's open; what they ran is kept for good."""

    def __init__(self, bench: "Workbench") -> None:
        self._bench = bench
        self._lock = threading.Lock()
        self._proofs: list[Proof] = []
        self._thread: threading.Thread | None = None
        self._ending = False
        self._foretold: tuple[tuple[str, ...], Forecast] | None = None

    def start(self, *, by: str, only: str = "") -> Proof:
        """Start to prove the working tree on every case, or on the case `only`.

        Raises UsageError `proof-running` where one is under way, `no-cases` where there is nothing to prove it on.
        """
        bench = self._bench
        with self._lock:
            running = self.running()
            if running is not None:
                raise UsageError(
                    "proof-running",
                    f"{running.by} is proving a change: {len(running.now)} of {len(running.cases)} cases are done",
                    fix="wait for it to finish, then prove yours; what it ran is kept",
                )
            bench.reload()
            loaded, live, version = bench.cases(), bench.live(), bench.snapshot()
            cases = [case for case in loaded.active() if only in {"", case.id}]
            if not cases:
                raise UsageError(
                    "no-cases", "there is no case to prove this on", fix="judge a run and make it a case"
                )
            proof = Proof(
                new_id("proof"),
                version=version.id,
                baseline=live.id if live else "",
                cases=cases,
                only=only,
                by=by,
                at=bench.clock(),
            )
            self._proofs = [*self._proofs, proof][-_KEPT:]
            self._thread = threading.Thread(
                target=self._run, args=(proof, version, live), name="proof", daemon=True
            )
            self._thread.start()
            return proof

    def running(self) -> Proof | None:
        """Return the proof under way."""
        return next((proof for proof in self._proofs if proof.status == "running"), None)

    def find(self, identity: str) -> Proof | None:
        """Return a proof by its id."""
        return next((proof for proof in self._proofs if proof.id == identity), None)

    def latest(self) -> Proof | None:
        """Return the newest proof."""
        return self._proofs[-1] if self._proofs else None

    def forecast(self, *, only: str = "") -> "Forecast":
        """Return what proving the working tree on every case (or on `only`) would re-run at most; asked once a state."""
        from alongside.evals.replay import Options
        from alongside.evals.verdict_keys import verdict_key
        from alongside.workbench.upkeep import forecast

        bench = self._bench
        cases = [case for case in bench.active_cases() if only in {"", case.id}]
        newest = self.latest()
        state = (
            bench.snapshot().id,
            f"{newest.id} {newest.status}" if newest else "",
            *(verdict_key(case) for case in cases),
        )
        if self._foretold is None or self._foretold[0] != state:
            self._foretold = state, forecast(bench, cases, Options(seconds=bench.deadline))
        return self._foretold[1]

    def end(self) -> None:
        """Take no more results in; what was committed is kept, and proving again goes on from there."""
        self._ending = True

    def join(self) -> None:
        """Wait for the proof under way to notice its end."""
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)

    def _run(self, proof: Proof, version: "Version", live: "Version | None") -> None:
        try:
            self._replay(proof, version, live)
        except AlongsideError as error:
            proof.error = error
        except Exception as error:  # noqa: BLE001  whoever waits is told, whatever it was
            proof.error = AlongsideError(
                "proof-failed", f"the replay ended: {error!r}", fix="prove again: what it ran is kept"
            )
        proof.seconds = self._bench.clock() - proof.started
        proof.status = "failed" if proof.error else "done"
        proof.ticks += 1
        if not self._ending:
            retire(self._bench, also=proof.version)  # drafts before this one need no worker any more

    def _replay(self, proof: Proof, version: "Version", live: "Version | None") -> None:
        from alongside.evals.replay import Options

        bench, options = self._bench, Options(by=proof.by, seconds=self._bench.deadline)
        comparison = bench.replay(
            options=options,
            progress=lambda _done, _of, result: self._take(proof, result),
            cases=proof.cases,
            baseline=live,
            candidate=version,
            look_back=lambda before: self._look_back(proof, before),
        )
        proof.now, proof.before = dict(comparison.now), dict(comparison.before)
        proof.fixed, proof.broken = comparison.fixed, comparison.broken
        proof.comparison = comparison
        if not proof.only:
            proof.verdict = bench.hold(comparison, bench.cases())

    def _look_back(self, proof: Proof, before: Mapping[str, "Result"]) -> None:
        """Know what is live says of each case, so that every result can be told as fixed or broken when it comes."""
        self._check_end()
        proof.before = dict(before)

    def _take(self, proof: Proof, result: "Result") -> None:
        from alongside.evals.comparison import compare

        self._check_end()
        case = result.case.id
        proof.now[case] = result
        before: dict[str, Any] = {case: proof.before[case]} if case in proof.before else {}
        told = compare(proof.version, proof.baseline, {case: result}, before, seconds=0.0)
        proof.fixed, proof.broken = (*proof.fixed, *told.fixed), (*proof.broken, *told.broken)
        proof.seconds = self._bench.clock() - proof.started
        proof.ticks += 1

    def _check_end(self) -> None:
        if self._ending:
            raise UsageError(
                "proof-ended", "the server was stopped", fix="start it and prove again: what it ran is kept"
            )


def proofs_of(bench: "Workbench") -> Proofs:
    """Return the proofs of an open engagement; they end when it is closed."""
    with _opening:
        found = next((one for one in bench.background if isinstance(one, Proofs)), None)
        if found is None:
            found = Proofs(bench)
            bench.background.append(found)
        return found
