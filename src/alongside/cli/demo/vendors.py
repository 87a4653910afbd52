"""A vendor of the demo's customer: what it prints, and where. Vendors and customer are invented."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["CUSTOMER", "Vendor"]

CUSTOMER = ("Brackenmoor Facility Services Ltd", "14 Harbour Terrace, Wenmouth 4021")
"""Who receives every document: a regional facility-services company."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's habits.

    `name` is as printed; a line break in it is printed too. `head` names the parts above the items in their order;
    `meta` and `tail` are (label, what stands there), the `tail` label in capitals where it is printed bold.
    `date` is a pattern over d, m, y, yy, mon, month, ordinal; `money` is a format of a Decimal. `days` is when in the
    month they bill. `mark` is a plain logo and `ruled` a table with a line above each row. `rounded` is the step that cash totals go to, in cents; `included`: prices hold the tax.
    """

    key: str
    kind: Literal["till", "invoice", "letter"]
    name: str
    address: tuple[str, ...]
    registration: str
    head: tuple[str, ...]
    meta: tuple[tuple[str, str], ...]
    tail: tuple[tuple[str, str], ...]
    date: str
    goods: tuple[tuple[str, int], ...]
    slogan: str = ""
    headline: str = ""
    foot: tuple[str, ...] = ()
    font: str = "Helvetica"
    money: str = "{:,.2f}"
    number: str = "{:05}"
    days: tuple[int, int] = (1, 28)
    lines: tuple[int, int] = (3, 6)
    quantities: tuple[int, int] = (1, 4)
    tax: int = 9
    included: bool = False
    rounded: int = 1
    deposit: int = 0
    earlier: bool = False
    terms: int = 30
    mark: Literal["", "bars", "band"] = ""
    ruled: bool = False
