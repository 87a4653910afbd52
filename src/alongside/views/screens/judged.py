"""A run under judgement: which field is selected, what it might have said instead, and the page with its boxes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlencode

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.case import Case
from alongside.core.document import Document
from alongside.core.expected import UNSTATED, stated_at
from alongside.core.feedback import Feedback
from alongside.core.plain import bare, typed
from alongside.core.run import Run
from alongside.evals.answer import MISSING, find
from alongside.evals.feedback import current
from alongside.evals.kept_kinds import kind_of_kept
from alongside.store import feedback
from alongside.views.case import held_only
from alongside.views.feedback import overtaken_told
from alongside.views.fields import FieldShown, brief_text, fields_shown, stated_text
from alongside.views.screens.names import label_of, place_label, run_title
from alongside.views.screens.page import Asked, Toast
from alongside.views.screens.paper import Paper, PlacedField, paper_of, shown_pages
from alongside.views.screens.picking import Touched, touched_of
from alongside.views.screens.row_pairs import RowsTold, is_table, rows_told
from alongside.views.screens.shapes import Table, as_read, choice_read, shapes_of
from alongside.views.screens.turning import Address, left_of, place_of
from alongside.workbench import Workbench
from alongside.workbench.cases_here import case_of
from alongside.workbench.corrected import standings
from alongside.workbench.expecting import answer_kind, kind_held, kind_within, readings_for_run
from alongside.workbench.moved_rows import moved_list
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.suggesting import Suggestion, Wanted, alternatives, figures
from alongside.workbench.wanting import wanted_at

__all__ = ["Judged", "judged", "label_of", "place_for", "toast_of"]

_NAME = 32  # letters of a run's: a phone has room for them
_SAID = {"right": "Right", "wrong": "Wrong", "unsure": "Can't tell"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A run with the words that stand on it. `chosen` is the selected field, `wrong` whether it is being corrected.

    `numbers` are those of the boxes, by path: of the fields, then of the tables' cells.
    `blank` are the fields that the workflow declares, while it is said what a run without an answer should have answered.
    `named` says that somebody chose the field: until then a touched figure says itself which field it is meant for.
    `offered` are the places that could hold the right value instead, the likeliest first; `touched` is one that
    may be meant for several fields. `stated` are by place the lists as people corrected them, cell by cell or as a whole;
    `differing` tells, by table, what differs from those.
    `moved` is the place that was chosen where its row stands elsewhere by now: its list is selected instead.
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
    stated: Mapping[str, Sequence[Any]]
    differing: Mapping[str, RowsTold]
    moved: str = ""


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
    if _may_be_choices(
        [*fields, *(cell for table in tables for row in table.rows[:1] for cell in row)], kept
    ):
        declared = answer_kind(bench, bench.version(run.version), run.workflow)
        fields = tuple(as_read(one, kind_within(declared, one.path)) for one in fields)
        tables = tables if declared == ANYTHING else tuple(shapes_of(answer, declared).tables)
    cells = [cell for table in tables for row in table.rows for cell in row]
    readings = readings_of(bench, run)
    chosen = _chosen(answer, fields or blank, words, asked)
    moved = ""
    if wrong and chosen and (whole := moved_list(bench, run, chosen.path, words=words)) is not None:
        instead = next((one for one in fields if one.path == whole), chosen)
        moved, chosen = chosen.path if instead is not chosen else "", instead
    placed = _placed([*fields, *cells], words, chosen)
    wrong = wrong and chosen is not None
    named = "field" in asked.query or len(fields or blank) == 1
    offered = ()
    if wrong and chosen and readings:
        document = _in_sight(readings, placed, asked)
        around = [chosen] if named else _by_doubt(fields or blank, words)
        wanted = [one for field in around if (one := _wanted(bench, run, field))]
        offered = alternatives(document, wanted[0]) if len(wanted) == 1 else figures(document, tuple(wanted))
    touched = touched_of(asked.query.get("pick", "")) if wrong else None
    paper = paper_of(readings, placed, offered, asked, address)
    numbers = {one.path: one.number for one in placed}
    stated = _stated(bench, run, words, [table.path for table in tables])
    return Judged(
        run,
        words,
        answer,
        fields,
        blank,
        tables,
        numbers,
        chosen,
        named,
        wrong,
        offered,
        touched,
        paper,
        stated,
        _differing(bench, run, {table.path: stated[table.path] for table in tables if table.path in stated}),
        moved,
    )


def _may_be_choices(shown: Iterable[FieldShown], kept: Kind) -> bool:
    """Whether there are texts of which the answer alone doesn't say how people read them, as choices that are kept by name."""
    return any(isinstance(one.value, str) and kind_within(kept, one.path) == ANYTHING for one in shown)


def _stated(
    bench: Workbench, run: Run, words: Sequence[Feedback], tables: Iterable[str]
) -> dict[str, Sequence[Any]]:
    """Return the lists of records that people corrected, as they stand: a cell's later word is in its list."""
    of_words = (word.field for word in words if is_table(word.expected))
    paths = tuple(dict.fromkeys([*tables, *of_words]))
    stands = standings(bench, run, paths) if paths else {}
    return {
        path: cast("list[Any]", one.value)
        for path, one in stands.items()
        if one.is_corrected and isinstance(one.value, list)
    }


