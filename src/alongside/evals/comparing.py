"""The checks that hold an answer against what is expected: exact, normalised, number, money, date, overlap."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, cast

from alongside.evals.coercion import coerce
from alongside.evals.moments import is_same_moment, read_moment
from alongside.evals.readings import Money, read_amount, read_money, read_number
from alongside.evals.seen import Outcome, Seen, read_differently, shown, shown_beside

__all__ = [
    "alike",
    "dated",
    "exact",
    "is_nothing",
    "monetary",
    "normal_text",
    "normalised",
    "not_again",
    "numeric",
    "overlap",
    "paired",
]

_FIGURES = "+%\u2030"


def exact(seen: Seen) -> Outcome:
    """Pass the same value, once what is expected has the answer's type."""
    expected = coerce(seen.expected, seen.value)
    same = expected == seen.value and isinstance(expected, bool) == isinstance(seen.value, bool)
    return same, _versus(seen)


def normalised(seen: Seen) -> Outcome:
    """Pass the same text but for case, spaces and punctuation; other types as `exact`, texts inside lists and records too."""
    return alike(seen.expected, seen.value), _versus(seen)


def numeric(seen: Seen) -> Outcome:
    """Pass the same number within `tolerance` (absolute) or `relative` (a share of what is expected)."""
    read = read_number if isinstance(seen.value, str) else read_amount  # of a number as `check_stated` does
    expected, got = read(seen.expected, whole=type(seen.value) is int), read_number(seen.value)
    if expected is None:
        return _both_nothing(seen, "a number")
    same = got is not None and _within(seen, expected, got)
    return same, _as_read(seen, expected, got) + ("" if same else _percent(seen))


def monetary(seen: Seen) -> Outcome:
    """Pass the same amount within `tolerance` or `relative`, in the same currency where both name one."""
    expected, got = read_money(seen.expected, whole=type(seen.value) is int), read_money(seen.value)
    if expected is None:
        return _both_nothing(seen, "an amount")
    if got is None:
        return False, _as_read(seen, expected.amount, None)
    same = _same_currency(expected, got) and _within(seen, expected.amount, got.amount)
    return same, _as_read(seen, expected.amount, got.amount)


def dated(seen: Seen) -> Outcome:
    """Pass the same day, and the same time where both sides say one; `order` (dmy, mdy, ymd) says how a date in figures such as 03/04/2018 is read."""
    order = seen.options["order"]
    expected, got = read_moment(seen.expected, order=order), read_moment(seen.value, order=order)
    if expected is None:
        return _both_nothing(seen, "a date")
    return is_same_moment(seen.expected, seen.value, order=order), _as_read(seen, expected, got)


def overlap(seen: Seen) -> Outcome:
    """Pass where at least the share `threshold` of the items are on both sides.

    `of`: "both" counts against the items of either side (Jaccard), "expected" against those expected, "answer"
    against those answered. Texts are compared as by `normalised`; the order doesn't count, repetition does.
    """
    if is_nothing(seen.expected) and is_nothing(seen.value):
        return True, _versus(seen)
    if not isinstance(seen.value, list | frozenset) or not isinstance(
        seen.expected, list | tuple | set | frozenset
    ):
        return False, f"{_versus(seen)} (overlap compares lists; exact or normalised compare one value)"
    got = list(cast("list[Any]", seen.value))
    expected = list(cast("list[Any]", seen.expected))
    pairs = paired(expected, got)
    missing = [item for item, at in zip(expected, pairs, strict=True) if at is None]
    taken = set(pairs)
    extra = [item for at, item in enumerate(got) if at not in taken]
    common = len(expected) - len(missing)
    whole = {"both": common + len(missing) + len(extra), "expected": len(expected), "answer": len(got)}
    share = common / whole[seen.options["of"]] if whole[seen.options["of"]] else 1.0
    parts = [f"missing {shown(missing)}"] * bool(missing) + [f"not expected {shown(extra)}"] * bool(extra)
    reason = f"overlap {share:.2f}, {seen.options['threshold']:g} wanted" + "".join(
        f"; {part}" for part in parts
    )
    return share >= seen.options["threshold"] - 1e-12, reason


def not_again(seen: Seen) -> Outcome:
    """Pass anything but `value`, the very same that was called wrong."""
    same, _ = exact(replace(seen, expected=seen.options["value"]))
    return (
        not same,
        f"still says {shown(seen.value)}, which was called wrong" if same else f"says {shown(seen.value)}",
    )


def paired(expected: Sequence[Any], got: Sequence[Any]) -> list[int | None]:
    """Return for each expected item the place of the one that is taken for it, None where there is none.

    Equal items are taken in pairs, whatever their order; each at most once.
    """
    left = dict.fromkeys(range(len(got)))
    found: list[int | None] = []
    for item in expected:
        at = next((at for at in left if alike(item, got[at])), None)
        found.append(at)
        if at is not None:
            del left[at]
    return found


def alike(expected: Any, got: Any) -> bool:
    """Whether an item of a list is the one expected, once that has its type: texts as by `normalised`, others as by `exact`."""
    return _alike(coerce(expected, got), got)


def is_nothing(value: Any) -> bool:
    """Whether there is nothing in a value: none, an empty text or list. Who says "nothing" means any of them."""
    return value is None or (isinstance(value, str | list | dict | frozenset) and not value)


