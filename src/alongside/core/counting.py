"""How many of a thing there are, what share, and how much money, as people read it."""

import math

__all__ = ["NANO", "counted", "dollars", "in_dollars", "percent"]

NANO = 1_000_000_000
"""Money is counted in nano-dollars."""

_WHOLE = 1000  # tenths of a percent


def counted(number: int, what: str) -> str:
    """Return `1 case`, `2 cases`, `1,204 kept results`: the last word of `what` takes its plural."""
    if number == 1:
        return f"1 {what}"
    plural = f"{what[:-1]}ies" if what.endswith("y") and what[-2] not in "aeiou" else f"{what}s"
    return f"{number:,} {plural}"


def percent(share: float, *, goal: float | None = None) -> str:
    """Return `91.7 %`, `95 %`: rounded to tenths, halves up, in every place where a share is shown.

    Only what is whole is `100 %`, and only nothing is `0 %`: what is nearly whole is `99.9 %`, and what is less than
    half a tenth is `<0.1 %`. One that would be rounded up to the `goal` that it misses is cut off instead.
    """
    exact = round(share * _WHOLE, 6)  # 0.57 * 1000 is a little less than 570
    tenths = math.floor(exact + 0.5)
    if goal is not None and share < goal <= tenths / _WHOLE:
        tenths = math.floor(exact)
    if exact > 0 and not tenths:
        return "<0.1 %"
    return f"{(min(tenths, _WHOLE - 1) if exact < _WHOLE else tenths) / 10:g} %"


def in_dollars(cost: int | None) -> float | None:
    """Return nano-dollars as a number of dollars."""
    return None if cost is None else cost / NANO


def dollars(cost: float) -> str:
    """Return `$0.05`, `$12.50`, `$0.00012`, `$0.00000024`: cents at least, and two digits that say something.

    Below a dollar as many as six decimals are shown; nothing at all is `$0`.
    """
    if not cost:
        return "$0"
    if cost >= 1:
        return f"${cost:,.2f}"
    places = max(6, 1 - math.floor(math.log10(cost)))
    whole, _, part = f"{cost:.{places}f}".rstrip("0").partition(".")
    return f"${whole}.{part:<02}"
