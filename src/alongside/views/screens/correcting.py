"""What may be said instead: of which field, by touch or in the form that its type asks for."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from alongside.core.answer_types import Kind
from alongside.evals.skeleton import skeleton_of
from alongside.views.fields import FieldShown
from alongside.views.screens.judged import Judged, place_label
from alongside.views.screens.page import Problem, Typed
from alongside.views.screens.picking import Offer, meant_for, offers_of
from alongside.workbench import Workbench
from alongside.workbench.expecting import kind_held

__all__ = ["Correction", "FieldChoice", "correction_of"]

_OFFERED = 12
_LONG = 60
_FORMS = {"number": "number", "integer": "integer", "date": "date", "flag": "flag", "choice": "choice"}
_HOLDERS = {"list", "record", "mapping"}


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that may be the wrong one, and where choosing it leads."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A field that is being corrected. `form` is how its value is stated: text, long, number, integer, date, flag, choice, json.

    `given` is what a long form begins with. `named` says that somebody chose the field: until then a touched figure
    says which it is. `touched` was touched and may be meant for any of `which`. `typed` and `note` stood in a form that was
    refused, `problem` says why. `answered` is false where the run has no answer.
    """

    field: str
    label: str
    form: str
    choices: tuple[str, ...]
    given: str
    named: bool
    offers: tuple[Offer, ...]
    touched: str
    which: tuple[Offer, ...]
    fields: tuple[FieldChoice, ...]
    answered: bool
    typed: str = ""
    note: str = ""
    problem: Problem | None = None


def correction_of(
    bench: Workbench, seen: Judged, leads: Callable[[str], str], typed: Typed
) -> Correction | None:
    """Return what may be said instead, None where nothing is being corrected; `leads` is a field's address."""
    if not seen.wrong or seen.chosen is None:
        return None
    kind = kind_held(bench, seen.run, seen.chosen.path)
    form, given = _form(kind, seen.chosen)
    labels = [(one.path, place_label(seen.answer, one.path), one.text) for one in seen.fields or seen.blank]
    inside = seen.chosen.path not in {path for path, _, _ in labels}
    chosen = (seen.chosen.path, place_label(seen.answer, seen.chosen.path), seen.chosen.text)
    return Correction(
        seen.chosen.path,
        chosen[1],
        form,
        tuple(kind.get("of", ())) if form == "choice" else (),
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
        typed.text("expected", ""),
        typed.text("note", ""),
        typed.problems.get("expected"),
    )


def _form(kind: Kind, chosen: FieldShown) -> tuple[str, str]:
    """Return the form for a kind, and the text that it begins with: what is to be changed, or the shape that is to be filled in."""
    if kind["kind"] in _HOLDERS or isinstance(chosen.value, list | dict):
        value = cast("Any", chosen.value)
        held = value or skeleton_of(kind)
        return "json", json.dumps(held, ensure_ascii=False, indent=1) if held is not None else ""
    if kind["kind"] in _FORMS:
        return _FORMS[kind["kind"]], ""
    if isinstance(chosen.value, str) and (len(chosen.value) > _LONG or "\n" in chosen.value):
        return "long", chosen.value
    return "text", ""
