"""A document's pages with boxes on them: where each field was read, and what may be touched instead."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from alongside.core.document import Box
from alongside.views.screens.page import Asked
from alongside.workbench.paper import Reading
from alongside.workbench.suggesting import Suggestion

__all__ = [
    "BoxShown",
    "PageShown",
    "Paper",
    "Pick",
    "PlacedField",
    "View",
    "crop_of",
    "page_window",
    "paper_of",
]

_PAGES = 20
_CROP, _SHAPE = 280.0, 0.42  # points: how wide a crop is at least, and its height by its width
_MARGIN = 24.0  # points above and below what may be touched
_ROOM = 1.5  # points around a box, so that its line doesn't cut the letters


@dataclass(frozen=True, slots=True)
class PlacedField:
    """A field with its places; `number` is the same as its citation's."""

    number: int
    path: str
    label: str
    text: str
    boxes: tuple[Box, ...]
    document: str
    wrong: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class BoxShown:
    """A box in points of its page."""

    number: int
    field: str
    name: str
    x: float
    y: float
    width: float
    height: float
    wrong: bool
    selected: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """A figure on the page that may be touched; `value` is what the touch sends: its value and its box, as JSON."""

    text: str
    value: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page: its picture's address, its size in points, what is drawn on it."""

    number: int
    picture: str
    width: float
    height: float
    boxes: tuple[BoxShown, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of a page, in its points."""

    page: PageShown
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of a run; `of` says how many it read, `more` how many pages come after those shown, `before` how many before."""

    name: str
    number: int
    of: int
    pages: tuple[PageShown, ...]
    more: int
    href: str
    before: int = 0


def page_window(page: int) -> range:
    """Return the numbers of the pages that are drawn together with a page."""
    first = (page - 1) // _PAGES * _PAGES + 1
    return range(first, first + _PAGES)


def paper_of(
    readings: Sequence[Reading], fields: Sequence[PlacedField], picks: Sequence[Suggestion], asked: Asked
) -> Paper | None:
    """Return the document that the query asks for (`document`, from 1; `page`: with which page), None where the run read none."""
    if not readings:
        return None
    at = asked.number("document", 1, most=len(readings))
    reading = readings[at - 1]
    here = [one for one in fields if one.document in {"", reading.document.source}]
    numbered = reading.document.pages
    window = page_window(asked.number("page", 1, most=max(1, len(numbered))))
    before = window.start - 1
    pages = tuple(
        PageShown(
            page.number,
            f"/pages/{reading.kept}/{reading.part}/{page.number}.png",
            round(page.width, 2),
            round(page.height, 2),
            tuple(_boxes(here, page.number)),
            tuple(_pick(one) for one in picks if one.box.page == page.number),
        )
        for page in numbered[before : before + _PAGES]
    )
    more = max(0, len(numbered) - before - _PAGES)
    href = f"/documents/{reading.kept}/{reading.part}"
    return Paper(reading.document.name, at, len(readings), pages, more, href, before)


def crop_of(paper: Paper, *, whole: bool) -> View | None:
    """Return the page around its selected field, or all of it that may be touched; None where there is none to show."""
    marked = [(page, box) for page in paper.pages for box in page.boxes if box.selected]
    page = marked[0][0] if marked else next(iter(paper.pages), None)
    if page is None:
        return None
    if whole or not marked:
        return _used(page)
    box = marked[0][1]
    width = min(page.width, max(_CROP, box.width * 1.5))
    height = min(page.height, max(width * _SHAPE, box.height * 2))
    x = min(max(0.0, box.x + box.width / 2 - width / 2), page.width - width)
    y = min(max(0.0, box.y + box.height / 2 - height / 2), page.height - height)
    return View(page, round(x, 1), round(y, 1), round(width, 1), round(height, 1))


def _used(page: PageShown) -> View:
    """Return the page from its first to its last box, in its whole width."""
    places = [*page.boxes, *page.picks]
    top = max(0.0, min((one.y for one in places), default=0.0) - _MARGIN)
    end = min(page.height, max((one.y + one.height for one in places), default=page.height) + _MARGIN)
    return View(page, 0, round(top, 1), page.width, round(end - top, 1))


def _boxes(fields: Sequence[PlacedField], page: int) -> list[BoxShown]:
    return [
        BoxShown(
            one.number,
            one.path,
            f"Box {one.number}: {one.label}, {one.text}",
            *_around(box),
            one.wrong,
            one.selected,
        )
        for one in fields
        for box in one.boxes
        if box.page == page
    ]


def _pick(one: Suggestion) -> Pick:
    box = [one.box.page, one.box.x0, one.box.y0, one.box.x1, one.box.y1]
    return Pick(one.text, json.dumps({"value": one.value, "box": box}, ensure_ascii=False), *_around(one.box))


def _around(box: Box) -> tuple[float, float, float, float]:
    return (
        round(box.x0 - _ROOM, 2),
        round(box.y0 - _ROOM, 2),
        round(box.width + 2 * _ROOM, 2),
        round(box.height + 2 * _ROOM, 2),
    )
