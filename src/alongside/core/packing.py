"""Documents as compact JSON rows and back. The order of fields here is the format: append, never reorder."""

import json
from itertools import chain
from typing import Any

from alongside.core.document import (
    Addition,
    Audit,
    Block,
    Box,
    Cell,
    Document,
    Exclusion,
    Line,
    Loss,
    Page,
    ParseRun,
    Word,
)

__all__ = ["holds_attachments", "pack_document", "unpack_document"]


def pack_document(document: Document) -> bytes:
    """Return the document as UTF-8 JSON, equal for equal documents."""
    return json.dumps(_document(document), ensure_ascii=False, separators=(",", ":")).encode()


def unpack_document(data: bytes) -> dict[str, Any]:
    """Return the fields of the packed document, for `Document(**fields)` or a shell."""
    return _document_fields(json.loads(data))


def holds_attachments(packed: bytes) -> bool:
    """Whether a packed document has any, told by its last field: decoding a long document takes tens of milliseconds."""
    return not packed.endswith(b",[]]")


def _document(document: Document) -> list[Any]:
    run = document.parse_run
    audit = run.audit
    return [
        document.source,
        document.name,
        document.media_type,
        [_page(page) for page in document.pages],
        [
            run.engine,
            run.version,
            [list(pair) for pair in run.options],
            [
                audit.characters,
                audit.accounted,
                [[e.page, e.text, e.reason] for e in audit.exclusions],
                [[loss.page, loss.text, _box(loss.box)] for loss in audit.losses],
                list(audit.failed_pages),
                [[added.page, added.text, _box(added.box), added.origin] for added in audit.additions],
            ],
        ],
        [_document(child) for child in document.children],
    ]


def _document_fields(row: list[Any]) -> dict[str, Any]:
    source, name, media_type, pages, (engine, version, options, audit), children = row
    characters, accounted, exclusions, losses, failed, *additions = audit  # none in one kept before parse/4
    return {
        "source": source,
        "name": name,
        "media_type": media_type,
        "pages": tuple(_unpage(page) for page in pages),
        "parse_run": ParseRun(
            engine,
            version,
            tuple((key, value) for key, value in options),
            Audit(
                characters,
                accounted,
                tuple(Exclusion(*e) for e in exclusions),
                tuple(Loss(page, text, _unbox(box)) for page, text, box in losses),
                tuple(failed),
                tuple(
                    Addition(page, text, Box(*box), origin) for page, text, box, origin in chain(*additions)
                ),
            ),
        ),
        "children": tuple(Document(**_document_fields(child)) for child in children),
    }


def _page(page: Page) -> list[Any]:
    return [
        page.number,
        page.width,
        page.height,
        page.rotation,
        page.text_layer,
        page.coverage,
        [_block(block) for block in page.blocks],
    ]


def _unpage(row: list[Any]) -> Page:
    number, width, height, rotation, layer, coverage, blocks = row
    return Page(number, width, height, rotation, layer, coverage, tuple(_unblock(block) for block in blocks))


def _block(block: Block) -> list[Any]:
    return [
        block.kind,
        block.text,
        _box(block.box),
        [_line(line) for line in block.lines],
        block.confidence,
        [[c.row, c.column, c.text, _box(c.box), c.row_span, c.column_span] for c in block.cells],
    ]


def _unblock(row: list[Any]) -> Block:
    kind, text, box, lines, confidence, cells = row
    return Block(
        kind,
        text,
        Box(*box),
        tuple(_unline(line) for line in lines),
        confidence,
        tuple(Cell(r, c, t, _unbox(b), rs, cs) for r, c, t, b, rs, cs in cells),
    )


def _line(line: Line) -> list[Any]:
    return [
        line.text,
        _box(line.box),
        [[word.text, _box(word.box), word.confidence] for word in line.words],
        line.confidence,
    ]


def _unline(row: list[Any]) -> Line:
    text, box, words, confidence = row
    return Line(text, Box(*box), tuple(Word(t, Box(*b), c) for t, b, c in words), confidence)


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else [box.page, box.x0, box.y0, box.x1, box.y1]


def _unbox(row: list[Any] | None) -> Box | None:
    return None if row is None else Box(*row)
