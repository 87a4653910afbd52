"""Lays a sale out the way its vendor prints: till roll, invoice page, or the lines of a letter."""

from dataclasses import replace
from datetime import timedelta
from math import cos, radians, sin
from random import Random
from typing import Literal

from alongside.cli.demo.sales import Sale, printed_date
from alongside.cli.demo.sheet import Cell, Row, Rule, Sheet, Text, stack, width_of
from alongside.cli.demo.vendors import CUSTOMER

__all__ = ["invoice", "letter", "stamped", "till"]

_TILL_WIDTH = 236.0
_A5 = (420.0, 595.0)

_MARKS = {
    "": (),
    "band": (Rule(34, 24, 386, 24, 7.0),),
    "bars": tuple(Rule(338 + 10 * n, 66, 338 + 10 * n, 58 - 7 * n, 6.0) for n in range(5)),
}

Align = Literal["left", "centre"]


def till(sale: Sale) -> Sheet:
    """Return a receipt of an 80 mm roll."""
    rows = [*_head(sale, "centre"), *_till_items(sale), *_tail(sale, 0.0), *_foot(sale, "centre")]
    size = {"Courier": 8.6, "Times": 11.0}.get(sale.vendor.font, 10.0)
    return stack(rows, font=sale.vendor.font, size=size, width=_TILL_WIDTH, margin=13)


def invoice(sale: Sale) -> Sheet:
    """Return an A5 page with a table of items."""
    rows = [*_head(sale, "left"), *_table(sale), *_tail(sale, 0.5), *_foot(sale, "left")]
    size = 8.6 if sale.vendor.font == "Courier" else 9.6
    sheet = stack(rows, font=sale.vendor.font, size=size, width=_A5[0], margin=34, height=_A5[1])
    return replace(sheet, rules=(*sheet.rules, *_MARKS[sale.vendor.mark]))


def letter(sale: Sale) -> str:
    """Return the text of a mail that is the invoice itself."""
    vendor, shown = sale.vendor, sale.shown
    parts = {
        "headline": [vendor.headline, ""],
        "name": vendor.name.split("\n"),
        "address": list(vendor.address),
        "registration": [vendor.registration, ""],
        "bill": [f"For: {CUSTOMER[0]}", f"     {CUSTOMER[1]}", ""],
        "meta": [*(f"{label + ':':<20}{shown[what]}" for label, what in vendor.meta), ""],
    }
    lines = [line for part in vendor.head for line in parts[part]]
    lines += [
        f"{item.quantity:>3} x {item.text:<32}{vendor.money.format(item.amount):>12}" for item in sale.items
    ]
    lines += ["", *(f"{label:<38}{shown[what]:>12}" for label, what in vendor.tail if what in shown)]
    return "\n".join([*lines, "", *vendor.foot, ""])


