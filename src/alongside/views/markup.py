"""HTML that is escaped by construction: whatever isn't made here is text."""

from collections.abc import Iterable
from html import escape

__all__ = ["Child", "Markup", "element", "page"]

_VOID = frozenset({"br", "link", "meta"})


class Markup(str):
    """Text that is HTML already. Only `element` makes it."""

    __slots__ = ()


Child = str | Iterable[str]


def element(tag: str, *children: Child, **attributes: str) -> Markup:
    """Return an element; text and attributes are escaped. `class_="a"` and `data_v="b"` lose and change their underscores."""
    shown = "".join(f' {_name(name)}="{escape(value)}"' for name, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{shown}>")
    return Markup(f"<{tag}{shown}>{''.join(_text(child) for child in children)}</{tag}>")


def page(title: str, *body: Child) -> str:
    """Return a whole page; its look is the stylesheet at `/style.css`."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("link", rel="stylesheet", href="/style.css"),
    )
    return "<!doctype html>" + element("html", head, element("body", *body), lang="en")


def _text(child: Child) -> str:
    if isinstance(child, Markup):
        return child
    return escape(child) if isinstance(child, str) else "".join(_text(one) for one in child)


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")
