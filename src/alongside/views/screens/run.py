"""One run: the page with its boxes, the answer with where each value stands, the steps, and the verdict's dock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.store import run_list, runs
from alongside.store.run_list import Listed
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.figures import in_dollars
from alongside.views.screens.judged import Judged, judged, label_of, toast_of
from alongside.views.screens.names import Named, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.paper import Paper
from alongside.views.screens.runs import filter_of, filter_query, searched
from alongside.views.screens.steps import StepRow, step_rows
from alongside.workbench import Workbench
from alongside.workbench.pointing import case_of
from alongside.workbench.suggesting import Suggestion

__all__ = ["AnswerRow", "Beside", "Dock", "RunScreen", "run_screen"]

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
    seen = judged(bench, run, asked)
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
        paper=seen.paper,
        answer=tuple(_row(one, seen, theirs, asked) for one in seen.fields),
        steps=step_rows(trace[:_STEPS], run),
        spans=len(trace),
        words=seen.words,
        case=case.id if case and not case.retired else "",
        dock=_dock(seen, asked),
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
        run_title(run, bench.value), f"alongside runs show {run.id}", body, crumbs, toast_of(bench, asked)
    )


def _row(one: FieldShown, seen: Judged, theirs: Mapping[str, str] | None, asked: Asked) -> AnswerRow:
    said = {word.field: word for word in seen.words}
    word = said.get(one.path) or (said.get("") if len(seen.fields) > 1 else None)
    numbered = [other.path for other in seen.fields if other.boxes]
    own = word if word and word.field == one.path else None
    return AnswerRow(
        one.path,
        label_of(one.path),
        one.text,
        numbered.index(one.path) + 1 if one.boxes else 0,
        one.confidence,
        word.judgement if word else "",
        value_text(own.expected) if own and own.has_expected else None,
        one is seen.chosen,
        _address(asked.path["run"], asked, field=one.path),
        None if theirs is None else theirs.get(one.path, "-"),
    )


def _dock(seen: Judged, asked: Asked) -> Dock:
    field = seen.chosen.path if seen.chosen else ""
    whole = next((word.judgement for word in seen.words if not word.field), "")
    return Dock(
        field,
        label_of(field),
        seen.wrong,
        whole,
        seen.offered[:_FEW],
        _address(seen.run.id, asked, field=field, wrong="1"),
        _address(seen.run.id, asked),
        "next" if asked.query.get("word") == "none" else "",
    )


def _around(bench: Workbench, run: Run, asked: Asked) -> dict[str, Any]:
    wanted, kept = filter_of(bench, asked), filter_query(asked)
    newer, older = (
        _beside_in(searched(bench, wanted, kept["q"]), run)
        if "q" in kept
        else run_list.neighbours(bench.database, run, wanted)
    )
    query = f"?{urlencode(kept)}" if kept else ""
    place = ", ".join(text.replace("none", "not judged") for text in kept.values())
    return {
        "newer": f"/runs/{newer}{query}" if newer else "",
        "older": f"/runs/{older}{query}" if older else "",
        "place": place,
    }


def _beside_in(found: Sequence[Listed], run: Run) -> tuple[str, str]:
    ids = ["", *(one.run.id for one in found), ""]
    at = ids.index(run.id) if run.id in ids else 0
    return (ids[at - 1], ids[at + 1]) if at else ("", "")


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


def _address(run: str, asked: Asked, **more: str) -> str:
    kept = filter_query(asked) | {
        name: asked.query[name] for name in ("document", "with") if name in asked.query
    }
    query = urlencode(kept | more)
    return f"/runs/{run}?{query}" if query else f"/runs/{run}"


def _list_address(asked: Asked) -> str:
    query = urlencode(filter_query(asked))
    return f"/runs?{query}" if query else "/runs"
