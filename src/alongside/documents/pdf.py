"""PDF: LiteParse reads, pdfium audits page by page, and OCR reads the pages that have no text layer."""

import functools
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from alongside.core.document import Audit, Block, Box, Loss, Page, TextLayer
from alongside.documents.audit import PageAudit, audit_page, total
from alongside.documents.blocks import insert_lines, page_blocks, page_words
from alongside.documents.joining import join_tables
from alongside.documents.layout import line_of, turned_back
from alongside.documents.limits import Limits, unreadable
from alongside.documents.ocr import read_image
from alongside.documents.textlayer import TextLayer as RawLayer
from alongside.documents.widening import widen_tables

if TYPE_CHECKING:
    import pypdfium2
    from liteparse.parser import LiteParse
    from liteparse.types import ParsedPage

__all__ = ["OCR_RESOLUTION", "open_pdf", "pdf_pages"]

OCR_RESOLUTION: Final = 300
_POINTS: Final = 72
_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_SECURITY: Final = 5  # FPDF_ERR_SECURITY
_ENCRYPTED: Final = b"/Encrypt"
"""What an encrypted PDF says in the clear (ISO 32000-1, 7.5.5). pdfium's error alone doesn't tell: it says SECURITY of a
missing catalogue too, and of a PDF without pages whatever it said of the file before.
"""
_AGAIN: Final = "Ask for an undamaged copy."
_IMAGE: Final = 3  # FPDF_PAGEOBJ_IMAGE
_SPARSE: Final = 200
"""Fewer characters on a page that is a picture are a stamp or a running header, not its text."""
_MOST: Final = 0.5
_UNOPENED: Final = "(the page can't be opened)"


def pdf_pages(data: bytes, name: str, limits: Limits) -> tuple[tuple[Page, ...], Audit]:
    """Return the pages and the audit. Raises DataError `unreadable-document`."""
    with open_pdf(data, name) as document:
        count = len(document)
        if count > limits.pages:
            raise unreadable(name, f"{count:,} pages, {limits.pages:,} allowed", fix="Split the file.")
        parsed = _parse(data)
        reader = _Reader(document, name, limits)
        read = [reader.page(number, parsed.get(number)) for number in range(1, count + 1)]
    audits = [audit for _, audit in read]
    if all(audit.losses and not audit.characters for audit in audits):
        raise unreadable(name, "no page can be opened", fix=_AGAIN)
    return tuple(page for page, _ in read), total(audits)


