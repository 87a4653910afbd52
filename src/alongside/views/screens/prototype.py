"""A page for the people whose work it is: a form made from a workflow's inputs, the answer with its places, their word on it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlencode

from alongside.core.errors import UsageError
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback, runs
from alongside.views.fields import value_text
from alongside.views.questions import in_words
from alongside.views.screens.judged import kind_of, label_of
from alongside.views.screens.names import file_of, version_names
from alongside.views.screens.page import Asked
from alongside.views.screens.paper import Paper, PlacedField, paper_of
from alongside.views.screens.shapes import ChartShown, Shapes, TableShown, shapes_of
from alongside.views.screens.under_way import UnderWay, under_way
from alongside.workbench import Workbench
from alongside.workbench.paper import readings_of
from alongside.workbench.progress import Told
from alongside.workbench.suggesting import suggestions

__all__ = ["InputShown", "Prototype", "ValueShown", "input_kind", "offered_inputs", "prototype_screen"]

_KINDS = {
    "File": "file", "str": "text", "int": "number", "float": "number", "Decimal": "number",
    "bool": "flag", "date": "date", "datetime": "datetime-local", "list": "lines",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InputShown:
    """An input of the workflow. `kind` is file, text, number, flag, date, datetime-local, lines (one a line) or json.

    `given` is what was asked, as text to ask again with; a file is chosen anew.
    """

    name: str
    label: str
    kind: str
    given: str


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A single value of the answer; `number` is its box on the page (0: none)."""

    path: str
    label: str
    text: str
    number: int
    judgement: str
    href: str


@dataclass(frozen=True, slots=True)
class Prototype:
    """The page. `state` is empty (nothing was asked), waiting, done or failed; `under_way` is what is known while waiting.

    `wrong` is the field that the user says is wrong (None: nothing was said), `may_judge` whether their word is taken.
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
    values: tuple[ValueShown, ...]
    tables: tuple[TableShown, ...]
    charts: tuple[ChartShown, ...]
    paper: Paper | None
    may_judge: bool
    judgement: str
    wrong: str | None
    wrong_label: str
    here: str

    def to_json(self) -> dict[str, Any]:
        """Return the screen's JSON twin."""
        return asdict(self)


def input_kind(type_name: str) -> str:
    """Return how an input of this type is asked for; what has no form of its own is asked for as JSON."""
    return _KINDS.get(type_name.removesuffix(" | None"), "json")


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
    pending: bool = False,
    failure: str = "",
    told: Told | None = None,
    may_judge: bool = False,
) -> Prototype:
    """Return the page of the workflow in the path, with the run in the path where there is one.

    `pending` says that the run was asked for and hasn't begun, `told` what it has told since. The query: `wrong`, the field that is said to be wrong.
    """
    workflow = asked.path["workflow"]
    offered, live = offered_inputs(bench, workflow)
    run = _run(bench, asked, workflow, pending=pending or bool(failure))
    names = version_names(bench)
    shown: dict[str, Any] = {
        "customer": bench.engagement.customer,
        "workflow": workflow,
        "title": str(offered.get("doc", "")).rstrip(".") or label_of(workflow),
        "about": label_of(workflow),
        "live": names.of(run.version if run else live) if live else "",
        "person": asked.by.name,
        "inputs": tuple(
            InputShown(name, label_of(name), input_kind(kind), _given(bench, run, name, input_kind(kind)))
            for name, kind in offered.get("inputs", {}).items()
        ),
        "run": asked.path.get("run", ""),
        "may_judge": may_judge,
        "here": f"/app/{workflow}/{asked.path['run']}" if "run" in asked.path else f"/app/{workflow}",
    }
    return Prototype(
        **shown, **_answer(bench, run, asked, pending=pending, failure=failure, told=told or Told())
    )


