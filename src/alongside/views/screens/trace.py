"""A run's trace: what happened when, the odd spans open, the others folded, one of them in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from alongside.core.counting import in_dollars
from alongside.core.digest import short
from alongside.core.run import Run, Span
from alongside.store import runs
from alongside.views.fields import value_text
from alongside.views.screens.folding import Fold, Placed, folded, odd_ones
from alongside.views.screens.given import Given, given_of
from alongside.views.screens.names import run_title
from alongside.views.screens.page import Asked, Crumb, Page
from alongside.views.screens.steps import StepRow, bar, seconds_so_far, step_row, whole_seconds
from alongside.workbench import Workbench

__all__ = ["Line", "Part", "SpanShown", "Tick", "Trace", "trace_screen"]

_BINS, _HIGH = 120, 40
_SHOWN, _ODD_IN_A_FOLD, _ODD = 500, 5, 60
_LONG = 1500


@dataclass(frozen=True, slots=True)
class Line:
    """A line: a span (`step`), or a fold of `count` spans whose `text` names them; `odd` says why it stands out."""

    text: str
    href: str
    step: StepRow | None = None
    odd: str = ""
    selected: bool = False
    count: int = 0
    opened: bool = False
    left: float = 0.0
    width: float = 0.0
    seconds: float = 0.0
    tokens: int = 0
    cost: float | None = 0.0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """How many spans began in a slice of the run: a bar of `height` of 40, at `x` of 120; `failed` of them did."""

    x: int
    height: float
    failed: int


@dataclass(frozen=True, slots=True)
class Part:
    """One thing known of a span."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SpanShown:
    """A span in full; `kept_from` is the run whose result it took, `why` the command that says why it ran."""

    step: StepRow
    odd: str
    parts: tuple[Part, ...]
    reads: tuple[Part, ...]
    answer: str
    error: str
    kept_from: str
    why: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Times in seconds, money in dollars. `next_odd` is the address of the next span that stands out."""

    id: str
    spans: int
    seconds: float
    tokens: int
    cost: float | None
    ticks: tuple[Tick, ...]
    told: str
    lines: tuple[Line, ...]
    odd: int
    next_odd: str
    running: bool
    given: tuple[Given, ...]
    selected: SpanShown | None


def trace_screen(bench: Workbench, asked: Asked) -> Page:
    """Return the trace of the run in the path. The query: `span` (in full), `open` (folds by number, with commas)."""
    run = bench.find_run(asked.path["run"])
    spans = runs.outline(bench.database, run.id)
    ended = run.status in {"done", "failed", "not-run"}
    whole, odd = whole_seconds(spans, run), odd_ones(spans, ended=ended)
    failed = [span for span in spans if span.error]
    title = run_title(run, bench.value)
    body = Trace(
        run.id,
        len(spans),
        seconds_so_far(bench, run),
        sum(span.tokens for span in spans),
        in_dollars(run.cost),
        _ticks(spans, run, whole),
        _told(spans, failed, run),
        tuple(_lines(spans, run, odd, whole, asked)),
        len(odd),
        _next_odd(spans, odd, asked),
        run.status == "running",
        given_of(run, bench.value, files=True),
        _in_full(bench, run, odd, whole, asked.query.get("span", "")),
    )
    crumbs = (
        Crumb(bench.engagement.customer, "/"),
        Crumb("Runs", "/runs"),
        Crumb(title, f"/runs/{run.id}"),
        Crumb("trace", ""),
    )
    return Page(title, f"alongside runs show {run.id}", body, crumbs)


def _lines(spans: Sequence[Span], run: Run, odd: Mapping[str, str], whole: float, asked: Asked) -> list[Line]:
    chosen = asked.query.get("span", "")
    opened = {int(text) for text in asked.query.get("open", "").split(",") if text.isdecimal()}
    found: list[Line] = []
    room = _ODD
    for line in folded(spans):
        if isinstance(line, Placed):
            found.append(_span_line(line, run, odd, whole, asked))
            continue
        inside = line.spans
        is_open = line.number in opened or any(one.span.id == chosen for one in inside)
        found.append(_fold_line(line, run, whole, asked, opened, is_open=is_open))
        shown = inside[:_SHOWN]
        if not is_open:
            shown = [one for one in inside if one.span.id in odd][: min(_ODD_IN_A_FOLD, room)]
            room -= len(shown)
        found += [_span_line(one, run, odd, whole, asked) for one in shown]
    return found


def _span_line(one: Placed, run: Run, odd: Mapping[str, str], whole: float, asked: Asked) -> Line:
    step = step_row(one.span, run, depth=one.depth, whole=whole)
    is_chosen = one.span.id == asked.query.get("span")
    return Line(step.name, _address(run, asked, span=one.span.id), step, odd.get(one.span.id, ""), is_chosen)


def _fold_line(fold: Fold, run: Run, whole: float, asked: Asked, opened: set[int], *, is_open: bool) -> Line:
    spans = [one.span for one in fold.spans]
    start = min(span.started for span in spans) - run.started
    end = max(span.started + (span.seconds if span.status != "kept" else 0.0) for span in spans) - run.started
    left, width = bar(start, end - start, whole)
    others = opened ^ {fold.number} if is_open == (fold.number in opened) else opened
    costs = [span.cost for span in spans]
    query = {"open": ",".join(str(number) for number in sorted(others)), **({"span": ""} if is_open else {})}
    return Line(
        fold.names,
        _address(run, asked, **query),
        count=len(spans),
        opened=is_open,
        left=left,
        width=width,
        seconds=end - start,
        tokens=sum(span.tokens for span in spans),
        cost=None if None in costs else in_dollars(sum(cost or 0 for cost in costs)),
        failed=sum(bool(span.error) for span in spans),
    )


def _ticks(spans: Sequence[Span], run: Run, whole: float) -> tuple[Tick, ...]:
    counts, failed = [0] * _BINS, [0] * _BINS
    for span in spans:
        share = (span.started - run.started) / whole if whole else 0.0
        at = min(max(int(share * _BINS), 0), _BINS - 1)
        counts[at] += 1
        failed[at] += bool(span.error)
    most = max(counts, default=0) or 1
    return tuple(
        Tick(at, round(max(_HIGH * count / most, 1.0), 1), failed[at])
        for at, count in enumerate(counts)
        if count
    )


def _told(spans: Sequence[Span], failed: Sequence[Span], run: Run) -> str:
    kept = sum(span.status == "kept" for span in spans)
    ran = sum(span.status == "executed" for span in spans)
    last = f"; the first that failed began {failed[0].started - run.started:.1f} s in" if failed else ""
    return f"{len(spans):,} {'span' if len(spans) == 1 else 'spans'} began over the run: {ran:,} executed, {kept:,} kept, {len(failed):,} failed{last}."


def _next_odd(spans: Sequence[Span], odd: Mapping[str, str], asked: Asked) -> str:
    order = [span.id for span in spans if span.id in odd]
    if not order:
        return ""
    chosen = asked.query.get("span", "")
    at = order.index(chosen) + 1 if chosen in order else 0
    return f"/runs/{asked.path['run']}/trace?{urlencode({'span': order[at % len(order)]})}"


def _in_full(
    bench: Workbench, run: Run, odd: Mapping[str, str], whole: float, identity: str
) -> SpanShown | None:
    span = runs.span(bench.database, run.id, identity) if identity else None
    if span is None:
        return None
    answer = value_text(bench.value(span.output)) if span.output and bench.blobs.has(span.output) else ""
    kept = span.status == "kept" and span.key
    step = step_row(span, run, depth=0, whole=whole)
    return SpanShown(
        step,
        odd.get(span.id, ""),
        tuple(Part(name, short(value)) for name, value in span.parts),
        tuple(Part(f"{read.kind} {read.name}", short(read.digest)) for read in span.reads),
        answer[:_LONG] + (" …" if len(answer) > _LONG else ""),
        span.error,
        runs.executed_with_key(bench.database, span.key, before=run.started) if kept else "",
        f"alongside why {run.id} {step.name}",
    )


def _address(run: Run, asked: Asked, **more: str) -> str:
    kept = {name: asked.query[name] for name in ("open", "span") if name in asked.query} | more
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"/runs/{run.id}/trace" + (f"?{query}" if query else "")
