"""Amounts of money and whole numbers in running text, with both conventions of separators and OCR's usual slips."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from alongside.core.currency import THREE_DECIMALS

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
_TOO_LARGE = Decimal(10) ** 15  # a barcode or an account, and past it decimal's own arithmetic refuses
_LETTERS = str.maketrans({"O": "0", "o": "0", "Q": "0"})


def find_amounts(text: str) -> list[Number]:
    """Return the amounts in reading order. A comma or point before three digits groups them, before one or two is the decimal mark."""
    found = [n for match in _AMOUNT.finditer(text) if (n := _amount(match)) is not None]
    spans = {n.end for n in found}
    for match in _GLUED_MARK.finditer(text):
        if match.end() not in spans:
            value, decimals = _value(match["body"], match["mark"])
            found.append(Number(match.start("body"), match.end(), value, decimals, currency=True))
    return sorted((n for n in found if abs(n.value) < _TOO_LARGE), key=lambda n: n.start)


def _amount(match: re.Match[str]) -> Number | None:
    value, decimals = _value(match["body"], f"{match['mark'] or ''}{match['after'] or ''}")
    if match["sign"] or match["minus"] or match["bare"] or match["open"] or (match["tail"] or "").strip():
        value = -value
    after = (match["after"] or "").strip()
    marked = bool(match["mark"]) or after not in {"", "%"}
    if not decimals and not marked and len(match["body"]) > 7:
        return None
    end = match.end("tail") if match["tail"] else match.end("body")
    return Number(match.start("body"), end, value, decimals, currency=marked, percent=after == "%")


def _value(body: str, mark: str) -> tuple[Decimal, int]:
    text = "".join(body.translate(_LETTERS).split()).replace("'", "").replace("\u00a0", "")
    at = max(text.rfind("."), text.rfind(","))
    if at < 0:
        return Decimal(text), 0
    separator, decimals = text[at], len(text) - at - 1
    grouped = (
        decimals == 3
        and (text.count(separator) > 1 or not _other(text, separator))
        and len(text) - decimals - 1 <= 3 * text.count(separator)
    )
    is_finer = text[:at] == "0" or mark.strip().upper() in THREE_DECIMALS
    if is_finer and separator == "." and text.count(".") == 1:
        grouped = False
    if grouped:
        return Decimal(text.replace(",", "").replace(".", "")), 0
    whole = text[:at].replace(",", "").replace(".", "")
    return Decimal(f"{whole or '0'}.{text[at + 1 :]}"), decimals


def _other(text: str, separator: str) -> bool:
    return ("," if separator == "." else ".") in text


def find_integers(text: str) -> Iterator[Number]:
    """Yield the whole numbers that stand by themselves (not inside a date, an amount or a code)."""
    for match in _INTEGER.finditer(text):
        yield Number(match.start(), match.end(), Decimal(re.sub(r"\D", "", match["body"])), 0)