def _differing(bench: Workbench, run: Run, stated: Mapping[str, Sequence[Any]]) -> dict[str, RowsTold]:
    """Return by table what differs from the rows that somebody stated."""
    answer = typed(bench.blobs.get(run.output)) if stated else None
    return {path: rows_told(rows, find(answer, path)) for path, rows in stated.items()}


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


def _wanted(bench: Workbench, run: Run, field: FieldShown) -> Wanted | None:
    """Return what may stand on a page in the field's place; None where it holds no single value that is printed."""
    if isinstance(field.value, bool | list | dict):
        return None
    return wanted_at(bench, run, field.path, field.text)


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
            place_label(one.path),
            one.text,
            one.boxes,
            one.document,
            one.path in wrong,
            one.path == path,
        )
        for number, one in enumerate(shown, 1)
    ]


def toast_of(bench: Workbench, asked: Asked, *, inbox: bool = False) -> Toast | None:
    """Return what just happened: the query's `said` is the word that was just recorded, with its run's name unless that is shown. Undo leads back to it."""
    if "stays" in asked.query:
        return _stays(bench, asked)
    word = feedback.get(bench.database, asked.query.get("said", ""))
    if word is None or word.undone:
        return None
    run = bench.find_run(word.run)
    answer = bare(bench.blobs.get(run.output)) if run.output else None
    case = case_of(bench, run)
    about = f": {place_label(word.field, answer)}" if word.field else ""
    should = (
        f" should be {_expected(bench, run, word)}{_was(bench, run, answer, word)}"
        if word.has_expected
        else ""
    )

    def label(field: str) -> str:
        return place_label(field, answer)

    earlier = overtaken_told(feedback.of_run(bench.database, run.id), word, label)
    told, state = _told(word, case, label)
    text = f"{_SAID[word.judgement]}{about}{should}{''.join(f'; {one}' for one in earlier)}{told}"
    name = run_title(run, bench.value)
    name = f"{name[:_NAME]}{'…' if len(name) > _NAME else ''}"
    is_shown = asked.path.get("run", asked.query.get("at")) == word.run
    place = place_of(asked.query) if is_shown else left_of(asked.query)
    kept = ({"at": word.run} if inbox else {}) | place
    at = "/" if inbox else f"/runs/{word.run}"
    back = f"{at}?{urlencode(kept)}" if kept else at
    undo = f"/runs/{word.run}/undo?{urlencode({'word': word.id, 'here': back})}"
    return Toast(
        word.judgement, text if is_shown else f"{name}: {text}", undo, state, name if is_shown else ""
    )


def _told(word: Feedback, case: Case | None, label: Callable[[str], str]) -> tuple[str, str]:
    """Return what follows from a word, and where to say what is right, empty where that is said."""
    is_open = word.judgement == "wrong" and not word.has_expected
    only = held_only(case, label) if case and word.judgement == "wrong" else ""
    of_case = _case_told(case, word, only) if case else ""
    if only and case and case.run == word.run:
        return of_case, f"/cases/{case.id}?edit=1"
    if not is_open:
        return of_case, ""
    query = urlencode({"field": word.field, "wrong": "1"})
    return f". What is right isn't known yet{of_case}", f"/runs/{word.run}?{query}"


def _case_told(case: Case, word: Feedback, only: str) -> str:
    """Return what the case of a word's run has of it, empty where there is nothing; `only` says what it merely holds."""
    stated = stated_at(case.expected, word.field)
    if word.has_expected and stated is not UNSTATED and stated != word.expected:
        has = brief_text(stated)
        return f". Case {case.id} stays as it is: somebody wrote {has} there by hand"
    if case.run == word.run:
        return (
            f". Case {case.id}, {case.split}{f'. {only}' if only else ''}"
            if word.has_expected or only
            else ""
        )
    says_so = word.has_expected and stated is not UNSTATED
    return f". Case {case.id}, {'retired' if case.retired else case.split}, says so" if says_so else ""


def _expected(bench: Workbench, run: Run, word: Feedback) -> str:
    value: Any = word.expected
    if isinstance(value, list | dict):
        return brief_text(value)
    readings = readings_for_run(bench, run, {word.field: word.expected})
    told = choice_read(value, kind_held(bench, run, word.field))
    return "absent" if value is None else stated_text(told, readings.get(word.field, ""))


def _was(bench: Workbench, run: Run, answer: Any, word: Feedback) -> str:
    """Return what the answer said in the place of a word, in brackets; it may be a long text."""
    was = find(answer, word.field) if run.output else MISSING
    if was is MISSING:
        return ""
    was = choice_read(was, kind_held(bench, run, word.field))
    text = brief_text(was)
    if text == brief_text(word.expected):
        return ""  # as many rows as before
    return f" (was {text[:60]}{'…' if len(text) > 60 else ''})"  # noqa: PLR2004  a toast is a line


def _stays(bench: Workbench, asked: Asked) -> Toast | None:
    word = feedback.get(bench.database, asked.query["stays"])
    case = case_of(bench, bench.find_run(word.run)) if word and word.undone else None
    if case is None:
        return None
    return Toast("same", f"Taken back. Case {case.id} stays: somebody changed it since")
