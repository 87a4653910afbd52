"""Amounts of money and whole numbers in running text, with both conventions of separators and OCR's usual slips."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from alongside.core.currency import THREE_DECIMALS, mark_groups

__all__ = ["Number", "find_amounts", "find_integers"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number at text[start:end]; `decimals` are the digits after the point, `currency` whether a mark stands by it."""

    start: int
    end: int
    value: Decimal
    decimals: int
    currency: bool = False
    percent: bool = False


_MARK = (
    rf"(?:[$€£¥₹₩₽฿₫]|(?<![A-Za-z])(?:{'|'.join(sorted(THREE_DECIMALS))}|(?-i:S?Fr\.|Ft\.)|"
    r"RM|US\$|USD|EUR|GBP|MYR|SGD|AUD|CAD|CHF|JPY|CNY|RMB|INR|Rs\.?|IDR|Rp\.?|THB|PHP|HKD|NZD|"
    r"SEK|NOK|DKK|PLN|CZK|HUF|ZAR|BRL|R\$|MXN|AED|SAR|TRY|kr\.?)(?![A-Za-z]))"
)
_DIGIT = r"[\dOoQ]"  # OCR reads a nought as a letter
_BODY = (
    rf"(?:\d{{1,2}}(?:,\d\d)+,\d{{3}}(?:\.{_DIGIT}{{1,2}})?(?!\d)"  # 1,23,456 as in India
    rf"|\d{{1,3}}(?:(?P<g>[,.' \u00a0])\d{{3}})(?:(?P=g)\d{{3}})*(?:\s?[.,]\s?{_DIGIT}{{1,2}}(?!\d))?"
    rf"|\d+\s?[.,]\s?{_DIGIT}{{1,4}}(?!\d)|\d+)"
)
_ENDED = r"(?![\d:]|/(?!-))"  # 50/- has no cents
_NO_CENTS = re.compile(r"[.,/][-\u2013\u2014]")
_UNGROUPED = re.compile(r"[.,]\d{1,2}(?!\d|[.,]\d)")
"""What follows cents only where figures are parted in no known way: 1.50,00."""
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?:(?P<sign>(?<!\w)-\s?)?(?P<mark>{_MARK})[\s:.]?\s?(?P<minus>-\s?)?|(?<![\w.,/])(?<!\d:)(?<!\w-)(?P<bare>-\s?)?)"
    rf"(?P<body>{_BODY})(?P<tail>-|\s?CR\b)?"
    rf"(?(open)\))(?P<after>\s?%|\s?{_MARK})?{_ENDED}(?!(?:[a-zA-Z]{{3,}}|-\d|-[A-Za-z]))",
    re.IGNORECASE,
)
_GLUED_MARK = re.compile(
    rf"(?P<mark>{_MARK.replace('(?![A-Za-z])', '')})\s?(?P<body>{_BODY}){_ENDED}", re.IGNORECASE
)
_INTEGER = re.compile(r"(?<![\w.,/:-])(?P<body>\d{1,3}(?:[,.' ]\d{3})+|\d{1,9})(?![\w/:%-]|[.,]\d)")
_LONGEST = 7  # figures of an amount that nothing marks as one
_TOO_LARGE = Decimal(10) ** 15  # a barcode or an account, and past it decimal's own arithmetic refuses
_IN_BRACKETS = re.compile(r"\(\d+[ -]{0,3}[A-Za-z]{1,3}\)")  # (913144-A): a company's number
_LETTERS = str.maketrans({"O": "0", "o": "0", "Q": "0"})


def find_amounts(text: str) -> list[Number]:
    """Return the amounts in reading order, of one that is printed like two both: with decimals before without.

    A comma or a point before one or two digits is the decimal mark; of one before three digits `core.currency` says it.
    """
    found = [n for match in _AMOUNT.finditer(text) for n in _amounts(match)]
    spans = {n.end for n in found}
    for match in _GLUED_MARK.finditer(text):
        if match.end() not in spans:
            found += [
                Number(match.start("body"), match.end(), value, decimals, currency=True)
                for value, decimals in _values(match["body"], currency=match["mark"])
            ]
    return sorted((n for n in found if abs(n.value) < _TOO_LARGE), key=lambda n: n.start)


def _amounts(match: re.Match[str]) -> Iterator[Number]:
    has_no_cents = _NO_CENTS.match(match.string, match.end("body")) is not None
    after = (match["after"] or "").strip()
    is_negative = (
        match["sign"] or match["minus"] or match["bare"] or match["open"] or (match["tail"] or "").strip()
    )
    marked = bool(match["mark"]) or after not in {"", "%"}
    end = match.end("tail") if match["tail"] else match.end("body")
    for value, decimals in _values(match["body"], currency=match["mark"] or after, no_cents=has_no_cents):
        if decimals and _UNGROUPED.match(match.string, match.end("body")):
            continue
        if not (decimals or marked or has_no_cents) and _is_serial(match):
            continue
        yield Number(
            match.start("body"),
            end,
            -value if is_negative else value,
            decimals,
            currency=marked,
            percent=after == "%",
        )


def _is_serial(match: re.Match[str]) -> bool:
    """Whether figures without decimals and currency are a number of something: long, 81109-, (913144-A); 1,250- is money."""
    start, body = match.start("body"), match["body"]
    is_cut = match["tail"] == "-" and body.isdigit()
    return is_cut or len(body) > _LONGEST or _IN_BRACKETS.match(match.string, max(start - 1, 0)) is not None


def _values(body: str, *, currency: str, no_cents: bool = False) -> list[tuple[Decimal, int]]:
    """Return what figures may be, and with how many decimals: both where `mark_groups` leaves it open."""
    text = "".join(body.translate(_LETTERS).split()).replace("'", "").replace("\u00a0", "")
    at = max(text.rfind("."), text.rfind(","))
    if at < 0:
        return [(Decimal(text), 0)]
    separator, decimals = text[at], len(text) - at - 1
    is_grouped = (
        decimals == 3
        and (text.count(separator) > 1 or not _other(text, separator))
        and len(text) - decimals - 1 <= 3 * text.count(separator)
    )
    whole = text[:at].replace(",", "").replace(".", "")
    as_decimals = (Decimal(f"{whole or '0'}.{text[at + 1 :]}"), decimals)
    as_groups = (Decimal(text.replace(",", "").replace(".", "")), 0)
    if not is_grouped or text[:at] == "0":
        return [as_decimals]
    groups = no_cents or text.count(separator) > 1 or mark_groups(separator, currency)
    return [as_decimals, as_groups] if groups is None else [as_groups if groups else as_decimals]


def _other(text: str, separator: str) -> bool:
    return ("," if separator == "." else ".") in text


def find_integers(text: str) -> Iterator[Number]:
    """Yield the whole numbers that stand by themselves (not inside a date, an amount or a code)."""
    for match in _INTEGER.finditer(text):
        yield Number(match.start(), match.end(), Decimal(re.sub(r"\D", "", match["body"])), 0)
