"""The media type by the first bytes; they beat the file's name and what was declared."""

import codecs
import re
from typing import Final

__all__ = ["sniff"]

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),  # a transfer as text damages what follows of its signature; no text begins so
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
_HEAD: Final = 1024  # PDF 1.7, implementation note 13: the header may stand anywhere in the first 1024 bytes
_MAIL: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL_FIELD: Final = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|mime-version|return-path):", re.I | re.M
)
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(data: bytes, *, name: str, media_type: str) -> str:
    """Return the media type of `data`, `application/octet-stream` where it is none that we know.

    `name` and `media_type` decide only between plain text and mail.
    """
    head = data[:_HEAD]
    if b"%PDF-" in head:
        return "application/pdf"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if not _is_text(data):
        return "application/octet-stream"
    if _is_mail(data, declared=media_type == "message/rfc822" or name.lower().endswith(".eml")):
        return "message/rfc822"
    return "text/plain"


def _is_text(data: bytes) -> bool:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not _CONTROLS.search(data[: 64 * _HEAD])


def _is_mail(data: bytes, *, declared: bool) -> bool:
    if declared:
        return True
    head = _MAIL.match(data[: 64 * _HEAD])
    return head is not None and len(_MAIL_FIELD.findall(head.group())) > 1
