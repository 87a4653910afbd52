"""The documents of a run as they were read, and their pages as pictures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING

from alongside.core.digest import digest, short
from alongside.core.document import Box, Document, Page
from alongside.core.errors import UsageError
from alongside.core.packing import holds_attachments, unpack_document
from alongside.core.run import Run
from alongside.store import ledger, run_list, runs
from alongside.store.atomic_file import write_atomic
from alongside.store.run_list import RunFilter

if TYPE_CHECKING:
    from alongside.store.blobs import BlobStore
    from alongside.workbench.opened import Opened

__all__ = [
    "Reading",
    "attachments_of",
    "latest_readings",
    "page_picture",
    "picture_scale",
    "readable",
    "reading",
    "reading_under",
    "readings_of",
    "unread_runs",
]

_SCALE, _MOST_SCALE = 2.0, 4.0
"""Pixels a point: sharp on a phone, some 100 kB a page; four times that for small print."""
_LETTERS = 10.0  # pixels high that words are shown, so that people can read them
_PARSE = "alongside.parse"
_REMEMBERED = 64
_FAILED = 50
_UNREADABLE = "error[unreadable-document]: "
_NEAR = 1.0  # points


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as one call of `parse` answered it: `kept` names the answer, `part` is which of the document's parts."""

    kept: str
    part: int
    document: Document


def readings_of(bench: "Opened", run: Run) -> list[Reading]:
    """Return what a run read, in the order in which it did, attachments after their mail."""
    read = ((kept, _whole(bench.blobs, kept)) for kept in _read_by(bench, run.id))
    return [
        Reading(kept, part, document) for kept, whole in read for part, document in enumerate(whole.parts())
    ]


def attachments_of(bench: "Opened", run: str) -> list[Document]:
    """Return the attachments of the mails that a run read, those in attached mails too; some may have an `error`."""
    mails = (kept for kept in _read_by(bench, run) if holds_attachments(_packed(bench.blobs, kept)))
    return [one for kept in mails for one in _whole(bench.blobs, kept).within()]


def _read_by(bench: "Opened", run: str) -> list[str]:
    """Return the names of what a run's calls of `parse` answered, each once, in their order."""
    spans = runs.outline(bench.database, run)
    answers = dict.fromkeys(span.output for span in spans if span.step == _PARSE and span.output)
    return [kept for kept in answers if bench.blobs.has(kept)]


def latest_readings(
    bench: "Opened", *, limit: int, before: float | None = None
) -> list[tuple[float, Reading]]:
    """Return the documents read last, newest first, with when (seconds since the epoch); attachments go with their mail."""
    kept = ledger.latest_of_step(bench.database, _PARSE, limit=limit, before=before)
    return [
        (one.recorded_at, Reading(one.output, 0, _whole(bench.blobs, one.output)))
        for _, one in kept
        if one.output and bench.blobs.has(one.output)
    ]


def unread_runs(bench: "Opened", *, limit: int) -> list[tuple[Run, str]]:
    """Return runs that failed of late since a file can't be read, each with why; of the same words the newest.

    What can't be read is no document that is kept: the runs alone know of it.
    """
    failed = run_list.page(bench.database, RunFilter(status="failed"), limit=_FAILED)
    first = {one.run.id: one.run.error.partition("\n")[0] for one in failed}
    told = {
        one: line.removeprefix(_UNREADABLE) for one, line in first.items() if line.startswith(_UNREADABLE)
    }
    newest = {why: identity for identity, why in reversed(told.items())}
    shown = [one.run for one in failed if newest.get(told.get(one.run.id, "")) == one.run.id]
    return [(run, told[run.id]) for run in shown[:limit]]


def reading(bench: "Opened", kept: str, part: int) -> Reading:
    """Return one reading. Raises UsageError `no-such-document`."""
    if part >= 0 and bench.blobs.has(kept):
        try:
            whole = _whole(bench.blobs, kept)
            return Reading(kept, part, tuple(whole.parts())[part])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
    raise UsageError("no-such-document", f"{short(kept)} is no document here", fix="open it from its run")


def reading_under(
    read: Sequence[Reading], box: Box, *, document: str, touched: bool = False
) -> Reading | None:
    """Return which of a run's documents a box is on; None where nobody can say, for on another it marks what isn't meant.

    `document` is the digest of the file that its field stands on, empty where nobody said. A box that somebody
    `touched` may be on another file: it is on one that has words just there, the field's own before others.
    """
    own = [one for one in read if one.document.source == document]
    if document and not touched:
        return own[0] if own else None
    there = [one for one in (*own, *read) if _has(one.document, box)] or (read if len(read) == 1 else ())
    return there[0] if there else None


def _has(document: Document, box: Box) -> bool:
    """Whether the words inside the box fill it."""
    blocks = next((page.blocks for page in document.pages if page.number == box.page), ())
    words = [word.box for block in blocks for line in block.lines for word in line.words]
    inside = [one for one in words if _is_in(one, box)]
    if not inside:
        return False
    left, right = min(one.x0 for one in inside), max(one.x1 for one in inside)
    return abs(left - box.x0) <= _NEAR and abs(right - box.x1) <= _NEAR


def _is_in(word: Box, box: Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def readable(page: Page) -> float:
    """Return the pixels a point at which the page's words can be read, as far as its picture has them; 0 where it has no word."""
    high = _word_height(page)
    return min(_LETTERS / high, _pixels(page)) if high else 0.0


def picture_scale(of: Reading, page: int) -> float:
    """Return the pixels a point of a page's picture: more where its words are small."""
    shown = next((one for one in of.document.pages if one.number == page), None)
    return _pixels(shown) if shown else _SCALE


def _pixels(page: Page) -> float:
    high = _word_height(page)
    return min(max(_SCALE, float(round(2 * _LETTERS / high))), _MOST_SCALE) if high else _SCALE


def _word_height(page: Page) -> float:
    heights = [word.box.height for line in page.lines() for word in line.words if word.box.height > 0]
    return median(heights) if heights else 0.0


def page_picture(bench: "Opened", of: Reading, page: int) -> bytes:
    """Return page `page` (from 1) as PNG, `picture_scale` pixels a point, drawn once and kept.

    An attachment is taken out of its mail. Raises UsageError `no-such-document` where the file's bytes aren't kept,
    DataError `unreadable-document`, `no-such-page`.
    """
    document = of.document
    file = _whole(bench.blobs, of.kept)
    if not bench.blobs.has(file.source):
        raise UsageError(
            "no-such-document", f"the bytes of {file.name} aren't kept", fix="read the file again"
        )
    shown = next((one for one in document.pages if one.number == page), None)
    turn = shown.rotation if shown else None
    scale = picture_scale(of, page)
    drawn_by = digest(f"{bench.reader.version} {scale} {document.name} {document.media_type}".encode())[:16]
    kept = bench.state / "pictures" / f"{document.source}-{page}-{turn}-{drawn_by}.png"
    if kept.is_file():
        return kept.read_bytes()
    drawn = bench.reader.render(
        bench.blobs.get(file.source),
        name=document.name,
        media_type=document.media_type,
        attachment="" if document is file else document.source,
        page=page,
        scale=scale,
        rotation=turn,
    )
    write_atomic(kept, drawn)
    return drawn


@lru_cache(maxsize=_REMEMBERED)
def _whole(blobs: "BlobStore", kept: str) -> Document:
    return Document(**unpack_document(_packed(blobs, kept)))


def _packed(blobs: "BlobStore", kept: str) -> bytes:
    return blobs.get(json.loads(blobs.get(kept))["v"])
