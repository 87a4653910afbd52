"""Ids that sort by time: a prefix, the time in milliseconds, and chance, all passed in."""

from collections.abc import Callable

__all__ = ["make_id"]

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def make_id(prefix: str, now: float, chance: Callable[[int], int]) -> str:
    """Return an id such as `run_01hf3k9zq8c7tmx2`. `chance(n)` gives a number of n random bits."""
    number = (int(now * 1000) << 35) | chance(35)
    letters = ""
    for _ in range(16):
        number, digit = divmod(number, 32)
        letters = _DIGITS[digit] + letters
    return f"{prefix}_{letters}"
