"""A page for the people whose work it is: a form made from a workflow's inputs, the answer with its places, their word on it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from alongside.core.errors import UsageError
from alongside.core.run import Run
from alongside.store import runs
from alongside.views.answer import told_error
from alongside.views.screens.answered import (
    Answered,
    ChartShown,
    NotedShown,
    TableShown,
    ValueShown,
    answered,
)
from alongside.views.screens.asking import InputShown, inputs_shown
from alongside.views.screens.earlier import Earlier, earlier_answers
from alongside.views.screens.judged import label_of
from alongside.views.screens.names import file_of, version_names
from alongside.views.screens.page import Asked, Problem
from alongside.views.screens.paper import Paper
from alongside.views.screens.rows import RowsShown
from alongside.views.screens.under_way import UnderWay, under_way
from alongside.workbench import Workbench
from alongside.workbench.progress import Told

__all__ = ["Given", "Pending", "Prototype", "offered_inputs", "prototype_screen"]

_UNREADABLE = "unreadable-document"  # damaged, empty, encrypted, too large, of a kind that isn't read


@dataclass(frozen=True, slots=True)
class Given:
    """A form that was refused: what was `typed`, by form name, and what is wrong with it, in words."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pending:
    """What is known of a run that was asked for here: whether it `waits` to begin, why it never began, what it has told."""

    waits: bool = False
    failure: str = ""
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Prototype:
    """The page. `state` is empty (nothing was asked), waiting, done or failed; `under_way` is what is known while waiting.

    `wrong` is the field that the user says is wrong (None: nothing was said). `error` is what went wrong, for those
    who can mend it: for anybody else it is empty. `unread` says to everybody why the document that they gave can't be
    read. `noted` are their own words, `earlier` what they asked for before. `said` is what they wrote where that couldn't be taken.
    """

    customer: str
    workflow: str
    title: str
    about: str
    live: str
    person: str
    inputs: tuple[InputShown, ...]
    run: str
    state: str
    file: str
    seconds: float
    under_way: UnderWay | None
    error: str
    unread: Problem | None
    values: tuple[ValueShown, ...]
    tables: tuple[TableShown, ...]
    charts: tuple[ChartShown, ...]
    paper: Paper | None
    judgement: str
    noted: tuple[NotedShown, ...]
    wrong: str | None
    wrong_label: str
    wrong_href: str
    given: str
    rows: RowsShown | None
    stands: str
    seen: str
    said: Mapping[str, str]
    here: str
    earlier: tuple[Earlier, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the screen's JSON twin."""
        return asdict(self)


def offered_inputs(bench: Workbench, workflow: str) -> tuple[dict[str, Any], str]:
    """Return what the live version says of a workflow, and the version's id; empty where nothing is live.

    Raises UsageError `no-such-workflow`.
    """
    live = bench.live()
    if live is None:
        return {}, ""
    offered = bench.describe(live)
    if workflow not in offered:
        raise UsageError(
            "no-such-workflow",
            f"the live version has no workflow {workflow!r}; it has {', '.join(offered) or 'none'}",
            fix="name one of them",
        )
    return offered[workflow], live.id


def prototype_screen(
    bench: Workbench,
    asked: Asked,
    *,
    pending: Pending | None = None,
    given: Given | None = None,
    said: Mapping[str, str] | None = None,
    waiting: Collection[str] = (),
) -> Prototype:
    """Return the page of the workflow in the path, with the run in the path where there is one.

    `given` is a form that was refused, `said` a word that was; `waiting` are runs that may
    not have begun yet. The query: see `answered`.
    """
    pending = pending or Pending()
    workflow = asked.path["workflow"]
    offered, live = offered_inputs(bench, workflow)
    run = _run(bench, asked, workflow, pending)
    names = version_names(bench)
    return Prototype(
        customer=bench.engagement.customer,
        workflow=workflow,
        title=str(offered.get("doc", "")).rstrip(".") or label_of(workflow),
        about=label_of(workflow),
        live=names.of(run.version if run else live) if live else "",
        person=asked.by.name,
        inputs=inputs_shown(
            offered.get("inputs", {}),
            {name: bench.value(kept) for name, kept in run.inputs.items()} if run else {},
            typed=given.typed if given else None,
            problems=given.problems if given else None,
        ),
        run=asked.path.get("run", ""),
        said=said or {},
        here=f"/app/{workflow}/{asked.path['run']}" if "run" in asked.path else f"/app/{workflow}",
        earlier=earlier_answers(
            bench, workflow, asked.by.name, besides=asked.path.get("run", ""), waiting=waiting
        ),
        **_standing(bench, run, asked, pending),
    )


def _run(bench: Workbench, asked: Asked, workflow: str, pending: Pending) -> Run | None:
    """Return the run in the path; None where none is, or where it hasn't begun. Raises UsageError `no-such-run`."""
    if "run" not in asked.path:
        return None
    found = runs.get(bench.database, asked.path["run"])
    if found is not None and found.workflow == workflow and found.id == asked.path["run"]:
        return found
    if pending.waits or pending.failure:
        return None
    raise UsageError("no-such-run", "there is no such answer here", fix="ask again")


def _standing(bench: Workbench, run: Run | None, asked: Asked, pending: Pending) -> dict[str, Any]:
    """Return how far the run has come, and the answer where there is one."""
    mends = "engineer" in asked.may
    ended = run is not None and run.status != "running"
    shown = answered(bench, run, asked) if run and ended else Answered()
    standing: dict[str, Any] = {name: getattr(shown, name) for name in Answered.__slots__}
    if run and ended:
        state, error, seconds = "done" if run.status == "done" else "failed", run.error, run.seconds
    else:
        state = "failed" if pending.failure else "waiting" if run or pending.waits else ""
        error, seconds = pending.failure, bench.clock() - run.started if run else 0.0
    return standing | {
        "state": state,
        "error": error if mends else "",
        "unread": _unread(error) if state == "failed" else None,
        "seconds": seconds,
        "file": str(file_of(run, bench.value).get("file", "")) if run and ended else "",
        "under_way": under_way(pending.told, seconds=seconds) if state == "waiting" else None,
    }


def _unread(error: str) -> Problem | None:
    """Return why a document that was given can't be read, None where something else went wrong."""
    told = told_error(error)
    return Problem(told.code, told.message, told.fix) if told and told.code == _UNREADABLE else None
