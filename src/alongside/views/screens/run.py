"""One run: the page with its boxes, the answer with where each value stands, the steps, and the verdict's dock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alongside.core.errors import AlongsideError
from alongside.core.feedback import Feedback
from alongside.core.fields import FieldKind
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback, run_list, runs
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.figures import in_dollars
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page, Toast
from alongside.views.screens.paper import Paper, PlacedField, paper_of
from alongside.views.screens.runs import filter_of, filter_query
from alongside.views.screens.steps import StepRow, step_rows
from alongside.workbench import Workbench
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.pointing import case_of
from alongside.workbench.suggesting import Suggestion, suggestions

__all__ = ["AnswerRow", "Beside", "Dock", "RunScreen", "kind_of", "label_of", "run_screen"]

_FEW = 3
_STEPS = 60


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A field: its value as text, the number of its box (0: none), and the word that stands on it.

    `judgement` is empty where nobody said anything; `expected` is what it should have said, where somebody stated it.
    `sure` is the confidence, 0 to 1 (None: not said). `beside` is the other version's value (None: not asked for).
    """

    path: str
    label: str
    text: str
    number: int
    sure: float | None
    judgement: str
    expected: str | None
    selected: bool
    href: str
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Another version's answer to the same inputs; `run` is empty where it never saw them."""

    name: str
    version: str
    run: str


@dataclass(frozen=True, slots=True)
class Dock:
    """What may be said now: on which field, whether it is wrong already, and what it might have said."""

    field: str
    label: str
    wrong: bool
    whole: str
    suggestions: tuple[Suggestion, ...]
    wrong_href: str
    here: str
    then: str


@dataclass(frozen=True, slots=True)
class RunScreen:
    """A run. Times in seconds (since the epoch for `started`), money in dollars (None: unpriced)."""

    id: str
    workflow: str
    version: str
    version_name: str
    live: bool
    status: str
    error: str
    started: float
    seconds: float
    cost: float | None
    tokens: int
    paper: Paper | None
    answer: tuple[AnswerRow, ...]
    steps: tuple[StepRow, ...]
    spans: int
    words: tuple[Feedback, ...]
    case: str
    dock: Dock
    newer: str
    older: str
    place: str
    beside: Beside | None
    others: tuple[tuple[str, str], ...]


def run_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the run in the path. The query: the list's filters, `field`, `wrong`, `document`, `page`, `with`, `said`."""
    run = bench.find_run(asked.path["run"])
    names = version_names(bench)
    words = current(feedback.of_run(bench.database, run.id))
    fields = fields_shown(bench.value(run.output)) if run.output else []
    readings = readings_of(bench, run)
    chosen = _chosen(fields, words, asked)
    wrong = asked.query.get("wrong") == "1" and bool(fields)
    offered = _offered(bench, run, readings, chosen, asked) if wrong and chosen else ()
    paper = paper_of(readings, _placed(fields, words, chosen), offered, asked)
    trace = runs.spans(bench.database, run.id)
    case = case_of(bench, run)
    beside, theirs = _beside(bench, run, names, asked)
    body = RunScreen(
        id=run.id,
        workflow=run.workflow,
        version=run.version,
        version_name=names.of(run.version),
        live=run.version == names.live,
        status=run.status,
        error=run.error,
        started=run.started,
        seconds=run.seconds,
        cost=in_dollars(run.cost),
        tokens=sum(span.tokens for span in trace),
        paper=paper,
        answer=tuple(_row(one, fields, words, chosen, theirs, asked) for one in fields),
        steps=step_rows(trace[:_STEPS], run),
        spans=len(trace),
        words=words,
        case=case.id if case and not case.retired else "",
        dock=_dock(run, chosen, words, offered, asked, wrong=wrong),
        beside=beside,
        others=tuple(
            (name, _address(run.id, asked, **{"with": name}))
            for version, name in names.released.items()
            if version != run.version
        )[-_FEW:],
        **_around(bench, run, asked),
    )
    crumbs = (Crumb(bench.engagement.customer, "/"), Crumb("Runs", _list_address(asked)), Crumb(run.id, ""))
    return Page(
        run_title(run, bench.value), f"alongside runs show {run.id}", body, crumbs, _toast(bench, run, asked)
    )


def _chosen(fields: Sequence[FieldShown], words: Sequence[Feedback], asked: Asked) -> FieldShown | None:
    """Return the field that is selected: the one asked for, else the least sure of those without a word."""
    if "field" in asked.query:
        return next((one for one in fields if one.path == asked.query["field"]), None)
    judged = {word.field for word in words}
    waiting = [one for one in fields if one.path not in judged] or list(fields)
    return min(waiting, key=lambda one: 1.0 if one.confidence is None else one.confidence, default=None)


def _offered(
    bench: Workbench, run: Run, readings: Sequence[Reading], chosen: FieldShown, asked: Asked
) -> tuple[Suggestion, ...]:
    at = asked.number("document", 1, most=max(1, len(readings))) - 1
    if not readings:
        return ()
    found = suggestions(readings[at].document, chosen.path, kind_of(bench, run, chosen.path))
    return tuple(one for one in found if one.value != chosen.text)


