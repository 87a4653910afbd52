"""What a file may cost to read: refused before it is paid."""

from dataclasses import dataclass
from typing import Any, Self

from alongside.core.errors import DataError

__all__ = ["Limits", "unreadable"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one file, its attachments included."""

    bytes: int = 200_000_000
    pages: int = 2_000
    pixels: int = 100_000_000
    """Per page or image, before decoding."""
    ocr_pages: int = 500
    text_characters: int = 5_000_000
    attachments: int = 200
    depth: int = 4
    """Mail in mail in mail."""

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Self:
        """Return the limits with those that `options` names (`{"pages": 10}`)."""
        return cls(**{key: value for key, value in options.items() if key in cls.__slots__})


def unreadable(name: str, reason: str, *, fix: str) -> DataError:
    """Return the one error of this package: `unreadable-document`, with the file's name."""
    return DataError("unreadable-document", f"{name}: {reason}", fix=fix)
