"""Numbers that an option takes: what is no number at all (`nan`) lies in no range."""

import math
from typing import Any

import click

__all__ = ["Hours"]

_LEAST, _MOST = 0.01, 31 * 24


class Hours(click.FloatRange):
    """How many hours a link may wait: from 36 seconds to a month."""

    def __init__(self) -> None:
        super().__init__(_LEAST, _MOST)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; anything else fails as a usage error that says what is allowed."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return found
