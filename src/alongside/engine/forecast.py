"""What a replay would run at most, before anything is spent.

A leaf of a case's latest run is clean where its step, what that reads and its kept result stand as they were, and
nothing that started before it in its run is dirty: what a step takes can only come from what ran earlier. A run that
failed bounds only what fails again as it did; where something is dirty, the latest that was done is taken. The bound
holds as long as changed answers don't lead the workflow to make more calls than before; where the
workflow's own code changed, or a step's that calls steps, the forecast says that there is no such bound.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from alongside.core.case import Case
from alongside.core.counting import NANO, dollars
from alongside.core.release import Manifest
from alongside.core.run import Span
from alongside.engine.call import draw_part, key_of
from alongside.engine.exceptions import NOT_KEPT
from alongside.engine.lasting import Ran, wall_seconds
from alongside.engine.manifest_reads import read_digest
from alongside.store import ledger, runs
from alongside.store.database import Database

__all__ = ["Forecast", "ahead", "forecast"]


Ask = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Asks the candidate's worker `{"steps": […], "classes": […], "reads": […]}`; see `engine/standing.py`."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Upper bounds. Costs in nano-dollars (None: a model has no price). `unbounded`: new calls may come on top.

    `seconds` is no bound: about how long the steps take, by how long what runs again took the last time.
    `changed` are (step, why) of what the edit touches; `cases_never_run` are ids of cases that aren't counted: none of
    their runs came to an end, or only to an error that the edit may mend, so the next takes what it takes. Of `cases` so many are `judged` anew; of the others what was said is remembered.
    A model call is one answer of a model step, repair turns included. `beside` are the model calls that come on top: of the version compared with, and of draws where a case breaks.
    """

    model_calls_at_most: int
    model_calls: int
    steps_at_most: int
    steps: int
    cost_at_most: int | None
    cases_never_run: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]
    unbounded: bool
    beside_at_most: int = 0
    beside_cost: int | None = 0
    seconds: float = 0.0
    cases: int = 0
    judged: int = 0

    @property
    def text(self) -> str:
        """The forecast as one sentence for people."""
        calls = f"{self.model_calls_at_most:,} of {self.model_calls:,} model calls"
        steps = f"{self.steps_at_most:,} of {self.steps:,} steps"
        cost = (
            "at an unknown price"
            if self.cost_at_most is None
            else f"about {dollars(self.cost_at_most / NANO)}"
        )
        more = ", and new calls may come on top, since what makes them changed" if self.unbounded else ""
        never = len(self.cases_never_run)
        unknown = (
            f"; {never} {'case runs' if never == 1 else 'cases run'} to the end for the first time, at an unknown price"
            if never
            else ""
        )
        return f"This edit re-runs at most {calls} ({steps}), {cost}{more}{unknown}.{self._beside}"

    @property
    def _beside(self) -> str:
        if not self.beside_at_most:
            return ""
        cost = (
            "at an unknown price" if self.beside_cost is None else f"about {dollars(self.beside_cost / NANO)}"
        )
        return (
            f" Where cases break, both versions draw again, and what is live may have to run them first:"
            f" at most {self.beside_at_most:,} model calls more, {cost}."
        )


class _Past(NamedTuple):
    """A case's latest run that was `done`, and the one after it that `failed`, if any: their spans."""

    case: Case
    done: list[Span]
    failed: list[Span]


class _Ahead(NamedTuple):
    """What a case takes on the candidate, by `spans`, and on the version beside it, by those of a `whole` run."""

    case: Case
    spans: list[Span]
    whole: list[Span]
    draws: int


def _none(_case: Case) -> int:
    return 0


def _never(_case: Case) -> bool:
    return False


def forecast(
    database: Database,
    cases: Sequence[Case],
    *,
    salt: str,
    ask: Ask,
    draws: Callable[[Case], int],
    beside: Callable[[Case], int] = _none,
    settled: Callable[[Case], bool] = _never,
    edited: Manifest | None = None,
    like: Sequence[str] = ("",),
    refresh: bool = False,
) -> Forecast:
    """Return what replaying `cases` on a candidate re-runs at most.

    `salt` is the engagement's: with it the keys of draws are made that were never drawn. `draws` is how often a case
    is run, `beside` how many whole runs of it may come on top; of a `settled` one the candidate's word is remembered.
    A case's last run by each version of `like` (its newest where there is none) is held against the candidate, and the one counts that it follows the furthest. `edited` is a candidate that isn't written yet: of it differ from the version asked only prompts and parameters.
    `refresh` asks models and reads sources anew.
    """
    known = [_pasts(database, case, like) for case in cases]
    standing = _Standing(database, salt, ask(_question([past for pasts in known for past in pasts])), edited)
    past = [
        _Ahead(one.case, spans, one.done or spans, times)
        for pasts in known
        for one in pasts[:1]
        for times in (draws(one.case),)
        for spans in (standing.likest(pasts, range(0 if settled(one.case) else times), refresh=refresh),)
    ]
    never = [one.case.id for one in past if not (one.spans or settled(one.case))]
    anew = [one for one in past if one.spans and not settled(one.case)]
    dirty = [
        (span, draw)
        for one in anew
        for draw in range(one.draws)
        for span in standing.dirty(one.spans, one.case.group, draw, refresh=refresh)
    ]
    models = _model_calls(span for span, _ in dirty)
    more = [span for one in past for _ in range(beside(one.case)) for span in _model_calls(one.whole)]
    leaves = [span for one in past for span in _leaves(one.spans) for _ in range(one.draws)]
    return Forecast(
        len(models),
        len(_model_calls(leaves)),
        len(dirty),
        len(leaves),
        _cost(models),
        tuple(never),
        standing.changed,
        standing.unbounded,
        len(more),
        _cost(more),
        wall_seconds(map(standing.ran, dirty)),
        len(cases),
        len(anew) + len(never),
    )


