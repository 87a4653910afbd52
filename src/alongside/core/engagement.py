"""One customer, one folder: what `alongside.toml` declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from alongside.core.chat import ModelConfig

__all__ = [
    "DATA_CLASSES",
    "ROLES",
    "Engagement",
    "Limits",
    "Person",
    "Promise",
    "Role",
    "a_role",
    "owners",
    "ranks",
]

DATA_CLASSES = ("public", "internal", "confidential", "personal")
"""What data may be, from what anyone may see to what is about a person."""

Role = Literal["viewer", "reviewer", "engineer", "approver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may. A role of the engagement's own (`expert`) reviews."""


def ranks(role: str, least: Role) -> bool:
    """Whether a role is `least` or one above it; a role of the engagement's own reviews."""
    own = role if role in ROLES else "reviewer"
    return ROLES.index(own) >= ROLES.index(least)


def a_role(role: str) -> str:
    """Return a role with its article: `an engineer`, `a reviewer`."""
    return f"{'an' if role[:1].casefold() in set('aeiou') else 'a'} {role}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Declared limits; None is no limit. Money in US dollars, time in seconds, regions by name."""

    cost_per_run: float | None = None
    cost_per_replay: float | None = None
    seconds_per_run: float | None = None
    regions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may judge, change, approve or ship."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the definition of done: a share of cases on which a check or field must hold, and whose it is.

    `measure` is `field:NAME`, `check:NAME`, `cases` (all checks of a case hold), `cost` (dollars a run),
    `latency` (seconds a run, 95th percentile) or `sign-off` (`owner` must approve the version). `workflow` empty: over
    the cases of all of them.
    """

    name: str
    measure: str
    at_least: float | None = None
    at_most: float | None = None
    owner: str = ""
    workflow: str = ""


def owners(people: Iterable[Person]) -> frozenset[str]:
    """Return what may stand as the owner of a sign-off: the people's names and their roles."""
    return frozenset(word for person in people for word in (person.name, person.role))


@dataclass(frozen=True, slots=True)
class Engagement:
    """The engagement's folder and what its `alongside.toml` says."""

    root: Path
    customer: str
    data_classes: Mapping[str, str] = field(default_factory=dict[str, str])
    limits: Limits = Limits()
    models: Mapping[str, ModelConfig] = field(default_factory=dict[str, ModelConfig])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    people: tuple[Person, ...] = ()
    done: tuple[Promise, ...] = ()
    held_out: float = 0.2
