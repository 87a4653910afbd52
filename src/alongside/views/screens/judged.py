"""A run under judgement: which field is selected, what it might have said instead, and the page with its boxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from alongside.core.errors import AlongsideError
from alongside.core.feedback import Feedback
from alongside.core.fields import FieldKind
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.screens.page import Asked, Toast
from alongside.views.screens.paper import Paper, PlacedField, paper_of
from alongside.workbench import Workbench
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.pointing import case_of
from alongside.workbench.suggesting import Suggestion, suggestions

__all__ = ["Judged", "judged", "kind_of", "label_of", "toast_of"]

_SAID = {"right": "Right", "wrong": "Wrong", "unsure": "Can't tell"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A run with the words that stand on it. `chosen` is the selected field, `wrong` whether it is being corrected.

    `offered` are the places that could hold the right value instead, the likeliest first.
    """

    run: Run
    words: tuple[Feedback, ...]
    fields: tuple[FieldShown, ...]
    chosen: FieldShown | None
    wrong: bool
    offered: tuple[Suggestion, ...]
    paper: Paper | None


def judged(bench: Workbench, run: Run, asked: Asked) -> Judged:
    """Return the run as the query has it: `field`, `wrong`, `document`."""
    words = current(feedback.of_run(bench.database, run.id))
    fields = tuple(fields_shown(bench.value(run.output))) if run.output else ()
    readings = readings_of(bench, run)
    chosen = _chosen(fields, words, asked)
    wrong = asked.query.get("wrong") == "1" and bool(fields)
    offered = _offered(bench, run, readings, chosen, asked) if wrong and chosen else ()
    paper = paper_of(readings, _placed(fields, words, chosen), offered, asked)
    return Judged(run, words, fields, chosen, wrong, offered, paper)


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


def toast_of(bench: Workbench, asked: Asked, *, inbox: bool = False) -> Toast | None:
    """Return what just happened: the query's `said` is the word that was just recorded. Undo leads back to its run."""
    if "stays" in asked.query:
        return _stays(bench, asked)
    word = feedback.get(bench.database, asked.query.get("said", ""))
    if word is None or word.undone:
        return None
    case = case_of(bench, bench.find_run(word.run))
    about = f": {label_of(word.field)}" if word.field else ""
    should = f" should say {value_text(word.expected)}" if word.has_expected else ""
    made = word.has_expected and case and case.run == word.run
    told = f". Case {case.id}, {case.split}" if made and case else ""
    if case and word.has_expected and case.expected.get(word.field, word.expected) != word.expected:
        has = value_text(case.expected[word.field])
        told = f". Case {case.id} stays as it is: somebody wrote {has} there by hand"
    back = f"/?at={word.run}" if inbox else f"/runs/{word.run}"
    undo = f"/runs/{word.run}/undo?{urlencode({'word': word.id, 'here': back})}"
    return Toast(word.judgement, f"{_SAID[word.judgement]}{about}{should}{told}", undo)


def _stays(bench: Workbench, asked: Asked) -> Toast | None:
    word = feedback.get(bench.database, asked.query["stays"])
    case = case_of(bench, bench.find_run(word.run)) if word and word.undone else None
    if case is None:
        return None
    return Toast("same", f"Taken back. Case {case.id} stays: somebody changed it since")
