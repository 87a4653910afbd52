"""The small multiples of the watch: volume, verdicts, time and money over the same stretches of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import median

from alongside.core.counting import counted, in_dollars, percent
from alongside.core.engagement import Limits
from alongside.evals.stats import wilson
from alongside.views.figures import dollars, seconds
from alongside.views.screens.names import Named
from alongside.workbench.tally import Tally, together
from alongside.workbench.watching import Traffic

__all__ = ["Label", "Panel", "Series", "panels_of"]

_P50, _P95 = 0.5, 0.95
_TOP, _HEIGHT, _LINE, _ABOVE = (
    16.0,
    104.0,
    12.0,
    3.0,
)  # pixels: where the plot begins, how high it is, its words
_ROOM, _GAP = 0.12, 1.5  # of the panel's width, in percent of it: a word beside a line


@dataclass(frozen=True, slots=True)
class Series:
    """A number a stretch (None: nothing to count), drawn as `bars`, a `line` or a `dashed` line; `mark` tints it."""

    name: str
    kind: str
    mark: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A word beside the line that it names, or at the right end of a panel where that is full.

    `x` in percent of its width, where the word has its `anchor` (SVG's start or end); `y` in pixels from its top, such
    that no two lie on each other.
    """

    text: str
    y: float
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A small multiple: its headline number and what that counts, one sentence that says what it shows.

    `top` is the greatest value of its scale (from 0) and `top_text` the same in words; `limit` is drawn dashed.
    `labels` name its lines; `past` says how many runs are past the limit (empty: none is).
    """

    title: str
    headline: str
    unit: str
    says: str
    top: float
    top_text: str
    limit: float | None
    labels: tuple[Label, ...]
    past: str
    series: tuple[Series, ...]


def panels_of(limits: Limits, found: Traffic, names: Named, stretch: str) -> tuple[Panel, ...]:
    """Return the small multiples of what came in, over the same stretches."""
    every = found.stretches
    whole = together(every)
    sides = {one: found.of_versions([one]) for one in (names.live, names.previous) if one}
    return (
        _volume(every, whole, stretch),
        _share(
            "Judged wrong",
            "wrong",
            "of judged",
            every,
            whole,
            sides,
            names,
            lambda one: (one.wrong, one.judged),
        ),
        _share(
            "Can't tell",
            "unsure",
            "of judged",
            every,
            whole,
            sides,
            names,
            lambda one: (one.unsure, one.judged),
        ),
        _share(
            "Not judged",
            "",
            "of runs",
            every,
            whole,
            sides,
            names,
            lambda one: (one.runs - one.judged, one.runs),
        ),
        _share(
            "Failed",
            "wrong",
            "of ended runs",
            every,
            whole,
            sides,
            names,
            lambda one: (one.failed, one.ended),
        ),
        _time(every, whole, limits.seconds_per_run),
        _dearest(every, whole, limits.cost_per_run),
        _spent(every, whole),
    )


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
        "in all" + (f", {whole.open:,} of them not ended" if whole.open else ""),
        says,
        busy[-1],
        f"{busy[-1]:,}",
        None,
        (),
        "",
        (bars,),
    )


def _share(
    title: str,
    mark: str,
    unit: str,
    every: Sequence[Tally],
    whole: Tally,
    sides: Mapping[str, Tally],
    names: Named,
    counts: Callable[[Tally], tuple[int, int]],
) -> Panel:
    part, of = counts(whole)
    pairs = [counts(one) for one in every]
    values = tuple(None if not n else k / n for k, n in pairs)
    top = _round_up(max((one for one in values if one is not None), default=0.0))
    headline = percent(part / of) if of else "none"
    said = f"{part:,} {unit.replace('of ', 'of ' + format(of, ',') + ' ')}" if of else "none judged yet"
    return Panel(
        title,
        headline,
        said,
        _by_version(sides, names, counts),
        top,
        percent(top),
        None,
        (),
        "",
        (Series(title.lower(), "bars", mark, values),),
    )


def _by_version(sides: Mapping[str, Tally], names: Named, counts: Callable[[Tally], tuple[int, int]]) -> str:
    """Return the share of the live version and of the one before it, with their intervals."""
    told: list[str] = []
    for version, one in sides.items():
        part, of = counts(one)
        if of:
            low, high = wilson(part, of)
            told.append(
                f"{names.of(version)}: {part:,} of {of:,}, between {percent(low)} and {percent(high)}"
            )
    return "; ".join(told) + "." if told else "Nothing to count of what is live or was before it."


def _time(every: Sequence[Tally], whole: Tally, limit: float | None) -> Panel:
    p50, p95 = (tuple(one.percentile(share) for one in every) for share in (_P50, _P95))
    most = max((one for one in p95 if one is not None), default=0.0)
    shown = limit if limit is not None and (limit <= 2 * most or whole.slow) else None
    top = max(most, shown or 0.0) * 1.1 or 1.0
    half, slow = whole.percentile(_P50) or 0.0, whole.percentile(_P95) or 0.0
    says = (
        f"Half took at most {seconds(half)}; in the slowest stretch 95 of 100 took at most {seconds(most)}."
        if whole.times
        else "No run has ended yet."
    )
    unit = "for 95 of 100" + (f", limit {limit:g} s" if limit is not None else "")
    ends = _ends([("p95", p95), ("p50", p50)])
    return Panel(
        "Time of a run",
        seconds(slow),
        unit,
        says,
        top,
        seconds(top),
        shown,
        _labels([*ends, ("limit", shown, 100.0, "end")], top),
        _past(whole.slow, whole.ended, "took longer than", "" if limit is None else f"{limit:g} s"),
        (Series("p95", "line", "", p95), Series("p50", "dashed", "", p50)),
    )


def _dearest(every: Sequence[Tally], whole: Tally, limit: float | None) -> Panel:
    values = tuple(in_dollars(one.dearest) if one.ended > one.unpriced else None for one in every)
    most = in_dollars(whole.dearest) or 0.0
    shown = limit if limit is not None and (limit <= 2 * most or not most) else None
    top = max(most, shown or 0.0) * 1.1 or 1.0
    unit = "the dearest run" + (f", limit {dollars(limit)}" if limit is not None else ", no limit is set")
    says = _priced(whole) + ("" if most else " Nothing was paid for.")
    return Panel(
        "Money a run",
        dollars(most),
        unit,
        says,
        top,
        dollars(most) if most else "",
        shown,
        _labels([("limit", shown, 100.0, "end")], top),
        _past(whole.dear, whole.ended, "cost more than", dollars(limit)),
        (Series("dearest", "bars", "", values),),
    )


def _past(runs: int, of: int, did: str, limit: str) -> str:
    return f"{runs:,} of {counted(of, 'run')} {did} the limit of {limit}" if runs else ""


def _ends(lines: Sequence[tuple[str, Sequence[float | None]]]) -> list[tuple[str, float | None, float, str]]:
    """Return lines over the same stretches as `_labels` takes them: named after their last value, where that is the panel's end before the first."""
    values = lines[0][1]
    there = [at for at, value in enumerate(values) if value is not None] or [0]
    start, end = there[0] / len(values), (there[-1] + 1) / len(values)
    if end <= 1 - _ROOM:
        return [(name, of[there[-1]], 100 * end + _GAP, "start") for name, of in lines]
    if start >= _ROOM:
        return [(name, of[there[0]], 100 * start - _GAP, "end") for name, of in lines]
    return [(name, of[there[-1]], 100.0, "end") for name, of in lines]


