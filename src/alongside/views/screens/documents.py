"""What the parser read: the documents, and one of them page by page, its image against its text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alongside.core.digest import short
from alongside.core.document import Addition, Box, Loss, Page
from alongside.core.errors import UsageError
from alongside.views.document import kept_words, origin_words, unsure_words
from alongside.views.screens import page as screens
from alongside.views.screens.marked_text import (
    Grid,
    Marked,
    Piece,
    TextBlock,
    added,
    grids,
    text_blocks,
    unsure,
)
from alongside.views.screens.page import Asked, Crumb
from alongside.views.screens.turning import Turns, turns_of
from alongside.workbench import Workbench
from alongside.workbench.paper import Reading, latest_readings, readable, reading, unread_runs

__all__ = ["DocumentRow", "DocumentScreen", "Documents", "document_screen", "documents_screen"]

_PAGE, _UNREAD = 40, 10
_KINDS = {"message/rfc822": "mail", "text/plain": "text"}


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
    added: int
    kept: tuple[str, str]
    unsure: int
    tables: int
    at: float


@dataclass(frozen=True, slots=True)
class Documents:
    """`older` is the address of the next ones, empty at the end.

    `unread` are files that couldn't be read, on the first page: why, the address of the run, and when, in seconds.
    """

    rows: tuple[DocumentRow, ...]
    older: str
    unread: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A box on the page, in points: something lost or added, unsure words, a table. `ref` ties it to the text beside it."""

    ref: str
    label: str
    mark: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Added:
    """Text that the page's text layer doesn't hold at its place; `origin` says in words where it is from."""

    ref: str
    text: str
    origin: str


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
    added: tuple[Added, ...]
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
    failed = () if "before" in asked.query else unread_runs(bench, limit=_UNREAD)
    unread = tuple((why, f"/runs/{run.id}", run.started) for run, why in failed)
    crumbs = (Crumb(bench.engagement.customer, "/"),)
    return screens.Page("Documents", "alongside document list", Documents(tuple(rows), older, unread), crumbs)


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
    document = one.document
    whole = list(document.parts())
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
        sum(len(each.parse_run.audit.losses) for each in whole),
        sum(len(each.parse_run.audit.additions) for each in whole),
        kept_words(document),
        sum(1 for page in pages for _ in unsure_words(page)),
        sum(block.kind == "table" for page in pages for block in page.blocks),
        at,
    )


def _body(bench: Workbench, one: Reading, page: Page) -> DocumentScreen:
    document = one.document
    run = document.parse_run
    lost = [loss for loss in run.audit.losses if loss.page == page.number]
    additions = [one for one in run.audit.additions if one.page == page.number]
    doubts = unsure(page)
    marked = [*doubts, *added(page, additions)]
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
        places=(*_doubtful(lost, additions, doubts), *_tables(page)),
        blocks=text_blocks(page, marked),
        grids=grids(page, marked),
        lost=tuple(Piece(loss.text, "lost", f"lost-{at}") for at, loss in enumerate(lost)),
        added=tuple(Added(f"added-{at}", one.text, origin_words(one)) for at, one in enumerate(additions, 1)),
        unsure=len(doubts),
        left_out=tuple((one.text, one.reason) for one in run.audit.exclusions if one.page == page.number),
        parts=_parts(bench, one),
    )


def _doubtful(lost: Sequence[Loss], additions: Sequence[Addition], doubts: Marked) -> Iterator[Place]:
    for at, loss in enumerate(lost):
        if loss.box:
            yield _place(f"lost-{at}", _letter(at), "wrong", f"Lost: {loss.text}", loss.box)
    for at, one in enumerate(additions, 1):
        yield _place(f"added-{at}", f"+{at}", "added", f"Added: {one.text}", one.box)
    for at, (word, piece) in enumerate(doubts, 1):
        yield _place(piece.ref, str(at), "unsure", f"Unsure: {word.text}", word.box)


def _tables(page: Page) -> Iterator[Place]:
    tables = [block for block in page.blocks if block.kind == "table"]
    for at, block in enumerate(tables, 1):
        yield _place(f"table-{at}", f"T{at}", "", f"Table {at}", block.box)


def _parts(bench: Workbench, one: Reading) -> tuple[tuple[str, str, bool], ...]:
    """Return the mail and its attachments as (name, address, is this one); empty where there is only the file."""
    whole = one.document if one.part == 0 else reading(bench, one.kept, 0).document
    every = tuple(whole.parts())
    if len(every) == 1:
        return ()
    return tuple(
        (each.name, f"/documents/{one.kept}/{at}" if each.pages else "", at == one.part)
        for at, each in enumerate(every)
    )


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
