"""Who asks, and what they may do: roles from the one who looks to the one who runs it all."""

import functools
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from alongside.core.engagement import Person, Role, a_role, ranks
from alongside.core.errors import PolicyError

__all__ = [
    "Endpoint",
    "by_link",
    "check_may",
    "drafts_by",
    "link_of",
    "may",
    "needs",
    "person_of",
    "public",
    "set_link",
    "set_person",
    "who_may",
    "whose_drafts",
]

_WHO = "_alongside_who"

Endpoint = Callable[[Request], Awaitable[Response]]


def person_of(scope: Scope) -> Person:
    """Return who asks, as the guard found them."""
    return scope["state"]["person"]


def set_person(scope: Scope, person: Person) -> None:
    """Say who asks."""
    scope.setdefault("state", {})["person"] = person


def set_link(scope: Scope, link: str) -> None:
    """Say which review link somebody came by."""
    scope.setdefault("state", {})["link"] = link


def link_of(scope: Scope) -> str:
    """Return the id of the review link that somebody came by. Raises PolicyError `link-ended` for anybody else."""
    link: str = scope.get("state", {}).get("link", "")
    if not link:
        raise PolicyError(
            "link-ended",
            "this needs a review link that still opens",
            fix="ask for a new link, or open yours again",
        )
    return link


def whose_drafts(scope: Scope) -> str:
    """Return whose unsent drafts a browser may show again: a person's by their name, a guest's by their link."""
    state = scope.get("state", {})
    return state["person"].name if "person" in state else drafts_by(state["link"]) if "link" in state else ""


def drafts_by(link: str) -> str:
    """Return whose those are that were typed by a review link."""
    return f"link {link}"


def may(person: Person, role: Role) -> bool:
    """Whether a person's role is `role` or one above it; a role of the engagement's own (`expert`) reviews."""
    return ranks(person.role, role)


def check_may(person: Person, role: Role) -> None:
    """Raise PolicyError `not-allowed` unless a person's role is `role` or one above it."""
    if not may(person, role):
        raise PolicyError(
            "not-allowed",
            f"{person.name} is {a_role(person.role)}, and this takes {a_role(role)}",
            fix=f"ask somebody who is {a_role(role)}, or have alongside.toml name you as one",
        )


def needs(role: Role, endpoint: Endpoint) -> Endpoint:
    """Return the endpoint for those of at least this role; anybody else gets PolicyError `not-allowed` before it runs."""

    async def guarded(request: Request) -> Response:
        check_may(person_of(request.scope), role)
        return await endpoint(request)

    return _marked(guarded, endpoint, role)


def public(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint marked as open to everybody: the guard lets strangers through to its address alone."""

    async def open_to_all(request: Request) -> Response:
        return await endpoint(request)

    return _marked(open_to_all, endpoint, "public")


def by_link(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint for those who came by a review link; anybody else gets PolicyError before it runs."""

    async def linked(request: Request) -> Response:
        link_of(request.scope)
        return await endpoint(request)

    return _marked(linked, endpoint, "link")


def who_may(endpoint: object) -> str:
    """Return the role that an endpoint needs, `public` or `link`; empty where nothing was declared."""
    return getattr(endpoint, _WHO, "")


def _marked(wrapper: Endpoint, endpoint: Endpoint, who: str) -> Endpoint:
    functools.update_wrapper(wrapper, endpoint, assigned=(), updated=())
    setattr(wrapper, _WHO, who)
    return wrapper
