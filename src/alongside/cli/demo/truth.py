"""What the documents really say: a file of stem -> field -> value, and the type that each field's values have."""

import json
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from alongside.core.errors import DataError
from alongside.evals.comparing import normal_text
from alongside.evals.readings import Order, read_date, read_money

__all__ = ["Truth", "Unread", "read_truth"]

_MONTHS = 12
_MOST = 0.8  # of what is stated of a field
_SPACED = re.compile(r"\d+(?:\s\d+)+")
_FIGURES = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d")


class Unread(NamedTuple):
    """What is stated of a document's field, and is none of the field's type."""

    stem: str
    field: str
    stated: str


@dataclass(frozen=True, slots=True)
class Truth:
    """`types` by field ("str", "date" or "Decimal"); `values` by file stem and field, dates as ISO, amounts bare.

    What couldn't be read as its field's type isn't among them, but `unread`.
    """

    types: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unread: tuple[Unread, ...] = ()

    def is_right(self, field: str, wanted: str, got: Any) -> bool:
        """Whether a plain answer is what is wanted, by the field's type."""
        if got is None:
            return False
        if self.types[field] == "str":
            return normal_text(wanted) == normal_text(str(got))
        if self.types[field] == "date":
            return wanted == str(got)
        return read_money(wanted) == read_money(str(got))


def read_truth(path: Path) -> Truth:
    """Read a truth file. Raises DataError `bad-truth` for one that isn't stem -> field -> value."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refuse(path, f"can't be read: {error}") from error
    rows = _rows(path, told)
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    orders: dict[str, Order] = {
        name: _order([row[name] for row in rows.values() if name in row]) for name in names
    }
    types = {name: _type([row[name] for row in rows.values() if name in row], orders[name]) for name in names}
    values: dict[str, dict[str, str]] = {stem: {} for stem in rows}
    unread: list[Unread] = []
    for stem, row in rows.items():
        for name, text in row.items():
            read = _typed(text, types[name], orders[name])
            if read is None:
                unread.append(Unread(stem, name, text))
            else:
                values[stem][name] = read
    return Truth(types, values, tuple(unread))


def _rows(path: Path, told: Any) -> dict[str, dict[str, str]]:
    """Return the rows as text, without empty values."""
    if not isinstance(told, dict) or not told:
        raise _refuse(path, "is not an object of file stems")
    rows: dict[str, dict[str, str]] = {}
    for stem, row in cast("dict[str, Any]", told).items():
        if not isinstance(row, dict):
            raise _refuse(path, f"{stem}: is not an object of fields")
        fields = cast("dict[str, Any]", row)
        for name, value in fields.items():
            if not name.isidentifier() or keyword.iskeyword(name):
                raise _refuse(path, f"{stem}: a field can't be named {name!r} in Python")
            if not isinstance(value, str | int | float | None):
                raise _refuse(path, f"{stem}: {name} is neither text nor a number")
        rows[stem] = {name: str(value).strip() for name, value in fields.items() if value not in {None, ""}}
    return rows


def _order(values: list[str]) -> Order:
    """Return whether dates in figures say the month first: what the dates past the 12th tell, else the day."""
    parts = [(int(match[1]), int(match[2])) for value in values if (match := _FIGURES.match(value))]
    day_first = sum(first > _MONTHS >= second for first, second in parts)
    month_first = sum(second > _MONTHS >= first for first, second in parts)
    return "mdy" if month_first > day_first else "dmy"


def _type(values: list[str], order: Order) -> str:
    """Return the type as which most values can be read and written back; a number that only looks like one is text."""
    if _are_most(values, partial(read_date, order=order)):
        return "date"
    return "Decimal" if _are_most(values, _is_amount) else "str"


def _are_most(values: list[str], reads: Callable[[str], object]) -> bool:
    """Whether so many values can be read that the others are slips.

    Those that are figures alone may be codes: then another one with figures, a postcode's 01067, is no slip.
    """
    read, others = [text for text in values if reads(text)], [text for text in values if not reads(text)]
    may_be_codes = 2 * sum(map(str.isdigit, read)) > len(read)
    has_figures = any(re.search(r"\d", text) for text in others)
    return bool(read) and len(read) >= _MOST * len(values) and not (may_be_codes and has_figures)


def _is_amount(text: str) -> bool:
    """Whether an amount says all that the text says, but for grouping, currency and noughts at the end.

    A postcode (01067) has a nought more, a phone number a plus or spaces between figures alone.
    """
    money = read_money(text)
    if money is None or money.currency == "%" or "+" in text:
        return False
    told, figures = re.sub(r"\D", "", f"{money.amount:f}"), re.sub(r"\D", "", text)
    return figures in {told, told.removeprefix("0")} and not _SPACED.fullmatch(text)


def _typed(text: str, kind: str, order: Order) -> str | None:
    """Return the text as a person would state it to a case, read as its field's type; None where it is none."""
    match kind:
        case "date":
            day = read_date(text, order=order)
            return day and day.isoformat()
        case "Decimal":
            money = read_money(text) if _is_amount(text) else None
            return money and str(money.amount)
        case _:
            return text


def _refuse(path: Path, why: str) -> DataError:
    return DataError(
        "bad-truth",
        f"{path} {why}",
        fix='write it as {"file stem": {"field": "value"}}, for example {"0042": {"total": "12.50"}}',
    )
