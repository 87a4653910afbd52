"""Reading one document outside any workflow: a file, or bytes that the engagement keeps."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from alongside.core.document import Document
from alongside.core.errors import UsageError
from alongside.store.source_file import read_bytes
from alongside.workbench.workers import WORKER

if TYPE_CHECKING:
    from alongside.workbench.loop import Workbench

__all__ = ["kept_bytes", "read_file"]

_MEMORY = 3 << 30
_LEAST_DIGITS = 6


def read_file(path: Path) -> Document:
    """Parse a file in a worker process. Raises DataError that names it."""
    return _parse(read_bytes(path), path.name)


def kept_bytes(bench: "Workbench", start: str) -> Document:
    """Parse the kept blob whose digest begins with `start`. Raises UsageError `no-such-document`."""
    found = (
        [name for name in bench.blobs.names() if name.startswith(start)]
        if len(start) >= _LEAST_DIGITS
        else []
    )
    if len(found) != 1:
        raise UsageError(
            "no-such-document",
            f"{start} is neither a file nor {'the one' if found else 'a'} digest of a kept document",
            fix="name a file, or a digest as `alongside runs show RUN --json` gives it",
        )
    return _parse(bench.blobs.get(found[0]), found[0][:12])


def _parse(data: bytes, name: str) -> Document:
    from alongside.documents.parser import IsolatedParser

    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with IsolatedParser(WORKER, memory=_MEMORY) as parser:
        return parser.parse(data, name=name, media_type=media_type)
