"""What a run under way has told so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Progress", "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """The steps that have ended, in order, and by call what a model has written."""

    steps: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict[str, str])


class Progress:
    """Hears of a run on one thread; any other may look at `told`, which is never changed, only replaced."""

    def __init__(self) -> None:
        self.told: Told = Told()

    def hear(self, what: Mapping[str, Any]) -> None:
        """Take what the engine tells (see its `Tell`)."""
        told = self.told
        match what:
            case {"begins": _}:
                self.told = Told()
            case {"step": str(step)}:
                self.told = replace(told, steps=(*told.steps, step))
            case {"asks": str(call)}:
                self.told = replace(told, written={**told.written, call: ""})
            case {"said": str(text), "call": str(call)}:
                self.told = replace(told, written={**told.written, call: told.written.get(call, "") + text})
            case _:
                pass
