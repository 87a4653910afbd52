"""Who may sign: a promise is signed by its owner, and nothing is signed or overridden without a name and a reason."""

from alongside.core.engagement import Engagement, Promise
from alongside.core.errors import UsageError

__all__ = ["check_signer", "holders", "may_sign", "require_said"]


def holders(engagement: Engagement, promise: Promise) -> tuple[str, ...]:
    """Return the names of those who may sign a promise: its owner, or all whose role owns it. None: anybody by name."""
    if not promise.owner:
        return ()
    named = tuple(person.name for person in engagement.people if person.name == promise.owner)
    in_role = tuple(person.name for person in engagement.people if person.role == promise.owner)
    return named or in_role or (promise.owner,)


def may_sign(engagement: Engagement, promise: Promise, by: str) -> bool:
    """Whether `by` is a person who owns the promise, as alongside.toml says now. A role is nobody's name."""
    names = {person.name for person in engagement.people}
    roles = {person.role for person in engagement.people}
    is_person = bool(by.strip()) and (by in names or by not in roles)
    return is_person and by in (holders(engagement, promise) or (by,))


def check_signer(engagement: Engagement, promise: Promise, by: str) -> None:
    """Raise UsageError `not-the-owner` where `by` may not sign the promise."""
    if may_sign(engagement, promise, by):
        return
    who = " or ".join(holders(engagement, promise)) or "a person, by name"
    raise UsageError(
        "not-the-owner",
        f"{promise.name!r} is signed by {who}, not by {by!r}",
        fix="sign with --by and that name, or change the owner or [[people]] in alongside.toml",
    )


def require_said(code: str, what: str, by: str, reason: str) -> None:
    """Raise UsageError of this code where `what` has no name or no reason; blanks are none."""
    if not (by.strip() and reason.strip()):
        raise UsageError(code, f"{what} needs a name and a reason", fix="add --by NAME --reason TEXT")