def _labels(wanted: Sequence[tuple[str, float | None, float, str]], top: float) -> tuple[Label, ...]:
    """Return words (text, value, x, anchor), each just above its line, moved down where another stands there already."""
    placed = sorted(
        (_TOP + _HEIGHT * (1 - value / top) - _ABOVE, text, x, anchor)
        for text, value, x, anchor in wanted
        if value is not None
    )
    found: list[Label] = []
    for y, text, x, anchor in placed:
        least = found[-1].y + _LINE if found else _TOP + _LINE - _ABOVE
        found.append(Label(text, round(max(y, least), 1), round(x, 1), anchor))
    over = found[-1].y - (_TOP + _HEIGHT - _ABOVE) if found else 0.0
    return tuple(replace(one, y=round(one.y - max(over, 0.0), 1)) for one in found)


def _spent(every: Sequence[Tally], whole: Tally) -> Panel:
    values = tuple(in_dollars(one) or 0.0 for one in accumulate(one.cost for one in every))
    total = in_dollars(whole.cost) or 0.0
    priced = whole.ended - whole.unpriced
    mean = f"{dollars(total / priced)} a run" if priced else "no run is priced"
    line = (Series("", "line", "", values),)
    return Panel(
        "Money spent",
        dollars(total),
        mean,
        _priced(whole),
        total * 1.1 or 1.0,
        dollars(total),
        None,
        (),
        "",
        line,
    )


def _priced(whole: Tally) -> str:
    if not whole.ended:
        return "No run has ended yet."
    if not whole.unpriced:
        return f"All {whole.ended:,} runs that ended are priced."
    return f"{whole.unpriced:,} of {whole.ended:,} runs are unpriced and not in it."


def _round_up(share: float) -> float:
    """Return the next rung of a scale of shares."""
    return next(one for one in (0.05, 0.1, 0.2, 0.5, 1.0) if share <= one)
