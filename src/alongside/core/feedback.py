"""A person's word on a run, with its place."""

from dataclasses import dataclass
from typing import Any, Literal

from alongside.core.document import Box

__all__ = ["Feedback", "Judgement"]

Judgement = Literal["right", "wrong", "unsure"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One judgement. `field` empty: the whole answer. `expected` states the right value where one was given.

    `undone` marks a word that was taken back, `undone_by` whoever did; nothing is ever deleted.
    """

    id: str
    run: str
    judgement: Judgement
    field: str
    has_expected: bool
    expected: Any
    box: Box | None
    span: str
    by: str
    note: str
    at: float
    undone: bool = False
    undone_by: str = ""
