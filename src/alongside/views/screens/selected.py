"""The selected line of the inbox: the page around the field in doubt, its value, and what may be done about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from alongside.core.case import Case, names_apart
from alongside.core.run import Run
from alongside.evals.comparison import Result
from alongside.evals.feedback import current
from alongside.store import feedback
from alongside.views.fields import FieldShown, brief_text
from alongside.views.screens.cells import AnswerTable, answer_tables, in_a_line, table_paths
from alongside.views.screens.correcting import Correction, correction_of
from alongside.views.screens.given import Given, given_of
from alongside.views.screens.judged import Judged, judged, place_for, toast_of
from alongside.views.screens.names import place_label, run_title
from alongside.views.screens.page import Asked, Toast
from alongside.views.screens.paper import Paper, View, crop_of
from alongside.views.screens.turning import place_of
from alongside.workbench import Workbench
from alongside.workbench.cases_here import case_of

__all__ = ["Fact", "Selected", "selected_case", "selected_gate", "selected_run", "unmet_in_words"]

_FEW, _ROWS = 3, 5


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be known: a field and its value, a promise and its evidence. `href` selects it or leads to it.

    `mark` is empty or a verdict; `sure` is the certainty, 0 to 1 (None: not said); `was` is what stood there before.
    """

    label: str
    text: str
    mark: str = ""
    sure: float | None = None
    href: str = ""
    selected: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Selected:
    """`kind` says what it is: `run`, `case`, `gate`. `run` and `case` are ids, empty where there is none.

    `field` is the one in doubt, `correction` what it might have said where it is being corrected. `given` are the
    inputs that no page shows. `word` was said of a run that waits for none any more, with the way to take it back.
    What gave no answer (`answered` is false) can't be right.
    """

    kind: str
    title: str
    about: str
    open: str
    fix: str
    facts: tuple[Fact, ...]
    view: View | None = None
    paper: Paper | None = None
    run: str = ""
    case: str = ""
    field: str = ""
    label: str = ""
    wrong: bool = False
    said: str = ""
    correction: Correction | None = None
    given: tuple[Given, ...] = ()
    tables: tuple[AnswerTable, ...] = ()
    here: str = ""
    wrong_href: str = ""
    word: Toast | None = None
    answered: bool = True


def selected_run(bench: Workbench, asked: Asked, run: Run) -> Selected:
    """Return a run that waits for a word, or for a case."""
    seen = judged(bench, run, asked, partial(_turned, run.id, asked))
    case = case_of(bench, run)
    field = seen.chosen.path if seen.chosen else ""
    notes = [f"“{word.note}” {word.by}" for word in seen.words if word.note]
    said = next((word.judgement for word in seen.words), "")
    leads, place = partial(_field_address, asked, seen), place_of(asked.query)
    named = {"field": field} if seen.named else {}
    records = table_paths(seen)
    return Selected(
        "run",
        run_title(run, bench.value),
        "; ".join(notes) or run.error,
        f"/runs/{run.id}" + ("" if run.error else f"?word={'wrong' if said == 'wrong' else 'none'}"),
        f"/fix?case={case.id}" if case else "/fix",
        tuple(_fact(seen, one, records, leads) for one in seen.fields),
        crop_of(seen.paper, whole=seen.wrong) if seen.paper else None,
        seen.paper,
        run.id,
        case.id if case and not case.retired else "",
        field,
        place_label(field, seen.answer),
        seen.wrong,
        said,
        correction_of(bench, seen, leads, asked.typed),
        given_of(run, bench.value, files=seen.paper is None),
        answer_tables(seen, leads, rows=_ROWS),
        _address(run.id, **place),
        _address(run.id, **place, **named, wrong="1"),
        answered=bool(run.output),
    )


