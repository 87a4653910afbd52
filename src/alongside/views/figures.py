"""Figures as people read them: shares with n and their interval, money, time, ids."""

from datetime import UTC, datetime

from alongside.core import counting
from alongside.core.counting import in_dollars, percent
from alongside.core.digest import short
from alongside.evals.stats import wilson

__all__ = [
    "day",
    "day_and_time",
    "dollars",
    "moment",
    "nano_dollars",
    "seconds",
    "share",
    "share_data",
    "short_id",
]

_MINUTE = 60
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def share(passed: int, n: int, *, note: str = "") -> str:
    """Return `34 of 38 (89.4 %, 95 % interval 75.9 % to 95.8 %)`: the share with n and Wilson's 95 % interval; `note` labels it."""
    labelled = f", {note}" if note else ""
    if n == 0:
        return f"0 of 0 (nothing to count{labelled})"
    low, high = wilson(passed, n)
    return (
        f"{passed} of {n} ({percent(passed / n)}, 95 % interval {percent(low)} to {percent(high)}{labelled})"
    )


def share_data(passed: int, n: int) -> dict[str, float | int | None]:
    """Return the same as JSON: `{"passed", "n", "share", "low", "high"}`."""
    low, high = wilson(passed, n)
    return {
        "passed": passed,
        "n": n,
        "share": passed / n if n else None,
        "low": low,
        "high": high,
    }


def nano_dollars(cost: int | None) -> str:
    """Return nano-dollars as dollars; None is `unpriced`, never 0."""
    return dollars(in_dollars(cost))


def dollars(cost: float | None) -> str:
    """Return dollars as `counting.dollars` writes them; None is `unpriced`."""
    return "unpriced" if cost is None else counting.dollars(cost)


def seconds(spent: float) -> str:
    """Return a duration: milliseconds below a second, minutes from one minute on."""
    if spent < 1:
        return f"{spent * 1000:.0f} ms"
    if spent < _MINUTE:
        return f"{spent:.1f} s"
    return f"{int(spent // _MINUTE)} min {spent % _MINUTE:.0f} s"


def moment(at: float) -> str:
    """Return a time since the epoch as `2026-11-21 10:15:03` in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def short_id(identity: str) -> str:
    """Return what people type of a version's id; ids with a prefix (`run_…`) stay whole."""
    return identity if "_" in identity else short(identity)


def day(at: float) -> str:
    """Return the day of a time since the epoch as `21 November 2026`, in UTC and in no locale's words."""
    found = datetime.fromtimestamp(at, UTC)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def day_and_time(at: float) -> str:
    """Return a time since the epoch as `21 November 2026, 13:57 UTC`."""
    return f"{day(at)}, {datetime.fromtimestamp(at, UTC):%H:%M} UTC"
