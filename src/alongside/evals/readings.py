"""Numbers, money and dates as people write them, read whole or not at all.

Deliberately not the readers with which the extractor searches a page: a check must not share their mistakes.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from alongside.core.currency import mark_groups
from alongside.core.month_names import MONTHS, bare_letters
from alongside.evals.day_names import WEEKDAYS

__all__ = [
    "ORDERS",
    "TIME_BESIDE",
    "TIME_OF_DAY",
    "Money",
    "Order",
    "misdated",
    "open_amounts",
    "open_dates",
    "read_amount",
    "read_date",
    "read_date_by_order",
    "read_flag",
    "read_money",
    "read_number",
]

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
_TRIED: dict[Order, tuple[Order, ...]] = {"dmy": ("dmy", "mdy"), "mdy": ("mdy", "dmy"), "ymd": ("ymd",)}

_MARK = r"[^\d\s.,'\u2019()+\-\u2212]{1,4}"
_POINT = r"(?:(?<=[^\W\d_])\.)?"
"""The point of an abbreviation (`Rs.50`, `Fr. 5.50`), which no sign has: `$.50` is half a dollar."""
_DASH = r"[-\u2212\u2013\u2014]"
_MONEY = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-\u2212+])?\s*(?:(?P<before>{_MARK}){_POINT})?\s*(?P<inner>[-\u2212+])?\s*"
    rf"(?P<body>\d(?:[\d\s.,'\u2019]*\d)?|[.,]\d+)(?:(?P<no_cents>[.,/]{_DASH}{{1,2}})|[.,](?!\s*{_DASH}))?"
    rf"\s*(?:(?P<after>{_MARK}){_POINT})?\s*(?(no_cents)|(?P<tail>[-\u2212])?)\s*(?P<close>\))?"
)
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+)?[eE][-+]?\d{1,3}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")
_WHOLE = re.compile(rf"\d+|{_GROUPED.pattern}")
_LAKHS = re.compile(r"(?P<whole>\d{1,2}(?:,\d\d)+,\d{3})(?P<cents>\.\d+)?")
_NO_GROUP = re.compile(r"\d[\s'\u2019]+(?!\d{3}(?!\d))\d|[.,]\d+[\s'\u2019]+\d")
"""Spaces between figures that don't part thousands: a phone's, an account's; or that stand behind a mark."""
_GLUED = re.compile(r"0\d+|\d{8,}")
"""What is a serial number, not an amount, where it follows letters without a space (INR20260001)."""

_SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "US$": "USD", "S$": "SGD", "RM": "MYR",
    "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "RP": "IDR", "RS": "RS", "KR": "KR", "FR": "CHF", "SFR": "CHF",
}  # fmt: skip
"""How a currency is marked, in capitals; rupees and crowns are several countries'. Other signs (₩, HK$) stay as written."""
_ISO_4217 = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG BGN
"""
"""ISO 4217: what is paid in today (no funds, metals or tests), and the lev, which the euro followed in 2026."""
_CODES = frozenset(_ISO_4217.split())
_BEFORE_A_SIGN = frozenset(
    (
        " a ar au bd bds bs bz c ca ci cl cn co col e ec eg fj gy hk j ja jp l le li mex mx n na nt nz r rd rmb s sg si sr "
        "sy tt tw u us uy ws xcd z"
    )
    .upper()
    .split(" ")
)
"""The letters with which countries tell their dollars, pounds and yuan apart, but for those that may be a thousand or more."""
_WORDS = frozenset(["ALL", "BAM", "BOB", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY"])
"""Codes that are words as well: "top 10" is no money, "TOP 10" is."""

_FULL_YEAR = 4  # digits
_EARLIEST = 1000  # 0003 is a slip
_PIVOT = 68

TIME_OF_DAY = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)|(?=\s*[ap]\.?m\b))(?::(?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*(?P<zone>(?:z|utc|gmt)\b|[+-]\d\d:?\d\d))?"
)
"""A pattern: `9:30`, `21:30:05.125 +02:00`, `9 pm`; in capitals or not."""
TIME_BESIDE = rf"[T\s,]+(?:at\s+)?{TIME_OF_DAY}"
"""The same behind a date."""
_TIME = re.compile(f"{TIME_BESIDE}$", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,4})\s*[-/.\s年]\s*(\d{1,2})\s*[-/.\s月]\s*(\d{1,4})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DAY_WORD = r"(?P<day>[^\W\d_]+(?:-[^\W\d_]+)?)"
_DAY_BEFORE = re.compile(rf"^(?P<open>\()?{_DAY_WORD}\.?(?(open)\))[\s,]+")
_DAY_AFTER = re.compile(rf"[\s,]*(?P<open>\()?(?(open)|(?<=[\s,])){_DAY_WORD}\.?(?(open)\))$")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|[nr]d|th|er|º|\.)?[\s\-/.,]*(?:of\s+|de\s+)?([^\W\d_]{3,})\.?[\s\-/.,']*(?:de\s+)?(\d{4}|\d\d)"
)
_NAME_FIRST = re.compile(r"([^\W\d_]{3,})\.?[\s\-/.]*(\d{1,2})(?:st|[nr]d|th)?[\s\-/.,']+(\d{4}|\d\d)")


class Money(NamedTuple):
    """An amount and its currency (ISO 4217 for the common marks, else as written; empty where none is)."""

    amount: Decimal
    currency: str


def read_flag(text: str) -> bool | None:
    """Return true and false, yes and no as the flag that they are; None for anything else."""
    return {"true": True, "yes": True, "false": False, "no": False}.get(text.strip().casefold())


def read_number(value: object, *, whole: bool = False) -> Decimal | None:
    """Return the number that the value is or, as text, states without any mark; None where it is none (`whole`: see `read_money`)."""
    money = read_money(value, whole=whole)
    return money.amount if money is not None and money.currency in {"", "%"} else None


def read_amount(value: object, *, whole: bool = False) -> Decimal | None:
    """Return the number that a value states, with a currency (`read_money`) or without; else None."""
    money = read_money(value, whole=whole)
    return None if money is None else money.amount


def read_money(value: object, *, whole: bool = False) -> Money | None:
    """Return the amount; None where it is none, or where it may be either of two (`open_amounts`).

    `core.currency` says what a comma or a point before three digits means; a nought alone before it makes it a decimal
    mark. "20.-" and "50/-" have no cents. A currency is a known sign or a code of ISO 4217, or a percent sign;
    "INV-2000" and an IBAN are no amounts. Of what is `whole`, an integer by its type, either mark before three digits groups
    them: "1.000" is a thousand.
    """
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            number = Decimal(str(value))
            return Money(number, "") if number.is_finite() else None
        case str():
            readings = _readings(value, whole=whole)
            return readings[0] if len(readings) == 1 else None
        case _:
            return None


def open_amounts(value: object) -> tuple[Decimal, ...]:
    """Return the two amounts that a text may state where its currency leaves it open ("$3.459"), else nothing."""
    readings = _readings(value) if isinstance(value, str) else ()
    return tuple(one.amount for one in readings) if len(readings) > 1 else ()


def read_date(value: object, *, order: Order = "dmy") -> date | None:
    """Return the day that the value is or, as text, states. `order` reads 03/04/2018; 2018-04-03 needs none.

    Where a numeric date is none in that order (25/12/2018 as mdy), or falls on another day of the week than it names, the
    other order of day and month is taken; where no order fits, None (`misdated`).
    """
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case str():
            return _stated_date(value.strip(), order)
        case _:
            return None


def read_date_by_order(text: str) -> dict[Order, date]:
    """Return the day that a text states in each order that it can be read in and that its day of the week allows.

    In two orders it may be two days; a date that needs no order is the same day in all.
    """
    found = _dates(text.strip())
    return {order: day for order, day in found.days.items() if day and found.allows(day)}


def open_dates(value: object) -> tuple[date, ...]:
    """Return the two days that a text in figures may state, day first and month first ("03/04/2018"), else nothing."""
    found = read_date_by_order(value) if isinstance(value, str) else {}
    days = tuple(dict.fromkeys(found[order] for order in _TRIED["dmy"] if order in found))
    return days if len(days) > 1 else ()


def misdated(value: object) -> date | None:
    """Return the likelier day of a text that names a day of the week on which it can't fall, None for any other value."""
    found = _dates(value.strip()) if isinstance(value, str) else _Dates({})
    days = [day for day in found.days.values() if day]
    return None if any(map(found.allows, days)) else next(iter(days), None)


def _readings(text: str, *, whole: bool = False) -> tuple[Money, ...]:
    if _SCIENTIFIC.fullmatch(text.strip()):
        return (Money(Decimal(text.strip()), ""),)  # as Python writes 1E+2
    match = _MONEY.fullmatch(text.strip())
    if (
        match is None
        or (match["open"] is None) != (match["close"] is None)
        or _NO_GROUP.search(match["body"])
    ):
        return ()
    currencies = {_currency(match, name) for name in ("before", "after") if match[name]}
    signs = [match[name] for name in ("sign", "inner", "tail") if match[name]]
    if None in currencies or len(currencies) > 1 or len(signs) > 1:
        return ()
    currency = next(iter(currencies), None) or ""
    no_cents = match["no_cents"] or ""
    digits = re.sub(r"[\s'\u2019]", "", match["body"])
    mark = "," if digits.rfind(",") > digits.rfind(".") else "."
    groups = whole or bool(no_cents) or (mark_groups(mark, currency) if currency or mark == "," else False)
    read = (_amount(digits, groups=one) for one in ((True, False) if groups is None else (groups,)))
    amounts = dict.fromkeys(amount for amount in read if amount is not None)
    if no_cents and any(amount != amount.to_integral_value() for amount in amounts):
        return ()
    negative = bool(match["open"]) or any(sign != "+" for sign in signs)
    return tuple(Money(amount.copy_negate() if negative else amount, currency) for amount in amounts)


