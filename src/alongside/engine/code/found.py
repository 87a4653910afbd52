"""What a walk over code found, as it goes on."""

import types
from dataclasses import dataclass, field
from typing import Any

from alongside.engine.code.origin import Origins

__all__ = ["IDENTITY", "Reach"]

IDENTITY = "__alongside_identity__"
"""An object with this attribute (a step, a prompt, a learned field) stands for itself by that string."""


@dataclass
class Reach:
    """What was found: pieces by name (constants as people read them in `shown`), reasons for opaqueness, impurities, distributions, mutable constants.

    `ambient` is state that whoever runs before can set, `globals` are the (module, name) that were read, `values` the
    classes that code names (the others only stand in annotations), `names` all that the code uses, `words` the forbidden
    attributes that it may look up by their texts.
    """

    origins: Origins
    parts: dict[str, str] = field(default_factory=dict[str, str])
    opaque: list[str] = field(default_factory=list[str])
    impure: list[str] = field(default_factory=list[str])
    distributions: dict[str, str] = field(default_factory=dict[str, str])
    mutable: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    shown: dict[str, str] = field(default_factory=dict[str, str])
    ambient: list[str] = field(default_factory=list[str])
    globals: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    functions: list[tuple[str, types.FunctionType]] = field(
        default_factory=list[tuple[str, types.FunctionType]]
    )
    classes: list[tuple[str, type]] = field(default_factory=list[tuple[str, type]])
    values: list[type] = field(default_factory=list[type])
    names: set[str] = field(default_factory=set[str])
    words: set[str] = field(default_factory=set[str])
    seen: dict[int, str] = field(default_factory=dict[int, str])
    alive: list[Any] = field(default_factory=list[Any])

    def once(self, thing: Any, label: str) -> bool:
        """Whether this object is met for the first time, and then by which name; keeps it alive, so that its id stays its own."""
        if id(thing) in self.seen:
            return False
        self.seen[id(thing)] = label
        self.alive.append(thing)
        return True

    def free(self, label: str) -> str:
        """Return the label, or one like it where another object has it: lambdas, closures, a redefinition."""
        while label in self.parts:
            label += "'"
        return label
