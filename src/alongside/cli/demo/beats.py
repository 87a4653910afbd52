"""A beat of the story: what happened, why it matters, and the commands that did it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Beat"]


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat. `happened` are lines as people read them, `facts` the same for programs; neither is written beforehand.

    `commands` are what a person types, in the engagement's folder, for the same thing. `seconds` is wall time.
    """

    title: str
    happened: tuple[str, ...]
    why: str
    commands: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seconds: float = 0.0

    def to_json(self, number: int) -> dict[str, Any]:
        """Return the beat as JSON."""
        return {
            "beat": number,
            "title": self.title,
            "happened": [line.strip() for line in self.happened],
            "why": self.why,
            "commands": list(self.commands),
            "facts": dict(self.facts),
            "seconds": round(self.seconds, 3),
        }