def _currency(match: re.Match[str], name: str) -> str | None:
    """Return the currency whose mark stands before or after the figures; None where it marks something else."""
    mark, body = match[name].upper(), match["body"]
    if mark in _WORDS and match[name] != mark:
        return None
    known = _SIGNS.get(mark) or (mark if mark in _CODES or mark == "%" or _is_sign(mark) else None)
    if not mark.isalpha():
        return known
    start, end = match.span(name)
    beside = match.string[max(start - 1, 0) : start] + match.string[end : end + 1]
    is_serial = any(map(str.isdigit, beside)) and _GLUED.fullmatch(body)
    is_hyphened = name == "before" and match["inner"] and match.start("inner") == end and body.isdigit()
    return None if is_serial or is_hyphened else known


def _is_sign(mark: str) -> bool:
    """Whether it is one sign, alone or after a country's letters (HK$, R$); those of "1.2 M€" are none."""
    return unicodedata.category(mark[-1]) == "Sc" and mark[:-1] in _BEFORE_A_SIGN


def _amount(digits: str, *, groups: bool) -> Decimal | None:
    if lakhs := _LAKHS.fullmatch(digits):  # 1,23,456 as in India
        return Decimal(lakhs["whole"].replace(",", "") + (lakhs["cents"] or ""))
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    mark, whole = digits[last], digits[:last]
    if _GROUPED.fullmatch(digits) and whole != "0" and (groups or mark in whole):
        return Decimal(digits.replace(mark, ""))
    if mark in whole or (whole and not _WHOLE.fullmatch(whole)):
        return None  # figures that are parted in no known way
    return Decimal(f"{re.sub('[.,]', '', whole)}.{digits[last + 1 :]}")


def _stated_date(text: str, order: Order) -> date | None:
    found = _dates(text)
    tried = _TRIED[order if order in found.days else "dmy"]
    days = (found.days.get(one) for one in tried)
    return next((day for day in days if day and found.allows(day)), None)


class _Dates(NamedTuple):
    """The day that a text states in each order that is one of its own, None where that is no day; the weekdays beside it."""

    days: Mapping[Order, date | None]
    weekdays: frozenset[int] = frozenset()

    def allows(self, day: date) -> bool:
        return self.weekdays <= {day.weekday()}


def _dates(text: str) -> _Dates:
    """Read a date with its time or without, and then without the day of the week: "Mar 6, 2018" is no Tuesday's."""
    found = _days(_TIME.sub("", text))
    if any(found.values()):
        return _Dates(found)
    bare, after = _without_weekday(text, _DAY_AFTER)
    bare, before = _without_weekday(_TIME.sub("", bare), _DAY_BEFORE)
    bare, behind = _without_weekday(bare, _DAY_AFTER)
    return _Dates(_days(bare), after | before | behind)


def _without_weekday(text: str, place: re.Pattern[str]) -> tuple[str, frozenset[int]]:
    match = place.search(text)
    number = WEEKDAYS.get(bare_letters(match["day"])) if match else None
    if match is None or number is None:
        return text, frozenset()
    return text[: match.start()] + text[match.end() :], frozenset((number,))


def _days(text: str) -> Mapping[Order, date | None]:
    if match := _COMPACT.fullmatch(text):
        day = _day(_year(match[1]), int(match[2]), int(match[3]))
        return _in_any_order(day) if day else _numeric(text[:2], text[2:4], text[4:])
    if match := _NUMBERS.fullmatch(text):
        return _numeric(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(text):
        return _named(match[2], match[1], match[3])
    if match := _NAME_FIRST.fullmatch(text):
        return _named(match[1], match[2], match[3])
    return {}


def _numeric(first: str, second: str, third: str) -> Mapping[Order, date | None]:
    a, b, c = int(first), int(second), int(third)
    if len(first) == _FULL_YEAR:
        return _in_any_order(_day(a, b, c))  # an early one too: ISO
    days: dict[Order, date | None] = {"dmy": _day(_year(third), b, a), "mdy": _day(_year(third), a, b)}
    return days if len(third) == _FULL_YEAR else {**days, "ymd": _day(_year(first), b, c)}


def _named(name: str, day: str, year: str) -> Mapping[Order, date | None]:
    return _in_any_order(_day(_year(year), MONTHS.get(bare_letters(name), 0), int(day)))


def _in_any_order(day: date | None) -> Mapping[Order, date | None]:
    return dict.fromkeys(ORDERS, day)


def _year(text: str) -> int:
    """Two digits are of this century up to 68, as POSIX reads %y; three or a nought before all are no year: none has 0."""
    year = int(text)
    if len(text) == _FULL_YEAR:
        return year if year >= _EARLIEST else 0
    return 0 if len(text) > 2 else year + (2000 if year <= _PIVOT else 1900)  # noqa: PLR2004


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
