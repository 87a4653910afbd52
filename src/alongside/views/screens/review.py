"""The one screen of a review link: a crop of the page, one question, three answers; after *wrong*, the right figure is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from alongside.core.document import Box, Page
from alongside.core.engagement import Person
from alongside.core.feedback import Feedback
from alongside.core.fields import FieldKind
from alongside.core.run import Run
from alongside.store import feedback
from alongside.store.links import Question
from alongside.views.fields import FieldShown, brief_text, fields_shown, gathered
from alongside.views.inputs import input_text
from alongside.views.questions import in_words
from alongside.views.screens.names import place_label, run_title
from alongside.views.screens.page import Asked
from alongside.views.screens.paper import PageShown, PlacedField, paper_of
from alongside.views.screens.rows import ListShown, RowsShown, begun, given_text, is_held, list_shown, rows_of
from alongside.views.screens.shapes import choice_read
from alongside.workbench import Workbench
from alongside.workbench.expecting import kind_held
from alongside.workbench.paper import Reading, reading_under, readings_of
from alongside.workbench.review_links import Asking
from alongside.workbench.suggesting import alternatives
from alongside.workbench.wanting import wanted_at

__all__ = ["Crop", "ReviewScreen", "page_of", "review_screen", "word_of"]

_LEAST_WIDTH, _SHARE, _SHAPE = 240.0, 0.62, 0.66
_PICKS, _FEW = 400, 3
_ROOM = 2.0  # points around the box
_WORDS = {"right": "Right", "wrong": "Wrong", "unsure": "Can't tell"}
_NOBODY = Person("", "viewer")


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page around a box, in points; `width` and `height` are the crop's, `page_*` the page's."""

    picture: str
    page_width: float
    page_height: float
    x: float
    y: float
    width: float
    height: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ReviewScreen:
    """One question of a link; `place` is 0 where all are answered. `judgements` has one entry a question, empty: open.

    `expires` in seconds since the epoch. `found` is false where the answer has nothing in that place; `table` is a list.
    `form` is what is typed instead, of a list or a record from what is `given`, as JSON or in `rows`. `last` is the word that
    Undo takes back, `typed` a correction that couldn't be taken; `stands`
    says as whose word a list begins, `seen` is that as JSON; `stood` is what a question that was answered already is
    about and the answer that stands, where another was sent since (empty: none was).
    """

    customer: str
    person: str
    expires: float
    place: int
    judgements: tuple[str, ...]
    title: str
    field: str
    label: str
    text: str
    found: bool
    table: ListShown | None
    wrong: bool
    crop: Crop | None
    pages: tuple[PageShown, ...]
    inputs: tuple[tuple[str, str], ...]
    suggestions: tuple[tuple[str, str], ...]
    form: FieldKind
    given: str
    rows: RowsShown | None
    last: str
    stands: str = ""
    seen: str = ""
    typed: str = ""
    stood: tuple[str, str] = ("", "")

    def to_json(self) -> dict[str, Any]:
        """Return the screen's JSON twin."""
        return asdict(self)


def review_screen(bench: Workbench, ask: Asking, query: Mapping[str, str]) -> ReviewScreen:
    """Return the question that the query asks for: `wrong` and `whole` of the next one; `stood` names one that was answered."""
    question = ask.next
    words = {one.word: word_of(bench, one) for one in ask.questions if one.word}
    judgements = tuple(word.judgement if (word := words.get(one.word)) else "" for one in ask.questions)
    answered = [one for one in ask.questions if one.word]
    last = max(answered, key=lambda one: _said_at(words[one.word]), default=None)
    shown: dict[str, Any] = {
        "customer": bench.engagement.customer,
        "person": ask.link.person,
        "expires": ask.link.expires,
        "judgements": judgements,
        "last": last.word if last else "",
        "stood": _stood(bench, ask, query.get("stood", "")),
    }
    if question is None:
        return ReviewScreen(**shown, **_NOTHING)
    return ReviewScreen(**shown, **_asked(bench, question, query))


_NOTHING: dict[str, Any] = {
    "place": 0,
    "title": "",
    "field": "",
    "label": "",
    "text": "",
    "found": False,
    "table": None,
    "wrong": False,
    "crop": None,
    "pages": (),
    "inputs": (),
    "suggestions": (),
    "form": "text",
    "given": "",
    "rows": None,
}


def page_of(bench: Workbench, question: Question, page: int) -> tuple[Reading, int] | None:
    """Return what to draw for a page of a question's document; None where the document has no such page."""
    run = bench.find_run(question.run)
    reading = _reading(readings_of(bench, run), _field(bench, run, question))
    known = reading is not None and any(one.number == page for one in reading.document.pages)
    return (reading, page) if reading and known else None


