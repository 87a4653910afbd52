"""A row of numbers as a chart: bars that stand where their names are short, that lie in lines of their own where not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from alongside.core.answer_types import Kind
from alongside.views.fields import value_text

__all__ = ["DATED", "Bar", "Chart", "chart_of", "number_of"]

DATED = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}|[0-9]{4}-?[QqWw][0-9]{1,2}")

_LONGEST = 9
_LEAST, _MOST, _MOST_LYING = 3, 60, 24
_LETTERS = 44  # of a label's size, beside one another on a phone
_TOP, _BASE = 18.0, 100.0
_TOO_LARGE = 1e300
_NUMBERS = {"number", "integer"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a chart: `x` and `width` in percent, `y` and `height` in pixels of 100.

    `label` may be left out (empty); it and the number stand `at` so many percent, by their `anchor`.
    """

    name: str
    text: str
    label: str
    x: float
    y: float
    width: float
    height: float
    at: float
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of numbers, in their order; `zero` is where the axis is: in pixels, in percent where the bars lie.

    `says` is what it shows, in a sentence.
    """

    path: str
    bars: tuple[Bar, ...]
    zero: float
    lying: bool
    says: str


def chart_of(path: str, points: Sequence[tuple[str, Any]], kind: Kind) -> Chart | None:
    """Return the chart of at least three (name, number) points, none where a value isn't a number of that kind."""
    found = [number for _, value in points if (number := number_of(value, kind)) is not None]
    if not _LEAST <= len(found) <= _MOST or len(found) < len(points):
        return None
    told = [(name, _short(value)) for name, value in points]
    says = _says(told, found)
    dated = all(DATED.fullmatch(name) for name, _ in told)
    if not dated and len(told) <= _MOST_LYING and _letters(told) > _LETTERS:
        return _lying(path, told, found, says)
    return _standing(path, told, found, says)


def _standing(path: str, told: Sequence[tuple[str, str]], found: Sequence[float], says: str) -> Chart:
    top, bottom = max(0.0, *found), min(0.0, *found)
    scale = (_BASE - _TOP) / ((top - bottom) or 1.0)
    zero = _TOP + top * scale
    slot = 100.0 / len(found)
    every = -(-_letters(told) // _LETTERS)
    bars: list[Bar] = []
    for at, ((name, text), number) in enumerate(zip(told, found, strict=True)):
        x, width = slot * (at + 0.15), slot * 0.7
        place, anchor = _label_place(at, len(found), x=x, width=width, alone=every > 1)
        bars.append(
            Bar(
                name,
                text,
                name if _is_named(at, len(found), every) else "",
                round(x, 3),
                round(min(zero, zero - number * scale), 2),
                round(width, 3),
                round(max(abs(number) * scale, 0.5), 2),
                round(place, 3),
                anchor,
            )
        )
    return Chart(path, tuple(bars), round(zero, 2), lying=False, says=says)


def _lying(path: str, told: Sequence[tuple[str, str]], found: Sequence[float], says: str) -> Chart:
    top, bottom = max(0.0, *found), min(0.0, *found)
    scale = 100.0 / ((top - bottom) or 1.0)
    zero = -bottom * scale
    bars = tuple(
        Bar(
            name,
            text,
            name,
            round(min(zero, zero + number * scale), 3),
            0.0,
            round(max(abs(number) * scale, 0.3), 3),
            100.0,
            0.0,
        )
        for (name, text), number in zip(told, found, strict=True)
    )
    return Chart(path, bars, round(zero, 3), lying=True, says=says)


def _letters(told: Sequence[tuple[str, str]]) -> int:
    """Return how many letters all labels take beside one another, each as wide as the widest."""
    return len(told) * (max(max(len(name), len(text)) for name, text in told) + 1)


def _is_named(at: int, of: int, every: int) -> bool:
    """Whether a bar has its label: each `every`th has, and the last, where one too near before it goes without."""
    return at == of - 1 or (at % every == 0 and of - 1 - at >= every)


def _label_place(
    at: int, of: int, *, x: float, width: float, alone: bool
) -> tuple[float, Literal["start", "middle", "end"]]:
    """Return where a label stands; at either end one that is wider than its bar stays within the chart."""
    if alone and at == 0:
        return x, "start"
    if alone and at == of - 1:
        return x + width, "end"
    return x + width / 2, "middle"


def _short(value: Any) -> str:
    """Return a number as text; one with many decimals to six digits, for the table or the record has them all."""
    text = value_text(value)
    return f"{value:.6g}" if isinstance(value, float) and len(text) > _LONGEST else text


def _says(told: Sequence[tuple[str, str]], found: Sequence[float]) -> str:
    low, high = found.index(min(found)), found.index(max(found))
    if found[low] == found[high]:
        return f"All are {told[low][1]}."
    numbered = [name for name, _ in told] == [str(at) for at in range(1, len(told) + 1)]
    names = [f"no. {name}" if numbered else name for name, _ in told]
    return f"From {told[low][1]} ({names[low]}) to {told[high][1]} ({names[high]})."


def number_of(value: Any, kind: Kind) -> float | None:
    """Return the number that a value of an answer is, by its type or by what its kind declares it to be; None where it is none."""
    if isinstance(value, str) and kind["kind"] in _NUMBERS:
        try:
            value = float(Decimal(value))
        except (InvalidOperation, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _TOO_LARGE else None
