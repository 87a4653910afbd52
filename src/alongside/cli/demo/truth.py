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
from alongside.evals.readings import Order, read_date, read_date_by_order, read_money

__all__ = ["Doubtful", "Ordered", "Truth", "Unread", "read_truth"]

_MOST = 0.8  # of what is stated of a field
_SPACED = re.compile(r"\d+(?:\s\d+)+")


class Unread(NamedTuple):
    """What is stated of a document's field, and is none of the field's type, or none of any (as JSON)."""

    stem: str
    field: str
    stated: str


class Doubtful(NamedTuple):
    """A field that is text though `read` of the `stated` values are of `kind` (date or Decimal); `example` is none."""

    field: str
    kind: str
    read: int
    stated: int
    example: Unread


class Ordered(NamedTuple):
    """The order in which a field's dates are read, of which `stated` may be another day; `shown_by` settles it, if any."""

    field: str
    order: Order
    shown_by: str
    stated: str
    day: str


@dataclass(frozen=True, slots=True)
class Truth:
    """`types` by field ("str", "date" or "Decimal"); `values` by file stem and field, dates as ISO, amounts bare.

    What couldn't be read as its field's type isn't among them, but `unread`; what is neither text nor a number is `odd`.
    `ordered` are the fields of dates of which one at least may be two days.
    """

    types: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    unread: tuple[Unread, ...] = ()
    odd: tuple[Unread, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    ordered: tuple[Ordered, ...] = ()

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
    rows, odd = _rows(path, told)
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    if odd and not names:
        raise _refuse(path, f"{odd[0].stem}: {odd[0].field} is neither text nor a number")
    stated = {name: {stem: row[name] for stem, row in rows.items() if name in row} for name in names}
    found = {name: _order(list(texts.values())) for name, texts in stated.items()}
    orders: dict[str, Order] = {name: order for name, (order, _) in found.items()}
    types = {name: _type(list(texts.values()), orders[name]) for name, texts in stated.items()}
    values: dict[str, dict[str, str]] = {stem: {} for stem in rows}
    unread: list[Unread] = []
    for stem, row in rows.items():
        for name, text in row.items():
            read = _typed(text, types[name], orders[name])
            if read is None:
                unread.append(Unread(stem, name, text))
            else:
                values[stem][name] = read
    texts = [name for name, kind in types.items() if kind == "str"]
    doubts = (_doubt(name, stated[name], orders[name]) for name in texts)
    dated = (
        _ordered(name, *found[name], list(stated[name].values())) for name in names if types[name] == "date"
    )
    told_of = tuple(one for one in doubts if one), tuple(one for one in dated if one)
    return Truth(types, values, tuple(unread), odd, *told_of)


def _rows(path: Path, told: Any) -> tuple[dict[str, dict[str, str]], tuple[Unread, ...]]:
    """Return the rows as text, without empty values, and what is neither text nor a number."""
    if not isinstance(told, dict) or not told:
        raise _refuse(path, "is not an object of file stems")
    rows: dict[str, dict[str, str]] = {}
    odd: list[Unread] = []
    for stem, row in cast("dict[str, Any]", told).items():
        if not isinstance(row, dict):
            raise _refuse(path, f"{stem}: is not an object of fields")
        rows[stem] = {}
        for name, value in cast("dict[str, Any]", row).items():
            if not name.isidentifier() or keyword.iskeyword(name):
                raise _refuse(path, f"{stem}: a field can't be named {name!r} in Python")
            if isinstance(value, bool) or not isinstance(value, str | int | float | None):
                odd.append(Unread(stem, name, json.dumps(value, ensure_ascii=False)))
            elif value not in {None, ""}:
                rows[stem][name] = str(value).strip()
    return rows, tuple(odd)


def _order(values: list[str]) -> tuple[Order, str]:
    """Return the order of most dates that can be read in one alone, and the first of them; else the day first.

    The year is first where all can be read so, and only so are their years neighbours.
    """
    read = [(text, read_date_by_order(text)) for text in values]
    by_year = [days["ymd"].year for _, days in read if "ymd" in days]
    by_day = [next(iter(days.values())).year for _, days in read if days]
    if (
        by_year
        and len(by_year) == len(by_day)
        and max(by_year) - min(by_year) <= 1 < max(by_day) - min(by_day)
    ):
        return "ymd", ""
    votes: dict[Order, list[str]] = {"dmy": [], "mdy": []}
    for text, days in read:
        fitting = votes.keys() & days.keys()
        if len(fitting) == 1:
            votes[fitting.pop()].append(text)
    order: Order = "mdy" if len(votes["mdy"]) > len(votes["dmy"]) else "dmy"
    return order, next(iter(votes[order]), "")


def _ordered(name: str, order: Order, shown_by: str, values: list[str]) -> Ordered | None:
    """Return in which order a field's dates are read, with the first that another order makes another day."""
    for text in values:
        days = read_date_by_order(text)
        if order in days and len(set(days.values())) > 1:
            return Ordered(name, order, shown_by, text, days[order].isoformat())
    return None


def _type(values: list[str], order: Order) -> str:
    """Return the type as which most values can be read and written back; a number that only looks like one is text."""
    if _are_most(values, partial(read_date, order=order)):
        return "date"
    return "Decimal" if _are_most(values, _is_amount) else "str"


def _doubt(name: str, stated: Mapping[str, str], order: Order) -> Doubtful | None:
    """Return what speaks against a field's being text: that more of its values are of another type than slips would be."""
    for kind in ("date", "Decimal"):
        unread = [Unread(stem, name, text) for stem, text in stated.items() if not _typed(text, kind, order)]
        read = len(stated) - len(unread)
        if unread and read > (1 - _MOST) * len(stated):
            return Doubtful(name, kind, read, len(stated), unread[0])
    return None


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
