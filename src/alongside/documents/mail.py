"""E-mail (RFC 5322, MIME): headers and body as text, attachments as files of their own. Standard library."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, Final

from alongside.documents.limits import unreadable

__all__ = ["Attachment", "Mail", "read_mail"]

_HEADERS: Final = ("From", "To", "Cc", "Reply-To", "Date", "Subject")
_BREAKS: Final = frozenset(
    {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr"}
)
_SILENT: Final = frozenset({"script", "style", "head", "title"})
_SPACES: Final = re.compile(r"\s+")
_EXTENSIONS: Final = {"message/rfc822": ".eml", "text/plain": ".txt", "application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body: its file name, declared media type and decoded bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: headers and body as one text, and its attachments in order."""

    text: str
    attachments: tuple[Attachment, ...]


def read_mail(data: bytes, name: str) -> Mail:
    """Return the message. Raises DataError `unreadable-document`."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain", "html"))
        text = "\n".join([*_headers(message), "", _body_text(body)])
        parts = enumerate(_parts(message, body), start=1)
        return Mail(text, tuple(_attachment(part, number) for number, part in parts))
    except MemoryError:
        raise
    except Exception as error:  # the parser raises nearly anything on damaged headers
        raise unreadable(name, f"the mail is damaged ({error})", fix="Export the mail again.") from error


def _headers(message: EmailMessage) -> Iterator[str]:
    for name in _HEADERS:
        for value in message.get_all(name, []):
            yield f"{name}: {' '.join(str(value).split())}"


def _body_text(body: Any) -> str:
    if body is None:
        return ""
    text = _decoded(body)
    return _plain(text) if body.get_content_subtype() == "html" else text


def _decoded(part: Any) -> str:
    with contextlib.suppress(LookupError, UnicodeError):  # a charset that nobody knows
        return str(part.get_content())
    payload = part.get_payload(decode=True)
    return payload.decode("latin-1") if isinstance(payload, bytes) else ""


def _parts(part: Any, body: Any) -> Iterator[Any]:
    """Yield what is neither the body nor another wording of it."""
    if part is body:
        return
    if part.get_content_maintype() != "multipart":
        if body is not None or part.get_content_maintype() != "text":
            yield part
        return
    alternative = part.get_content_subtype() == "alternative"
    for inner in part.iter_parts():
        if not (alternative and inner.get_content_maintype() == "text"):
            yield from _parts(inner, body)


def _attachment(part: Any, number: int) -> Attachment:
    kind = part.get_content_type()
    name = part.get_filename() or f"attachment-{number}{_EXTENSIONS.get(kind, '')}"
    if kind == "message/rfc822":
        return Attachment(name, kind, part.get_payload(0).as_bytes())
    payload = part.get_payload(decode=True)
    return Attachment(name, kind, payload if isinstance(payload, bytes) else b"")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(_SPACES.sub(" ", data))

    def _space(self, tag: str) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag in {"td", "th"}:
            self.parts.append("  ")


def _plain(html: str) -> str:
    """Return the text of an HTML body: one line a block element, cells apart by two spaces."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = (line.strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
