"""Proving a change in the background: the working tree on every case, told as it goes; one at a time."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alongside.core.errors import AlongsideError, UsageError
from alongside.store import proofs as kept_proofs
from alongside.workbench.answering import retire
from alongside.workbench.naming import check_promised
from alongside.workbench.proof import Proof, Status, found_of, kept_of, restored
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.core.release import Version
    from alongside.engine.forecast import Forecast
    from alongside.evals.comparison import Result
    from alongside.store.proofs import KeptProof
    from alongside.workbench.loop import Workbench
    from alongside.workbench.unsaved import Unsaved

__all__ = ["Proof", "ProofRunningError", "Proofs", "proofs_of"]

_AT_HAND = 20
_JOIN_SECONDS = 10.0


_opening = threading.Lock()


class ProofRunningError(UsageError):
    """Somebody is proving already; `proof` is what runs."""

    def __init__(self, proof: Proof) -> None:
        super().__init__(
            "proof-running",
            f"{proof.by} is proving a change: {len(proof.now)} of {len(proof.cases)} cases are done",
            fix="wait for it to finish or stop it, then prove yours; what it ran is kept",
        )
        self.proof = proof

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.proof,))


class Proofs:
    """The proofs of an engagement: those that this process runs, and those that the store keeps."""

    def __init__(self, bench: "Workbench") -> None:
        self._bench = bench
        self._lock = threading.Lock()
        self._proofs: dict[str, Proof] = {}
        self._read: dict[str, tuple[str, Proof]] = {}
        self._thread: threading.Thread | None = None
        self._ending = False
        self._foretold: tuple[tuple[str, ...], Forecast] | None = None

    def start(self, *, by: str, only: str = "") -> Proof:
        """Start to prove the working tree on every case, or on the case `only`.

        Raises ProofRunningError where one is under way, UsageError `no-cases` where there is nothing to prove it on.
        """
        from alongside.evals.verdict_keys import gate_facts

        bench = self._bench
        with self._lock:
            running = self.running()
            if running is not None:
                raise ProofRunningError(running)
            bench.reload()
            check_promised(bench)
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
                facts={case.id: gate_facts(case) for case in cases},
                only=only,
                by=by,
                at=bench.clock(),
            )
            kept = kept_of(proof)
            bench.database.write(lambda connection: kept_proofs.add(connection, kept))
            self._hold(proof)
            self._thread = threading.Thread(
                target=self._run, args=(proof, version, live), name="proof", daemon=True
            )
            self._thread.start()
            return proof

    def stop(self, identity: str, *, by: str) -> Proof:
        """Have a proof end with the cases under way; what it ran is kept. One that has ended stays as it is.

        Raises UsageError `no-such-proof`.
        """
        proof = self.get(identity)
        if proof.status == "running" and not proof.stopped_by:
            proof.stopped_by = by or "somebody"
            proof.ticks += 1
        return proof

    def running(self) -> Proof | None:
        """Return the proof under way."""
        return next((proof for proof in list(self._proofs.values()) if proof.status == "running"), None)

    def get(self, identity: str) -> Proof:
        """Return a proof by its id, under way or as it was kept. Raises UsageError `no-such-proof`."""
        found = self._held_or_kept(identity, kept_proofs.get(self._bench.database, identity))
        if found is None:
            raise UsageError(
                "no-such-proof",
                f"there is no proof {identity[:40]} here: the newest fifty are kept",
                fix="open /fix for the newest, or prove again: what ran is kept",
            )
        return found

    def latest(self) -> Proof | None:
        """Return the newest proof."""
        kept = kept_proofs.newest(self._bench.database)
        return self._held_or_kept(kept.id, kept) if kept else None

    def _held_or_kept(self, identity: str, kept: "KeptProof | None") -> Proof | None:
        """Return a proof as it was kept once it has ended: a later gate may have said more of it."""
        held = self._proofs.get(identity)
        if kept is None or (held is not None and (held.status == "running" or not kept.found)):
            return held
        return self._restored(kept)

    def forecast(self, *, unsaved: "Unsaved | None" = None) -> "Forecast":
        """Return what proving the working tree on every case would re-run at most, with what is `unsaved`; asked once a state."""
        from alongside.evals.replay import Options
        from alongside.evals.verdict_keys import verdict_key
        from alongside.workbench.upkeep import forecast

        bench = self._bench
        cases = bench.active_cases()
        newest = self.latest()
        state = (
            bench.snapshot().id,
            f"{newest.id} {newest.status}" if newest else "",
            repr(unsaved),
            *(verdict_key(case) for case in cases),
        )
        known = self._foretold
        if known is None or known[0] != state:
            known = state, forecast(bench, cases, Options(seconds=bench.deadline), unsaved=unsaved)
            self._foretold = known
        return known[1]

    def end(self) -> None:
        """Take no more results in; what was committed is kept, and proving again goes on from there."""
        self._ending = True

    def join(self) -> None:
        """Wait for the proof under way to notice its end."""
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)

    def _hold(self, proof: Proof) -> None:
        self._proofs[proof.id] = proof
        for old in list(self._proofs)[:-_AT_HAND]:
            del self._proofs[old]

    def _restored(self, kept: "KeptProof") -> Proof:
        """Return a proof of another process, or of before; read once as long as what is kept of it stands."""
        known = self._read.get(kept.id)
        if known is None or known[0] != kept.found or not kept.found:
            known = self._read[kept.id] = kept.found, restored(self._bench, kept)
            for old in list(self._read)[:-_AT_HAND]:
                del self._read[old]
        return known[1]

    def _run(self, proof: Proof, version: "Version", live: "Version | None") -> None:
        try:
            self._replay(proof, version, live)
        except AlongsideError as error:
            if not proof.stopped_by or error.code != "replay-stopped":
                proof.error = error
        except Exception as error:  # noqa: BLE001  whoever waits is told, whatever it was
            proof.error = AlongsideError(
                "proof-failed", f"the replay ended: {error!r}", fix="prove again: what it ran is kept"
            )
        proof.seconds = self._bench.clock() - proof.started
        status = "failed" if proof.error else "done" if proof.comparison else "stopped"
        if not self._ending:  # else it is kept as interrupted, which it is
            self._keep(proof, status)
        proof.status = status
        proof.ticks += 1
        if not self._ending:
            retire(self._bench, also=proof.version)  # drafts before this one need no worker any more

    def _keep(self, proof: Proof, status: Status) -> None:
        """Keep how it ended before anybody is told that it has: its page is the same after a restart."""
        found = found_of(proof, status)
        try:
            self._bench.database.write(lambda connection: kept_proofs.end(connection, proof.id, found))
        except AlongsideError as error:
            proof.error = proof.error or error

    def _replay(self, proof: Proof, version: "Version", live: "Version | None") -> None:
        from alongside.evals.replay import Options

        bench, options = (
            self._bench,
            Options(
                by=proof.by,
                seconds=self._bench.deadline,
                stop=lambda: bool(proof.stopped_by),
            ),
        )
        comparison = bench.replay(
            options=options,
            progress=lambda _done, _of, result: self._take(proof, result),
            cases=proof.cases,
            baseline=live,
            candidate=version,
            look_back=lambda before: self._look_back(proof, before),
        )
        proof.take(comparison)
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
