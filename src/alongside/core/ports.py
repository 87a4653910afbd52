"""What the layers know of each other: Protocols that `workbench.py` fills with adapters."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from alongside.core.chat import ChatChunk, ChatReply, ChatRequest
from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.core.value import Value

__all__ = ["Blobs", "ChatModel", "Clock", "FieldModel", "Parser"]


class Clock(Protocol):
    """The time, passed in so that tests and replays decide it."""

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        ...


class Blobs(Protocol):
    """Bytes by their SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep `data` durably and return its digest."""
        ...

    def get(self, name: str, /) -> bytes:
        """Return the bytes. Raises DataError `missing-blob`, also where the kept bytes don't match."""
        ...

    def has(self, name: str, /) -> bool:
        """Whether the blob is here."""
        ...


class Parser(Protocol):
    """Bytes to a Document, in isolation."""

    version: str
    """Engine, its version and the digest of its data, in one string: part of the step's key."""

    def parse(self, data: bytes, *, name: str, media_type: str) -> Document:
        """Return the document. Raises DataError for a file that can't be read."""
        ...


class ChatModel(Protocol):
    """A configured model."""

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return the whole answer. Raises UpstreamError; retries are this port's alone."""
        ...

    def stream(self, request: ChatRequest) -> AsyncIterator[ChatChunk]:
        """Yield the answer as it comes; the last chunk carries the reply."""
        ...


class FieldModel(Protocol):
    """A learned extractor, ready to serve."""

    def extract(self, document: Document, fields: Sequence[Field]) -> dict[str, Value[object]]:
        """Return a Value a field; `value` is None where the model abstains."""
        ...