def _asked(bench: Workbench, question: Question, query: Mapping[str, str]) -> dict[str, Any]:
    run = bench.find_run(question.run)
    one = _field(bench, run, question)
    readings = readings_of(bench, run)
    reading = _reading(readings, one)
    if not _own(readings, one):
        one = replace(one, boxes=())  # rather no box than one on another paper
    wrong = query.get("wrong") == "1"
    wanted = wanted_at(bench, run, one.path, one.text)
    holds = kind_held(bench, run, one.path)
    found: Any = one.value
    value = found
    held = is_held(holds, value)
    stands, seen = "", ""
    if held and wrong:
        value, stands, seen = begun(bench, run, one.path)
    elif wrong:
        seen = begun(bench, run, one.path)[2]
    offered = alternatives(reading.document, wanted)[:_PICKS] if reading and wrong and wanted else ()
    whole = wrong or query.get("whole") == "1" or not one.boxes
    pages = _pages(reading, one, offered, question) if reading and whole else ()
    return {
        "place": question.place,
        "title": run_title(run, bench.value),
        "field": one.path,
        "label": _label(one.path),
        "text": one.brief if isinstance(found, list) else in_words(choice_read(found, holds)),
        "found": not one.is_empty,
        "table": list_shown(one.path, one.value, holds),
        "wrong": wrong,
        "crop": _crop(reading, one, question) if reading else None,
        "pages": pages,
        "inputs": ()
        if reading
        else tuple((name, input_text(bench.value(kept))) for name, kept in run.inputs.items()),
        "suggestions": tuple((pick.text, pick.value) for page in pages for pick in page.picks)[:_FEW],
        "form": wanted.kind if wanted else "text",
        "given": given_text(holds, value) if held else "",
        "rows": rows_of(holds, value) if held else None,
        "stands": stands,
        "seen": seen,
    }


def _field(bench: Workbench, run: Run, question: Question) -> FieldShown:
    fields = fields_shown(bench.value(run.output)) if run.output else []
    found = next((one for one in fields if one.path == question.field), FieldShown(question.field, None))
    return gathered(found)


def _reading(readings: Sequence[Reading], one: FieldShown) -> Reading | None:
    """Return the document that a field stands on, else the first."""
    return _own(readings, one) or next(iter(readings), None)


def _own(readings: Sequence[Reading], one: FieldShown) -> Reading | None:
    return reading_under(readings, one.boxes[0], document=one.document) if one.boxes else None


def _pages(
    reading: Reading, one: FieldShown, offered: Sequence[Any], question: Question
) -> tuple[PageShown, ...]:
    placed = PlacedField(
        1, one.path, place_label(one.path), one.text, one.boxes, "", wrong=bool(offered), selected=True
    )
    paper = paper_of([reading], [placed], offered, Asked({}, {}, _NOBODY))
    assert paper is not None
    return tuple(
        PageShown(
            page.number, _picture(question, page.number), page.width, page.height, page.boxes, page.picks
        )
        for page in paper.pages
    )


def _crop(reading: Reading, one: FieldShown, question: Question) -> Crop | None:
    """Return the part of the page around the field's first box: wide enough to see where it stands."""
    if not one.boxes:
        return None
    box = _around_all(one.boxes) if isinstance(one.value, list) else one.boxes[0]
    page = next((found for found in reading.document.pages if found.number == box.page), None)
    return _around(box, page, _picture(question, box.page)) if page else None


def _around_all(boxes: Sequence[Box]) -> Box:
    """Return the box around those that are on the first one's page."""
    near = [box for box in boxes if box.page == boxes[0].page]
    return Box(
        boxes[0].page,
        min(box.x0 for box in near),
        min(box.y0 for box in near),
        max(box.x1 for box in near),
        max(box.y1 for box in near),
    )


def _around(box: Box, page: Page, picture: str) -> Crop:
    width = min(page.width, max(_LEAST_WIDTH, page.width * _SHARE, box.width * 1.2))
    height = min(page.height, max(width * _SHAPE, box.height * 1.5))
    x = min(max(0.0, (box.x0 + box.x1 - width) / 2), page.width - width)
    y = min(max(0.0, (box.y0 + box.y1 - height) / 2), page.height - height)
    around = (box.x0 - _ROOM, box.y0 - _ROOM, box.width + 2 * _ROOM, box.height + 2 * _ROOM)
    return Crop(picture, page.width, page.height, x, y, width, height, around)


def _picture(question: Question, page: int) -> str:
    return f"/review/pages/{question.place}/{page}.png"


def word_of(bench: Workbench, question: Question) -> Feedback | None:
    """Return the word that answers a question, None where none does."""
    found = feedback.of_run(bench.database, question.run)
    return next((word for word in found if word.id == question.word), None)


def _stood(bench: Workbench, ask: Asking, place: str) -> tuple[str, str]:
    question = next((one for one in ask.questions if one.word and str(one.place) == place), None)
    word = word_of(bench, question) if question else None
    if question is None or word is None:
        return "", ""
    expected: Any = word.expected
    told = brief_text(expected) if isinstance(expected, list) and expected else in_words(expected)
    said = f"{_WORDS[word.judgement]}: {told}" if word.has_expected else _WORDS[word.judgement]
    return f"{_label(question.field)} of {run_title(bench.find_run(question.run), bench.value)}", said


def _label(field: str) -> str:
    return place_label(field).lower() if field else "answer"


def _said_at(word: Feedback | None) -> float:
    return word.at if word else 0.0
