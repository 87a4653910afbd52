"""Documents typed on plain pages: each character 6 points wide, each line 12 points high."""

from alongside.core.document import Audit, Block, Box, Document, Line, Page, ParseRun, Word

__all__ = ["document", "under"]

RUN = ParseRun("typed", "1", (), Audit(0, 0))


def document(*pages: str, name: str = "receipt.txt", children: tuple[Document, ...] = ()) -> Document:
    """Each page is lines of text; the digest of the source is its name, for tests."""
    made = tuple(_page(number, text) for number, text in enumerate(pages, 1))
    return Document(name, name, "text/plain", made, RUN, children)


def under(document: Document, box: Box) -> str:
    """The words of the page that stand in the box."""
    words = [w for line in document.pages[box.page - 1].lines() for w in line.words]
    inside = [w for w in words if box.x0 <= w.box.x0 and w.box.x1 <= box.x1 and box.y0 <= w.box.y0 < box.y1]
    return " ".join(word.text for word in inside)


def _page(number: int, text: str) -> Page:
    lines = tuple(
        _line(number, row, content) for row, content in enumerate(text.split("\n")) if content.strip()
    )
    box = Box(number, 0, 0, 600, 800)
    block = Block("text", "\n".join(line.text for line in lines), box, lines)
    return Page(number, 600, 800, 0, "native", 1.0, (block,))


def _line(page: int, row: int, content: str) -> Line:
    words, at = [], 0
    for text in content.split():
        at = content.index(text, at)
        words.append(Word(text, Box(page, at * 6, row * 12, (at + len(text)) * 6, row * 12 + 12)))
        at += len(text)
    box = words[0].box.union(words[-1].box)
    return Line(" ".join(content.split()), box, tuple(words))
