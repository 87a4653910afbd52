"""The documents of a run as they were read, and their pages as pictures."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from alongside.core.digest import digest, short
from alongside.core.document import Document
from alongside.core.errors import UsageError
from alongside.core.packing import unpack_document
from alongside.core.run import Run
from alongside.store import ledger, runs
from alongside.store.atomic_file import write_atomic

if TYPE_CHECKING:
    from alongside.store.blobs import BlobStore
    from alongside.workbench.opened import Opened

__all__ = [
    "SCALE",
    "Reading",
    "attachments_of",
    "latest_readings",
    "page_picture",
    "reading",
    "readings_of",
]

SCALE = 2.0  # pixels a point: sharp on a phone, some 100 kB a page
_PARSE = "alongside.parse"
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as one call of `parse` answered it: `kept` names the answer, `part` 0 is the file, the rest its attachments."""

    kept: str
    part: int
    document: Document


def readings_of(bench: "Opened", run: Run) -> list[Reading]:
    """Return what a run read, in the order in which it did, attachments after their mail."""
    spans = runs.spans(bench.database, run.id)
    answers = dict.fromkeys(span.output for span in spans if span.step == _PARSE and span.output)
    found = [(kept, _whole(bench.blobs, kept)) for kept in answers if bench.blobs.has(kept)]
    return [
        Reading(kept, part, document)
        for kept, whole in found
        for part, document in enumerate((whole, *whole.children))
    ]


def attachments_of(bench: "Opened", run: str) -> list[Document]:
    """Return the attachments of the mails that a run read, those in attached mails too; some may have an `error`."""
    spans = runs.spans(bench.database, run)
    answers = dict.fromkeys(span.output for span in spans if span.step == _PARSE and span.output)
    read = [_whole(bench.blobs, kept) for kept in answers if bench.blobs.has(kept)]
    return [one for whole in read for one in whole.within()]


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


def reading(bench: "Opened", kept: str, part: int) -> Reading:
    """Return one reading. Raises UsageError `no-such-document`."""
    if part >= 0 and bench.blobs.has(kept):
        try:
            whole = _whole(bench.blobs, kept)
            return Reading(kept, part, (whole, *whole.children)[part])
        except (ValueError, KeyError, TypeError, IndexError):
            pass
    raise UsageError("no-such-document", f"{short(kept)} is no document here", fix="open it from its run")


def page_picture(bench: "Opened", of: Reading, page: int) -> bytes:
    """Return page `page` (from 1) as PNG, `SCALE` pixels a point, drawn once and kept.

    Raises UsageError `no-such-document` where the file's bytes aren't kept (an attachment's aren't always),
    DataError `unreadable-document`, `no-such-page`.
    """
    document = of.document
    if not bench.blobs.has(document.source):
        raise UsageError("no-such-document", f"the bytes of {document.name} aren't kept", fix="open its mail")
    shown = next((one for one in document.pages if one.number == page), None)
    turn = shown.rotation if shown else None
    drawn_by = digest(f"{bench.reader.version} {document.name} {document.media_type}".encode())[:16]
    kept = bench.state / "pictures" / f"{document.source}-{page}-{turn}-{drawn_by}.png"
    if kept.is_file():
        return kept.read_bytes()
    drawn = bench.reader.render(
        bench.blobs.get(document.source),
        name=document.name,
        media_type=document.media_type,
        page=page,
        scale=SCALE,
        rotation=turn,
    )
    write_atomic(kept, drawn)
    return drawn


@lru_cache(maxsize=_REMEMBERED)
def _whole(blobs: "BlobStore", kept: str) -> Document:
    packed = json.loads(blobs.get(kept))["v"]
    return Document(**unpack_document(blobs.get(packed)))
