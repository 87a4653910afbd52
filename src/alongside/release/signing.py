"""Who may sign: a promise is signed by its owner, and nothing is signed or overridden without a name and a reason."""

import shlex

from alongside.core.engagement import ROLES, Engagement, Promise, owners
from alongside.core.errors import UsageError

__all__ = ["check_signer", "holders", "may_sign", "require_said", "undeclared"]

_NOBODY = "who is not among [[people]] by name or role"


def holders(engagement: Engagement, promise: Promise) -> tuple[str, ...]:
    """Return the names of those who may sign a promise: its owner, or all whose role owns it. None: anybody by name."""
    if not promise.owner:
        return ()
    named = tuple(person.name for person in engagement.people if person.name == promise.owner)
    in_role = tuple(person.name for person in engagement.people if person.role == promise.owner)
    return named or in_role or (promise.owner,)


def undeclared(engagement: Engagement, promise: Promise) -> str:
    """Return how to declare an owner who is none of the people by name or role, empty where somebody can sign."""
    if not promise.owner or promise.owner in owners(engagement.people):
        return ""
    name, role = ("NAME", promise.owner) if promise.owner in ROLES else (promise.owner, "reviewer")
    return (
        f"`alongside person add {shlex.quote(name)} --role {role}`, or write another owner in alongside.toml"
    )


def may_sign(engagement: Engagement, promise: Promise, by: str) -> bool:
    """Whether `by` is a person who owns the promise, as alongside.toml says now. A role is nobody's name."""
    if undeclared(engagement, promise):
        return False
    names = {person.name for person in engagement.people}
    roles = {person.role for person in engagement.people}
    is_person = bool(by.strip()) and (by in names or by not in roles)
    return is_person and by in (holders(engagement, promise) or (by,))


def check_signer(engagement: Engagement, promise: Promise, by: str) -> None:
    """Raise UsageError `not-the-owner` where `by` may not sign the promise."""
    if may_sign(engagement, promise, by):
        return
    who = " or ".join(holders(engagement, promise)) or "a person, by name"
    missing = undeclared(engagement, promise)
    raise UsageError(
        "not-the-owner",
        f"{promise.name!r} is signed by {who}, {_NOBODY if missing else f'not by {by!r}'}",
        fix=missing or "sign with --by and that name, or change the owner or [[people]] in alongside.toml",
    )


def require_said(code: str, what: str, by: str, reason: str) -> None:
    """Raise UsageError of this code where `what` has no name or no reason; blanks are none."""
    if not (by.strip() and reason.strip()):
        raise UsageError(code, f"{what} needs a name and a reason", fix="add --by NAME --reason TEXT")
