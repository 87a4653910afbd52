"""People and links at the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime

from alongside.core.engagement import Person
from alongside.store.links import Link
from alongside.views.parts import Facts, Table, View
from alongside.workbench.review_links import Asking

__all__ = ["invitation_view", "links_view", "people_view", "review_link_view", "revoked_view"]


def people_view(people: Sequence[Person]) -> View:
    """Show who may sign in."""
    data = {"people": [{"name": one.name, "role": one.role} for one in people]}
    rows = tuple((one.name, one.role) for one in people)
    return View(data, [Table(("name", "role"), rows)] if rows else ["nobody signs in yet"])


def invitation_view(person: Person, url: str, *, expires: float, serving: bool) -> View:
    """Show a link by which somebody signs in."""
    data = {
        "person": person.name,
        "role": person.role,
        "url": url,
        "expires": _moment(expires),
        "serving": serving,
    }
    facts = (("for", f"{person.name}, {person.role}"), ("sign-in", f"{url} (opens once)"), _ends(expires))
    return View(data, [Facts((*facts, *_not_serving(serving)))])


def review_link_view(link: Link, url: str, *, questions: int, serving: bool) -> View:
    """Show a link that asks for a few judgements."""
    data = {
        "id": link.id,
        "for": link.person,
        "url": url,
        "expires": _moment(link.expires),
        "questions": questions,
        "serving": serving,
    }
    facts = (
        ("link", link.id),
        ("for", link.person),
        ("questions", str(questions)),
        ("review", url),
        _ends(link.expires),
    )
    return View(data, [Facts((*facts, *_not_serving(serving)))])


def links_view(found: Sequence[Asking], *, now: float) -> View:
    """Show the review links, newest first."""
    rows = [
        {
            "id": one.link.id,
            "for": one.link.person,
            "answered": one.answered,
            "questions": len(one.questions),
            "made_by": one.link.made_by,
            "expires": _moment(one.link.expires),
            "opens": one.link.opens(now),
        }
        for one in found
    ]
    cells = tuple(
        (
            one.link.id,
            one.link.person,
            f"{one.answered} of {len(one.questions)}",
            one.link.made_by,
            "revoked"
            if one.link.ended
            else f"until {_moment(one.link.expires)}"
            if one.link.opens(now)
            else "expired",
        )
        for one in found
    )
    table = Table(("link", "for", "answered", "made by", "opens"), cells)
    return View({"links": rows}, [table] if cells else ["no link was made yet"])


def revoked_view(link: str, *, ended: bool) -> View:
    """Show that a link opens nothing any more."""
    return View(
        {"id": link, "revoked": ended}, [f"{link} is revoked" if ended else f"{link} had ended already"]
    )


def _ends(expires: float) -> tuple[str, str]:
    return ("until", _moment(expires))


def _not_serving(serving: bool) -> tuple[tuple[str, str], ...]:  # noqa: FBT001  it is what it says
    return () if serving else (("now", "nobody serves: it opens at the next `alongside serve` there"),)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
