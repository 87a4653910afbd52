"""One case: the piece of the page it is about, where it came from, what must hold, and how each version does on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alongside.core.answer_types import ANYTHING
from alongside.core.case import NOT_AGAIN, Case, CheckSpec
from alongside.core.document import Box
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback, runs
from alongside.views.case import counts_as
from alongside.views.fields import FieldShown, brief_text, fields_shown, read_text, stated_text
from alongside.views.screens.expectation import Expectation, expectation_of
from alongside.views.screens.names import Named, draft_of
from alongside.views.screens.page import Asked, Problem
from alongside.views.screens.row_pairs import is_table
from alongside.views.screens.rows import ListShown, list_shown
from alongside.views.screens.shapes import choice_read
from alongside.workbench import Workbench
from alongside.workbench.expecting import answer_kind, kind_within, readings_for_case
from alongside.workbench.learning import teaches
from alongside.workbench.matrix import Matrix
from alongside.workbench.paper import Reading, reading_under, readings_of
from alongside.workbench.standing import results_of_case

__all__ = ["CaseShown", "Crop", "ResultShown", "case_shown"]

_FEW, _ROWS = 8, 100
_ASPECT = 0.3  # of a crop
_ROOM = 2.5
_LEAST = 0.5  # of the page's width
_MARKS = {"passed": "right", "failed": "wrong"}


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece of a page, in points: its picture's address, the piece's box, and the field's box in it."""

    picture: str
    name: str
    page: tuple[float, float]
    view: tuple[float, float, float, float]
    box: tuple[float, float, float, float]
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class ResultShown:
    """How a version did; `reasons` say why it isn't right."""

    version: str
    live: bool
    mark: str
    text: str
    run: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case. `lists` are those that it expects of records, as tables. `by` and `at` say who judged the run that it came from, empty and 0 where nobody is known to have.

    `reason` was typed into the form that retires it, `problem` says why nothing was saved.
    """

    id: str
    name: str
    workflow: str
    path: str
    split: str
    counts_as: str
    must_pass: bool
    retired: str
    note: str
    mode: str
    run: str
    by: str
    at: float
    rate: float
    expected: tuple[tuple[str, str], ...]
    lists: Mapping[str, ListShown]
    checks: tuple[tuple[str, str], ...]
    is_stated: bool
    results: tuple[ResultShown, ...]
    standing: tuple[str, str]
    crop: Crop | None
    expectation: Expectation
    may_edit: bool
    reason: str
    problem: Problem | None


def case_shown(
    bench: Workbench, case: Case, known: Matrix, mode: str, names: Named, asked: Asked
) -> CaseShown:
    """Return the case as its pane shows it."""
    kind = answer_kind(bench, bench.snapshot(), case.workflow) if case.expected else ANYTHING
    expectation, readings = expectation_of(bench, case, kind, asked.typed), readings_for_case(bench, case)
    run = runs.get(bench.database, case.run) if case.run else None
    words = current(feedback.of_run(bench.database, run.id)) if run else ()
    told = next((word for word in words if word.has_expected), words[0] if words else None)
    draft = draft_of(bench, names)
    failing = next((cell.fields for _, cell in known.of(case.id) if cell.fields), ())
    return CaseShown(
        case.id,
        case.name,
        case.workflow,
        expectation.path,
        case.split,
        counts_as(case, teaches=teaches(bench, case)),
        case.must_pass,
        case.retired,
        case.note or (told.note if told else ""),
        mode,
        run.id if run else "",
        told.by if told else "",
        told.at if told else 0.0,
        case.rate,
        tuple(
            (
                field or "answer",
                "nothing is there"
                if value is None
                else stated_text(choice_read(value, kind_within(kind, field)), readings.get(field, "")),
            )
            for field, value in case.expected.items()
        ),
        {
            field or "answer": table
            for field, value in case.expected.items()
            if is_table(value) and (table := list_shown(field, value, kind_within(kind, field), most=_ROWS))
        },
        tuple((spec.field or "answer", _check_text(spec)) for spec in case.checks),
        case.is_stated,
        _results(bench, case, names, draft),
        _standing(case, known, names, draft),
        _crop(bench, case, run, failing),
        expectation,
        "reviewer" in asked.may,
        asked.typed.text("reason", ""),
        asked.typed.problems.get(""),
    )


def _check_text(spec: CheckSpec) -> str:
    return (
        f"not {read_text((spec.options or {}).get('value'))} again" if spec.check == NOT_AGAIN else spec.check
    )


def _called(version: str, names: Named, draft: str) -> str:
    return "draft" if version == draft else names.of(version)


def _results(bench: Workbench, case: Case, names: Named, draft: str) -> tuple[ResultShown, ...]:
    return tuple(
        ResultShown(
            _called(one["version"], names, draft),
            one["live"],
            _MARKS.get(one["status"], "none"),
            _MARKS.get(one["status"], str(one["status"])),
            one["run"],
            tuple(one["reasons"]),
        )
        for one in results_of_case(bench, case)[:_FEW]
    )


def _standing(case: Case, known: Matrix, names: Named, draft: str) -> tuple[str, str]:
    """Return a mark and words for how the case, as it is now, stands on the newest version beside the one before."""
    ever = known.of(case.id)
    if not ever:
        return "none", "no version judged it yet"
    told = [(version, cell) for version, cell in ever if not cell.old]
    if not told:
        version, cell = ever[0]
        return "none", f"not judged since; {cell.mark} in {_called(version, names, draft)} before"
    version, cell = told[0]
    before = told[1][1].mark if len(told) > 1 else cell.mark
    name = _called(version, names, draft)
    if cell.mark == "right":
        return ("fixed", f"fixed by {name}") if before != "right" else ("right", f"right in {name}")
    if cell.mark == "flaky":
        return "flaky", f"flaky in {name}"
    return ("broken", f"broken by {name}") if before == "right" else ("wrong", f"wrong in {name}")


def _crop(bench: Workbench, case: Case, run: Run | None, failing: Sequence[str]) -> Crop | None:
    """Return the piece of the page where a field stands: the one that fails, else the first that has a place."""
    if run is None:
        return None
    pointed = {
        word.field: word.box
        for word in current(feedback.of_run(bench.database, run.id))
        if word.box is not None
    }
    shown = fields_shown(bench.value(run.output)) if run.output and bench.blobs.has(run.output) else []
    read = {one.path: one for one in shown if one.boxes}
    order = [*failing, *pointed, *case.expected]
    field = next((name for name in order if name in pointed or name in read), None)
    if field is None:
        return None
    own = read.get(field) or FieldShown(field, None)
    box = pointed.get(field) or own.boxes[0]
    of = reading_under(readings_of(bench, run), box, document=own.document, touched=box not in own.boxes)
    expected = case.expected.get(field)
    return _cut(of, box, field, brief_text(expected) if expected is not None else "nothing") if of else None


def _cut(of: Reading, box: Box, field: str, text: str) -> Crop | None:
    page = next((one for one in of.document.pages if one.number == box.page), None)
    if page is None:
        return None
    width = min(page.width, max(box.width * _ROOM, page.width * _LEAST))
    height = min(page.height, max(width * _ASPECT, box.height * _ROOM))
    x = min(max(0.0, (box.x0 + box.x1 - width) / 2), page.width - width)
    y = min(max(0.0, (box.y0 + box.y1 - height) / 2), page.height - height)
    view = (round(x, 1), round(y, 1), round(width, 1), round(height, 1))
    around = (round(box.x0 - 2, 1), round(box.y0 - 2, 1), round(box.width + 4, 1), round(box.height + 4, 1))
    picture = f"/pages/{of.kept}/{of.part}/{box.page}.png"
    return Crop(picture, of.document.name, (page.width, page.height), view, around, field, text)
