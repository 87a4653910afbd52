"""How it goes in use: volume, verdicts, time and money, as small multiples over one time axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from alongside.evals.stats import wilson
from alongside.store import traffic, versions
from alongside.views.figures import dollars, in_dollars, seconds
from alongside.views.screens.names import Named, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.workbench import Workbench
from alongside.workbench.watching import Tally, Traffic, watched

__all__ = ["Hairline", "Panel", "Series", "VersionRow", "Watch", "watch_screen"]

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_RANGES = {
    "1h": ("1 hour", _MINUTE, 60, "minute"),
    "24h": ("24 hours", _HOUR / 2, 48, "half hour"),
    "7d": ("7 days", 6 * _HOUR, 28, "6 hours"),
    "30d": ("30 days", _DAY, 30, "day"),
    "90d": ("90 days", 3 * _DAY, 30, "3 days"),
}
_MOST_LINES, _APART = 12, 0.12
_FEW_VERSIONS = 8
_NARROW = 0.05
_P50, _P95 = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Series:
    """A number a stretch (None: nothing to count), drawn as `bars`, a `line` or a `dashed` line; `mark` tints it."""

    name: str
    kind: str
    mark: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A small multiple: its headline number and what that counts, one sentence that says what it shows.

    `top` is the greatest value of its scale (from 0) and `top_text` the same in words; `limit` is drawn dashed.
    """

    title: str
    headline: str
    unit: str
    says: str
    top: float
    top_text: str
    limit: float | None
    limit_text: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Hairline:
    """A release on the time axis: `x` from 0 to 1. `label` is empty where the next one stands too near to name both."""

    name: str
    label: str
    x: float
    at: float


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in this stretch of time. Seconds to two digits; money in dollars (None: all unpriced)."""

    name: str
    href: str
    live: bool
    runs: int
    failed: int
    right: int
    wrong: int
    unsure: int
    none: int
    p50: float | None
    p95: float | None
    cost: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """`start` and `end` in seconds of the epoch; `ranges` are (name, text, address)."""

    range: str
    ranges: tuple[tuple[str, str, str], ...]
    start: float
    end: float
    stretch: str
    runs: int
    panels: tuple[Panel, ...]
    releases: tuple[Hairline, ...]
    versions: tuple[VersionRow, ...]


def watch_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the traffic of the range that the query names (`t`); left out, the shortest that holds every run."""
    now, first = bench.clock(), traffic.first_run(bench.database)
    name = asked.query.get("t", "")
    name = name if name in _RANGES else _fitting(now, first)
    _, width, count, stretch = _RANGES[name]
    start = (now // width - count + 1) * width
    names = version_names(bench)
    found = watched(bench, start=start, width=width, count=count)
    everything = found.stretches
    total = sum(one.runs for one in everything)
    body = Watch(
        name,
        tuple((key, text[0], f"/watch?t={key}") for key, text in _RANGES.items()),
        start,
        start + width * count,
        stretch,
        total,
        _panels(bench, found, everything, names, stretch) if total else (),
        _hairlines(bench, names, found),
        _version_rows(found, names),
    )
    return Page("Watch", "alongside runs list", body, (Crumb(bench.engagement.customer, "/"),))


def _fitting(now: float, first: float | None) -> str:
    if first is None:
        return "30d"
    return next(
        (key for key, (_, width, count, _) in _RANGES.items() if first > now - width * (count - 1)), "30d"
    )


def _hairlines(bench: Workbench, names: Named, found: Traffic) -> tuple[Hairline, ...]:
    length = found.width * found.count
    moved = [one for one in versions.releases(bench.database) if 0 <= one.at - found.start <= length]
    lines: list[Hairline] = []  # newest first
    for one in moved[:_MOST_LINES]:
        x, name = (one.at - found.start) / length, names.of(one.version)
        is_free = not lines or lines[-1].x - x > _APART
        lines.append(Hairline(name, name if is_free else "", round(x, 4), one.at))
    return tuple(reversed(lines))


def _version_rows(found: Traffic, names: Named) -> tuple[VersionRow, ...]:
    there = {one.version for one in found.seen}
    order = [version for version in list(names.released)[::-1] if version in there]
    order += sorted(there - set(order))
    return tuple(_version_row(version, found.of_version(version), names) for version in order[:_FEW_VERSIONS])


def _version_row(version: str, one: Tally, names: Named) -> VersionRow:
    name = names.of(version)
    return VersionRow(
        name,
        f"/runs?version={name}",
        version == names.live,
        one.runs,
        one.failed,
        one.right,
        one.wrong,
        one.unsure,
        one.runs - one.judged,
        one.percentile(_P50),
        one.percentile(_P95),
        None if one.unpriced == one.runs else in_dollars(one.cost),
    )


def _panels(
    bench: Workbench, found: Traffic, every: Sequence[Tally], names: Named, stretch: str
) -> tuple[Panel, ...]:
    limits = bench.engagement.limits
    whole = _sum(found)
    return (
        _volume(every, whole, stretch),
        _share(
            "Judged wrong",
            "wrong",
            "of judged",
            every,
            whole,
            found,
            names,
            lambda one: (one.wrong, one.judged),
        ),
        _share(
            "Can't tell",
            "unsure",
            "of judged",
            every,
            whole,
            found,
            names,
            lambda one: (one.unsure, one.judged),
        ),
        _share(
            "Not judged",
            "",
            "of runs",
            every,
            whole,
            found,
            names,
            lambda one: (one.runs - one.judged, one.runs),
        ),
        _share("Failed", "wrong", "of runs", every, whole, found, names, lambda one: (one.failed, one.runs)),
        _time(every, whole, limits.seconds_per_run),
        _dearest(every, whole, limits.cost_per_run),
        _spent(every, whole),
    )


def _sum(found: Traffic) -> Tally:
    from alongside.workbench.watching import tally

    return tally(found.seen, found.judged)


def _volume(every: Sequence[Tally], whole: Tally, stretch: str) -> Panel:
    values = [one.runs for one in every]
    busy = sorted(value for value in values if value)
    says = f"Half of the stretches with runs had {median(busy):,.0f} or more, the busiest {busy[-1]:,}."
    if len(busy) == 1:
        says = "All came within one stretch of time."
    bars = Series("runs", "bars", "", tuple(map(float, values)))
    return Panel(
        f"Runs each {stretch}",
        f"{whole.runs:,}",
        "in all",
        says,
        busy[-1],
        f"{busy[-1]:,}",
        None,
        "",
        (bars,),
    )


def _share(
    title: str,
    mark: str,
    unit: str,
    every: Sequence[Tally],
    whole: Tally,
    found: Traffic,
    names: Named,
    counts: Callable[[Tally], tuple[int, int]],
) -> Panel:
    part, of = counts(whole)
    pairs = [counts(one) for one in every]
    values = tuple(None if not n else k / n for k, n in pairs)
    top = _round_up(max((one for one in values if one is not None), default=0.0))
    headline = _percent(part / of) if of else "none"
    said = f"{part:,} {unit.replace('of ', 'of ' + format(of, ',') + ' ')}" if of else "none judged yet"
    return Panel(
        title,
        headline,
        said,
        _by_version(found, names, counts),
        top,
        _percent(top),
        None,
        "",
        (Series(title.lower(), "bars", mark, values),),
    )


def _by_version(found: Traffic, names: Named, counts: Callable[[Tally], tuple[int, int]]) -> str:
    """Return the share of the live version and of the one before it, with their intervals."""
    told: list[str] = []
    for version in (names.live, names.previous):
        part, of = counts(found.of_version(version)) if version else (0, 0)
        if of:
            low, high = wilson(part, of)
            digits = 0 if high - low > _NARROW else 1
            name, percent = names.of(version), f"{low * 100:.{digits}f} and {high * 100:.{digits}f} %"
            told.append(f"{name}: {part:,} of {of:,}, between {percent}")
    return "; ".join(told) + "." if told else "Nothing to count of what is live or was before it."


def _time(every: Sequence[Tally], whole: Tally, limit: float | None) -> Panel:
    p50, p95 = (tuple(one.percentile(share) for one in every) for share in (_P50, _P95))
    most = max((one for one in p95 if one is not None), default=0.0)
    shown = limit if limit is not None and limit <= 2 * most else None
    top = max(most, shown or 0.0) * 1.1 or 1.0
    half, slow = whole.percentile(_P50) or 0.0, whole.percentile(_P95) or 0.0
    says = (
        f"Half took at most {seconds(half)}; in the slowest stretch 95 of 100 took at most {seconds(most)}."
    )
    unit = "for 95 of 100" + (f", limit {limit:g} s" if limit is not None else "")
    series = (Series("p95", "line", "", p95), Series("p50", "dashed", "", p50))
    return Panel("Time of a run", seconds(slow), unit, says, top, seconds(top), shown, "limit", series)


def _dearest(every: Sequence[Tally], whole: Tally, limit: float | None) -> Panel:
    values = tuple(in_dollars(one.dearest) if one.runs > one.unpriced else None for one in every)
    most = in_dollars(whole.dearest) or 0.0
    shown = limit if limit is not None and (limit <= 2 * most or not most) else None
    top = max(most, shown or 0.0) * 1.1 or 1.0
    unit = "the dearest run" + (f", limit {dollars(limit)}" if limit is not None else ", no limit is set")
    says = _priced(whole) + ("" if most else " Nothing was paid for.")
    return Panel(
        "Money a run", dollars(most), unit, says, top, dollars(most) if most else "", shown, "limit",
        (Series("dearest", "bars", "", values),),
    )  # fmt: skip


def _spent(every: Sequence[Tally], whole: Tally) -> Panel:
    values = tuple(in_dollars(one) or 0.0 for one in accumulate(one.cost for one in every))
    total = in_dollars(whole.cost) or 0.0
    priced = whole.runs - whole.unpriced
    mean = f"{dollars(round(total / priced, 4))} a run" if priced else "no run is priced"
    line = (Series("", "line", "", values),)
    return Panel(
        "Money spent",
        dollars(total),
        mean,
        _priced(whole),
        total * 1.1 or 1.0,
        dollars(total),
        None,
        "",
        line,
    )


def _priced(whole: Tally) -> str:
    if not whole.unpriced:
        return f"All {whole.runs:,} runs are priced."
    return f"{whole.unpriced:,} of {whole.runs:,} runs are unpriced and not in it."


def _round_up(share: float) -> float:
    """Return the next rung of a scale of shares."""
    return next(one for one in (0.05, 0.1, 0.2, 0.5, 1.0) if share <= one)


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
