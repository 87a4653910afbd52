"""What the story knows as it goes on: the engagement, the runs, the cases, what is live."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alongside.cli.demo.stage import Play
from alongside.core.case import Case
from alongside.core.counting import counted
from alongside.evals.replay import Options
from alongside.store import runs
from alongside.views.fields import FieldShown, fields_shown
from alongside.workbench.answering import Upload, ask

if TYPE_CHECKING:
    from alongside.core.release import Version
    from alongside.engine.order import Outcome
    from alongside.evals.comparison import Comparison, Result
    from alongside.workbench import Workbench

__all__ = ["Progress", "Reading", "Sitting", "compared", "cut", "listed", "named"]

Progress = Callable[[str], None]
_FEW = 3
_LONG = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a field, and the text as printed."""

    shown: FieldShown
    printed: str = ""

    @property
    def value(self) -> object:
        """The value as plain JSON, None where nothing was read."""
        return self.shown.value

    def __str__(self) -> str:
        return "nothing" if self.value is None else self.shown.text


@dataclass
class Sitting:
    """One sitting of Kim, who changes the workflow, with Dana, who says what is wrong."""

    play: Play
    bench: "Workbench"
    progress: Progress
    runs: "dict[str, Outcome]" = field(default_factory=dict[str, Any])
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    first: "Version | None" = None
    featured: str = ""

    @property
    def workflow_file(self) -> Path:
        """The file that the edits change."""
        return self.play.root / "workflows" / f"{self.play.workflow}.py"

    def run_all(
        self, files: Sequence[Path], *, version: "Version", what: str, mode: str = "new"
    ) -> "dict[str, Outcome]":
        """Run the workflow on files, all at once, and return the outcomes by stem. With `mode` replay nobody need judge them."""
        under_way = {
            file.stem: self.bench.submit(
                self.play.workflow, {"file": self.bench.add_file(file)}, version=version, mode=mode
            )
            for file in files
        }
        done: dict[str, Outcome] = {}
        for stem, future in under_way.items():
            done[stem] = future.result()
            self.progress(f"{what} {len(done)} of {len(files)}")
        return done

    def serve(self, file: Path) -> "Outcome":
        """Answer a file as `alongside serve` does: by the live version, whatever the working tree says."""
        sent = Upload("", file.name, file.read_bytes())
        return ask(self.bench, self.play.workflow, {}, uploads=[sent]).outcome.result()

    def say(self, stem: str, outcome: "Outcome") -> None:
        """Have Dana say of an answer to a document that is a case already whether it is right."""
        wrong = self.wrong(stem, outcome)
        for name, (_, wanted) in wrong.items():
            self.bench.judge(outcome.run, "wrong", field=name, expected=wanted, by="Dana")
        if not wrong:
            self.bench.judge(outcome.run, "right", by="Dana")

    def readings(self, outcome: "Outcome") -> dict[str, Reading]:
        """Return what a run read, by field; nothing where it failed."""
        answer = cast("dict[str, Any]", self.bench.value(outcome.output) or {})
        return {one.path: Reading(one, answer[one.path]["text"]) for one in fields_shown(answer) if one.path}

    def wrong(self, stem: str, outcome: "Outcome") -> dict[str, tuple[Reading, str]]:
        """Return (what was read, what is right) of each field that isn't right."""
        read = self.readings(outcome)
        found: dict[str, tuple[Reading, str]] = {}
        for name, wanted in self.play.truth.values[stem].items():
            reading = read.get(name) or Reading(FieldShown(name, None))
            if not self.play.truth.is_right(name, wanted, reading.value):
                found[name] = reading, wanted
        return found

    def file(self, stem: str) -> Path:
        """Return the document of a stem."""
        return next(file for file in self.play.files if file.stem == stem)

    def replay(self) -> "Comparison":
        """Hold the working tree against every case, and against what is live."""
        return self.bench.replay(options=self.options, progress=self.case_done)

    @property
    def options(self) -> Options:
        """How the story replays."""
        return Options(seconds=self.bench.deadline, by="Kim")

    def case_done(self, done: int, total: int, _: "Result") -> None:
        """Tell how far a replay is."""
        self.progress(f"replaying case {done} of {total}")


def compared(sitting: Sitting, comparison: "Comparison") -> tuple[tuple[str, str], dict[str, Any]]:
    """Return a replay in two lines, and as facts; to its JSON come the steps by name."""
    facts = comparison.to_json(sitting.play.workflow)
    steps = _by_step(sitting, comparison)
    told = (
        f"{counted(facts['cases'], 'case')} replayed: {facts['passed']} pass; "
        f"{len(comparison.fixed) or 'none'} fixed, {len(comparison.broken) or 'none'} broken.",
        f"Steps: {_steps(facts, steps, 'executed')}; {_steps(facts, steps, 'kept')}.",
    )
    return told, {**facts, "by_step": {status: dict(counts) for status, counts in steps.items()}}


def cut(text: str) -> str:
    """Return a text of any length as one that a line or two hold."""
    return text if len(text) <= _LONG else f"{text[:_LONG].rstrip()} …"


def named(comparison: "Comparison", cases: Sequence[str]) -> str:
    """Return the names of cases, the first few of many."""
    return listed([comparison.now[case].case.name for case in cases])


def listed(names: Sequence[str]) -> str:
    """Return names with commas between; many are cut short."""
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def _by_step(sitting: Sitting, comparison: "Comparison") -> dict[str, Counter[str]]:
    """Return how often each step was executed or kept; a result that is remembered whole ran none."""
    found: dict[str, Counter[str]] = {"executed": Counter(), "kept": Counter()}
    for result in comparison.now.values():
        for span in [] if result.remembered else runs.spans(sitting.bench.database, result.outcome.run):
            if span.kind == "leaf":
                found["kept" if span.status != "executed" else "executed"][span.step.split(".", 1)[-1]] += 1
    return found


def _steps(facts: Mapping[str, Any], steps: Mapping[str, Counter[str]], status: str) -> str:
    names = [name.rpartition(".")[2] for name in steps[status]]
    which = f" ({', '.join(names)})" if names else ""
    return f"{facts['steps'][status]} {status}{which}"
