"""How many of a thing there are, and what share, as people read it."""

__all__ = ["counted", "percent"]


def counted(number: int, what: str) -> str:
    """Return `1 case`, `2 cases`, `1,204 kept results`: the last word of `what` takes its plural."""
    if number == 1:
        return f"1 {what}"
    plural = f"{what[:-1]}ies" if what.endswith("y") and what[-2] not in "aeiou" else f"{what}s"
    return f"{number:,} {plural}"


def percent(share: float) -> str:
    """Return `91.6 %`, `95 %`: tenths, cut off and not rounded, in every place where a share is shown.

    So nothing reads as whole, or as having reached its goal, while something is missing; what is more than nothing and
    less than a tenth is `<0.1 %`.
    """
    tenths = int(round(share * 1000, 6))
    return "<0.1 %" if share > 0 and not tenths else f"{tenths / 10:g} %"
