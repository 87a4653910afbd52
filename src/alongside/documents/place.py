"""What stands under a box: the check that a cited place holds the value, and the boxes' own check."""

from collections.abc import Iterator

from alongside.core.document import Box, Document, Line, Word

__all__ = ["holds", "text_in", "words_in"]


def words_in(document: Document, box: Box) -> Iterator[Word]:
    """Yield the words whose middle lies in the box, in reading order. Attachments have boxes of their own."""
    for page in document.pages:
        if page.number == box.page:
            for line in page.lines():
                yield from _inside(line, box)


def text_in(document: Document, box: Box) -> str:
    """Return the text under a box, its words joined by single spaces."""
    return " ".join(word.text for word in words_in(document, box))


def holds(document: Document, box: Box, text: str) -> bool:
    """Whether the text under the box has the same characters as `text`, spaces and case apart."""
    return _bare(text_in(document, box)) == _bare(text)


def _inside(line: Line, box: Box) -> Iterator[Word]:
    if line.box.y1 < box.y0 or line.box.y0 > box.y1:
        return
    for word in line.words:
        x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
        if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
            yield word


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
