"""Room for a finger: how large a page has to be, and how far each figure's place may grow, so that none takes another's touch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Spot", "closeness", "with_room"]

TARGET = 27.0  # pixels: somewhat more than the 24 of WCAG 2.2, 2.5.8
_PHONE = 340.0  # pixels that a page has on a phone
_LEAST, _MOST = 1.2, 6.0  # times the width of the phone
_FEW = 3  # of a hundred figures that may be nearer to each other than the rest


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be touched, in points of its page."""

    x: float
    y: float
    width: float
    height: float


def closeness(spots: Sequence[Spot], page_width: float) -> float:
    """Return the pixels a point at which the lines of a page are as far apart as a finger needs, within reason."""
    fit = _PHONE / (page_width or 1.0)
    ordered = sorted(spots, key=lambda one: one.y)
    apart: list[float] = []
    for at, one in enumerate(ordered):
        below = (
            other for other in ordered[at + 1 :] if _across(one, other) and other.y > one.y + one.height / 2
        )
        nearest = next(below, None)
        apart.append(nearest.y + nearest.height / 2 - one.y - one.height / 2 if nearest else TARGET)
    if not apart:
        return round(fit * _LEAST, 3)
    usual = sorted(apart)[len(apart) * _FEW // 100]
    return round(min(max(TARGET / max(usual, 1.0), fit * _LEAST), fit * _MOST), 3)


def with_room(spots: Sequence[Spot], close: float, page_width: float, page_height: float) -> list[Spot]:
    """Return the places grown to a finger's size where the page is shown that close, at most half the way to their neighbours."""
    least = TARGET / close
    high = [_higher(one, spots, least, page_height) for one in spots]
    return [_wider(one, high, least, page_width) for one in high]


def _higher(one: Spot, spots: Sequence[Spot], least: float, page_height: float) -> Spot:
    missing = max(0.0, least - one.height) / 2
    if not missing:
        return one
    above, below = missing, missing
    wide = replace(one, x=one.x - least / 2, width=one.width + least)
    for other in spots:
        if other is one or not _across(wide, other):
            continue
        if other.y >= one.y + one.height:
            below = min(below, (other.y - one.y - one.height) / 2)
        elif other.y + other.height <= one.y:
            above = min(above, (one.y - other.y - other.height) / 2)
    top, end = max(0.0, one.y - above), min(page_height, one.y + one.height + below)
    return replace(one, y=round(top, 2), height=round(end - top, 2))


def _wider(one: Spot, spots: Sequence[Spot], least: float, page_width: float) -> Spot:
    missing = max(0.0, least - one.width) / 2
    if not missing:
        return one
    before, after = missing, missing
    for other in spots:
        if other is one or not (one.y < other.y + other.height and other.y < one.y + one.height):
            continue
        if other.x >= one.x + one.width:
            after = min(after, (other.x - one.x - one.width) / 2)
        elif other.x + other.width <= one.x:
            before = min(before, (one.x - other.x - other.width) / 2)
    left, end = max(0.0, one.x - before), min(page_width, one.x + one.width + after)
    return replace(one, x=round(left, 2), width=round(end - left, 2))


def _across(one: Spot, other: Spot) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width
