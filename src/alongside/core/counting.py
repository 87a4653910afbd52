"""How many of a thing there are, as people read it."""

__all__ = ["counted"]


def counted(number: int, what: str) -> str:
    """Return `1 case`, `2 cases`, `1,204 kept results`: the last word of `what` takes its plural."""
    if number == 1:
        return f"1 {what}"
    plural = f"{what[:-1]}ies" if what.endswith("y") and what[-2] not in "aeiou" else f"{what}s"
    return f"{number:,} {plural}"