def ahead(
    database: Database, runs: Collection[tuple[Case, int, bool]], *, salt: str, ask: Ask
) -> dict[tuple[str, int], int | None]:
    """Return what each (case, draw, refreshed) costs at most, in nano-dollars, by (case id, draw).

    A case that never ran to an end, or whose workflow may now make new calls, is missing; None: a model has no price.
    """
    past = {case.id: _past(database, case) for case, _, _ in runs}
    standing = _Standing(database, salt, ask(_question(list(past.values()))))
    found: dict[tuple[str, int], int | None] = {}
    for case, draw, refreshed in runs:
        standing.unbounded = False
        basis = standing.basis(past[case.id], (draw,), refresh=refreshed)
        spans = standing.dirty(basis, case.group, draw, refresh=refreshed)
        if basis and not standing.unbounded:
            found[case.id, draw] = _cost(span for span in spans if span.effect == "model")
    return found


class _Standing:
    """What the candidate's worker answered, held against what runs recorded."""

    def __init__(
        self, database: Database, salt: str, answer: Mapping[str, Any], edited: Manifest | None = None
    ) -> None:
        self.database = database
        self.salt = salt
        self.steps: Mapping[str, list[str]] = answer["steps"]
        self.classes: Mapping[str, str] = answer["classes"]
        self.opaque = frozenset[str](answer["opaque"]) if edited else frozenset[str]()
        self.reads = {
            (kind, name, group): (read_digest(edited, kind, name) if edited else None) or digest
            for kind, name, group, digest in answer["reads"]
        }
        self._reasons: dict[str, dict[str, None]] = {}
        self.unbounded = False

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """Return (step, all that touches it) of every step that is touched."""
        return tuple((step, " and ".join(why)) for step, why in self._reasons.items())

    def ran(self, made: tuple[Span, int]) -> Ran:
        """Return when a leaf was executed that a draw may execute again."""
        span, draw = made
        key = span.key if span.effect == "pure" else self._key(span, draw)
        kept = ledger.find(self.database, key)[:1] or ledger.find(self.database, span.key)[:1]
        seconds = kept[0].seconds if kept else span.seconds
        started = kept[0].recorded_at - seconds if kept else span.started
        return Ran(started, seconds, span.effect == "model")

    def likest(self, pasts: Sequence[_Past], draws: Sequence[int], *, refresh: bool) -> list[Span]:
        """Return the spans of the one of a case's pasts that the candidate follows the furthest, with the fewest changes."""
        first, *others = (self.basis(past, draws, refresh=refresh) for past in pasts)
        found = [first, *filter(self._is_answered_so, others)]
        if len(found) == 1:
            return first
        group = pasts[0].case.group

        def unlikeness(spans: Sequence[Span]) -> tuple[bool, float, bool, int]:
            each = [self._touched(spans, group, draw, refresh=refresh) for draw in draws]
            again = max((len(_from_first(spans, touched)) for touched in each), default=0)
            followed = len(_leaves(spans)) - again if again else float("inf")
            changes = {(span.step, *why) for touched in each for span, why in touched}
            widens = any(span.kind != "leaf" for touched in each for span, _ in touched)
            return not spans, -followed, widens, len(changes)

        return min(found, key=unlikeness)

    def _is_answered_so(self, spans: Sequence[Span]) -> bool:
        """Whether models' kept answers are still those of a run: what was asked anew since may lead elsewhere."""
        return all(
            any(kept.output == span.output for kept in ledger.find(self.database, span.key))
            for span in _model_calls(spans)
        )

    def basis(self, past: _Past, draws: Iterable[int], *, refresh: bool) -> list[Span]:
        """Return the spans of the run that tells what draws of the case execute at most, none where none does."""
        again = past.failed and not any(
            self._touched(past.failed, past.case.group, draw, refresh=refresh) for draw in draws
        )
        return past.failed if again else past.done

    def dirty(self, spans: Sequence[Span], group: str, draw: int, *, refresh: bool) -> list[Span]:
        """Return the leaves of a run that a draw of its case may execute again."""
        touched = self._touched(spans, group, draw, refresh=refresh)
        for span, why in touched:
            if why:
                self._reasons.setdefault(span.step, {}).update(dict.fromkeys(why))
        self.unbounded |= any(span.kind != "leaf" for span, _ in touched)
        return _from_first(spans, touched)

    def _touched(
        self, spans: Sequence[Span], group: str, draw: int, *, refresh: bool
    ) -> list[tuple[Span, list[str]]]:
        """Return (span, why) of those that don't stand as they were; the memo's fault is no why."""
        anew = {"model", "read"} if refresh else set[str]()
        found = [(span, self._why(span, group)) for span in spans]
        return [
            (span, why)
            for span, why in found
            if why or span.effect in anew or NOT_KEPT in span.error or not self._is_kept(span, draw)
        ]

    def _why(self, span: Span, group: str) -> list[str]:
        """Return all that touches a step; where its code does, nothing else matters."""
        now, parts = self.steps.get(span.step), dict(span.parts)
        if now is None:
            return ["is gone"]
        if now[0] != parts.get("code", ""):
            return ["its code changed"]
        if now[1] != span.effect:
            return [f"its effect is now {now[1]}"]
        if self.opaque & {span.step, *(kind for kind, _ in _classes_of(span))}:
            return ["its code can't be followed, so any edit touches it"]
        found = [
            f"class {kind.partition(':')[2]} changed"
            for kind, digest in _classes_of(span)
            if self.classes.get(kind) != digest
        ]
        return found + [
            f"{read.kind} {read.name} changed"
            for read in span.reads
            if self.reads.get((read.kind, read.name, group)) != read.digest
        ]

    def _is_kept(self, span: Span, draw: int) -> bool:
        """Whether the memo can answer: not where the result was an attempt, or was forgotten or collected."""
        if span.kind != "leaf" or span.effect in {"read", "external"}:
            return True
        return ledger.has(self.database, span.key if span.effect == "pure" else self._key(span, draw))

    def _key(self, span: Span, draw: int) -> str:
        parts = dict(span.parts)
        number = parts["draw"].partition("@")[0]
        return key_of(self.salt, tuple({**parts, "draw": draw_part(int(number), draw)}.items()))


