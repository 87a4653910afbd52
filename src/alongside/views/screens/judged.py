"""A run under judgement: which field is selected, what it might have said instead, and the page with its boxes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.document import Document
from alongside.core.errors import AlongsideError
from alongside.core.feedback import Feedback
from alongside.core.fields import FieldKind
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find
from alongside.evals.feedback import current
from alongside.evals.stated import kind_of_kept
from alongside.store import feedback
from alongside.views.case import held_only
from alongside.views.fields import FieldShown, fields_shown, value_text
from alongside.views.screens.names import label_of
from alongside.views.screens.page import Asked, Toast
from alongside.views.screens.paper import Paper, PlacedField, paper_of, shown_pages
from alongside.views.screens.picking import Touched, touched_of
from alongside.views.screens.shapes import Table, shapes_of
from alongside.views.screens.turning import Address, left_of, place_of
from alongside.workbench import Workbench
from alongside.workbench.expecting import answer_kind
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.pointing import case_of
from alongside.workbench.suggesting import Suggestion, Wanted, alternatives, figures

__all__ = ["Judged", "judged", "kind_of", "label_of", "place_for", "place_label", "toast_of"]

_SAID = {"right": "Right", "wrong": "Wrong", "unsure": "Can't tell"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A run with the words that stand on it. `chosen` is the selected field, `wrong` whether it is being corrected.

    `numbers` are those of the boxes, by path: of the fields, then of the tables' cells.
    `blank` are the fields that the workflow declares, while it is said what a run without an answer should have answered.
    `named` says that somebody chose the field: until then a touched figure says itself which field it is meant for.
    `offered` are the places that could hold the right value instead, the likeliest first; `touched` is one that
    may be meant for several fields.
    """

    run: Run
    words: tuple[Feedback, ...]
    answer: Any
    fields: tuple[FieldShown, ...]
    blank: tuple[FieldShown, ...]
    tables: tuple[Table, ...]
    numbers: Mapping[str, int]
    chosen: FieldShown | None
    named: bool
    wrong: bool
    offered: tuple[Suggestion, ...]
    touched: Touched | None
    paper: Paper | None


def judged(bench: Workbench, run: Run, asked: Asked, address: Address | None = None) -> Judged:
    """Return the run as the query has it: `field`, `wrong`, `pick`, `document`, `page`; `address` leads to other pages."""
    words = current(feedback.of_run(bench.database, run.id))
    answer = bench.value(run.output) if run.output else None
    wrong = asked.query.get("wrong") == "1"
    blank = (
        tuple(_blanks("", answer_kind(bench, bench.version(run.version), run.workflow)))
        if wrong and not run.output
        else ()
    )
    fields = tuple(fields_shown(answer)) if run.output else ()
    kept = kind_of_kept(bench.blobs.get(run.output)) if run.output else ANYTHING
    tables = tuple(shapes_of(answer, kept).tables) if run.output else ()
    cells = [cell for table in tables for row in table.rows for cell in row]
    readings = readings_of(bench, run)
    chosen = _chosen(answer, fields or blank, words, asked)
    placed = _placed([*fields, *cells], words, chosen)
    wrong = wrong and chosen is not None
    named = "field" in asked.query or len(fields or blank) == 1
    offered = ()
    if wrong and chosen and readings:
        document = _in_sight(readings, placed, asked)
        around = [chosen] if named else _by_doubt(fields or blank, words)
        wanted = [one for field in around for one in _wanted(bench, run, field)]
        offered = alternatives(document, wanted[0]) if len(wanted) == 1 else figures(document, tuple(wanted))
    touched = touched_of(asked.query.get("pick", "")) if wrong else None
    paper = paper_of(readings, placed, offered, asked, address)
    numbers = {one.path: one.number for one in placed}
    return Judged(
        run, words, answer, fields, blank, tables, numbers, chosen, named, wrong, offered, touched, paper
    )


def place_for(seen: Judged, asked: Asked, path: str) -> dict[str, str]:
    """Return which page is to be shown once a field is chosen: that of its own box, else the one in sight.

    Who turned the page while an answer is being corrected looks at what it should have said: that page stays.
    """
    if path in seen.numbers and not (seen.wrong and place_of(asked.query)):
        return {}
    paper = seen.paper
    if paper is None or paper.turns is None:
        return place_of(asked.query)
    return {"document": str(paper.number), "page": str(paper.turns.number)}


def _blanks(path: str, kind: Kind) -> Iterator[FieldShown]:
    """Return the fields that a kind of answer has, with nothing in them."""
    if kind["kind"] != "record" or not kind["fields"]:
        yield FieldShown(path, None)
        return
    for name, inner in kind["fields"].items():
        yield from _blanks(f"{path}.{name}" if path else name, inner)


