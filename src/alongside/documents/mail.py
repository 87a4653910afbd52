"""E-mail (RFC 5322, MIME): headers and body as text, attachments as files of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from alongside.core.digest import digest
from alongside.documents.limits import unreadable
from alongside.documents.mail_body import read_body
from alongside.documents.sniff import sniff

__all__ = ["Attachment", "Mail", "attachment_data", "read_mail"]

_HEADERS: Final = ("From", "To", "Cc", "Reply-To", "Date", "Subject")
_EXTENSIONS: Final = {"message/rfc822": ".eml", "text/plain": ".txt", "application/pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body: its file name, declared media type and decoded bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A message: headers and body as one text, what it has in another wording `instead`, its attachments in order."""

    text: str
    instead: tuple[str, ...]
    attachments: tuple[Attachment, ...]


def read_mail(data: bytes, name: str) -> Mail:
    """Return the message. Raises DataError `unreadable-document`."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        body = read_body(message)
        text = "\n".join([*_headers(message), "", "\n\n".join(body.texts)])
        parts = enumerate(body.files, start=1)
        return Mail(text, tuple(body.instead), tuple(_attachment(part, number) for number, part in parts))
    except MemoryError:
        raise
    except Exception as error:  # the parser raises nearly anything on damaged headers
        raise unreadable(name, f"the mail is damaged ({error})", fix="Export the mail again.") from error


def attachment_data(data: bytes, source: str, *, name: str, depth: int) -> bytes:
    """Return the bytes of the attachment with this digest, in mails attached to the mail too, `depth` deep.

    Raises DataError `unreadable-document` where the mail is damaged or holds none such; `name` is the attachment's.
    """
    found = _find(data, source, depth)
    if found is None:
        raise unreadable(name, "its mail holds no such attachment", fix="Read the mail again.")
    return found


def _find(data: bytes, source: str, depth: int) -> bytes | None:
    for one in read_mail(data, "the mail").attachments:
        if digest(one.data) == source:
            return one.data
        is_mail = depth > 1 and sniff(one.data, name=one.name, media_type=one.media_type) == "message/rfc822"
        if is_mail and (found := _find(one.data, source, depth - 1)) is not None:
            return found
    return None


def _headers(message: EmailMessage) -> Iterator[str]:
    for name in _HEADERS:
        for value in message.get_all(name, []):
            yield f"{name}: {' '.join(str(value).split())}"


def _attachment(part: Any, number: int) -> Attachment:
    kind = part.get_content_type()
    name = part.get_filename() or f"attachment-{number}{_EXTENSIONS.get(kind, '')}"
    if kind == "message/rfc822":
        return Attachment(name, kind, part.get_payload(0).as_bytes())
    payload = part.get_payload(decode=True)
    return Attachment(name, kind, payload if isinstance(payload, bytes) else b"")
