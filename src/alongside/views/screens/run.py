"""One run: the page with its boxes, the answer with where each value stands, the steps, and the verdict's dock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from alongside.core.counting import in_dollars
from alongside.core.expected import is_below
from alongside.core.feedback import Feedback
from alongside.core.plain import typed
from alongside.core.run import Run
from alongside.evals.answer import find
from alongside.store import runs
from alongside.views.document import unread_line
from alongside.views.fields import FieldShown, brief_text, fields_shown, read_text
from alongside.views.screens.cells import AnswerTable, answer_tables, in_a_line, table_paths
from alongside.views.screens.correcting import Correction, correction_of
from alongside.views.screens.given import Given, given_of
from alongside.views.screens.judged import Judged, judged, place_for, toast_of
from alongside.views.screens.names import Named, label_of, place_label, run_title, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.paper import Paper
from alongside.views.screens.row_pairs import is_table, rows_told
from alongside.views.screens.rows import ListShown, list_shown
from alongside.views.screens.runs import filter_query, neighbours
from alongside.views.screens.shapes import choice_read
from alongside.views.screens.steps import StepRow, seconds_so_far, step_rows
from alongside.views.screens.turning import place_of
from alongside.workbench import Workbench
from alongside.workbench.cases_here import case_of
from alongside.workbench.corrected import standing
from alongside.workbench.expecting import kind_held
from alongside.workbench.paper import attachments_of

__all__ = ["AnswerRow", "Beside", "Dock", "RunScreen", "run_screen"]

_FEW = 3
_STEPS = 60

Leads = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A field: its value as text, the number of its box (0: none), and the word that stands on it.

    `judgement` is empty where nobody said anything; `expected` is what it should have said, where somebody stated it.
    `sure` is the confidence, 0 to 1 (None: not said). `beside` is the other version's value (None: not asked for).
    `href` selects it, `cited` leads to its box. `problem` says why there is no value, where the model's answer was none.
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
    cited: str = ""
    beside: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another version's answer to the same inputs; `run` is empty where it never saw them."""

    name: str
    version: str
    run: str


@dataclass(frozen=True, slots=True)
class Dock:
    """What may be said now: on which field, and what it might have said, where it is being corrected.

    What gave no answer (`answered` is false) can't be right.
    """

    field: str
    label: str
    wrong: bool
    answered: bool
    whole: str
    correction: Correction | None
    wrong_href: str
    here: str
    then: str


@dataclass(frozen=True, slots=True)
class RunScreen:
    """A run. Times in seconds (since the epoch for `started`), money in dollars (None: unpriced).

    `stated` are the lists that somebody corrected, as they should be. `unread` names the attachments that couldn't be read, in a sentence; empty where all could.
    """

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
    given: tuple[Given, ...]
    paper: Paper | None
    answer: tuple[AnswerRow, ...]
    tables: tuple[AnswerTable, ...]
    stated: tuple[tuple[str, ListShown], ...]
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
    unread: str


