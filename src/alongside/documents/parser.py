"""The parser that the rest of Alongside sees: our readers in recycled worker processes."""

from collections.abc import Callable
from typing import Any, Final, Self

from alongside.core.document import Document
from alongside.core.errors import DataError
from alongside.core.packing import unpack_document
from alongside.core.surrogates import shown
from alongside.documents.limits import unreadable
from alongside.documents.version import parse_version
from alongside.sandbox.pool import FailureKind, Pool, WorkerFailed

__all__ = ["IsolatedParser"]

_MEMORY: Final = 2 << 30
_SECONDS: Final = 300.0
_RECYCLE: Final = 200
_WHY: Final[dict[FailureKind, str]] = {
    "timeout": "reading it takes too long",
    "memory": "reading it takes too much memory",
    "crash": "it crashes the reader",
    "output": "what it holds is too large",
}
_FIX: Final = "Split the file, or save it anew from the program that made it."


class IsolatedParser:
    """Implements `core.ports.Parser`; safe to call from many threads. `entry` is the worker's entry point."""

    def __init__(
        self,
        entry: str,
        *,
        options: dict[str, Any] | None = None,
        size: int = 1,
        memory: int = _MEMORY,
        seconds: float = _SECONDS,
        waited: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`options` are limits (see `Limits`); `memory` (bytes of address space) and `seconds` cap one file.

        `waited` is told how long each file waited for a worker, in seconds.
        """
        self.version: str = parse_version()
        """Engine, versions and the digest of the OCR data."""
        self._pool = Pool(
            entry,
            role="parse",
            options=options or {},
            size=size,
            memory=memory,
            recycle_after=_RECYCLE,
            waited=waited,
        )
        self._seconds = seconds

    def parse(self, data: bytes, *, name: str, media_type: str) -> Document:
        """Return the document, whole: a shell's bytes would be in no store yet, so nobody could keep it.

        Raises DataError `unreadable-document`, whatever the file does to its worker.
        """
        packed = self._call({"job": "parse", "name": shown(name), "media_type": media_type}, data)
        return Document(**unpack_document(packed))

    def render(
        self,
        data: bytes,
        *,
        name: str,
        media_type: str,
        page: int,
        scale: float,
        rotation: int | None = None,
        attachment: str = "",
    ) -> bytes:
        """Return a page as PNG (see `render_page`), drawn in the worker too. Raises DataError.

        With the digest of an `attachment`, `data` is the mail that holds it; `name` and `media_type` are the attachment's.
        """
        place = {"page": page, "scale": scale, "rotation": rotation, "attachment": attachment}
        return self._call({"job": "render", "name": shown(name), "media_type": media_type, **place}, data)

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, message: dict[str, Any], data: bytes) -> bytes:
        try:
            return self._pool.call(message, data, seconds=self._seconds)[1]
        except WorkerFailed as failure:
            raise _named(message["name"], failure) from failure


def _named(name: str, failure: WorkerFailed) -> DataError:
    return unreadable(name, f"{_WHY[failure.kind]} ({failure.detail})", fix=_FIX)