def selected_again(bench: Workbench, asked: Asked, run: Run) -> Selected:
    """Return a run that waits no more, as somebody who goes back finds it: with its last word, and nothing begun anew."""
    begun = {"said"} if asked.typed.problems else {"wrong", "pick", "said"}
    query = {name: text for name, text in asked.query.items() if name not in begun}
    found = selected_run(bench, replace(asked, query=query), run)
    words = current(feedback.of_run(bench.database, run.id))
    shown = {"at": run.id, **place_of(asked.query)}
    told = Asked({}, shown | {"said": words[-1].id}, asked.by) if words else asked
    again = urlencode({"field": found.field, "wrong": "1"} if found.field else {"wrong": "1"})
    return replace(
        found,
        open=f"/runs/{run.id}",
        wrong_href=f"/runs/{run.id}?{again}",
        word=toast_of(bench, told, inbox=True) if words else None,
    )


def selected_case(bench: Workbench, asked: Asked, result: Result, run: Run | None, *, title: str) -> Selected:
    """Return a case that fails: what it expects and what it got, with the page around the first failing field."""
    case = result.case
    failed = [verdict for verdict in result.outcome.verdicts if not verdict["passed"]]
    field = str(failed[0]["field"]) if failed else ""
    facts = [Fact(place_label(str(one["field"])), str(one["reason"]), "wrong") for one in failed]
    if result.outcome.status != "done":
        facts.append(Fact("Ended", result.outcome.error.partition("\n")[0] or result.outcome.status, "wrong"))
    facts += [
        Fact(place_label(path), brief_text(value))
        for path, value in case.expected.items()
        if path not in {one["field"] for one in failed}
    ]
    seen = judged(bench, run, Asked({}, {"field": field}, asked.by)) if run else None
    paper = seen.paper if seen else None
    return Selected(
        "case",
        title,
        f"“{case.note}”" if case.note else "",
        f"/cases/{case.id}",
        f"/fix?case={case.id}",
        tuple(facts),
        crop_of(paper, whole=False) if paper else None,
        paper,
        run.id if run else "",
        case.id,
    )


def selected_gate(said: Mapping[str, Any], title: str, cases: Sequence[Case], *, change: str) -> Selected:
    """Return why the gate says no: each promise that isn't met, with its evidence and the first cases to look at.

    `change` says what isn't shipped, and who proved it.
    """
    named = names_apart(cases)
    facts = [
        Fact(unmet_in_words(item), _evidence(item, named), "wrong" if item["status"] == "unmet" else "wait")
        for item in said.get("items", ())
        if item["status"] != "met"
    ]
    return Selected("gate", title, change.strip(), "/releases", "/fix", tuple(facts))


def unmet_in_words(item: Mapping[str, Any]) -> str:
    """Return what is missing for a promise that isn't met: its name alone says what should be, not what is."""
    told = {
        "there are cases": "there is no case yet",
        "cases can be read": "a case file can't be read",
        "must-pass cases": "a must-pass case fails",
        "nothing broken": "cases broke",
        "every case ran": "not every case ran",
        "same models": "answers of different models are mixed",
    }
    unproven = "isn't proven" if item["status"] == "unproven" else "isn't kept"
    return told.get(item["name"]) or f"“{item['name']}” {unproven}"


def _evidence(item: Mapping[str, Any], named: Mapping[str, str]) -> str:
    first = ", ".join(named.get(case, case) for case in item["cases"][:_FEW])
    more = len(item["cases"]) - _FEW
    return f"{item['evidence']}{f': {first}' if first else ''}{f' and {more} more' if more > 0 else ''}"


def _fact(seen: Judged, one: FieldShown, records: Mapping[str, int], leads: Callable[[str], str]) -> Fact:
    word = next((word.judgement for word in seen.words if word.field == one.path), "")
    number = seen.numbers.get(one.path, 0)
    text = one.problem or in_a_line(one, records.get(one.path))
    return Fact(
        place_label(one.path), text, word, one.confidence, leads(one.path), one is seen.chosen, number
    )


def _address(run: str, **more: str) -> str:
    return f"/?{urlencode({'at': run, **more})}#selected"


def _field_address(asked: Asked, seen: Judged, field: str) -> str:
    wrong = {"wrong": "1"} if seen.wrong else {}
    return _address(seen.run.id, **place_for(seen, asked, field), field=field, **wrong)


def _turned(run: str, asked: Asked, page: int) -> str:
    kept = {name: asked.query[name] for name in ("document", "field", "wrong") if name in asked.query}
    return _address(run, **kept, page=str(page))
