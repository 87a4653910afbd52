"""State around a call that no argument shows: what a driver or an earlier step may have set.

An answer that leans on it can't be kept by its arguments. Context variables and thread-local objects are found in the
code; a rebound global and another decimal context show when the step is called.
"""

import decimal
import os
from dataclasses import dataclass

from alongside.engine.code.hashing import Code, rebound_global

__all__ = ["FOLDER", "Folder", "Precision", "disturbed", "restored"]


class Folder:
    """The working directory as importing the project left it. `moved`: somebody changed it since, and may have gone back."""

    def __init__(self) -> None:
        self._home, self.moved = "", False

    def settle(self) -> None:
        """Take it as it is now for what it should be."""
        self._home, self.moved = os.getcwd(), False  # noqa: PTH109

    def holds(self) -> bool:
        """Whether relative paths lead where they should."""
        return not self.moved or os.getcwd() == self._home  # noqa: PTH109


FOLDER = Folder()
"""That of this process, of which there is but one."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Python's decimal context as importing the project left it."""

    left: decimal.Context

    @classmethod
    def now(cls) -> "Precision":
        """Return it as it is at this moment."""
        return cls(decimal.getcontext().copy())

    def holds(self) -> bool:
        """Whether the context here still says what it said."""
        here, left = decimal.getcontext(), self.left
        return (
            here.prec == left.prec
            and here.rounding == left.rounding
            and here.Emax == left.Emax
            and here.Emin == left.Emin
            and here.capitals == left.capitals
            and here.clamp == left.clamp
            and here.traps == left.traps
        )

    def restore(self) -> None:
        """Give the context here what it said, in an object of its own."""
        decimal.setcontext(self.left.copy())


def disturbed(code: Code, precision: Precision) -> str:
    """Return what the code's answer would lean on beside its arguments, or an empty string."""
    if code.ambient:
        return f"{code.ambient[0]}, which whoever ran before may have set"
    rebound = rebound_global(code)
    if rebound:
        return f"{rebound} isn't any more what importing the project made it"
    if not FOLDER.holds():
        return "the working directory isn't any more what importing the project left"
    return "" if precision.holds() else "the decimal context isn't any more what importing the project left"


def restored(precision: Precision) -> bool:
    """Return whether the step that ran left the decimal context as it was; where not, put it back."""
    if precision.holds():
        return True
    precision.restore()
    return False
