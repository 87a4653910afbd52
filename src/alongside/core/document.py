"""A document as read: pages, blocks, lines and words with their places, and the parse run that made it.

Places are in points (1/72 inch) from the top left corner of the page as it is shown, i.e. after its
rotation has been applied. Pages count from 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from alongside.core.lazy import Lazy

__all__ = [
    "Addition",
    "Audit",
    "Block",
    "Box",
    "Cell",
    "Document",
    "Exclusion",
    "Line",
    "Loss",
    "Origin",
    "Page",
    "ParseRun",
    "Reason",
    "TextLayer",
    "Word",
]

TextLayer = Literal["native", "ocr", "none"]
BlockKind = Literal["text", "heading", "list", "table", "header", "footer", "image"]
Reason = Literal["hidden", "off-page", "duplicate", "watermark", "control", "alternative"]
"""Why a character of the text layer is rightly in no block; `alternative`: a mail says it in another wording."""
Origin = Literal["", "field"]
"""Where added text is from: `field` is a form's, filled in; its value is drawn and not in the text layer."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: points from the top left, x to the right, y down."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points."""
        return self.y1 - self.y0

    def union(self, other: "Box") -> "Box":
        """Return the smallest box around both; they stand on one page."""
        return Box(
            self.page,
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a space; confidence 0 to 1 (1 for a native text layer)."""

    text: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, left to right; `text` joins them by single spaces."""

    text: str
    box: Box
    words: tuple[Word, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; rows and columns count from 0. A cell that holds no text may lack a box."""

    row: int
    column: int
    text: str
    box: Box | None
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table and so on, in reading order; `cells` only where kind is `table`."""

    kind: BlockKind
    text: str
    box: Box
    lines: tuple[Line, ...]
    confidence: float = 1.0
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points as shown, the rotation (degrees clockwise) that was applied to show it so.

    `coverage` is the share of the text layer's characters that the parse accounts for (1.0 without a layer).
    """

    number: int
    width: float
    height: float
    rotation: int
    text_layer: TextLayer
    coverage: float
    blocks: tuple[Block, ...]

    def lines(self) -> Iterator[Line]:
        """Yield the page's lines in reading order."""
        for block in self.blocks:
            yield from block.lines


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Text of the layer that is rightly in no block."""

    page: int
    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Loss:
    """Text of the layer that the parse lost: a failure that people must see."""

    page: int
    text: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Addition:
    """Text of a block that no character of the layer at its place stands for; `box` is that of its word.

    `origin` says where it is from, empty where nobody knows: the parser made it up, or read it twice.
    """

    page: int
    text: str
    box: Box
    origin: Origin = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The text layer against the blocks. `passed` is false where a page's coverage is under 99.5 %.

    What was added is shown and fails nothing: no text is missing for it.
    """

    characters: int
    accounted: int
    exclusions: tuple[Exclusion, ...] = ()
    losses: tuple[Loss, ...] = ()
    failed_pages: tuple[int, ...] = ()
    additions: tuple[Addition, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every page accounts for at least 99.5 % of its text layer."""
        return not self.failed_pages


@dataclass(frozen=True, slots=True)
class ParseRun:
    """What made a document: engine, its version, its options (name, value) and the audit."""

    engine: str
    version: str
    options: tuple[tuple[str, str], ...]
    audit: Audit


@dataclass(frozen=True)
class Document(Lazy):
    """The original's digest, name and media type; its pages; its attachments as child documents."""

    source: str
    name: str
    media_type: str
    pages: tuple[Page, ...]
    parse_run: ParseRun
    children: tuple["Document", ...] = field(default=())

    def lines(self) -> Iterator[Line]:
        """Yield every line in reading order, page by page, attachments last."""
        for page in self.pages:
            yield from page.lines()

    @property
    def text(self) -> str:
        """The text of all blocks, one a paragraph, pages apart by a form feed; attachments last."""
        own = "\f".join("\n".join(block.text for block in page.blocks) for page in self.pages)
        return "\f".join([own, *(child.text for child in self.children)])

    @property
    def error(self) -> str:
        """The code of the error for which this attachment couldn't be read, empty where it was."""
        return dict(self.parse_run.options).get("error", "")

    def parts(self) -> Iterator["Document"]:
        """Yield the document itself, then what is `within`: its parts from 0 on."""
        yield self
        yield from self.within()

    def within(self) -> Iterator["Document"]:
        """Yield the attachments, and those in them."""
        for child in self.children:
            yield child
            yield from child.within()