def _past(database: Database, case: Case, like: str = "") -> _Past:
    """Return a case's runs that may tell what the next one takes: not one that our error ended, which may pass."""
    last = runs.latest_with_spans(database, case.id, of=like)
    done = runs.latest_with_spans(database, case.id, of=like, status="done")
    spans = runs.spans(database, done) if done else []
    run = runs.get(database, last) if last != done else None
    ended = run is not None and not run.error.startswith("error[")
    return _Past(case, spans, runs.spans(database, last) if ended else [])


def _pasts(database: Database, case: Case, like: Sequence[str]) -> list[_Past]:
    """Return a case's past as each of some versions left it, each past once."""
    found: list[_Past] = []
    for version in like:
        past = _past(database, case, version)
        found += [] if past in found else [past]
    return found


def _from_first(spans: Sequence[Span], touched: Sequence[tuple[Span, list[str]]]) -> list[Span]:
    """Return the leaves of a run from the first one on that is touched."""
    first = min((span.started for span, _ in touched), default=float("inf"))
    return [span for span in _leaves(spans) if span.started >= first]


def _leaves(spans: Iterable[Span]) -> list[Span]:
    """Return what a replay may execute: reads and external effects are answered from their tape."""
    return [span for span in spans if span.kind == "leaf" and span.effect not in {"read", "external"}]


def _model_calls(spans: Iterable[Span]) -> list[Span]:
    return [span for span in _leaves(spans) if span.effect == "model"]


def _question(past: Sequence[_Past]) -> dict[str, Any]:
    spans = [(span, one.case.group) for one in past for span in (*one.done, *one.failed)]
    return {
        "steps": sorted({span.step for span, _ in spans}),
        "classes": sorted({kind for span, _ in spans for kind, _ in _classes_of(span)}),
        "reads": sorted({(read.kind, read.name, group) for span, group in spans for read in span.reads}),
    }


def _classes_of(span: Span) -> list[tuple[str, str]]:
    told = " ".join(value for part, value in span.parts if part.startswith("classes of "))
    return [(kind, digest) for kind, _, digest in (pair.partition("=") for pair in told.split())]


def _cost(spans: Iterable[Span]) -> int | None:
    total = 0
    for span in spans:
        if span.cost is None:
            return None
        total += span.cost
    return total
