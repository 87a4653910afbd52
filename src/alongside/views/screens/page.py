"""A screen: what it is called, what it would be in a terminal, and its content as one record."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from alongside.core.engagement import Person

__all__ = ["Asked", "Crumb", "Page", "Problem", "Toast", "Typed"]

_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something can't be: the error's code, what is wrong, how to mend it, and the dotted path of the value that it is."""

    code: str
    message: str
    fix: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and refused: what stood in its fields, and why, by field (empty: of the whole)."""

    fields: Mapping[str, str]
    problems: Mapping[str, Problem]

    def text(self, name: str, default: str) -> str:
        """Return what was typed into a field, with LF between lines."""
        return self.fields.get(name, default).replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the parts of its path, its query, and who asks. All state of a screen is in here.

    `may` are the roles whose acts this person may do; `typed` is a form of theirs that was refused. `is_program`: it
    is asked for as JSON, and what a page fetches later is wanted at once.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    by: Person
    may: frozenset[str] = frozenset()
    typed: Typed = Typed({}, {})
    is_program: bool = False

    def number(self, name: str, default: int, *, most: int) -> int:
        """Return a whole number of the query, between 1 and `most`."""
        text = self.query.get(name, "").strip()
        stated = text.isascii() and text.isdecimal() and len(text) < _DIGITS
        return min(max(int(text), 1), most) if stated else default


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a screen."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Toast:
    """What just happened, with the mark of its verdict; `undo` is the address that takes it back, `state` that of the form that says what is right.

    `of` is what it happened to where the page shows that: told on another page, the text begins with it.
    """

    mark: str
    text: str
    undo: str = ""
    state: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A screen. `command` is the same in a terminal; `body` is a frozen dataclass of plain JSON values and of such."""

    title: str
    command: str
    body: Any
    crumbs: tuple[Crumb, ...] = ()
    toast: Toast | None = None
    hints: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_json(self) -> dict[str, Any]:
        """Return the screen's JSON twin."""
        return {"title": self.title, "command": self.command, **asdict(self.body)}