def _in_sight(readings: Sequence[Reading], placed: Sequence[PlacedField], asked: Asked) -> Document:
    """Return the document as far as it is shown: figures of pages that nobody sees can't be touched."""
    at, pages = shown_pages(readings, placed, asked)
    document = readings[at].document
    return document if len(pages) == len(document.pages) else replace(document, pages=pages)


def _chosen(
    answer: Any, fields: Sequence[FieldShown], words: Sequence[Feedback], asked: Asked
) -> FieldShown | None:
    """Return what is selected: the field asked for, or a place inside one; else the least sure without a word."""
    path = asked.query.get("field")
    if path is None:
        return next(iter(_by_doubt(fields, words)), None)
    known = next((one for one in fields if one.path == path), None)
    if known is not None or not fields:
        return known
    inside = find(answer, path)
    return None if inside is MISSING else replace(fields_shown(inside)[0], path=path)


def _by_doubt(fields: Sequence[FieldShown], words: Sequence[Feedback]) -> list[FieldShown]:
    judged = {word.field for word in words}
    waiting = [one for one in fields if one.path not in judged] or list(fields)
    return sorted(waiting, key=lambda one: 1.0 if one.confidence is None else one.confidence)


def _wanted(bench: Workbench, run: Run, field: FieldShown) -> list[Wanted]:
    """Return what may stand on a page in the field's place; nothing where it holds no single value that is printed."""
    if isinstance(field.value, bool | list | dict):
        return []
    return [Wanted(field.path, kind_of(bench, run, field.path), field.text)]


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
    path = chosen.path if chosen else None
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
            one.path == path,
        )
        for number, one in enumerate(shown, 1)
    ]


def place_label(answer: Any, path: str) -> str:
    """Return the name of a place in an answer as people read it: `lines.3.net_price` as `Lines, row 4: net price`."""
    told, at = "", ""
    for part in path.split("."):
        inside = find(answer, at)
        if isinstance(inside, list) and part.isdecimal():
            told += f"{', r' if told else 'R'}ow {int(part) + 1}"
        else:
            told += (": " if told.rpartition(" ")[2].isdecimal() else " / " if told else "") + part.replace(
                "_", " "
            )
        at = f"{at}.{part}" if at else part
    told = told.strip() or "answer"
    return told[0].upper() + told[1:]


def toast_of(bench: Workbench, asked: Asked, *, inbox: bool = False) -> Toast | None:
    """Return what just happened: the query's `said` is the word that was just recorded. Undo leads back to its run."""
    if "stays" in asked.query:
        return _stays(bench, asked)
    word = feedback.get(bench.database, asked.query.get("said", ""))
    if word is None or word.undone:
        return None
    run = bench.find_run(word.run)
    answer = bench.value(run.output) if run.output else None
    case = case_of(bench, run)
    about = f": {place_label(answer, word.field)}" if word.field else ""
    should = f" should be {_expected(word)}{_was(answer, word)}" if word.has_expected else ""
    only = held_only(case, partial(place_label, answer)) if case and word.judgement == "wrong" else ""
    made = (word.has_expected or only) and case and case.run == word.run
    state = f"/cases/{case.id}?edit=1" if made and only and case else ""
    told = f". Case {case.id}, {case.split}{f'. {only}' if only else ''}" if made and case else ""
    if case and word.has_expected and case.expected.get(word.field, word.expected) != word.expected:
        has = value_text(case.expected[word.field])
        told = f". Case {case.id} stays as it is: somebody wrote {has} there by hand"
    is_shown = asked.path.get("run", asked.query.get("at")) == word.run
    place = place_of(asked.query) if is_shown else left_of(asked.query)
    kept = ({"at": word.run} if inbox else {}) | place
    at = "/" if inbox else f"/runs/{word.run}"
    back = f"{at}?{urlencode(kept)}" if kept else at
    undo = f"/runs/{word.run}/undo?{urlencode({'word': word.id, 'here': back})}"
    return Toast(word.judgement, f"{_SAID[word.judgement]}{about}{should}{told}", undo, state)


def _expected(word: Feedback) -> str:
    return "absent" if word.expected is None else value_text(word.expected)


def _was(answer: Any, word: Feedback) -> str:
    """Return what the answer said in the place of a word, in brackets; it may be a long text."""
    was = find(answer, word.field)
    if was is MISSING:
        return ""
    fields: Mapping[str, FieldShown] = {one.path: one for one in fields_shown(was)}
    text = fields[""].text if "" in fields else value_text(was)
    return f" (was {text[:60]}{'…' if len(text) > 60 else ''})"  # noqa: PLR2004  a toast is a line


def _stays(bench: Workbench, asked: Asked) -> Toast | None:
    word = feedback.get(bench.database, asked.query["stays"])
    case = case_of(bench, bench.find_run(word.run)) if word and word.undone else None
    if case is None:
        return None
    return Toast("same", f"Taken back. Case {case.id} stays: somebody changed it since")
