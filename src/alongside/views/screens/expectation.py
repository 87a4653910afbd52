"""What a case must hold, as fields to edit."""

import json
from dataclasses import dataclass

from alongside.core.answer_types import Kind, choices_of
from alongside.core.case import Case
from alongside.store import runs
from alongside.views.fields import fields_shown
from alongside.views.screens.editor import is_long
from alongside.views.screens.page import Problem, Typed
from alongside.views.screens.rows import RowsShown, rows_of
from alongside.views.screens.shapes import choice_read
from alongside.workbench import Workbench
from alongside.workbench.editing import read_text
from alongside.workbench.expecting import kind_within
from alongside.workbench.standing import find_case
from alongside.workbench.stating import field_text

__all__ = ["Expectation", "ExpectedField", "expectation_of"]

_EMPTY = Typed({}, {})


@dataclass(frozen=True, slots=True)
class ExpectedField:
    """A field: `how` it is judged (says, nothing, unjudged), its text, and as JSON what was seen of it; `rows` of a list.

    `choices`: the values that it may have with how people read them, where it is one of several.
    """

    field: str
    how: str
    text: str
    before: str
    long: bool
    problem: Problem | None
    rows: RowsShown | None = None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case must hold; `seen` digests the file as it is shown. `others` are fields of the answer that could be added.

    `typed` says that the form was refused: it shows what was typed; `added` is then the field that was to be added.
    """

    case: str
    name: str
    path: str
    seen: str
    fields: tuple[ExpectedField, ...]
    others: tuple[str, ...]
    added: tuple[str, str]
    added_problem: Problem | None
    must_pass: bool
    typed: bool


def expectation_of(bench: Workbench, case: Case, kind: Kind, typed: Typed = _EMPTY) -> Expectation:
    """Return what a case must hold of an answer of that `kind`, and the other fields of the answer that it could."""
    _, path = find_case(bench, case.id)
    file = read_text(bench, path.relative_to(bench.root).as_posix())
    added = (typed.text("field", ""), typed.text("value", ""))
    return Expectation(
        case.id,
        case.name,
        file.path,
        file.seen,
        tuple(_field(field, value, typed, kind) for field, value in case.expected.items()),
        _others(bench, case),
        added,
        typed.problems.get("field" if not added[0] else f"e:{added[0]}")
        if added[0] not in case.expected
        else None,
        case.must_pass,
        any(name.startswith("e:") or name == "field" for name in typed.fields),
    )


def _field(field: str, value: object, typed: Typed, kind: Kind) -> ExpectedField:
    shown, held = field_text(value), kind_within(kind, field)
    text = typed.text(f"e:{field}", shown)
    choices = _choices(held, value, text)
    rows = rows_of(held, value) if isinstance(value, list) else None
    return ExpectedField(
        field,
        typed.fields.get(f"h:{field}", "nothing" if value is None else "says"),
        text,
        typed.fields.get(f"s:e:{field}", json.dumps(value)),
        is_long(shown) or is_long(text) or rows is not None,
        typed.problems.get(f"e:{field}"),
        rows,
        choices,
    )


def _choices(kind: Kind, value: object, text: str) -> tuple[tuple[str, str], ...]:
    """Return what may be chosen, what is expected now as it is written; nothing where that, or what was typed, is no choice."""
    if kind["kind"] != "choice" or kind.get("flags"):
        return ()
    now = choice_read(value, kind)
    choices = tuple((field_text(value if label == now else one), label) for one, label in choices_of(kind))
    nothing = (("", "choose one"),) if value is None else ()
    return (*nothing, *choices) if text in {"", *(one for one, _ in choices)} else ()


def _others(bench: Workbench, case: Case) -> tuple[str, ...]:
    run = runs.get(bench.database, case.run) if case.run else None
    if run is None or not run.output or not bench.blobs.has(run.output):
        return ()
    paths = [one.path for one in fields_shown(bench.value(run.output))]
    return tuple(path for path in paths if path not in case.expected)
