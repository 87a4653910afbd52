"""Who asks, and what they may do: roles from the one who looks to the one who runs it all."""

import functools
from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from alongside.core.engagement import Person
from alongside.core.errors import PolicyError

__all__ = ["ROLES", "Endpoint", "Role", "may", "needs", "person_of", "set_person"]

Role = Literal["viewer", "reviewer", "engineer", "approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

Endpoint = Callable[[Request], Awaitable[Response]]


def person_of(scope: Scope) -> Person:
    """Return who asks, as the guard found them."""
    return scope["state"]["person"]


def set_person(scope: Scope, person: Person) -> None:
    """Say who asks."""
    scope.setdefault("state", {})["person"] = person


def may(person: Person, role: Role) -> bool:
    """Whether a person's role is `role` or one above it; a role of the engagement's own (`expert`) reviews."""
    own = person.role if person.role in ROLES else "reviewer"
    return ROLES.index(own) >= ROLES.index(role)


def needs(role: Role, endpoint: Endpoint) -> Endpoint:
    """Return the endpoint for those of at least this role; anybody else gets PolicyError `not-allowed` before it runs."""

    async def guarded(request: Request) -> Response:
        person = person_of(request.scope)
        if not may(person, role):
            raise PolicyError(
                "not-allowed",
                f"{person.name} is a {person.role}, and this takes a {role}",
                fix=f"ask somebody who is a {role}, or have alongside.toml name you as one",
            )
        return await endpoint(request)

    functools.update_wrapper(guarded, endpoint, assigned=(), updated=())
    return guarded
