"""How it goes in use: volume, verdicts, time and money, as small multiples over one time axis."""

from dataclasses import dataclass

from alongside.core.counting import in_dollars
from alongside.store import traffic, versions
from alongside.views.screens.names import Named, version_names
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.panels import Panel, panels_of
from alongside.workbench import Workbench
from alongside.workbench.tally import Tally
from alongside.workbench.watching import Traffic, edges_of, watched

__all__ = ["Hairline", "VersionRow", "Watch", "watch_screen"]

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_RANGES = {
    "1h": ("1 hour", _MINUTE, 60, "minute"),
    "24h": ("24 hours", _HOUR / 2, 48, "half hour"),
    "7d": ("7 days", 6 * _HOUR, 28, "6 hours"),
    "30d": ("30 days", _DAY, 30, "day"),
    "90d": ("90 days", 3 * _DAY, 30, "3 days"),
}
_LEAST = 12  # stretches of an hour that has just begun
_MOST_LINES, _APART = 60, 0.12
_FEW_VERSIONS = 8
_P50, _P95 = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Hairline:
    """A release on the time axis: `x` from 0 to 1. `label` is empty where the next one stands too near to name both."""

    name: str
    label: str
    x: float
    at: float


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, or several, in this stretch of time. Seconds to two digits; money in dollars (None: all unpriced).

    `open` runs haven't ended: they have neither time nor price. `slow` and `dear` ones are past the limit of a run.
    """

    name: str
    href: str
    live: bool
    runs: int
    open: int
    failed: int
    right: int
    wrong: int
    unsure: int
    none: int
    p50: float | None
    p95: float | None
    cost: float | None
    slow: int
    dear: int


@dataclass(frozen=True, slots=True)
class Watch:
    """`start` and `end` in seconds of the epoch; `ranges` are (name, text, address).

    `others` are the versions that have no row of their own, together; `limited` says that a run has a limit.
    """

    range: str
    ranges: tuple[tuple[str, str, str], ...]
    start: float
    end: float
    stretch: str
    runs: int
    panels: tuple[Panel, ...]
    releases: tuple[Hairline, ...]
    versions: tuple[VersionRow, ...]
    others: VersionRow | None
    limited: bool


def watch_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the traffic of the range that the query names (`t`); left out, the shortest that holds every run."""
    now, first = bench.clock(), traffic.first_run(bench.database)
    name = asked.query.get("t", "")
    name = name if name in _RANGES else _fitting(now, first)
    _, width, count, stretch = _RANGES[name]
    if name == "1h" and first is not None:  # a first hour is shown from its first run on
        count = min(count, max(_LEAST, int((now - first) / width) + 2))
    edges, limits = edges_of(now, width=width, count=count), bench.engagement.limits
    names = version_names(bench)
    found = watched(bench.counted, bench.database, edges, limits=limits, now=now)
    total = sum(one.runs for stretch in found.seen for one in stretch.values())
    body = Watch(
        name,
        tuple((key, text[0], f"/watch?t={key}") for key, text in _RANGES.items()),
        edges[0],
        edges[-1],
        stretch,
        total,
        panels_of(limits, found, names, stretch) if total else (),
        _hairlines(bench, names, found),
        *_version_rows(found, names),
        limits.seconds_per_run is not None or limits.cost_per_run is not None,
    )
    return Page("Watch", "alongside runs list --no-replays", body, (Crumb(bench.engagement.customer, "/"),))


def _fitting(now: float, first: float | None) -> str:
    if first is None:
        return "30d"
    return next(
        (key for key, (_, width, count, _) in _RANGES.items() if first > now - width * (count - 1)), "30d"
    )


def _hairlines(bench: Workbench, names: Named, found: Traffic) -> tuple[Hairline, ...]:
    placed = [(found.place(one.at), one) for one in versions.releases(bench.database)]
    lines: list[Hairline] = []  # newest first
    named = 1.0 + _APART
    for x, one in [(x, one) for x, one in placed if x is not None][:_MOST_LINES]:
        name = names.of(one.version)
        is_free = named - x > _APART and x > _APART  # the scale's top stands on the left
        named = x if is_free else named
        lines.append(Hairline(name, name if is_free else "", round(x, 4), one.at))
    return tuple(reversed(lines))


def _version_rows(found: Traffic, names: Named) -> tuple[tuple[VersionRow, ...], VersionRow | None]:
    """Return the newest versions, and all others together."""
    there = found.versions
    order = [version for version in list(names.released)[::-1] if version in there]
    order += sorted(there - set(order))
    shown = order if len(order) <= _FEW_VERSIONS + 1 else order[:_FEW_VERSIONS]
    rest = order[len(shown) :]
    rows = (
        _version_row(
            names.of(one), f"/runs?version={names.of(one)}", found.of_versions([one]), live=one == names.live
        )
        for one in shown
    )
    more = f"and {len(rest)} more versions"
    return tuple(rows), _version_row(more, "/runs", found.of_versions(rest), live=False) if rest else None


def _version_row(name: str, href: str, one: Tally, *, live: bool) -> VersionRow:
    return VersionRow(
        name,
        href,
        live,
        one.runs,
        one.open,
        one.failed,
        one.right,
        one.wrong,
        one.unsure,
        one.runs - one.judged,
        one.percentile(_P50),
        one.percentile(_P95),
        None if one.unpriced == one.ended else in_dollars(one.cost),
        one.slow,
        one.dear,
    )
