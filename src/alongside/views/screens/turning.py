"""Turning the pages of a document, and from one document to another: what leads there, and what of it an address keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from alongside.core.document import Document

__all__ = [
    "LEFT",
    "PLACE",
    "Address",
    "DocumentShown",
    "Turns",
    "documents_of",
    "left_of",
    "place_left",
    "place_of",
    "turns_of",
]

Address = Callable[[int], str]
"""Where the screen shows a page (from 1) of the document."""

PLACE = ("document", "page")
"""The names in a query that say which page of which document is shown."""

LEFT = ("left_document", "left_page")
"""The names in another run's query that say which page was shown of the run before, for the way back."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Page `number` of `total`; `newer` and `older` are the addresses of the page before and after, empty where there is none.

    A form that asks `action` for a `page`, with `kept` beside it, shows any other.
    """

    number: int
    total: int
    newer: str
    older: str
    action: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """One of several documents that were read; `shown` is the one in sight."""

    name: str
    href: str
    shown: bool


def documents_of(address: Address, documents: Sequence[Document], number: int) -> tuple[DocumentShown, ...]:
    """Return the way to each document that has a page; empty where one alone does. `number` (from 1) is shown."""
    parts = urlsplit(address(1))
    kept = {name: text for name, text in parse_qsl(parts.query) if name not in PLACE}
    found = tuple(
        DocumentShown(
            one.name, parts._replace(query=urlencode(kept | {"document": at})).geturl(), shown=at == number
        )
        for at, one in enumerate(documents, 1)
        if one.pages
    )
    return found if len(found) > 1 else ()


def turns_of(address: Address, number: int, total: int) -> Turns:
    """Return how the pages of a document are turned that is shown page by page."""
    parts = urlsplit(address(number))
    return Turns(
        number,
        total,
        address(number - 1) if number > 1 else "",
        address(number + 1) if number < total else "",
        parts.path,
        tuple((name, text) for name, text in parse_qsl(parts.query) if name != "page"),
    )


def place_of(query: Mapping[str, str]) -> dict[str, str]:
    """Return what a query says of the page that is to be shown."""
    return {name: query[name] for name in PLACE if name in query}


def place_left(query: Mapping[str, str]) -> dict[str, str]:
    """Return the page that an address shows, as the next run's address keeps it for the way back."""
    return {left: query[name] for left, name in zip(LEFT, PLACE, strict=True) if name in query}


def left_of(query: Mapping[str, str]) -> dict[str, str]:
    """Return the page that `place_left` kept, as `place_of` tells one."""
    return {name: query[left] for left, name in zip(LEFT, PLACE, strict=True) if left in query}
