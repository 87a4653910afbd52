"""Who comes in: the people with their roles, and the links for people without an account."""

from dataclasses import dataclass

from alongside.core.engagement import ROLES
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.workbench import Workbench
from alongside.workbench.review_links import standing

__all__ = ["LinkRow", "LinksScreen", "PeopleScreen", "PersonRow", "links_screen", "people_screen"]

_ROLES = {
    "viewer": "sees everything, asks, and says what is wrong with an answer they asked for",
    "reviewer": "judges, edits wording, signs what is theirs to sign",
    "engineer": "changes the workflow, ships what passes the gate, rolls back, makes review links",
    "approver": "ships past the gate and takes a broken case, with a reason",
    "admin": "says who may do what",
}
_OWN = f"a word of this engagement's own, the same as reviewer: {_ROLES['reviewer']}"
_LINKS = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who signs in; `may` says what the role is for."""

    name: str
    role: str
    may: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A review link: how far it got, and whether it still opens. Times in seconds since the epoch."""

    id: str
    person: str
    made_by: str
    made: float
    expires: float
    answered: int
    questions: int
    state: str


@dataclass(frozen=True, slots=True)
class LinksScreen:
    """The newest review links, and how many more there are."""

    links: tuple[LinkRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PeopleScreen:
    """The people, the newest links, and the roles that may be given."""

    people: tuple[PersonRow, ...]
    links: tuple[LinkRow, ...]
    more: int
    roles: tuple[tuple[str, str], ...]


def people_screen(bench: Workbench, asked: Asked) -> Page:
    """Return who comes in."""
    del asked
    people = bench.engagement.people
    links = _links(bench)
    body = PeopleScreen(
        tuple(PersonRow(one.name, one.role, _ROLES.get(one.role) or _OWN) for one in people),
        links.links,
        links.more,
        tuple((role, _ROLES[role]) for role in ROLES),
    )
    return Page("People", "alongside person list", body, (Crumb(bench.engagement.customer, "/"),))


def links_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the review links, for those who make them."""
    del asked
    return Page(
        "Review links", "alongside link list", _links(bench), (Crumb(bench.engagement.customer, "/"),)
    )


def _links(bench: Workbench) -> LinksScreen:
    links, now = standing(bench), bench.clock()
    rows = tuple(
        LinkRow(
            one.link.id,
            one.link.person,
            one.link.made_by,
            one.link.made,
            one.link.expires,
            one.answered,
            len(one.questions),
            "open" if one.link.opens(now) else "revoked" if one.link.ended else "expired",
        )
        for one in links[:_LINKS]
    )
    return LinksScreen(rows, len(links) - len(rows))