def _given(bench: Workbench, run: Run | None, name: str, kind: str) -> str:
    if run is None or name not in run.inputs or kind == "file":
        return ""
    value = bench.value(run.inputs[name])
    if kind == "lines" and isinstance(value, list):
        return "\n".join(value_text(one) for one in cast("list[Any]", value))
    return "" if value is None else value_text(value)


def _run(bench: Workbench, asked: Asked, workflow: str, *, pending: bool) -> Run | None:
    """Return the run in the path; None where none is, or where it hasn't begun. Raises UsageError `no-such-run`."""
    if "run" not in asked.path:
        return None
    found = runs.get(bench.database, asked.path["run"])
    if found is not None and found.workflow == workflow and found.id == asked.path["run"]:
        return found
    if pending:
        return None
    raise UsageError("no-such-run", "there is no such answer here", fix="ask again")


def _answer(
    bench: Workbench, run: Run | None, asked: Asked, *, pending: bool, failure: str, told: Told
) -> dict[str, Any]:
    if run is None or run.status == "running":
        state = "failed" if failure else "waiting" if run or pending else ""
        since = bench.clock() - run.started if run else 0.0
        waits = under_way(told, seconds=since) if state == "waiting" else None
        return _NOTHING | {"state": state, "error": failure, "seconds": since, "under_way": waits}
    done = {"state": "done" if run.status == "done" else "failed", "error": run.error, "seconds": run.seconds}
    done |= {"file": str(file_of(run, bench.value).get("file", ""))}
    shapes = shapes_of(bench.value(run.output)) if run.output else Shapes((), (), ())
    words = current(feedback.of_run(bench.database, run.id))
    said = {word.field: word.judgement for word in words}
    wrong = _wrong(shapes, asked)
    readings = readings_of(bench, run)
    placed = [one for one in shapes.values if one.boxes]
    offered = ()
    if wrong is not None and readings:
        found = suggestions(readings[0].document, wrong, kind_of(bench, run, wrong))
        current_text = next((one.text for one in shapes.values if one.path == wrong), "")
        offered = tuple(one for one in found if one.value != current_text)
    fields = [
        PlacedField(
            at, one.path, label_of(one.path), in_words(one.value), one.boxes, one.document,
            said.get(one.path) == "wrong", one.path == wrong,
        )
        for at, one in enumerate(placed, 1)
    ]  # fmt: skip
    here = f"/app/{run.workflow}/{run.id}"
    return _NOTHING | done | {
        "values": tuple(
            ValueShown(
                one.path, label_of(one.path), in_words(one.value), placed.index(one) + 1 if one.boxes else 0,
                said.get(one.path, said.get("", "")), f"{here}?{urlencode({'wrong': one.path})}",
            )
            for one in shapes.values
        ),
        "tables": shapes.tables,
        "charts": shapes.charts,
        "paper": paper_of(readings, fields, offered, Asked({}, asked.query, asked.by)),
        "judgement": "wrong" if "wrong" in said.values() else next(iter(said.values()), ""),
        "wrong": wrong,
        "wrong_label": label_of(wrong) if wrong is not None else "",
    }  # fmt: skip


def _wrong(shapes: Shapes, asked: Asked) -> str | None:
    """Return the field that the query says is wrong; `*` means that it isn't said yet which: the least sure one."""
    wanted = asked.query.get("wrong")
    if wanted is None:
        return None
    paths = [one.path for one in shapes.values] + [one.path for one in (*shapes.tables, *shapes.charts)]
    if wanted in paths:
        return wanted
    sure: Mapping[str, float] = {
        one.path: 1.0 if one.confidence is None else one.confidence for one in shapes.values
    }
    return min(sure, key=lambda path: sure[path], default=next(iter(paths), ""))


_NOTHING: dict[str, Any] = {
    "state": "", "file": "", "seconds": 0.0, "under_way": None, "error": "", "values": (), "tables": (), "charts": (),
    "paper": None, "judgement": "", "wrong": None, "wrong_label": "",
}  # fmt: skip
