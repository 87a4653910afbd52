"""The code edits that a date read the other way round suggests: a hasty one, and one that looks closer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

__all__ = ["PARAMETER", "Edit", "Misread", "edits_for", "is_turned"]

PARAMETER = "month_first"
"""The parameter under [params] of `alongside.toml` that says which dates the rule takes month first."""

_RULE = '''\
@step
def tidy(draft: {{shape}}) -> {{shape}}:
    """Dates printed as `{parameter}` of alongside.toml says have the month first."""
    printed = re.fullmatch(param("{parameter}"), draft.{field}.text)
    if printed is None or draft.{field}.value is None:
        return draft
    month, day, year = (int(part) for part in printed.groups())
    try:
        meant = date(year if year > 99 else 2000 + year, month, day)
    except ValueError:  # no such day: it can't have been meant
        return draft
    return replace(draft, {field}=replace(draft.{field}, value=meant))
'''
_FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{2}|\d{4})")


@dataclass(frozen=True, slots=True)
class Misread:
    """A date as printed, what was read, and what a person says it is."""

    field: str
    text: str
    got: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A new `tidy` step: its source, the pattern of the dates that it takes month first (its parameter), and that in words."""

    tidy: str
    pattern: str
    says: str


def is_turned(got: str, wanted: str) -> bool:
    """Whether two ISO dates differ by their day and month having changed places."""
    try:
        read, meant = date.fromisoformat(got), date.fromisoformat(wanted)
    except ValueError:
        return False
    return read != meant and (read.year, read.month, read.day) == (meant.year, meant.day, meant.month)


def edits_for(misreads: Iterable[Misread]) -> tuple[Edit, ...]:
    """Return (hasty, closer) for the first date that was turned and is printed in figures; nothing where none is.

    The hasty edit takes every date with that sign between its figures month first, the closer one only dates with
    just as many digits as the one that was wrong.
    """
    for misread in misreads:
        printed = _FIGURES.fullmatch(misread.text)
        if printed and is_turned(misread.got, misread.wanted):
            sign = printed[2].replace(".", r"\.")
            exact = sign.join(rf"(\d{{{len(printed[part])}}})" for part in (1, 3, 4))
            form = "".join("9" if character.isdigit() else character for character in misread.text)
            return (
                _edit(
                    misread.field,
                    rf"(\d+){sign}(\d+){sign}(\d+)",
                    f"for every date with {printed[2]!r} between its figures",
                ),
                _edit(misread.field, exact, f"only for dates printed like {form}"),
            )
    return ()


def _edit(field: str, pattern: str, which: str) -> Edit:
    return Edit(_RULE.format(parameter=PARAMETER, field=field), pattern, which)
