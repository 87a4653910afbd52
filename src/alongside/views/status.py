"""Where an engagement stands: what is live, what ran of late, which cases there are, what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from alongside.core.release import Release
from alongside.core.run import Run
from alongside.store import feedback, runs, versions
from alongside.workbench import Workbench

__all__ = ["CaseCounts", "Command", "RecentRun", "Status", "status"]

_RECENT = 12


@dataclass(frozen=True, slots=True)
class RecentRun:
    """A run that somebody asked for; `words` are the judgements that stand on it."""

    id: str
    workflow: str
    version: str
    status: str
    started: float
    seconds: float
    error: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """Cases that aren't retired, and the files that can't be read as one."""

    train: int
    held_out: int
    unreadable: int

    @property
    def total(self) -> int:
        """All cases that count."""
        return self.train + self.held_out


@dataclass(frozen=True, slots=True)
class Command:
    """A command to type, and what for."""

    command: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Status:
    """The engagement now (`at`, seconds since the epoch). `live` is None before the first release."""

    customer: str
    at: float
    live: Release | None
    recent: tuple[RecentRun, ...]
    cases: CaseCounts
    commands: tuple[Command, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the same as JSON; a release comes without its verdict."""
        release = {} if self.live is None else asdict(self.live)
        release.pop("verdict", None)
        return {
            "customer": self.customer,
            "at": self.at,
            "live": release or None,
            "runs": [asdict(run) for run in self.recent],
            "cases": asdict(self.cases) | {"total": self.cases.total},
            "next": [asdict(command) for command in self.commands],
        }


def status(bench: Workbench) -> Status:
    """Return where the engagement stands; replays of cases are left out of its runs."""
    live = versions.current(bench.database)
    asked = [
        run for mode in ("serve", "new") for run in runs.latest(bench.database, limit=_RECENT, mode=mode)
    ]
    newest = sorted(asked, key=lambda run: (run.started, run.id), reverse=True)[:_RECENT]
    recent = tuple(_recent(bench, run) for run in newest)
    loaded = bench.cases()
    counted = [case.split for case in loaded.cases if not case.retired]
    cases = CaseCounts(counted.count("train"), counted.count("held-out"), len(loaded.errors))
    frozen = {case.run for case in loaded.cases}
    wrong = next((run.id for run in recent if "wrong" in run.words and run.id not in frozen), "")
    commands = tuple(_commands(live, recent, cases, wrong))
    return Status(bench.engagement.customer, bench.clock(), live, recent, cases, commands)


def _recent(bench: Workbench, run: Run) -> RecentRun:
    said = [word for word in feedback.of_run(bench.database, run.id) if not word.undone]
    words: Mapping[str, str] = {word.field: word.judgement for word in said}
    return RecentRun(
        run.id,
        run.workflow,
        run.version,
        run.status,
        run.started,
        run.seconds,
        run.error,
        tuple(words.values()),
    )


def _commands(
    live: Release | None, recent: Sequence[RecentRun], cases: CaseCounts, wrong: str
) -> list[Command]:
    """Return what helps from here, the most pressing first; `wrong` is a run that ought to be a case."""
    found: list[Command] = []
    if wrong:
        found.append(Command(f"alongside case add {wrong}", "make a case of the latest wrong answer"))
    if any(not run.words and run.status == "done" for run in recent):
        found.append(Command("alongside review", "say what is right and what is wrong"))
    if not recent:
        found.append(Command("alongside run WORKFLOW FILE", "see what it makes of a document"))
    if cases.total:
        found.append(Command("alongside replay", "prove a change on every case"))
    if cases.total or live is None:
        found.append(Command("alongside ship", "gate the working tree and make it live"))
    if live is not None and live.previous:
        found.append(Command("alongside rollback", "make the previous version live again"))
    return found