def run_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the run in the path.

    The query: the list's filters, `field`, `wrong`, `pick`, `document`, `page`, `rows`, `with`, `said`.
    """
    run = bench.find_run(asked.path["run"])
    names = version_names(bench)
    turned = partial(_turned, run.id, asked)
    seen = judged(bench, run, asked, turned)
    leads = partial(_field_address, asked, seen)
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
        seconds=seconds_so_far(bench, run),
        cost=in_dollars(run.cost),
        tokens=sum(span.tokens for span in trace),
        given=given_of(run, bench.value, files=seen.paper is None),
        paper=seen.paper,
        answer=_rows(bench, seen, theirs, leads, partial(leads, to_box=True)),
        tables=answer_tables(
            seen, leads, whole="rows" in asked.query, all_at=_here(run.id, asked, rows="all")
        ),
        stated=_stated(bench, seen),
        steps=step_rows(trace[:_STEPS], run),
        spans=len(trace),
        words=seen.words,
        case=case.id if case and not case.retired else "",
        dock=_dock(bench, seen, asked, leads),
        beside=beside,
        others=tuple(
            (name, _address(run.id, asked, **{"with": name}))
            for version, name in names.released.items()
            if version != run.version
        )[-_FEW:],
        unread=unread_line(attachments_of(bench, run.id)),
        **_around(bench, run, asked),
    )
    crumbs = (Crumb(bench.engagement.customer, "/"), Crumb("Runs", _list_address(asked)), Crumb(run.id, ""))
    command = (
        f"alongside runs diff {run.id} {beside.run}"
        if beside and beside.run
        else f"alongside runs show {run.id}"
    )
    return Page(run_title(run, bench.value), command, body, crumbs, toast_of(bench, asked))


def _rows(
    bench: Workbench, seen: Judged, theirs: Mapping[str, str] | None, leads: Leads, cited: Leads
) -> tuple[AnswerRow, ...]:
    said = {word.field: word for word in seen.words}
    whole = said.get("") if len(seen.fields) > 1 else None
    records = table_paths(seen)

    def row(one: FieldShown) -> AnswerRow:
        own = said.get(one.path)
        inside = next((word for word in seen.words if one.path and is_below(word.field, one.path)), None)
        word = next((one for one in (inside, own, whole) if one and one.judgement == "wrong"), own or whole)
        return AnswerRow(
            one.path,
            label_of(one.path),
            in_a_line(one, records.get(one.path)),
            seen.numbers.get(one.path, 0),
            one.confidence,
            word.judgement if word else "",
            _should(
                bench, seen, one.path, own, corrected_inside=inside is not None and one.path not in records
            ),
            one is seen.chosen,
            leads(one.path),
            cited(one.path) if one.path in seen.numbers else "",
            None if theirs is None else theirs.get(one.path, "-"),
            one.problem,
        )

    return tuple(row(one) for one in seen.fields)


def _should(
    bench: Workbench, seen: Judged, path: str, own: Feedback | None, *, corrected_inside: bool
) -> str | None:
    """Return what a field should have said, as people read it, with what was said inside it; None where nobody stated that."""
    if corrected_inside:
        stands = standing(bench, seen.run, path)
        return brief_text(stands.value) if stands.is_corrected else None
    if own is None or not own.has_expected:
        return None
    return brief_text(choice_read(own.expected, kind_held(bench, seen.run, path)))


def _stated(bench: Workbench, seen: Judged) -> tuple[tuple[str, ListShown], ...]:
    """Return the lists of records that somebody corrected."""
    tables = [
        (path, list_shown(path, rows, kind_held(bench, seen.run, path)))
        for path, rows in seen.stated.items()
        if is_table(rows)
    ]
    return tuple((place_label(path, seen.answer), table) for path, table in tables if table)


def _dock(bench: Workbench, seen: Judged, asked: Asked, leads: Leads) -> Dock:
    field = seen.chosen.path if seen.chosen else ""
    whole = next((word.judgement for word in seen.words if not word.field), "")
    named = {"field": field} if seen.named else {}
    return Dock(
        field,
        place_label(field, seen.answer),
        seen.wrong,
        bool(seen.run.output),
        whole,
        correction_of(bench, seen, leads, asked.typed),
        _here(seen.run.id, asked, **named, wrong="1"),
        _here(seen.run.id, asked),
        "next" if asked.query.get("word") == "none" else "",
    )


def _around(bench: Workbench, run: Run, asked: Asked) -> dict[str, Any]:
    kept = filter_query(asked)
    newer, older = neighbours(bench, run, asked)
    query = urlencode(kept | {name: asked.query[name] for name in ("with",) if name in asked.query})
    query = f"?{query}" if query else ""
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
    if theirs is None or not theirs.output:
        return beside, {}
    ours = typed(bench.blobs.get(run.output)) if run.output else None
    return beside, _in_lines(typed(bench.blobs.get(theirs.output)), ours)


def _in_lines(answer: Any, ours: Any) -> dict[str, str]:
    """Return another answer's fields, each in a line; of records how many there are, and how many differ from ours."""
    lines: dict[str, str] = {}
    for one in fields_shown(answer):
        lines[one.path] = read_text(one.value)
        mine: Any = find(ours, one.path)
        if is_table(one.value) or (is_table(mine) and one.value == []):
            many = rows_told(one.value, mine if is_table(mine) else []).count
            differ = f", {many} {'differs' if many == 1 else 'differ'}" if many else ""
            lines[one.path] = f"{in_a_line(one, len(one.value))}{differ}"
    return lines


def _address(run: str, asked: Asked, **more: str) -> str:
    kept = filter_query(asked) | ({"with": asked.query["with"]} if "with" in asked.query else {})
    query = urlencode(kept | more)
    return f"/runs/{run}?{query}" if query else f"/runs/{run}"


def _here(run: str, asked: Asked, **more: str) -> str:
    """Return an address at which the same page of the document is shown."""
    return _address(run, asked, **place_of(asked.query), **more)


def _field_address(asked: Asked, seen: Judged, field: str, *, to_box: bool = False) -> str:
    """A field chosen while something is wrong is the wrong one; `to_box` shows its own page whatever is in sight."""
    place = {} if to_box else place_for(seen, asked, field)
    return _address(seen.run.id, asked, **place, field=field, **({"wrong": "1"} if seen.wrong else {}))


def _turned(run: str, asked: Asked, page: int) -> str:
    """Return where another page of the document is shown; what is selected stays."""
    kept = {name: asked.query[name] for name in ("document", "field", "wrong") if name in asked.query}
    return _address(run, asked, **kept, page=str(page))


def _list_address(asked: Asked) -> str:
    query = urlencode(filter_query(asked))
    return f"/runs?{query}" if query else "/runs"
