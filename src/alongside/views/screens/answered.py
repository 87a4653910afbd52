"""An answer for the people whose work it is: values, tables and charts, each with its place, and what may be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from alongside.core.answer_types import ANYTHING, Kind
from alongside.core.errors import AlongsideError
from alongside.core.expected import is_within
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.evals.feedback import current
from alongside.store import feedback
from alongside.views.fields import FieldShown, brief_text
from alongside.views.questions import in_words
from alongside.views.screens.chart import Bar
from alongside.views.screens.names import label_of, place_label
from alongside.views.screens.page import Asked
from alongside.views.screens.paper import Paper, PlacedField, paper_of, shown_pages
from alongside.views.screens.rows import RowsShown, begun, given_text, is_held, rows_of
from alongside.views.screens.shapes import Shapes, choice_read, shapes_of
from alongside.views.screens.turning import place_of
from alongside.workbench import Workbench
from alongside.workbench.expecting import kind_held
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.suggesting import Suggestion, alternatives
from alongside.workbench.wanting import wanted_at

__all__ = ["Answered", "ChartShown", "NotedShown", "TableShown", "ValueShown", "answered"]


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A single value of the answer, or a table's cell; `number` is its box on the page (0: none), `cited` leads there.

    `href` says that it is wrong.
    """

    path: str
    label: str
    text: str
    number: int
    cited: str
    judgement: str
    href: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A list of records: `numeric` says which columns stand to the right; `more` rows aren't shown."""

    path: str
    label: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[ValueShown, ...], ...]
    more: int
    href: str