def stamped(sheet: Sheet, sale: Sale, rng: Random) -> Sheet:
    """Return the sheet with the customer's stamp of receipt in its empty lower half, a little askew."""
    lines = (
        "RECEIVED",
        printed_date("{d:02} {month} {y}", sale.date + timedelta(days=rng.randint(2, 6))).upper(),
    )
    turn, size, face = rng.uniform(-9, 9), 15.0, "Helvetica-Bold"
    across, down = cos(radians(turn)), -sin(radians(turn))
    x, y = sheet.width * rng.uniform(0.42, 0.5), sheet.height * rng.uniform(0.8, 0.86)

    def place(right: float, below: float) -> tuple[float, float]:
        return x + right * across - below * down, y + right * down + below * across

    wide = width_of(lines[1], face, size)
    starts = ((wide - width_of(line, face, size)) / 2 for line in lines)
    texts = [
        Text(*place(start, 20.0 * n), line, face, size, turn, 0.35)
        for n, (start, line) in enumerate(zip(starts, lines, strict=True))
    ]
    corners = [place(*corner) for corner in ((-8, -18), (wide + 8, -18), (wide + 8, 28), (-8, 28))]
    frame = [Rule(*a, *b, 1.6) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    return replace(sheet, texts=(*sheet.texts, *texts), rules=(*sheet.rules, *frame))


def _head(sale: Sale, align: Align) -> list[Row]:
    vendor = sale.vendor
    x = 0.5 if align == "centre" else 0.0
    big, huge = (1.4, 1.2) if align == "centre" else (1.7, 1.9)
    names = [Row((Cell(line, x, align),), "bold", big, 0.3) for line in vendor.name.split("\n")]
    both = (Cell(vendor.name), Cell(vendor.headline, 1.0, "right"))
    parts = {
        "name": names,
        "name and headline": [Row(both, "bold", 1.5, 0.3)],
        "slogan": [Row((Cell(vendor.slogan, x, align),), "italic")],
        "headline": [Row((Cell(vendor.headline, x, align),), "bold", huge, 0.5)],
        "address": [Row((Cell(line, x, align),)) for line in vendor.address],
        "registration": [Row((Cell(vendor.registration, x, align),))],
        "bill": [Row((Cell("Bill to"),), "bold", gap=0.8), *(Row((Cell(line),)) for line in CUSTOMER)],
        "meta": _meta(sale, align),
        "bill and meta": _bill_and_meta(sale),
    }
    return [row for part in vendor.head for row in parts[part]]


def _meta(sale: Sale, align: Align) -> list[Row]:
    pairs = [(label, sale.shown[what]) for label, what in sale.vendor.meta]
    if align == "centre":
        rows = [(Cell(f"{label}: {value}" if label else value),) for label, value in pairs]
    else:
        rows = [(Cell(label), Cell(value, 0.3)) for label, value in pairs]
    return [Row(cells, gap=0.0 if n else 0.8) for n, cells in enumerate(rows)]


def _bill_and_meta(sale: Sale) -> list[Row]:
    """Return the customer on the left and, on the same lines, number and dates on the right."""
    right = [(label, sale.shown[what]) for label, what in sale.vendor.meta]
    left = ["Bill to", *CUSTOMER, *("" for _ in right)]
    rows: list[Row] = []
    for n, (text, (label, value)) in enumerate(zip(left, right, strict=False)):
        cells = (Cell(text), Cell(label, 0.64), Cell(value, 1.0, "right"))
        rows.append(Row(tuple(cell for cell in cells if cell.text), gap=0.0 if n else 1.0))
    return rows


def _till_items(sale: Sale) -> list[Row]:
    money = sale.vendor.money.format
    rows: list[Row] = []
    for item in sale.items:
        amount = Cell(money(item.amount), 1.0, "right")
        if item.quantity == 1:
            rows.append(Row((Cell(item.text), amount)))
        else:
            rows.append(Row((Cell(item.text),)))
            rows.append(Row((Cell(f"{item.quantity} @ {item.price:.2f}", 0.08), amount)))
    return [Row(rows[0].cells, gap=0.6, rule=True), *rows[1:]]


def _table(sale: Sale) -> list[Row]:
    money = sale.vendor.money.format
    head = (Cell("Qty"), Cell("Description", 0.1), Cell("Price", 0.8, "right"), Cell("Amount", 1.0, "right"))
    rows = [Row(head, "bold", gap=1.0)]
    for n, item in enumerate(sale.items):
        cells = (
            Cell(str(item.quantity)),
            Cell(item.text, 0.1),
            Cell(f"{item.price:,.2f}", 0.8, "right"),
            Cell(money(item.amount), 1.0, "right"),
        )
        rows.append(Row(cells, gap=0.25, rule=n == 0 or sale.vendor.ruled))
    return rows


def _tail(sale: Sale, x: float) -> list[Row]:
    rows: list[Row] = []
    for label, what in sale.vendor.tail:
        if what in sale.shown:
            loud = label.isupper() and what in {"gross", "due"}
            cells = (Cell(label, x), Cell(sale.shown[what], 1.0, "right"))
            rows.append(Row(cells, "bold" if loud else "regular", 1.15 if loud else 1.0, 0.1))
    return [Row(rows[0].cells, rows[0].style, rows[0].size, 0.5, rule=True), *rows[1:]]


def _foot(sale: Sale, align: Align) -> list[Row]:
    x = 0.5 if align == "centre" else 0.0
    return [Row((Cell(line, x, align),), gap=0.0 if n else 1.2) for n, line in enumerate(sale.vendor.foot)]
