"""An extracted value with its place on the page and how sure the extractor is."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from alongside.core.document import Box

__all__ = ["Value"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """What was read: `value` typed (None: the extractor abstained or found nothing), `text` as printed.

    `boxes` are where the text stands (more than one where it wraps or spans lines), `confidence` is the
    calibrated probability that the value is right, `source` names what read it ("learned", "prompt", …), and why there
    is no value where the answer that it gave was none: "prompt: invalid-answer: …".
    `document` is the digest of the source file that the boxes are on.
    """

    value: T | None
    text: str = ""
    boxes: tuple[Box, ...] = ()
    confidence: float = 0.0
    source: str = ""
    document: str = ""

    def __str__(self) -> str:
        return "" if self.value is None else str(self.value)
