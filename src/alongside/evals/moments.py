"""The time of day beside a date, as people write it, and whether two values say the same moment."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from alongside.evals.readings import TIME_BESIDE, TIME_OF_DAY, Order, read_date

__all__ = ["Clock", "clock_end", "is_same_moment", "is_same_time", "read_clock", "read_moment"]

_CLOCK = re.compile(rf"(?<![^T\s,]){TIME_OF_DAY}$", re.IGNORECASE)
_BESIDE = re.compile(rf"{TIME_BESIDE}(?![\d:])", re.IGNORECASE)
_NOON = 12


class Clock(NamedTuple):
    """A time of day, its offset if it names one, and how finely it is said: its smallest unit."""

    at: time
    unit: timedelta


def read_clock(value: object) -> Clock | None:
    """Return the time of day that a moment has or a text ends with ("14 March 2026, 9:30 pm"), None where there is none."""
    if isinstance(value, datetime):
        return Clock(value.timetz(), timedelta(microseconds=1))
    match = _CLOCK.search(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    part = (match["part"] or "")[:6]
    unit = timedelta(seconds=1) if match["second"] else timedelta(minutes=1)
    if part:
        unit = timedelta(microseconds=10 ** (6 - len(part)))
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % _NOON + (_NOON if match["half"].lower() == "p" else 0)
    try:
        at = time(hour, int(match["minute"] or 0), int(match["second"] or 0), int(part.ljust(6, "0")))
        return Clock(at.replace(tzinfo=_zone(match["zone"])), unit)
    except ValueError:
        return None


def clock_end(text: str, at: int) -> int:
    """Return where a time of day ends that stands beside a date that ends there; the date's own end where none does."""
    match = _BESIDE.match(text, at)
    return match.end() if match and read_clock(match[0]) else at


def read_moment(value: object, *, order: Order = "dmy") -> date | None:
    """Return the day that a value states, as a datetime where it states a time too; None where it states none."""
    day, clock = read_date(value, order=order), read_clock(value)
    return datetime.combine(day, clock.at) if day and clock else day


def is_same_moment(one: object, other: object, *, order: Order = "dmy") -> bool:
    """Whether two values say the same day and, where both say a time, the same time, as finely as the coarser says it.

    Times are compared as instants where both name their offset, else as the clock on the wall shows them.
    """
    days = read_date(one, order=order), read_date(other, order=order)
    clocks = read_clock(one), read_clock(other)
    if days[0] is None or days[1] is None or clocks[0] is None or clocks[1] is None:
        return days[0] is not None and days[0] == days[1]
    first, second = datetime.combine(days[0], clocks[0].at), datetime.combine(days[1], clocks[1].at)
    offsets = first.utcoffset(), second.utcoffset()
    apart = offsets[0] - offsets[1] if offsets[0] is not None and offsets[1] is not None else timedelta()
    unit = max(clocks[0].unit, clocks[1].unit)
    return (_since(first) - apart) // unit == _since(second) // unit


def is_same_time(text: str, at: time) -> bool:
    """Whether a text says a time of day, as finely as it says it; of times with an offset each, the same one."""
    if not _CLOCK.fullmatch(text.strip()):
        return False
    day = date(2000, 1, 1)
    return is_same_moment(f"{day}T{text.strip()}", datetime.combine(day, at))


def _since(moment: datetime) -> timedelta:
    return moment.replace(tzinfo=None) - datetime.min  # noqa: DTZ901  nothing is asked of a clock


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
