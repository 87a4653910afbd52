"""A document's pages with boxes on them: where each field was read, and what may be touched instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alongside.core.document import Box, Page
from alongside.views.screens.names import place_label
from alongside.views.screens.page import Asked
from alongside.views.screens.picking import pick_value
from alongside.views.screens.touching import Spot, closeness, with_room
from alongside.views.screens.turning import Address, DocumentShown, Turns, documents_of, turns_of
from alongside.workbench.paper import Reading, readable
from alongside.workbench.suggesting import Suggestion

__all__ = [
    "BoxShown",
    "PageShown",
    "Paper",
    "Pick",
    "PlacedField",
    "View",
    "crop_of",
    "paper_of",
    "shown_pages",
]

_TOGETHER, _PAGES = 3, 20  # pages that a screen shows at once: where it turns them, and where it can't
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
    """A figure on the page that may be touched; `value` is what the touch sends, as JSON: its value, its box, its field.

    `means` says it in words where the fields are known. The place is what may be touched: it is printed within.
    """

    text: str
    value: str
    x: float
    y: float
    width: float
    height: float
    means: str = ""


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page: its picture's address, its size in points, what is drawn on it.

    `closeness` is how many pixels a point has to have so that a finger meets one figure alone, `readable` so that its
    words can be read (0: it has none).
    """

    number: int
    picture: str
    width: float
    height: float
    boxes: tuple[BoxShown, ...]
    picks: tuple[Pick, ...]
    closeness: float = 1.0
    readable: float = 0.0


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
    """One document of a run; `of` says how many it read, `total` how many pages it has, `before` and `more` how many aren't shown.

    `turns` is how its pages are turned where it is shown page by page, `documents` leads to what else was read.
    """

    name: str
    number: int
    of: int
    pages: tuple[PageShown, ...]
    more: int
    href: str
    before: int = 0
    total: int = 0
    turns: Turns | None = None
    documents: tuple[DocumentShown, ...] = ()


def shown_pages(
    readings: Sequence[Reading], fields: Sequence[PlacedField], asked: Asked, *, turns: bool = True
) -> tuple[int, tuple[Page, ...]]:
    """Return which document is shown (from 0) and its pages: all of a short one; of a long one the page that is asked for.

    Where nobody asked for one (`page`, from 1) it is that of the selected field. What can't turn pages shows twenty.
    """
    chosen = next((one for one in fields if one.selected and one.boxes), None)
    own = [at for at, one in enumerate(readings, 1) if chosen and one.document.source == chosen.document]
    at = asked.number("document", own[0] if own else 1, most=len(readings)) - 1
    pages = readings[at].document.pages
    here = chosen is not None and (not own or at + 1 in own)
    first = chosen.boxes[0].page if chosen and here else 1
    if turns and len(pages) <= _TOGETHER:
        return at, pages
    number = asked.number("page", min(max(first, 1), len(pages)), most=max(1, len(pages)))
    begins = number if turns else (number - 1) // _PAGES * _PAGES + 1
    return at, pages[begins - 1 : begins - 1 + (1 if turns else _PAGES)]


def paper_of(
    readings: Sequence[Reading],
    fields: Sequence[PlacedField],
    picks: Sequence[Suggestion],
    asked: Asked,
    address: Address | None = None,
) -> Paper | None:
    """Return the document that the query asks for (`document`, from 1), None where the run read none.

    With an `address` of its pages a long one is shown page by page, and the way to the others.
    """
    if not readings:
        return None
    at, shown = shown_pages(readings, fields, asked, turns=address is not None)
    reading = readings[at]
    here = [one for one in fields if one.document in {"", reading.document.source}]
    pages = tuple(
        _page(page, f"/pages/{reading.kept}/{reading.part}/{page.number}.png", here, picks) for page in shown
    )
    total = len(reading.document.pages)
    number = shown[0].number if shown else 1
    return Paper(
        reading.document.name,
        at + 1,
        len(readings),
        pages,
        max(0, total - number - len(shown) + 1),
        f"/documents/{reading.kept}/{reading.part}",
        number - 1,
        total,
        turns_of(address, number, total) if address and len(shown) < total else None,
        documents_of(address, [one.document for one in readings], at + 1) if address else (),
    )


def _page(
    page: Page,
    picture: str,
    fields: Sequence[PlacedField],
    picks: Sequence[Suggestion],
) -> PageShown:
    here = [_pick(one) for one in picks if one.box.page == page.number]
    spots = [Spot(one.x, one.y, one.width, one.height) for one in here]
    close = closeness(spots, page.width)
    roomy = with_room(spots, close, page.width, page.height)
    touched = [
        replace(one, x=spot.x, y=spot.y, width=spot.width, height=spot.height)
        for one, spot in zip(here, roomy, strict=True)
    ]
    return PageShown(
        page.number,
        picture,
        round(page.width, 2),
        round(page.height, 2),
        tuple(_boxes(fields, page.number)),
        tuple(sorted(touched, key=lambda one: -one.width * one.height)),  # the smaller one is above
        close,
        round(readable(page), 3),
    )


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
    """Return the page from its first to its last box, in its whole width, and as high as a crop is at least."""
    places = [*page.boxes, *page.picks]
    top = max(0.0, min((one.y for one in places), default=0.0) - _MARGIN)
    end = max((one.y + one.height for one in places), default=page.height) + _MARGIN
    end = min(page.height, max(end, top + page.width * _SHAPE))
    top = max(0.0, min(top, end - page.width * _SHAPE))
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
    means = place_label(one.of[0][0]) if len(one.of) == 1 else ""
    return Pick(one.text, pick_value(one), *_around(one.box), means)


def _around(box: Box) -> tuple[float, float, float, float]:
    return (
        round(box.x0 - _ROOM, 2),
        round(box.y0 - _ROOM, 2),
        round(box.width + 2 * _ROOM, 2),
        round(box.height + 2 * _ROOM, 2),
    )
