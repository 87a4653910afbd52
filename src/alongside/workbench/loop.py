"""The loop over an open engagement: everything that the command line does, as calls."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alongside.core.case import Case, Split
from alongside.core.plain import bare
from alongside.core.release import Release, Version
from alongside.store import feedback, runs, signatures, tapes, verdicts
from alongside.workbench.documents_here import take_in
from alongside.workbench.opened import Opened
from alongside.workbench.taped import check_named
from alongside.workbench.workers import new_id

if TYPE_CHECKING:
    from alongside.core.engagement import Person
    from alongside.core.feedback import Feedback
    from alongside.evals.comparison import Comparison
    from alongside.evals.learning import Learned
    from alongside.evals.replay import LookBack, Options, Progress, Side
    from alongside.release.gate import Accepted, GateVerdict
    from alongside.store.case_files import Loaded

__all__ = ["Workbench", "open_engagement"]


def open_engagement(start: str | Path = ".") -> "Workbench":
    """Open the engagement that `start` is in, found like git finds a repository. Its `.gitignore` follows its data class."""
    from alongside.store.engagement_file import find_root, load_engagement

    bench = Workbench(load_engagement(find_root(Path(start))))
    bench.keep_out_of_git()
    return bench


class Workbench(Opened):
    """An open engagement with the whole loop: judge, freeze as a case, learn, replay, gate, ship, roll back."""

    # Feedback and cases

    def judge(self, run: str, judgement: Any, **said: Any) -> "Feedback":
        """Record a word on a run: see `evals.feedback.judge` for what may be said.

        A field that already is what it should have said is right, and nothing is corrected. Said twice, it is one word.
        Raises UsageError `no-such-field` and `stated-value` where the answer has no such field, or can't hold there
        what it should have said; `no-such-place` where the place isn't in what was stated of a whole, `rows-moved` where
        it is in another row by now; `no-answer` where a run without one is called right.
        """
        from alongside.evals.feedback import check_place, judge
        from alongside.workbench.expecting import check_word, is_so
        from alongside.workbench.moved_rows import check_row

        found = self.find_run(run)
        stated = check_word(self, found, {**said, "judgement": judgement})
        said |= {"expected": stated} if "expected" in said else {}
        if judgement == "wrong" and is_so(self, found, said):
            judgement = "right"
            del said["expected"]
        made = judge(found.id, judgement, identity=new_id("fb"), at=self.clock(), **said)
        answer = bare(self.blobs.get(found.output)) if found.output else None
        before = feedback.of_run(self.database, found.id)
        check_place(before, made, answer)
        check_row(self, found, made, words=before)
        return self.database.write(lambda connection: feedback.add(connection, made))

    def undo(self, word: str, *, by: "Person") -> bool:
        """Take a word back; False where none of this id stands. Raises PolicyError `not-your-word`."""
        from alongside.workbench.speaking import check_own

        found = feedback.get(self.database, word)
        if found is None or found.undone:
            return False
        check_own(found, by)
        at = self.clock()
        return self.database.write(lambda connection: feedback.undo(connection, word, by=by.name, at=at))

    def cases(self) -> "Loaded":
        """Return the cases as their files say now, with the errors of the files that aren't cases."""
        from alongside.store.case_files import load_cases

        return load_cases(self.root)

    def add_case(
        self, run: str, *, split: Split | None = None, name: str = "", note: str = "", must_pass: bool = False
    ) -> Case:
        """Freeze a judged run as a case file and return the case, already held against what the run answered.

        Raises DataError `inputs-not-kept` where nothing of what came in is kept, `case-exists` where the inputs have a case.
        """
        from alongside.evals.adding import check_inputs_kept, freeze, group_of
        from alongside.evals.answer import MISSING
        from alongside.evals.feedback import called_wrong, expectations
        from alongside.store.case_files import write_case
        from alongside.workbench.answered import hold

        found = self.find_run(run)
        inputs = self.plain_inputs(found)
        answer = bare(self.blobs.get(found.output)) if found.output else None
        words = feedback.of_run(self.database, found.id)
        expected = expectations(words, answer)
        offered = self.describe(self.version(found.version)).get(found.workflow, {})
        check_inputs_kept(found, inputs, offered.get("inputs", {}))
        case = freeze(
            found.workflow,
            inputs,
            expected,
            run=found.id,
            name=name or _file_name(inputs) or self._title(inputs) or found.id,
            group=group_of(inputs, expected, answer, offered.get("learned", [])),
            held_out=self.engagement.held_out,
            split=split,
            note=note,
            must_pass=must_pass,
        )
        case = replace(case, checks=called_wrong(words, answer if found.output else MISSING))
        write_case(self.root, case)
        hold(self, case)
        return case

    def _title(self, inputs: Mapping[str, Any]) -> str:
        """Return the run's title as a case's name, empty where a case has that name: one is found by it."""
        from alongside.workbench.titles import title_of

        title = title_of(inputs)
        return "" if any(case.name == title for case in self.cases().cases) else title

    # Learning, replay, release

    def learn(
        self, *, progress: Callable[[str], None], name: str = "", seed: int = 0, allow_missing: bool = False
    ) -> "Learned":
        """Learn from the corrections of train cases and write `models/*.json`: every extractor's that has any, or `name`'s.

        Raises DataError `nothing-to-learn` where none has, `corrections-missing` where a model would forget what it was
        taught, unless `allow_missing`.
        """
        from alongside.evals.replay import Options
        from alongside.workbench.learning import handles_of, learn, library

        version = self.snapshot()
        handles = handles_of(self.describe(version), name)
        library()  # what can't be learned at all is refused before any case is replayed
        comparison = self.replay(
            options=Options(seconds=self.deadline),
            progress=lambda done, total, _: (
                progress(f"reading case {done} of {total}") if done == total else None
            ),
            candidate=version,
        )
        spans = {
            case: runs.spans(self.database, result.outcome.run) for case, result in comparison.now.items()
        }
        loaded = self.cases()
        return learn(
            self,
            handles,
            loaded.active(),
            spans,
            errors={case: result.outcome.error for case, result in comparison.now.items()},
            files={case: path.relative_to(self.root).as_posix() for case, path in loaded.paths.items()},
            progress=progress,
            seed=seed,
            allow_missing=allow_missing,
        )

    def side(self, version: Version) -> "Side":
        """Return a version as a side of a replay."""
        from alongside.evals.replay import Side
        from alongside.workbench.spending import ahead

        return Side(
            version.id,
            verdicts.of_version(self.database, version.id, to_stand_in=True),
            lambda o: self.runners.submit(version, o),
            lambda orders: ahead(self, version, orders),
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
        look_back: "LookBack | None" = None,
    ) -> "Comparison":
        """Replay the cases on the working tree (or `candidate`) against the live version (or `baseline`); see `evals.replay`."""
        from alongside.evals.replay import replay

        against, version = baseline or self.live(), candidate or self.snapshot()
        for option, named in (("--accept-tape", options.accept), ("--allow", options.allow)):
            if named:
                offers = self.describe(version)
                check_named(named, option=option, offers=offers, taped=tapes.effects(self.database))
        chosen = self.active_cases(workflow) if cases is None else cases
        take_in(self, chosen)
        return replay(
            chosen,
            self.side(version),
            baseline=self.side(against) if against else None,
            options=options,
            limits=self.engagement.limits,
            new_id=new_id,
            clock=self.clock,
            progress=progress,
            look_back=look_back,
        )

    def active_cases(self, workflow: str = "") -> list[Case]:
        """Return the cases that aren't retired, of one workflow or all."""
        return self.cases().active(workflow)

    def gate(
        self,
        *,
        options: "Options",
        progress: "Progress",
        candidate: Version | None = None,
        accept: "Accepted | None" = None,
    ) -> "GateVerdict":
        """Hold the candidate against the definition of done; the verdict is kept in `.alongside/verdicts/`, the proof too.

        `accept` takes a case that the candidate broke. Raises UsageError `not-broken`, `accept-unsigned`.
        DataError `no-such-workflow` where a promise is about one that there isn't.
        """
        from alongside.release.gate import check_broken
        from alongside.workbench.naming import check_promised
        from alongside.workbench.proof import keep_gate

        check_promised(self)
        version = candidate or self.snapshot()
        loaded = self.cases()
        comparison = self.replay(options=options, progress=progress, cases=loaded.active(), candidate=version)
        if accept is not None:
            check_broken(comparison, accept.case)
            self.accept_break(version, case=accept.case, by=accept.by, reason=accept.reason)
        verdict = self.hold(comparison, loaded)
        keep_gate(self, comparison, verdict, by=options.by)
        return verdict

    def hold(self, comparison: "Comparison", loaded: "Loaded") -> "GateVerdict":
        """Hold a replay of all cases against the definition of done; the verdict is kept in `.alongside/verdicts/`."""
        from alongside.release.gate import gate

        version = comparison.candidate
        verdict = gate(
            self.engagement,
            comparison,
            accepted=signatures.accepted_breaks(self.database, version),
            signed=signatures.signed(self.database, version),
            errors=loaded.errors,
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
        candidate: Version | None = None,
    ) -> "tuple[Release, GateVerdict]":
        """Gate the working tree (or `candidate`) and make it live. Raises GateClosed where the answer is no."""
        from alongside.release.ship import ship

        gated_by = replace(options, by=options.by or by)
        verdict = self.gate(options=gated_by, progress=progress, candidate=candidate)
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
        """Sign off a promise of the definition of done for a version. Raises UsageError `not-the-owner`."""
        from alongside.release.signing import check_signer

        for one in self.engagement.done:
            if one.name == promise:
                check_signer(self.engagement, one, by)
        at = self.clock()
        self.database.write(lambda c: signatures.sign(c, version.id, promise=promise, by=by, at=at))

    def accept_break(self, version: Version, *, case: str, by: str, reason: str) -> None:
        """Take a broken case, by name and with a reason. Raises UsageError `accept-unsigned`."""
        from alongside.release.signing import require_said

        require_said("accept-unsigned", "--accept", by, reason)
        at = self.clock()
        self.database.write(
            lambda c: signatures.accept_break(c, version.id, case=case, by=by, reason=reason, at=at)
        )

    def _write_verdict(self, verdict: "GateVerdict") -> None:
        from alongside.store.atomic_file import write_atomic

        path = self.state / "verdicts" / f"{verdict.version[:12]}.json"
        write_atomic(path, (json.dumps(verdict.to_json(), indent=1) + "\n").encode())


def _file_name(inputs: Mapping[str, Any]) -> str:
    """Return the first file's name without its suffix, empty where no input is a file."""
    files = (cast("dict[str, Any]", value) for value in inputs.values() if isinstance(value, dict))
    return next((Path(file["name"]).stem for file in files if "file" in file and "name" in file), "")