def kind_of(bench: Workbench, run: Run, path: str) -> FieldKind:
    """Return the kind of values that the field holds, text where nobody can say."""
    try:
        workflow = bench.describe(bench.version(run.version))[run.workflow]
    except (AlongsideError, KeyError):
        return "text"
    kinds = {field[0]: field[1] for one in workflow["learned"] for field in one["fields"]}
    of_type: dict[str, FieldKind] = {
        "date": "date",
        "datetime": "date",
        "Decimal": "amount",
        "float": "amount",
        "int": "integer",
    }
    name = path.rpartition(".")[2]
    return kinds.get(name) or of_type.get(workflow["fields"].get(name, ""), "text")


def _placed(
    fields: Sequence[FieldShown], words: Sequence[Feedback], chosen: FieldShown | None
) -> list[PlacedField]:
    wrong = {word.field for word in words if word.judgement == "wrong"}
    shown = [one for one in fields if one.boxes]
    return [
        PlacedField(
            number,
            one.path,
            label_of(one.path),
            one.text,
            one.boxes,
            one.document,
            one.path in wrong,
            one is chosen,
        )
        for number, one in enumerate(shown, 1)
    ]


def label_of(path: str) -> str:
    """Return a field's name as people read it: `amount_due` as `Amount due`."""
    words = path.replace(".", " / ").replace("_", " ").strip() or "answer"
    return words[0].upper() + words[1:]


def _row(
    one: FieldShown,
    fields: Sequence[FieldShown],
    words: Sequence[Feedback],
    chosen: FieldShown | None,
    theirs: Mapping[str, str] | None,
    asked: Asked,
) -> AnswerRow:
    said = {word.field: word for word in words}
    word = said.get(one.path) or (said.get("") if len(fields) > 1 else None)
    numbered = [other.path for other in fields if other.boxes]
    own = word if word and word.field == one.path else None
    return AnswerRow(
        one.path,
        label_of(one.path),
        one.text,
        numbered.index(one.path) + 1 if one.boxes else 0,
        one.confidence,
        word.judgement if word else "",
        value_text(own.expected) if own and own.has_expected else None,
        one is chosen,
        _address(asked.path["run"], asked, field=one.path),
        None if theirs is None else theirs.get(one.path, "-"),
    )


def _dock(
    run: Run,
    chosen: FieldShown | None,
    words: Sequence[Feedback],
    offered: Sequence[Suggestion],
    asked: Asked,
    *,
    wrong: bool,
) -> Dock:
    field = chosen.path if chosen else ""
    whole = next((word.judgement for word in words if not word.field), "")
    return Dock(
        field,
        label_of(field),
        wrong,
        whole,
        tuple(offered[:_FEW]),
        _address(run.id, asked, field=field, wrong="1"),
        _address(run.id, asked),
        "next" if asked.query.get("word") == "none" else "",
    )


def _around(bench: Workbench, run: Run, asked: Asked) -> dict[str, Any]:
    wanted, kept = filter_of(bench, asked), filter_query(asked)
    newer, older = run_list.neighbours(bench.database, run, wanted)
    query = f"?{urlencode(kept)}" if kept else ""
    place = ", ".join(text.replace("none", "not judged") for text in kept.values())
    return {
        "newer": f"/runs/{newer}{query}" if newer else "",
        "older": f"/runs/{older}{query}" if older else "",
        "place": place,
    }


def _beside(
    bench: Workbench, run: Run, names: Named, asked: Asked
) -> tuple[Beside | None, Mapping[str, str] | None]:
    """Return the version that the query puts beside this one, and its fields by path."""
    name = asked.query.get("with", "")
    if not name:
        return None, None
    version = bench.version(names.find(name)).id
    theirs = runs.same_inputs(bench.database, run, version=version)
    beside = Beside(names.of(version), version, theirs.id if theirs else "")
    answer = bench.value(theirs.output) if theirs and theirs.output else None
    return beside, {one.path: one.text for one in fields_shown(answer)} if answer is not None else {}


def _toast(bench: Workbench, run: Run, asked: Asked) -> Toast | None:
    """Return what just happened: the query says which word was just recorded."""
    said = asked.query.get("said", "")
    word = next(
        (one for one in feedback.of_run(bench.database, run.id) if one.id == said and not one.undone), None
    )
    if word is None:
        return None
    case = case_of(bench, run)
    text = {"right": "Right", "wrong": "Wrong", "unsure": "Can't tell"}[word.judgement]
    about = f": {label_of(word.field)}" if word.field else ": all that has no word of its own"
    should = f" should say {value_text(word.expected)}" if word.has_expected else ""
    told = f". Case {case.id}, {case.split}" if case and case.run == run.id else ""
    return Toast(word.judgement, f"{text}{about}{should}{told}", f"/runs/{run.id}/undo?word={word.id}")


def _address(run: str, asked: Asked, **more: str) -> str:
    kept = filter_query(asked) | {
        name: asked.query[name] for name in ("document", "with") if name in asked.query
    }
    query = urlencode(kept | more)
    return f"/runs/{run}?{query}" if query else f"/runs/{run}"


def _list_address(asked: Asked) -> str:
    query = urlencode(filter_query(asked))
    return f"/runs?{query}" if query else "/runs"
