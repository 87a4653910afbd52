"""A document as read: its pages, its tables, and what the parse lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from alongside.core.counting import counted, percent
from alongside.core.document import Addition, Audit, Block, Box, Document, Page, Word
from alongside.core.run import Run
from alongside.views.figures import moment
from alongside.views.parts import Facts, Part, Table, View
from alongside.workbench.paper import Reading

__all__ = [
    "document_data",
    "kept_words",
    "lost_view",
    "origin_words",
    "parsed_view",
    "readings_view",
    "unread_data",
    "unread_line",
    "unread_words",
    "unsure_words",
]

_TEXT = 80
_UNSURE = 0.7


def parsed_view(document: Document, *, text: bool) -> View:
    """Show a document just read: its pages, or (`text`) what they say."""
    if text:
        return View(document_data(document), ["\n".join(_texts(document))])
    parts: list[Part] = [_facts(document), "", _pages(document), *_children(document)]
    return View(document_data(document), parts)


def readings_view(readings: Sequence[tuple[float, Reading]], unread: Sequence[tuple[Run, str]]) -> View:
    """Show documents that runs read, their attachments counted in, each with when (seconds since the epoch).

    `unread` are runs of files that couldn't be read, each with why.
    """
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, Any]] = []
    for at, one in readings:
        document, audits = one.document, [part.parse_run.audit for part in one.document.parts()]
        _, kept = kept_words(document)
        pages = [page for part in document.parts() for page in part.pages]
        unsure = sum(1 for page in pages for _ in unsure_words(page))
        told = {"name": document.name, "digest": document.source, "pages": len(pages), "kept": kept}
        rows.append(
            (document.name, document.source[:12], str(len(pages)), kept, str(unsure or ""), moment(at))
        )
        counts = {
            "losses": sum(len(audit.losses) for audit in audits),
            "additions": sum(len(audit.additions) for audit in audits),
            "unsure": unsure,
        }
        data.append(told | {"passed": all(audit.passed for audit in audits)} | counts | {"read_at": at})
    table = Table(("document", "digest", "pages", "kept", "unsure words", "read (UTC)"), tuple(rows))
    parts: list[Part] = [table if rows else "no document was read yet"]
    if unread:
        failed = tuple((why, run.id, moment(run.started)) for run, why in unread)
        parts += ["", Table(("couldn't be read", "run", "asked (UTC)"), failed)]
    told = [{"run": run.id, "message": why, "asked_at": run.started} for run, why in unread]
    return View({"documents": data, "unread": told}, parts)


def unsure_words(page: Page) -> Iterator[Word]:
    """Yield the words that the page's reader was unsure of."""
    for line in page.lines():
        for word in line.words:
            if word.confidence < _UNSURE:
                yield word


def kept_words(document: Document) -> tuple[str, str]:
    """Return a mark, and in words how much of a document's text layer was kept, its attachments' with it."""
    whole = list(document.parts())
    layered = [page.coverage for one in whole for page in one.pages if page.text_layer == "native"]
    audits = [one.parse_run.audit for one in whole]
    lost = sum(len(one.losses) for one in audits)
    if not layered:
        return ("wrong", f"{lost} lost") if lost else ("none", "no layer to hold it against")
    if not lost and all(one.passed for one in audits):
        return "right", "all of it"
    return "wrong", f"{percent(min(layered))}, {lost} lost"


def lost_view(document: Document) -> View:
    """Show what the parse accounts for: coverage by page, what was lost, added and left out, where and why, tables."""
    parts: list[Part] = [_facts(document), "", _pages(document)]
    for title, rows, columns in (
        ("lost of", _losses(document), ("page", "at", "text that was lost")),
        ("added to", _additions(document), ("page", "at", "text that was added", "origin")),
        ("left out of", _exclusions(document), ("page", "why", "text that was rightly left out")),
    ):
        told = f"{title} the mail's own text" if document.children else title.rpartition(" ")[0]
        parts += ["", Table(columns, tuple(rows)) if rows else f"nothing was {told}"]
    for number, page, block in _tables(document):
        parts += ["", f"table {number} on page {page.number}, {_place(block.box)}", _grid(block)]
    return View(document_data(document), [*parts, *_children(document)])


def document_data(document: Document) -> dict[str, Any]:
    """Return a document as JSON: pages with blocks, lines and boxes (points from the top left), and the audit."""
    run = document.parse_run
    audit = run.audit
    return {
        "source": document.source,
        "name": document.name,
        "media_type": document.media_type,
        "parse": {"engine": run.engine, "version": run.version, "options": dict(run.options)},
        "audit": {
            "characters": audit.characters,
            "accounted": audit.accounted,
            "passed": audit.passed,
            "failed_pages": list(audit.failed_pages),
            "losses": [{"page": one.page, "text": one.text, "box": _box(one.box)} for one in audit.losses],
            "additions": [
                {"page": one.page, "text": one.text, "box": _box(one.box), "from": one.origin or None}
                for one in audit.additions
            ],
            "exclusions": [
                {"page": one.page, "text": one.text, "reason": one.reason} for one in audit.exclusions
            ],
        },
        "pages": [_page_data(page) for page in document.pages],
        "error": document.error or None,
        "children": [document_data(child) for child in document.children],
    }


