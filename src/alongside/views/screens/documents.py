"""What the parser read: the documents, and one of them page by page, its image against its text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from alongside.core.digest import short
from alongside.core.document import Block, Box, Cell, Document, Line, Page, Word
from alongside.core.errors import UsageError
from alongside.views.document import kept_words
from alongside.views.screens import page as screens
from alongside.views.screens.page import Asked, Crumb
from alongside.views.screens.turning import Turns, turns_of
from alongside.workbench import Workbench
from alongside.workbench.paper import Reading, latest_readings, readable, reading

__all__ = ["DocumentRow", "DocumentScreen", "Documents", "document_screen", "documents_screen"]

UNSURE = 0.7
_PAGE = 40
_KINDS = {"message/rfc822": "mail", "text/plain": "text"}

Mark = Literal["", "lost", "unsure"]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in the list. `coverage` is the least of its pages, None where none has a text layer; `at` in seconds.

    `kept` says it in words, after a mark.
    """

    href: str
    name: str
    kind: str
    pages: int
    layers: tuple[str, ...]
    coverage: float | None
    passed: bool
    lost: int
    kept: tuple[str, str]
    unsure: int
    tables: int
    at: float


@dataclass(frozen=True, slots=True)
class Documents:
    """`older` is the address of the next ones, empty at the end."""

    rows: tuple[DocumentRow, ...]
    older: str


@dataclass(frozen=True, slots=True)
class Place:
    """A box on the page, in points: something lost, unsure words, a table. `ref` ties it to the text beside it."""

    ref: str
    label: str
    mark: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `sure` is said where its reader was unsure of it, `ref` names its place on the page."""

    text: str
    mark: Mark = ""
    ref: str = ""
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block in reading order, line by line."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as HTML lays it out."""

    pieces: tuple[Piece, ...]
    rows: int
    columns: int
    number: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as rows of cells; `csv` is the same as text."""

    ref: str
    label: str
    columns: int
    rows: tuple[tuple[GridCell, ...], ...]


@dataclass(frozen=True, slots=True)
class DocumentScreen:
    """One page of a document as it was read. `coverage` is None where the page has no text layer to hold it against.

    `left_out` are texts of the layer that are rightly in no block, with the reason.
    """

    name: str
    source: str
    media_type: str
    engine: str
    version: str
    options: tuple[tuple[str, str], ...]
    number: int
    of: int
    turns: Turns | None
    picture: str
    width: float
    height: float
    readable: float
    turned: int
    layer: str
    coverage: float | None
    passed: bool
    places: tuple[Place, ...]
    blocks: tuple[TextBlock, ...]
    grids: tuple[Grid, ...]
    lost: tuple[Piece, ...]
    unsure: int
    left_out: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str, bool], ...]


def documents_screen(bench: Workbench, asked: Asked) -> screens.Page:
    """Return the documents that were read last; the query may hold `before` (seconds) and `lost=1`: only those with losses."""
    found = latest_readings(bench, limit=_PAGE + 1, before=_moment(asked.query.get("before", "")))
    rows = [_row(at, one) for at, one in found[:_PAGE]]
    if asked.query.get("lost") == "1":
        rows = [row for row in rows if not row.passed or row.lost]
    older = f"/documents?before={found[_PAGE - 1][0]!r}" if len(found) > _PAGE else ""
    crumbs = (Crumb(bench.engagement.customer, "/"),)
    return screens.Page("Documents", "alongside document list", Documents(tuple(rows), older), crumbs)


def document_screen(bench: Workbench, asked: Asked) -> screens.Page:
    """Return one page (`page`, from 1) of the document in the path: `kept` names how it was read, `part` an attachment."""
    part = asked.path["part"]
    one = reading(bench, asked.path["kept"], int(part) if part.isdecimal() else -1)
    document = one.document
    if not document.pages:
        raise UsageError(
            "no-such-page", f"{document.name} has no pages", fix="open the mail that it came with"
        )
    number = asked.number("page", 1, most=len(document.pages))
    body = _body(bench, one, document.pages[number - 1])
    customer = bench.engagement.customer
    crumbs = (Crumb(customer, "/"), Crumb("Documents", "/documents"), Crumb(short(document.source), ""))
    whole = (
        document if one.part == 0 else reading(bench, one.kept, 0).document
    )  # attachments are shown with their mail
    return screens.Page(document.name, f"alongside document show {short(whole.source)}", body, crumbs)


def _row(at: float, one: Reading) -> DocumentRow:
    document, audit = one.document, one.document.parse_run.audit
    whole = [document, *document.children]
    pages = [page for each in whole for page in each.pages]
    layered = [page.coverage for page in pages if page.text_layer == "native"]
    return DocumentRow(
        f"/documents/{one.kept}/0",
        document.name,
        _KINDS.get(document.media_type) or document.media_type.rpartition("/")[2],
        len(pages),
        tuple(dict.fromkeys(page.text_layer for page in pages)),
        min(layered, default=None),
        all(each.parse_run.audit.passed for each in whole),
        len(audit.losses),
        kept_words(document),
        sum(len(list(_unsure(page))) for page in pages),
        sum(block.kind == "table" for page in pages for block in page.blocks),
        at,
    )


def _body(bench: Workbench, one: Reading, page: Page) -> DocumentScreen:
    document = one.document
    run = document.parse_run
    refs = {word: f"unsure-{number}" for number, word in enumerate(_unsure(page), 1)}
    tables = [block for block in page.blocks if block.kind == "table"]
    lost = [loss for loss in run.audit.losses if loss.page == page.number]
    address, total = f"/documents/{one.kept}/{one.part}?page=", len(document.pages)
    return DocumentScreen(
        name=document.name,
        source=document.source,
        media_type=document.media_type,
        engine=run.engine,
        version=run.version,
        options=run.options,
        number=page.number,
        of=total,
        turns=turns_of(lambda number: f"{address}{number}", page.number, total) if total > 1 else None,
        picture=f"/pages/{one.kept}/{one.part}/{page.number}.png",
        width=round(page.width, 2),
        height=round(page.height, 2),
        readable=round(readable(page), 3),
        turned=page.rotation,
        layer=page.text_layer,
        coverage=page.coverage if page.text_layer == "native" else None,
        passed=page.number not in run.audit.failed_pages,
        places=(
            *(
                _place(f"lost-{at}", _letter(at), "wrong", f"Lost: {loss.text}", loss.box)
                for at, loss in enumerate(lost)
                if loss.box
            ),
            *(
                _place(ref, ref.rpartition("-")[2], "unsure", f"Unsure: {word.text}", word.box)
                for word, ref in refs.items()
            ),
            *(
                _place(f"table-{at}", f"T{at}", "", f"Table {at}", block.box)
                for at, block in enumerate(tables, 1)
            ),
        ),
        blocks=tuple(
            TextBlock(block.kind, tuple(_pieces(line, refs) for line in block.lines))
            for block in page.blocks
            if block.kind != "table" and block.lines
        ),
        grids=tuple(_grid(at, block, refs) for at, block in enumerate(tables, 1)),
        lost=tuple(Piece(loss.text, "lost", f"lost-{at}") for at, loss in enumerate(lost)),
        unsure=len(refs),
        left_out=tuple((one.text, one.reason) for one in run.audit.exclusions if one.page == page.number),
        parts=_parts(bench, one),
    )


def _parts(bench: Workbench, one: Reading) -> tuple[tuple[str, str, bool], ...]:
    """Return the mail and its attachments as (name, address, is this one); empty where there is only the file."""
    whole = one.document if one.part == 0 else reading(bench, one.kept, 0).document
    every: Sequence[Document] = (whole, *whole.children)
    if len(every) == 1:
        return ()
    return tuple(
        (each.name, f"/documents/{one.kept}/{at}" if each.pages else "", at == one.part)
        for at, each in enumerate(every)
    )


def _unsure(page: Page) -> Iterator[Word]:
    """Yield the words that the page's reader was unsure of."""
    for line in page.lines():
        for word in line.words:
            if word.confidence < UNSURE:
                yield word