@contextmanager
def open_pdf(data: bytes, name: str) -> "Generator[pypdfium2.PdfDocument]":
    """Open with pdfium. Raises DataError `unreadable-document`: encrypted, broken, without pages."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {_PASSWORD, _SECURITY} and _ENCRYPTED in data:
            raise unreadable(name, "the PDF is encrypted", fix="Save it without a password.") from error
        raise unreadable(name, "the PDF is damaged", fix=_AGAIN) from error
    with document:
        if not len(document):
            raise unreadable(name, "the PDF has no pages", fix=_AGAIN)
        yield document


class _Reader:
    def __init__(self, document: "pypdfium2.PdfDocument", name: str, limits: Limits) -> None:
        self._document = document
        self._name = name
        self._limits = limits
        self._ocr_pages = 0

    def page(self, number: int, parsed: "ParsedPage | None") -> tuple[Page, PageAudit]:
        """Return a page and its audit; `parsed` is None where LiteParse could not read it."""
        import pypdfium2

        try:
            source: Any = self._document[number - 1]
        except pypdfium2.PdfiumError:
            audit = PageAudit(number, 0, 0, losses=(Loss(number, _UNOPENED, None),))
            return Page(number, 0.0, 0.0, 0, "none", audit.coverage, ()), audit
        try:
            return self._opened(number, source, parsed)
        finally:
            source.close()

    def _opened(self, number: int, source: Any, parsed: "ParsedPage | None") -> tuple[Page, PageAudit]:
        blocks = page_blocks(parsed) if parsed is not None else ()
        layer = RawLayer(source)
        try:
            unseen = layer.unseen(page_words(blocks))
            if parsed is not None and unseen:
                blocks = page_blocks(parsed, without=frozenset(unseen))
            audit = audit_page(number, layer, page_words(blocks))
        finally:
            layer.close()
        blocks = join_tables(widen_tables(insert_lines(blocks, audit.recovered)))
        native = audit.characters - sum(len(exclusion.text) for exclusion in audit.exclusions)
        kind: TextLayer = "native"
        turned = 0
        if native < _SPARSE and _is_picture(source, everything=not native):
            kind, blocks, turned = self._scan(number, source, blocks)
            audit = replace(audit, additions=())  # OCR reads what no layer says
        elif not blocks:
            kind = "none"
        width, height = round(layer.width, 2), round(layer.height, 2)
        if turned in {90, 270}:
            width, height = height, width
        rotation = (source.get_rotation() + turned) % 360
        return Page(number, width, height, rotation, kind, audit.coverage, blocks), audit

    def _scan(
        self, number: int, source: Any, native: tuple[Block, ...]
    ) -> tuple[TextLayer, tuple[Block, ...], int]:
        """Read a picture of text. A native stamp on it stays; what OCR reads under the stamp is the same text."""
        read, turned = self._ocr(number, source)
        if not native:
            return ("ocr" if read else "none"), read, turned
        size = source.get_size()  # the stamp says which way is up: what was read turned goes back
        lines = [turned_back(line, turned, size) for block in read for line in block.lines]
        stamps = [line.box for block in native for line in block.lines]
        kept = (
            [word for word in line.words if not any(_overlap(word.box, box) for box in stamps)]
            for line in lines
        )
        own = [line_of(words) for words in kept if words]
        return ("ocr" if own else "native"), insert_lines(native, own), 0

    def _ocr(self, number: int, source: Any) -> tuple[tuple[Block, ...], int]:
        self._ocr_pages += 1
        if self._ocr_pages > self._limits.ocr_pages:
            reason = f"more than {self._limits.ocr_pages:,} scanned pages"
            raise unreadable(self._name, reason, fix="Split the file.")
        width, height = source.get_size()
        scale = OCR_RESOLUTION / _POINTS
        if width * height * scale * scale > self._limits.pixels:
            scale = (self._limits.pixels / (width * height)) ** 0.5
        image = source.render(scale=scale, grayscale=True).to_pil()
        read = read_image(image, page=number, scale=1 / scale, resolution=round(scale * _POINTS))
        return read.blocks, read.turned


def _is_picture(source: Any, *, everything: bool) -> bool:
    """Whether a picture covers most of the page, or, where `everything` counts, anything is drawn at all."""
    width, height = source.get_size()
    for drawn in source.get_objects(max_depth=2):
        if everything:
            return True
        x0, y0, x1, y1 = drawn.get_bounds()
        if drawn.type == _IMAGE and (x1 - x0) * (y1 - y0) > _MOST * width * height:
            return True
    return False


def _overlap(first: Box, second: Box) -> bool:
    return min(first.x1, second.x1) > max(first.x0, second.x0) and min(first.y1, second.y1) > max(
        first.y0, second.y0
    )


def _parse(data: bytes) -> "dict[int, ParsedPage]":
    """Return LiteParse's pages by number; none where it fails, since the audit recovers what pdfium can read."""
    from liteparse.types import ParseError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = _liteparse().parse(data)
        except ParseError:
            return {}
    return {page.page_num: page for page in result.pages}


@functools.cache
def _liteparse() -> "LiteParse":
    from liteparse.parser import LiteParse

    return LiteParse(
        ocr_enabled=False,  # its OCR goes to the network
        quiet=True,
        keep_headers_footers=True,
        preserve_very_small_text=True,
        emit_word_boxes=True,
        extract_blocks=True,
        continue_on_page_error=True,
        num_workers=1,
    )