def _unread_tally(document: Document) -> str:
    """Return how many of a mail's attachments couldn't be read, empty where all could."""
    within = list(document.within())
    unread = sum(bool(one.error) for one in within)
    return f"{unread} of {counted(len(within), 'attachment')} couldn't be read" if unread else ""


def _texts(document: Document) -> Iterator[str]:
    """Yield the text, and that of each attachment below a line with its name."""
    yield replace(document, children=()).text
    for child in document.within():
        yield f"\n--- {child.name} ---"
        yield replace(child, children=()).text if not child.error else f"not read: {unread_words(child)}"


def unread_data(attached: Iterable[Document]) -> dict[str, Any]:
    """Return `{"unread": [{"name", "code", "message"}]}` of a run's attachments; nothing where all could be read."""
    told = [
        {"name": one.name, "code": one.error, "message": unread_words(one)} for one in attached if one.error
    ]
    return {"unread": told} if told else {}


def unread_line(attached: Iterable[Document]) -> str:
    """Return which attachments couldn't be read and why, in a sentence; empty where all could."""
    found = [
        f"{one.name} ({unread_words(one).removeprefix(f'{one.name}: ')})" for one in attached if one.error
    ]
    return f"{counted(len(found), 'attachment')} couldn't be read: {', '.join(found)}." if found else ""


def unread_words(document: Document) -> str:
    """Return in words why an attachment couldn't be read."""
    return "; ".join(loss.text for loss in document.parse_run.audit.losses)


def _facts(document: Document, *, place: str = "") -> Facts:
    run = document.parse_run
    if document.error:
        rows = (("attachment", place), ("digest", document.source), ("type", document.media_type))
        return Facts((*rows, ("not read", f"{document.error}: {unread_words(document)}")))
    return Facts(
        (
            ("attachment" if place else "document", place or document.name),
            ("digest", document.source),
            ("type", document.media_type),
            ("read by", run.engine),
            ("text layer", _audit(run.audit)),
        )
    )


def _audit(audit: Audit) -> str:
    if audit.characters == 0:
        return "none"
    share = f"{audit.accounted} of {audit.characters} characters accounted for"
    failed = ", ".join(map(str, audit.failed_pages))
    return share if audit.passed else f"{share}; LOSS on page {failed}"


def _pages(document: Document) -> Table:
    rows = tuple(
        (
            str(page.number),
            f"{page.width:.0f} x {page.height:.0f}",
            f"{page.rotation}",
            page.text_layer,
            percent(page.coverage) if page.text_layer == "native" else "",
            str(sum(1 for _ in page.lines())),
            str(sum(block.kind == "table" for block in page.blocks)),
        )
        for page in document.pages
    )
    return Table(("page", "points", "turned", "text", "coverage", "lines", "tables"), rows)


def _losses(document: Document) -> list[tuple[str, ...]]:
    losses = sorted(document.parse_run.audit.losses, key=lambda one: one.page)
    return [(str(one.page), _place(one.box), _shortened(one.text)) for one in losses]


def _additions(document: Document) -> list[tuple[str, ...]]:
    return [
        (str(one.page), _place(one.box), _shortened(one.text), origin_words(one))
        for one in document.parse_run.audit.additions
    ]


def origin_words(addition: Addition) -> str:
    """Return in words where added text is from."""
    return "a form's field" if addition.origin == "field" else "unknown"


def _exclusions(document: Document) -> list[tuple[str, ...]]:
    return [(str(one.page), one.reason, _shortened(one.text)) for one in document.parse_run.audit.exclusions]


def _tables(document: Document) -> Iterator[tuple[int, Page, Block]]:
    found = [(page, block) for page in document.pages for block in page.blocks if block.kind == "table"]
    yield from ((number, page, block) for number, (page, block) in enumerate(found, 1))


def _grid(block: Block) -> Table:
    columns = max((cell.column for cell in block.cells), default=-1) + 1
    rows = max((cell.row for cell in block.cells), default=-1) + 1
    grid = [[""] * columns for _ in range(rows)]
    for cell in block.cells:
        grid[cell.row][cell.column] = cell.text
    return Table(tuple(str(number) for number in range(columns)), tuple(tuple(row) for row in grid))


def _children(document: Document) -> list[Part]:
    parts = _attached(document, "")
    line = _unread_tally(document)
    return [*parts, "", line] if line else parts


def _attached(document: Document, inside: str) -> list[Part]:
    parts: list[Part] = []
    for child in document.children:
        place = f"{inside}{child.name}"
        parts += ["", _facts(child, place=place), *([] if child.error else [_pages(child)])]
        parts += _attached(child, f"{place} > ")
    return parts


def _page_data(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "rotation": page.rotation,
        "text_layer": page.text_layer,
        "coverage": page.coverage,
        "blocks": [
            {
                "kind": block.kind,
                "text": block.text,
                "box": _box(block.box),
                "confidence": block.confidence,
                "lines": [{"text": line.text, "box": _box(line.box)} for line in block.lines],
                "cells": [
                    {"row": cell.row, "column": cell.column, "text": cell.text, "box": _box(cell.box)}
                    for cell in block.cells
                ],
            }
            for block in page.blocks
        ],
    }


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else [box.page, box.x0, box.y0, box.x1, box.y1]


def _place(box: Box | None) -> str:
    return "" if box is None else f"{box.x0:.0f},{box.y0:.0f} ({box.width:.0f} x {box.height:.0f})"


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