@dataclass(frozen=True, slots=True)
class ChartShown:
    """A row of numbers, in their order, as `screens.chart` lays it out."""

    path: str
    label: str
    bars: tuple[Bar, ...]
    zero: float
    lying: bool
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class NotedShown:
    """A word of whoever looks: on what (empty: the whole), and what it should say (empty: that wasn't said)."""

    word: str
    judgement: str
    label: str
    expected: str
    note: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer's parts. `wrong` is the field that is said to be wrong (None: nothing was said); `wrong_href` says that something is.

    Where that is a list or a record `given` is the JSON that its form begins with, `rows` how a list of it is shown; `stands` as whose word
    it begins (empty: as it was answered), and `seen` that as JSON.
    """

    values: tuple[ValueShown, ...] = ()
    tables: tuple[TableShown, ...] = ()
    charts: tuple[ChartShown, ...] = ()
    paper: Paper | None = None
    judgement: str = ""
    noted: tuple[NotedShown, ...] = ()
    wrong: str | None = None
    wrong_label: str = ""
    wrong_href: str = ""
    given: str = ""
    rows: RowsShown | None = None
    stands: str = ""
    seen: str = ""


def answered(bench: Workbench, run: Run, asked: Asked) -> Answered:
    """Return what a run answered. The query: `wrong`, `field` (whose place is to be seen), else `document` and `page`."""
    shapes = shapes_of(bench.value(run.output), _declared(bench, run)) if run.output else Shapes()
    return _Answer(bench, run, asked, shapes).shown()


def _declared(bench: Workbench, run: Run) -> Kind:
    """Return the kind of answer that the run's version declares; anything, where its code can't be loaded."""
    try:
        return bench.describe(bench.version(run.version))[run.workflow]["kind"]
    except (AlongsideError, KeyError):
        return ANYTHING


class _Answer:
    def __init__(self, bench: Workbench, run: Run, asked: Asked, shapes: Shapes) -> None:
        self._bench = bench
        self._run = run
        self._asked = asked
        self._shapes = shapes
        self._here = f"/app/{run.workflow}/{run.id}"
        self._wrong = _wrong(shapes, asked)
        self._placed = [one for one in shapes.fields if one.boxes]
        self._numbers = {one.path: at for at, one in enumerate(self._placed, 1)}
        words = current(feedback.of_run(bench.database, run.id))
        self._own_words = [word for word in words if word.by == asked.by.name]
        self._said: Mapping[str, str] = {word.field: word.judgement for word in words}
        self._readings = readings_of(bench, run)
        looked_at = asked.query.get("field", self._wrong)
        self._chosen = next((one for one in self._placed if one.path == looked_at), None)
        self._at = self._document()
        self._page = self._chosen.boxes[0].page if self._chosen else 1
        if not self._follows_field:
            self._page = asked.number("page", 1, most=10**6)
        self._at, drawn = shown_pages(self._readings, (), self._place) if self._readings else (0, ())
        self._drawn = {page.number for page in drawn}

    @property
    def _follows_field(self) -> bool:
        """Whether the page follows the chosen field: no other document or page was asked for."""
        return self._chosen is not None and not {"document", "page"} & set(self._asked.query)

    @property
    def _place(self) -> Asked:
        return Asked({}, {"document": str(self._at + 1), "page": str(self._page)}, self._asked.by)

    def shown(self) -> Answered:
        shapes, wrong = self._shapes, self._wrong
        tables = tuple(
            TableShown(
                one.path, label_of(one.path) if one.path else "Lines", tuple(map(label_of, one.columns)), one.numeric,
                tuple(tuple(self._value(cell, table=True) for cell in row) for row in one.rows),
                one.more, self._blamed(one.path),
            )
            for one in shapes.tables
        )  # fmt: skip
        charts = tuple(
            ChartShown(
                one.path, label_of(one.path) if one.path else "Numbers", one.bars, one.zero, one.lying, one.says,
                self._blamed(one.path),
            )
            for one in shapes.charts
        )  # fmt: skip
        verdicts = set(self._said.values())
        return Answered(
            values=tuple(self._value(one) for one in shapes.values),
            tables=tables,
            charts=charts,
            paper=self._paper(),
            judgement="wrong" if "wrong" in verdicts else next(iter(self._said.values()), ""),
            noted=tuple(_noted(self._bench, self._run, word) for word in self._own_words),
            wrong=wrong,
            wrong_label=place_label(wrong) if wrong is not None else "",
            wrong_href=self._blamed("*"),
            **self._form(),
        )

    def _form(self) -> dict[str, Any]:
        """Return what stood of the place, and what the form of a list or a record begins with."""
        if self._wrong is None or not self._run.output:
            return {}
        kind = kind_held(self._bench, self._run, self._wrong)
        value, stands, seen = begun(self._bench, self._run, self._wrong)
        if not is_held(kind, value):
            return {"seen": seen}
        told = {"stands": stands, "seen": seen}
        return {"given": given_text(kind, value), "rows": rows_of(kind, value), **told}

    def _value(self, one: FieldShown, *, table: bool = False) -> ValueShown:
        said = self._said.get(one.path, "" if table else self._said.get("", ""))
        number = self._numbers.get(one.path, 0)
        text = "" if table and one.value is None else in_words(one.value)
        cited = self._cited(one, number) if number else ""
        return ValueShown(one.path, place_label(one.path), text, number, cited, said, self._blamed(one.path))

    def _cited(self, one: FieldShown, number: int) -> str:
        """Return the address of a field's box: on this page where it is drawn here."""
        drawn = self._own(one) in {self._at, None} and one.boxes[0].page in self._drawn
        more = {} if self._wrong is None else {"wrong": self._wrong}
        return f"#box-{number}" if drawn else f"{self._query(**more, field=one.path)}#box-{number}"

    def _query(self, **query: str) -> str:
        return f"{self._here}?{urlencode(query)}"

    def _blamed(self, path: str) -> str:
        """Return the address that says that a place is wrong; who turned to a page, or blames what has none, goes on seeing it."""
        asked = place_of(self._asked.query)
        total = len(self._readings[self._at].document.pages) if self._readings else 0
        if path in self._numbers and (self._wrong is None or not asked):
            asked = {}
        elif len(self._drawn) < total:
            asked = dict(self._place.query)
        return self._query(wrong=path, **asked)

    def _turned(self, page: int) -> str:
        wrong = {} if self._wrong is None else {"wrong": self._wrong}
        return self._query(**wrong, document=str(self._at + 1), page=str(page))

    def _own(self, one: FieldShown | None) -> int | None:
        """Return which document (from 0) a field stands on; None where it doesn't say."""
        if one is None or not one.document:
            return None
        sources = [reading.document.source for reading in self._readings]
        return sources.index(one.document) if one.document in sources else None

    def _document(self) -> int:
        """Return which document is shown, from 0: the one asked for, else the chosen field's, else the first."""
        own = None if "document" in self._asked.query else self._own(self._chosen)
        asked = self._asked.number("document", 1, most=max(1, len(self._readings))) - 1
        return asked if own is None else own

    def _paper(self) -> Paper | None:
        fields = [
            PlacedField(
                self._numbers[one.path], one.path, place_label(one.path), in_words(one.value), one.boxes, one.document,
                self._said.get(one.path) == "wrong", one is self._chosen,
            )
            for one in self._placed
        ]  # fmt: skip
        return paper_of(self._readings, fields, self._offered(), self._place, self._turned)

    def _offered(self) -> Sequence[Suggestion]:
        """Return what may be touched instead: on the document that the wrong field stands on, and on no other."""
        if self._wrong is None or not self._readings:
            return ()
        field = next((one for one in self._shapes.fields if one.path == self._wrong), None)
        if self._own(field) not in {self._at, None}:
            return ()
        reading: Reading = self._readings[self._at]
        wanted = wanted_at(self._bench, self._run, self._wrong, field.text if field else "")
        return alternatives(reading.document, wanted) if wanted else ()


def _noted(bench: Workbench, run: Run, word: Feedback) -> NotedShown:
    label = place_label(word.field) if word.field else ""
    kind = kind_held(bench, run, word.field) if word.has_expected else ANYTHING
    expected = _should_say(choice_read(word.expected, kind)) if word.has_expected else ""
    return NotedShown(word.id, word.judgement, label, expected, word.note)


def _should_say(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return in_words(value)
    items = cast("list[Any]", value)
    return brief_text([in_words(item) if isinstance(item, str) else item for item in items])


def _wrong(shapes: Shapes, asked: Asked) -> str | None:
    """Return the field that the query says is wrong; `*` means that it isn't said yet which: the least sure one."""
    wanted = asked.query.get("wrong")
    if wanted is None:
        return None
    fields = list(shapes.fields)
    paths = [one.path for one in (*fields, *shapes.tables, *shapes.charts)]
    if held := next((path for path in paths if is_within(wanted, path)), None):
        return held
    sure: Mapping[str, float] = {
        one.path: 1.0 if one.confidence is None else one.confidence for one in fields
    }
    if not shapes.values and all(one == 1.0 for one in sure.values()):
        return next((one.path for one in (*shapes.tables, *shapes.charts)), "")
    return min(sure, key=lambda path: sure[path], default=next(iter(paths), ""))
