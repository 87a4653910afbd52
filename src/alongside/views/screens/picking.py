"""What a touch on a page sends, and what is asked where it may be meant for several fields."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alongside.views.screens.names import place_label
from alongside.workbench.suggesting import Suggestion

__all__ = ["Offer", "Touched", "meant_for", "offers_of", "pick_value", "picked_text", "touched_of"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that is one press away: `label` names its field (empty: it has to be asked), `value` is what is sent."""

    text: str
    value: str
    label: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """A place that was touched and may be meant for several fields, each with the value that it would have."""

    text: str
    box: tuple[float, ...]
    of: tuple[tuple[str, str], ...]


def pick_value(one: Suggestion) -> str:
    """Return what a touch sends, as JSON: the box, and the value with its field, or `of`: the fields that may be meant."""
    box = (one.box.page, one.box.x0, one.box.y0, one.box.x1, one.box.y1)
    if len(one.of) > 1:
        return _json({"text": one.text, "box": box, "of": dict(one.of)})
    field = {"field": one.of[0][0]} if one.of else {}
    return _json({"value": one.value, "box": box, **field})


def touched_of(text: str) -> Touched | None:
    """Return the place that such JSON names, None where it is none or its field is known."""
    try:
        told: Any = json.loads(text)
        of = tuple((str(path), str(value)) for path, value in told["of"].items())
        return Touched(str(told["text"]), tuple(float(one) for one in told["box"]), of) if of else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def picked_text(text: str) -> str:
    """Return the value that a touch sent, empty where such JSON has none."""
    try:
        return str(json.loads(text)["value"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def meant_for(touched: Touched, labels: Sequence[tuple[str, str, str]]) -> tuple[Offer, ...]:
    """Return one offer a field that the place may be meant for; `labels` are the answer's (path, label, text now)."""
    known = {path: (label, text) for path, label, text in labels}
    return tuple(
        Offer(value, _json({"value": value, "box": touched.box, "field": path}), *known[path])
        for path, value in touched.of
        if path in known
    )


def offers_of(offered: Sequence[Suggestion], *, most: int) -> tuple[Offer, ...]:
    """Return the first places as offers, each value of a field once."""
    once = {(one.of or one.value): one for one in reversed(offered)}
    first = [one for one in offered if once[one.of or one.value] is one][:most]
    return tuple(
        Offer(one.text, pick_value(one), place_label(one.of[0][0]) if len(one.of) == 1 else "")
        for one in first
    )


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)