def normal_text(text: str) -> str:
    """Return the text case-folded, without spaces and punctuation; a text that is nothing else keeps its signs.

    What makes it another figure stays: a currency's sign, `%`, `+`, a minus before all, a point between digits.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().strip().replace("\u2212", "-")
    kept = (one for at, one in enumerate(folded) if one.isalnum() or _is_figures(folded, at))
    return "".join(kept) or "".join(text.split())


def _is_figures(text: str, at: int) -> bool:
    """Whether a sign belongs to the figures beside it."""
    sign, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if sign == ".":
        return before.isdigit() and after.isdigit()
    if sign == "-":
        return _is_before_all(text, at)
    return sign in _FIGURES or unicodedata.category(sign) in {"Sc", "Mn", "Mc"}


def _is_before_all(text: str, at: int) -> bool:
    """Whether no letter or figure stands before a minus, and a figure after it, whatever its currency: -$5, $ -5."""
    behind = text[at + 1 :].lstrip()
    figures = behind[1:].lstrip() if unicodedata.category(behind[:1] or " ") == "Sc" else behind
    return not any(map(str.isalnum, text[:at])) and figures[:1].isdigit()


def _versus(seen: Seen) -> str:
    expected, got = shown_beside(seen.expected, seen.value), shown_beside(seen.value, seen.expected)
    return f"expected {expected}, got {got}{_unseen(seen) if expected == got else ''}"


def _percent(seen: Seen) -> str:
    """Say how a percent sign is read where it stands on one side alone."""
    signed = [side for side in (seen.expected, seen.value) if isinstance(side, str) and "%" in side]
    if len(signed) != 1:
        return ""
    return f" ({shown(signed[0])} is read as {read_number(signed[0])}, and not as a share of 1)"


def _unseen(seen: Seen) -> str:
    """Return what differs between two values that are shown alike, empty where nothing does."""
    one, other = seen.expected, seen.value
    if isinstance(one, str) and isinstance(other, str) and one != other:
        at = next(at for at, pair in enumerate(zip_longest(one, other), 1) if pair[0] != pair[1])
        return f", which differ from character {at} on"
    if isinstance(one, dict) and isinstance(other, dict):
        wanted, said = cast("dict[str, Any]", one), cast("dict[str, Any]", other)
        lacks, has = (
            [name for name in wanted if name not in said],
            [name for name in said if name not in wanted],
        )
        if lacks or has:
            told = [f"lacks {', '.join(lacks)}"] * bool(lacks) + [f"has {', '.join(has)}"] * bool(has)
            return f", which {' and '.join(told)}"
    return "" if one == other else f" (a {type(seen.expected).__name__} and a {type(seen.value).__name__})"


def _both_nothing(seen: Seen, what: str) -> Outcome:
    """Judge where what is expected can't be read so: only the same text, or nothing on both sides, will do."""
    if seen.expected is None:
        return is_nothing(seen.value), _versus(seen)
    return _alike(seen.expected, seen.value), f"{_versus(seen)} ({shown(seen.expected)} is not {what})"


def _within(seen: Seen, expected: Decimal, got: Decimal) -> bool:
    tolerance, relative = Decimal(str(seen.options["tolerance"])), Decimal(str(seen.options["relative"]))
    if isinstance(seen.value, float):
        relative = max(relative, Decimal("1e-9"))  # a float that was computed is right to about 15 digits
    # equal first: arithmetic rounds to 28 digits, comparison doesn't
    return expected == got or 0 < abs(expected - got) <= max(tolerance, relative * abs(expected))


def _same_currency(expected: Money, got: Money) -> bool:
    return not expected.currency or not got.currency or expected.currency == got.currency


def _as_read(seen: Seen, expected: Decimal | date, got: Decimal | date | None) -> str:
    """Return both sides as `_versus`, each text with what it is read as where its own letters don't say that."""
    wanted, said = _told(seen.expected, seen.value, expected), _told(seen.value, seen.expected, got)
    return _versus(seen) if wanted == said else f"expected {wanted}, got {said}"


def _told(value: Any, other: Any, read: Decimal | date | None) -> str:
    text, differently = shown_beside(value, other), read_differently(value, read)
    return f"{text} ({differently})" if differently else text


def _alike(expected: Any, got: Any) -> bool:
    if expected is None or got is None:
        return is_nothing(expected) and is_nothing(got)
    if isinstance(got, datetime):
        return is_same_moment(expected, got)
    if isinstance(expected, str) and isinstance(got, str):
        return expected == got or normal_text(expected) == normal_text(got)
    if isinstance(expected, dict) and isinstance(got, dict):
        left, right = cast("dict[str, Any]", expected), cast("dict[str, Any]", got)
        return left.keys() == right.keys() and all(_alike(left[key], right[key]) for key in left)
    if isinstance(expected, list) and isinstance(got, list):
        return _pairwise(cast("list[Any]", expected), cast("list[Any]", got), _alike)
    return expected == got and isinstance(expected, bool) == isinstance(got, bool)


def _pairwise(one: Sequence[Any], other: Sequence[Any], same: Callable[[Any, Any], bool]) -> bool:
    return len(one) == len(other) and all(map(same, one, other))
