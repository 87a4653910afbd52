"""A file that a workflow takes: a name for its bytes, which are read when they are needed."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["File"]


def _unloaded() -> bytes:
    raise RuntimeError("this File was made without a way to read its bytes")


@dataclass(frozen=True)
class File:
    """A file's digest, its name and its media type (IANA). Two files are equal where these three are."""

    source: str
    name: str
    media_type: str
    load: Callable[[], bytes] = field(default=_unloaded, repr=False, compare=False)

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self.load()
