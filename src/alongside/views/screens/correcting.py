"""What may be said instead: of which field, by touch or in the form that its type asks for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from alongside.core.answer_types import Kind, choices_of
from alongside.views.screens.judged import Judged
from alongside.views.screens.names import place_label
from alongside.views.screens.page import Problem, Typed
from alongside.views.screens.picking import Offer, meant_for, offers_of, picked_text
from alongside.views.screens.rows import RowsShown, begun, given_text, is_held, rows_of, seen_text
from alongside.workbench import Workbench
from alongside.workbench.corrected import standings
from alongside.workbench.expecting import kind_held

__all__ = ["Correction", "FieldChoice", "Moved", "correction_of"]

_OFFERED = 12
_LONG = 60
_FORMS = {"number": "number", "integer": "integer", "date": "date", "flag": "flag", "choice": "choice"}


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that may be the wrong one, and where choosing it leads."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A place that was to be corrected, whose row stands elsewhere by now; `text` is what was sent for it."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A field that is being corrected. `form` is how its value is stated: text, long, number, integer, date, moment, flag, choice, json.

    `choices` are those of a choice, with how people read them. `given` is what a long form begins with, `rows` how a list of it is shown in a table; a list or a record begins with
    what `stands` (as corrected by whom; empty: as the run answered). `seen` is what stood of the field, as JSON, and `stood`
    the same of each that a touched figure may be meant for, by its path. `named` says that somebody chose the field: until then a touched figure
    says which it is. `touched` was touched and may be meant for any of `which`. `typed` and `note` stood in a form that was
    refused, `problem` says why; of a place in a row that `moved` the form is its list's, as that stands now. `answered` is false where the run has no answer, `on_page` where it was asked without one.
    """

    field: str
    label: str
    form: str
    choices: tuple[tuple[str, str], ...]
    given: str
    named: bool
    offers: tuple[Offer, ...]
    touched: str
    which: tuple[Offer, ...]
    fields: tuple[FieldChoice, ...]
    answered: bool
    on_page: bool
    typed: str = ""
    note: str = ""
    problem: Problem | None = None
    rows: RowsShown | None = None
    stands: str = ""
    seen: str = ""
    stood: tuple[tuple[str, str], ...] = ()
    moved: Moved | None = None


def correction_of(
    bench: Workbench, seen: Judged, leads: Callable[[str], str], typed: Typed
) -> Correction | None:
    """Return what may be said instead, None where nothing is being corrected; `leads` is a field's address."""
    if not seen.wrong or seen.chosen is None:
        return None
    kind = kind_held(bench, seen.run, seen.chosen.path)
    chosen_value, stands, was_seen = seen.chosen.value, "", ""
    if is_held(kind, chosen_value):
        chosen_value, stands, was_seen = begun(bench, seen.run, seen.chosen.path)
    fields = {seen.chosen.path, *(path for one in seen.offered for path, _ in one.of)}
    stood = {path: seen_text(one) for path, one in standings(bench, seen.run, sorted(fields)).items()}
    form, given = _form(kind, chosen_value)
    labels = [(one.path, place_label(one.path, seen.answer), one.text) for one in seen.fields or seen.blank]
    inside = seen.chosen.path not in {path for path, _, _ in labels}
    chosen = (seen.chosen.path, place_label(seen.chosen.path, seen.answer), seen.chosen.text)
    moved, problem = _moved(seen, typed), typed.problems.get("expected")
    own = Typed({}, {}) if moved else typed  # what was sent for a cell isn't what should stand in its list
    return Correction(
        seen.chosen.path,
        chosen[1],
        form,
        choices_of(kind) if form == "choice" else (),
        given,
        seen.named,
        offers_of(seen.offered, most=_OFFERED),
        seen.touched.text if seen.touched else "",
        meant_for(seen.touched, labels) if seen.touched else (),
        tuple(
            FieldChoice(label, leads(path), seen.named and path == seen.chosen.path)
            for path, label, _ in (*labels, *([chosen] if inside else []))
        ),
        bool(seen.run.output),
        seen.paper is not None,
        own.text("expected", ""),
        typed.text("note", ""),
        _labelled(problem, moved) if problem and moved else problem,
        rows_of(kind, chosen_value),
        stands,
        own.text("s:expected", was_seen or stood[seen.chosen.path]),
        tuple(stood.items()),
        moved,
    )


def _moved(seen: Judged, typed: Typed) -> Moved | None:
    if not seen.moved:
        return None
    sent = picked_text(typed.text("pick", "")) or typed.text("expected", "")
    return Moved(seen.moved, place_label(seen.moved, seen.answer), sent)


def _labelled(problem: Problem, moved: Moved) -> Problem:
    """Return the problem of a place that moved: called as people read it, and of no cell in the list that is shown."""
    after = problem.message.removeprefix(moved.field)
    return replace(
        problem, message=problem.message if after == problem.message else moved.label + after, place=""
    )


def _form(kind: Kind, value: Any) -> tuple[str, str]:
    """Return the form for a kind, and the text that it begins with: what is to be changed, or the shape that is to be filled in."""
    if is_held(kind, value):
        return "json", given_text(kind, value)
    if kind.get("timed"):
        return "moment", ""
    if kind["kind"] in _FORMS:
        return _FORMS[kind["kind"]], ""
    if isinstance(value, str) and (len(value) > _LONG or "\n" in value):
        return "long", value
    return "text", ""
