"""What a field might have said instead: every place on the page that could hold it, the likeliest first."""

from dataclasses import dataclass
from functools import lru_cache

from alongside.core.document import Box, Document
from alongside.core.fields import Field, FieldKind

__all__ = ["Suggestion", "suggestions"]

_REMEMBERED = 64
_TYPES: dict[FieldKind, type] = {"text": str, "integer": int}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place on the page: its text as printed, the value that this is (a date as ISO 8601), and its box."""

    text: str
    value: str
    box: Box


@lru_cache(maxsize=_REMEMBERED)
def suggestions(document: Document, field: str, kind: FieldKind) -> tuple[Suggestion, ...]:
    """Return the places that could hold a field of this kind, best first by what is known of such fields without learning.

    A text that runs over several lines is left out: its lines are there one by one.
    """
    from alongside.learn.features import dense, scene_of, view
    from alongside.learn.prior import prior_scores

    of = Field(field.rpartition(".")[2], kind, _TYPES.get(kind, str))
    found = view(scene_of(document), kind)
    scores = prior_scores(of, [dense(found, of, index) for index in range(len(found.candidates))])
    ranked = sorted(zip(scores, range(len(scores)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    placed: dict[Box, Suggestion] = {}
    for _, index in ranked:
        one = found.candidates[index]
        boxes = one.boxes()
        if len(boxes) == 1:
            placed.setdefault(boxes[0], Suggestion(one.text, str(one.value), boxes[0]))
    return tuple(placed.values())
