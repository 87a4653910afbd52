"""Bytes to a Document: the type by the bytes, the reader by the type. Runs inside the worker."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from alongside.core.digest import digest
from alongside.core.document import Audit, Document, Exclusion, Loss, Page, ParseRun
from alongside.core.errors import DataError
from alongside.documents.images import image_pages
from alongside.documents.limits import Limits, unreadable
from alongside.documents.mail import Attachment, read_mail
from alongside.documents.ocr import PSM
from alongside.documents.pdf import OCR_RESOLUTION, pdf_pages
from alongside.documents.sniff import sniff
from alongside.documents.text import decode
from alongside.documents.typeset import typeset
from alongside.documents.version import parse_version

__all__ = ["parse_bytes"]

Read = tuple[tuple[Page, ...], Audit]

_OCR: Final = (("psm", str(PSM)),)
_TEXT: Final = "alongside-typeset"
_SUPPORTED: Final = "PDF, JPEG, PNG, TIFF, plain text or .eml"


def parse_bytes(
    data: bytes, *, name: str, media_type: str = "", options: dict[str, Any] | None = None
) -> Document:
    """Return the document that `data` holds; `options` names limits (see `Limits`).

    Raises DataError `unreadable-document` with the file's name: empty, unknown, encrypted, damaged, too large.
    """
    return _parse(data, name, media_type, Limits.from_options(options or {}), depth=0)


def _parse(data: bytes, name: str, media_type: str, limits: Limits, *, depth: int) -> Document:
    if not data:
        raise unreadable(name, "the file is empty", fix="Ask for the file again.")
    if len(data) > limits.bytes:
        raise unreadable(name, f"{len(data):,} bytes, {limits.bytes:,} allowed", fix="Split the file.")
    kind = sniff(data, name=name, media_type=media_type)
    children: tuple[Document, ...] = ()
    if kind == "message/rfc822":
        mail = read_mail(data, name)
        pages, laid_out = typeset(mail.text, name, limits)
        audit = _with_others(laid_out, mail.instead)
        children = _children(mail.attachments, name, limits, depth)
    else:
        pages, audit = _reader(kind, name)(data, name, limits)
    engine, options = _made_by(kind)
    run = ParseRun(engine, parse_version(), options, audit)
    return Document(digest(data), name, kind, pages, run, children)


def _with_others(audit: Audit, wordings: tuple[str, ...]) -> Audit:
    """Account for the wordings of a mail that aren't laid out, since another one says the same."""
    others = tuple(Exclusion(1, " ".join(text.split()), "alternative") for text in wordings)
    left_out = sum(len("".join(one.text.split())) for one in others)
    return replace(
        audit,
        characters=audit.characters + left_out,
        accounted=audit.accounted + left_out,
        exclusions=(*audit.exclusions, *others),
    )


def _reader(kind: str, name: str) -> Callable[[bytes, str, Limits], Read]:
    if kind == "application/pdf":
        return pdf_pages
    if kind in {"image/jpeg", "image/png", "image/tiff"}:
        return lambda data, name, limits: (image_pages(data, name, limits), Audit(0, 0))
    if kind == "text/plain":
        return lambda data, name, limits: typeset(decode(data), name, limits)
    raise unreadable(name, f"{kind} isn't read yet", fix=f"Save it as {_SUPPORTED}.")


def _made_by(kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    if kind == "application/pdf":
        return "liteparse", (*_OCR, ("ocr_resolution", str(OCR_RESOLUTION)))
    return ("tesserocr", _OCR) if kind.startswith("image/") else (_TEXT, ())


def _children(
    attachments: tuple[Attachment, ...], name: str, limits: Limits, depth: int
) -> tuple[Document, ...]:
    if len(attachments) > limits.attachments:
        reason = f"{len(attachments):,} attachments, {limits.attachments:,} allowed"
        raise unreadable(name, reason, fix="Save the attachments as files.")
    return tuple(_child(attachment, limits, depth + 1) for attachment in attachments)


def _child(attachment: Attachment, limits: Limits, depth: int) -> Document:
    """Return an attachment's document; one that can't be read stays, as a failure that people see."""
    try:
        if depth > limits.depth:
            raise unreadable(attachment.name, "mail in mail too deep", fix="Save the attachment as a file.")
        return _parse(attachment.data, attachment.name, attachment.media_type, limits, depth=depth)
    except DataError as error:
        audit = Audit(0, 0, losses=(Loss(1, error.message, None),), failed_pages=(1,))
        run = ParseRun("none", parse_version(), (("error", error.code),), audit)
        return Document(digest(attachment.data), attachment.name, attachment.media_type, (), run)