def _pieces(line: Line, refs: dict[Word, str]) -> tuple[Piece, ...]:
    """Return a line's words, those it is sure of joined."""
    found: list[Piece] = []
    sure: list[str] = []
    for word in line.words:
        ref = refs.get(word)
        if ref is None:
            sure.append(word.text)
            continue
        found += [Piece(" ".join(sure))] if sure else []
        found.append(Piece(word.text, "unsure", ref, round(word.confidence, 2)))
        sure = []
    return tuple([*found, Piece(" ".join(sure))] if sure else found)


def _grid(at: int, block: Block, refs: dict[Word, str]) -> Grid:
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell)
    columns = max((cell.column + cell.column_span for cell in block.cells), default=0)
    words = [(word, ref) for word, ref in refs.items() if _inside(word.box, block.box)]
    laid = tuple(tuple(_cell(cell, words) for cell in cells) for cells in rows.values())
    return Grid(f"table-{at}", f"T{at}", columns, laid)


def _cell(cell: Cell, words: Iterable[tuple[Word, str]]) -> GridCell:
    unsure = next(((word, ref) for word, ref in words if cell.box and _inside(word.box, cell.box)), None)
    piece = (
        Piece(cell.text)
        if unsure is None
        else Piece(cell.text, "unsure", unsure[1], round(unsure[0].confidence, 2))
    )
    digits = sum(letter.isdigit() for letter in cell.text)
    return GridCell(
        (piece,), cell.row_span, cell.column_span, bool(cell.text) and digits * 2 >= len(cell.text)
    )


def _inside(inner: Box, outer: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x <= outer.x1 and outer.y0 <= y <= outer.y1


def _place(ref: str, label: str, mark: str, name: str, box: Box) -> Place:
    return Place(
        ref,
        label,
        mark,
        name,
        round(box.x0 - 1, 2),
        round(box.y0 - 1, 2),
        round(box.width + 2, 2),
        round(box.height + 2, 2),
    )


def _letter(at: int) -> str:
    return chr(ord("A") + at % 26) + ("" if at < 26 else str(at // 26))  # noqa: PLR2004  letters


def _moment(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
