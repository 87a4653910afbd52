"""Reads receipts that come as OCR'd lines (`boxes/ID.csv`: x1,y1..x4,y4,text) and a `truth.json`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from alongside.core.document import Audit, Block, Box, Document, Line, Page, ParseRun, Word

__all__ = ["read_receipts"]


def read_receipts(folder: Path) -> dict[str, tuple[Document, Mapping[str, str]]]:
    """Return document and truth by id."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    return {name: (_document(folder / "boxes" / f"{name}.csv"), truth[name]) for name in sorted(truth)}


def _document(path: Path) -> Document:
    lines = [line for row in path.read_text("utf-8", "replace").splitlines() if (line := _line(row))]
    width = max((line.box.x1 for line in lines), default=1.0)
    height = max((line.box.y1 for line in lines), default=1.0)
    blocks = tuple(Block("text", line.text, line.box, (line,)) for line in lines)
    page = Page(1, width, height, 0, "ocr", 1.0, blocks)
    return Document(path.stem, path.name, "image/jpeg", (page,), ParseRun("lines", "1", (), Audit(0, 0)))


def _line(row: str) -> Line | None:
    parts = row.split(",", 8)
    if len(parts) < 9 or not parts[8].strip():
        return None
    xs, ys = [float(x) for x in parts[0:8:2]], [float(y) for y in parts[1:8:2]]
    box = Box(1, min(xs), min(ys), max(xs), max(ys))
    words = tuple(_words(parts[8].strip(), box))
    return Line(" ".join(word.text for word in words), box, words)


def _words(text: str, box: Box) -> Iterator[Word]:
    step = box.width / len(text)
    at = 0
    for word in text.split():
        at = text.index(word, at)
        yield Word(word, Box(1, box.x0 + at * step, box.y0, box.x0 + (at + len(word)) * step, box.y1))
        at += len(word)
