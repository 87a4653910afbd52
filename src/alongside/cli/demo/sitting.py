"""What the story knows as it goes on: the engagement, the runs, the cases, what is live."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alongside.cli.demo.stage import Play
from alongside.core.case import Case
from alongside.core.digest import short
from alongside.core.document import Box
from alongside.evals.replay import Options

if TYPE_CHECKING:
    from alongside.core.release import Version
    from alongside.engine.order import Outcome
    from alongside.evals.comparison import Comparison, Result
    from alongside.workbench import Workbench

__all__ = ["Progress", "Reading", "Sitting", "compared", "listed", "named", "plural", "version_name"]

Progress = Callable[[str], None]
_FEW = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a field: the value as plain JSON, the text as printed, the first of its boxes."""

    value: Any
    text: str
    box: Box | None

    def __str__(self) -> str:
        return "nothing" if self.value is None else str(self.value)


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

    def run_all(self, files: Sequence[Path], *, version: "Version", what: str) -> "dict[str, Outcome]":
        """Run the workflow on files, all at once, and return the outcomes by stem."""
        under_way = {
            file.stem: self.bench.submit(
                self.play.workflow, {"file": self.bench.add_file(file)}, version=version
            )
            for file in files
        }
        done: dict[str, Outcome] = {}
        for stem, future in under_way.items():
            done[stem] = future.result()
            self.progress(f"{what} {len(done)} of {len(files)}")
        return done

    def serve(self, file: Path) -> "Outcome":
        """Run a file as `alongside serve` runs it: by the live version, whatever the working tree says."""
        given = {"file": self.bench.add_file(file)}
        return self.bench.submit(self.play.workflow, given, version=self.bench.live(), mode="serve").result()

    def readings(self, outcome: "Outcome") -> dict[str, Reading]:
        """Return what a run read, by field; nothing where it failed."""
        answer = self.bench.value(outcome.output) or {}
        return {name: _reading(value) for name, value in answer.items()}

    def wrong(self, stem: str, outcome: "Outcome") -> dict[str, tuple[Reading, str]]:
        """Return (what was read, what is right) of each field that isn't right."""
        read = self.readings(outcome)
        nothing = Reading(None, "", None)
        return {
            name: (read.get(name, nothing), wanted)
            for name, wanted in self.play.truth.values[stem].items()
            if not self.play.truth.is_right(name, wanted, read.get(name, nothing).value)
        }

    def file(self, stem: str) -> Path:
        """Return the document of a stem."""
        return next(file for file in self.play.files if file.stem == stem)

    def replay(self) -> "Comparison":
        """Hold the working tree against every case, and against what is live."""
        return self.bench.replay(options=self.options, progress=self.case_done)

    @property
    def options(self) -> Options:
        """How the story replays."""
        return Options(seconds=self.bench.deadline)

    def case_done(self, done: int, total: int, _: "Result") -> None:
        """Tell how far a replay is."""
        self.progress(f"replaying case {done} of {total}")


def compared(comparison: "Comparison") -> tuple[str, Mapping[str, Any]]:
    """Return a replay in one line, and as facts."""
    facts = comparison.to_json(None)
    steps = facts["steps"]
    line = (
        f"{facts['cases']} cases: {facts['passed']} pass, {len(comparison.fixed)} fixed, "
        f"{len(comparison.broken) or 'none'} broken; {steps['executed']} steps executed, {steps['kept']} kept"
    )
    return line, facts


def named(comparison: "Comparison", cases: Sequence[str]) -> str:
    """Return the names of cases, the first few of many."""
    return listed([comparison.now[case].case.name for case in cases])


def listed(names: Sequence[str]) -> str:
    """Return names with commas between; many are cut short."""
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def plural(count: int, noun: str) -> str:
    """Return `1 case`, `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def version_name(version: "Version | str") -> str:
    """Return a version's short name."""
    return short(version if isinstance(version, str) else version.id)


def _reading(value: Any) -> Reading:
    if not isinstance(value, dict) or "value" not in value:
        return Reading(value, "" if value is None else str(value), None)
    boxes = value.get("boxes") or []
    return Reading(
        value["value"], value.get("text", ""), Box(int(boxes[0][0]), *boxes[0][1:]) if boxes else None
    )
