"""Dates in running text, in every common form, with every reading that an ambiguous one allows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alongside.core.month_names import MONTHS, bare_letters
from alongside.core.nearest import nearest

__all__ = ["Found", "find_dates"]


@dataclass(frozen=True, slots=True)
class Found:
    """A date at text[start:end]. `form` is `iso`, `numeric`, `named` or `compact`.

    `month_first` says how a numeric date was read; `ambiguous` that the other reading is a date as well.
    """

    start: int
    end: int
    value: date
    form: str
    month_first: bool = False
    ambiguous: bool = False
    short_year: bool = False


_STEMS = """
    jan jän ene gen feb fev fév fevr févr mar mär maer mrz maa mac mrt apr abr avr may mai mei maj mag jun juin giu
    jul juil lug aug ago aou aoû ogo ags agt sep set oct okt ott out nov dec dez dic déc dis des
"""
_STEM = "|".join(sorted(_STEMS.split(), key=len, reverse=True))
_LONG = [name for name in MONTHS if len(name) > 4]
_ALIKE = 0.8
_NAME = rf"(?P<name>(?:{_STEM})[a-zà-ÿ]{{0,8}})\.?"
_SEP = r"\s?[-/.,'\u2013]\s?"
_YEAR = r"(?P<y>(?:19|20)\d{2}|'?\d{2})"

_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<a>\d{1,2})(?:\s?(?P<s>[-/.\u2013])\s?(?P<b>\d{1,2})\s?(?P=s)\s?| (?P<m>\d{1,2}) (?=(?:19|20)\d\d))"
    r"(?P<y>(?:19|20)\d{2}|\d{2}(?!\d))(?![-/]\d)"
)
_GLUED = re.compile(r"(?<!\d)(?P<a>\d{2})(?P<s>[-/.])(?P<b>\d{2})(?P=s)(?P<y>20\d{2}|\d{2})(?=\d{1,2}:\d\d)")
_ISO = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:\s?[-/.\u2013]\s?|\u5e74)(?P<b>\d{1,2})(?:\s?[-/.\u2013]\s?|\u6708)(?P<a>\d{1,2})(?!\d)"
)
_DAY_NAME = re.compile(
    rf"(?<![\d.])(?P<a>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?:{_SEP}|\s*)(?:of |de |day of )?{_NAME}(?:{_SEP}|\s*)(?:de |del )?{_YEAR}(?!\d)",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"(?<![a-zà-ÿ]){_NAME}(?:{_SEP}|\s*)(?P<a>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?,\s?|{_SEP}|\s+){_YEAR}(?!\d)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<![\d.,/-])(\d{8})(?![\d.,/-])")

_EARLIEST, _LATEST = 1900, 2079


def find_dates(text: str) -> list[Found]:
    """Return the dates in reading order; an ambiguous one gives two, day first before month first."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for finder in (_named, _iso, _numeric, _compact):
        for hit in finder(text):
            clash = any(
                hit.start < end and start < hit.end
                for start, end in taken
                if (start, end) != (hit.start, hit.end)
            )
            if not clash:
                found.append(hit)
        taken.extend((hit.start, hit.end) for hit in found)
    return sorted(found, key=lambda hit: (hit.start, hit.month_first))


def _year(text: str) -> int:
    digits = text.lstrip("'")
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < 70 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(text: str) -> Iterator[Found]:
    for pattern in (_DAY_NAME, _NAME_DAY):
        for match in pattern.finditer(text):
            month = _month(match["name"])
            value = _date(_year(match["y"]), month, int(match["a"])) if month else None
            if value is not None:
                yield Found(match.start(), match.end(), value, "named", short_year=len(match["y"]) < 4)


def _month(name: str) -> int:
    """Return the month that a word names, whole, cut short or with a slip of OCR's; 0 where it only begins like one."""
    bare = bare_letters(name)
    whole = next((one for one in MONTHS if one.startswith(bare)), "") or nearest(bare, _LONG, least=_ALIKE)
    return MONTHS.get(bare) or MONTHS.get(whole, 0)


def _iso(text: str) -> Iterator[Found]:
    for match in _ISO.finditer(text):
        value = _date(int(match["y"]), int(match["b"]), int(match["a"]))
        if value is not None:
            yield Found(match.start(), match.end(), value, "iso")


def _numeric(text: str) -> Iterator[Found]:
    seen: set[tuple[int, int]] = set()
    for pattern in (_NUMERIC, _GLUED):
        for match in pattern.finditer(text):
            if (match.start(), match.end()) in seen:
                continue
            seen.add((match.start(), match.end()))
            yield from _readings(match)


def _readings(match: re.Match[str]) -> Iterator[Found]:
    year, a, b = _year(match["y"]), int(match["a"]), int(match["b"] or match.groupdict()["m"])
    short = len(match["y"]) < 4
    day_first, month_first = _date(year, b, a), _date(year, a, b)
    if a == b:
        month_first = None
    both = day_first is not None and month_first is not None
    start, end = match.start(), match.end()
    if day_first is not None:
        yield Found(start, end, day_first, "numeric", ambiguous=both, short_year=short)
    if month_first is not None:
        yield Found(start, end, month_first, "numeric", month_first=True, ambiguous=both, short_year=short)


def _compact(text: str) -> Iterator[Found]:
    for match in _COMPACT.finditer(text):
        digits = match[1]
        for year, month, day in (
            (digits[:4], digits[4:6], digits[6:]),
            (digits[4:], digits[2:4], digits[:2]),
        ):
            value = _date(int(year), int(month), int(day)) if year[:2] in {"19", "20"} else None
            if value is not None:
                yield Found(match.start(), match.end(), value, "compact")
                break
