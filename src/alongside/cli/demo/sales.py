"""One purchase: what was bought, the dates and every amount a vendor might print. Amounts are exact to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from random import Random

from alongside.cli.demo.vendors import CUSTOMER, Vendor

__all__ = ["Item", "Sale", "draw", "printed_date"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd", 31: "31st"}
_FIRST = date(2025, 9, 1)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a sale; money in the vendor's currency."""

    text: str
    quantity: int
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of one vendor. `shown` holds everything that heads and tails may name, as printed.

    `total` is what this document asks for: after rounding, deposits and rebates, before balances of earlier documents
    and before what the payer handed over.
    """

    vendor: Vendor
    date: date
    items: tuple[Item, ...]
    total: Decimal
    shown: Mapping[str, str]

    @property
    def company(self) -> str:
        """The vendor's name as printed, on one line."""
        return self.vendor.name.replace("\n", " ")


def draw(vendor: Vendor, rng: Random) -> Sale:
    """Return a sale of `vendor` drawn from `rng`."""
    day = _day(vendor, rng)
    items = _items(vendor, rng)
    amounts = _amounts(vendor, items, rng)
    shown = {name: "-" * (amount < 0) + vendor.money.format(abs(amount)) for name, amount in amounts.items()}
    return Sale(vendor, day, items, amounts["due"], {**shown, **_facts(vendor, day, items, rng)})


def printed_date(pattern: str, day: date) -> str:
    """Return `day` in a vendor's pattern (`Vendor.date`)."""
    month = _MONTHS[day.month - 1]
    ordinal = _ORDINALS.get(day.day, f"{day.day}th")
    return pattern.format(
        d=day.day, m=day.month, y=day.year, yy=day.year % 100, mon=month[:3], month=month, ordinal=ordinal
    )


def _day(vendor: Vendor, rng: Random) -> date:
    month = rng.randrange(5)
    start = date(_FIRST.year + (_FIRST.month + month - 1) // 12, (_FIRST.month + month - 1) % 12 + 1, 1)
    return start + timedelta(days=rng.randint(*vendor.days) - 1)


def _items(vendor: Vendor, rng: Random) -> tuple[Item, ...]:
    goods = rng.sample(vendor.goods, min(rng.randint(*vendor.lines), len(vendor.goods)))
    items: list[Item] = []
    for text, cents in goods:
        quantity = rng.randint(*vendor.quantities)
        price = Decimal(cents) / 100
        items.append(Item(text, quantity, price, price * quantity))
    return tuple(items)


def _amounts(vendor: Vendor, items: tuple[Item, ...], rng: Random) -> dict[str, Decimal]:
    """Return every amount that is printed; those that don't apply to this sale are missing."""
    amounts = {"net": sum((item.amount for item in items), Decimal()), "nothing": Decimal("0.00")}
    if "freight" in {what for _, what in vendor.tail}:
        amounts["freight"] = Decimal(rng.randrange(1200, 4800)) / 100
    whole = amounts["net"] + amounts.get("freight", Decimal())
    rate = Decimal(vendor.tax) / 100
    amounts["tax"] = _cents(whole * rate / (1 + rate) if vendor.included else whole * rate)
    amounts["gross"] = whole if vendor.included else whole + amounts["tax"]
    return amounts | _settled(vendor, amounts["gross"], rng)


def _settled(vendor: Vendor, gross: Decimal, rng: Random) -> dict[str, Decimal]:
    settled: dict[str, Decimal] = {}
    due = gross
    if vendor.deposit and rng.choice((True, True, True, False)):
        credit = _cents(gross * vendor.deposit / 100)
        settled["credit"] = -credit
        due -= credit
    step = Decimal(vendor.rounded) / 100
    rounded = (due / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    settled |= {
        "rounding": rounded - due,
        "due": _cents(rounded),
        "saved": _cents(gross * rng.randint(4, 12) / 100),
    }
    if rng.choice((True, True, False)):
        note = Decimal(rng.choice((5, 10, 20, 50)))
        settled["tendered"] = _cents((rounded / note).quantize(Decimal(1), ROUND_CEILING) * note)
        settled["change"] = settled["tendered"] - settled["due"]
    if vendor.earlier:
        settled["earlier"] = Decimal(rng.randrange(4000, 90000)) / 100
        settled["balance"] = settled["earlier"] + settled["due"]
    return settled


def _facts(vendor: Vendor, day: date, items: tuple[Item, ...], rng: Random) -> dict[str, str]:
    def dated(days: int) -> str:
        return printed_date(vendor.date, day + timedelta(days=days))

    return {
        "date": dated(0),
        "date time": f"{dated(0)} {rng.randint(7, 17):02}:{rng.randrange(60):02}",
        "ordered": dated(-rng.randint(2, 9)),
        "delivered": dated(rng.randint(1, 4)),
        "visited": dated(-rng.randint(1, 4)),
        "payable": dated(vendor.terms),
        "number": vendor.number.format(rng.randrange(10 ** (5 if ":05" in vendor.number else 3))),
        "person": rng.choice(("MARTA", "DEV", "OLI", "JUNE")),
        "pump": str(rng.randint(1, 14)),
        "customer": CUSTOMER[0].removesuffix(" Ltd"),
        "count": str(sum(item.quantity for item in items)),
    }


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
